package graph

import (
	"fmt"
	"iter"
	"strings"
)

// Uses yields every value that the node reads: its inputs, omitted ones
// excluded, and what its bodies capture. A value may come more than once.
func (n *Node) Uses() iter.Seq[ValueID] {
	return func(yield func(ValueID) bool) {
		for _, id := range n.Inputs {
			if id != None && !yield(id) {
				return
			}
		}
		for body := range n.Bodies() {
			for _, c := range body.Captures {
				if !yield(c.Outer) {
					return
				}
			}
		}
	}
}

// Bodies yields the graphs among the node's attributes.
func (n *Node) Bodies() iter.Seq[*Graph] {
	return func(yield func(*Graph) bool) {
		for i := range n.Attrs {
			for _, g := range n.Attrs[i].Graphs {
				if !yield(g) {
					return
				}
			}
		}
	}
}

// Producers returns, for every value, the index of the node that puts it out;
// -1 for inputs, constants and captures.
func (g *Graph) Producers() []int {
	p := make([]int, len(g.Values))
	for i := range p {
		p[i] = -1
	}
	for i := range g.Nodes {
		for _, id := range g.Nodes[i].Outputs {
			if id != None {
				p[id] = i
			}
		}
	}
	return p
}

// Sort puts the nodes in an order in which every value is defined before it is
// used, and moves no node that need not move. It leaves bodies alone. The error
// names nodes that wait for each other.
func (g *Graph) Sort() error {
	producers := g.Producers()
	if g.sorted(producers) {
		return nil
	}
	// Depth first, from each node in turn, without recursion: the graph may be
	// as deep as it has nodes.
	type frame struct {
		node int
		uses []int // producers that are not placed yet
	}
	waiting := make([]bool, len(g.Nodes)) // on the stack
	placed := make([]bool, len(g.Nodes))
	order := make([]Node, 0, len(g.Nodes))
	var stack []frame
	push := func(i int) {
		waiting[i] = true
		f := frame{node: i}
		for id := range g.Nodes[i].Uses() {
			if p := producers[id]; p >= 0 && !placed[p] {
				f.uses = append(f.uses, p)
			}
		}
		stack = append(stack, f)
	}
	for i := range g.Nodes {
		if placed[i] {
			continue
		}
		push(i)
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.uses) == 0 {
				order = append(order, g.Nodes[top.node])
				placed[top.node], waiting[top.node] = true, false
				stack = stack[:len(stack)-1]
				continue
			}
			next := top.uses[0]
			top.uses = top.uses[1:]
			if waiting[next] {
				var cycle []int
				for j := len(stack) - 1; ; j-- {
					cycle = append(cycle, stack[j].node)
					if stack[j].node == next {
						break
					}
				}
				return fmt.Errorf("nodes wait for each other: %s", g.labels(cycle))
			}
			if !placed[next] {
				push(next)
			}
		}
	}
	g.Nodes = order
	return nil
}

// sorted reports whether every value is defined before it is used.
func (g *Graph) sorted(producers []int) bool {
	for i := range g.Nodes {
		for id := range g.Nodes[i].Uses() {
			if producers[id] >= i {
				return false
			}
		}
	}
	return true
}

// labels names a cycle of nodes, at most eight of them.
func (g *Graph) labels(nodes []int) string {
	var names []string
	for _, i := range nodes[:min(len(nodes), 8)] {
		names = append(names, g.Nodes[i].label(i))
	}
	if len(nodes) > 8 {
		names = append(names, fmt.Sprintf("%d more", len(nodes)-8))
	}
	return strings.Join(names, ", ")
}

// label names a node in errors: by its name, or its operator and index.
func (n *Node) label(i int) string {
	if n.Name != "" {
		return fmt.Sprintf("node %q (%s)", n.Name, n.Op)
	}
	return fmt.Sprintf("node %d (%s)", i, n.Op)
}
