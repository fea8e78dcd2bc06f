package graph

import "slices"

// Return stands for the graph's outputs among the users of a value.
const Return = -1

// Users returns, for every value, the indices of the nodes that read it, as an
// input or through a body, in order and once each; [Return] comes last for every
// time that the graph puts the value out. A value with one user may be merged
// into it, if that is a node.
func (g *Graph) Users() [][]int {
	users := make([][]int, len(g.Values))
	for i := range g.Nodes {
		for id := range g.Nodes[i].Uses() {
			if u := users[id]; len(u) == 0 || u[len(u)-1] != i {
				users[id] = append(u, i)
			}
		}
	}
	for _, id := range g.Outputs {
		users[id] = append(users[id], Return)
	}
	return users
}

// ReplaceUses makes the nodes and bodies that read old read new, and reports
// whether nothing reads old any more.
//
// Where the graph puts old out, its callers know it by its name. The name then
// moves to new, which becomes the output, but an input, a constant, a capture or
// a value that is put out already keeps its own name: old stays an output.
func (g *Graph) ReplaceUses(old, new ValueID) bool {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		for j, id := range n.Inputs {
			if id == old {
				n.Inputs[j] = new
			}
		}
		for body := range n.Bodies() {
			for j := range body.Captures {
				if body.Captures[j].Outer == old {
					body.Captures[j].Outer = new
				}
			}
		}
	}
	if !slices.Contains(g.Outputs, old) {
		return true
	}
	isOutput := func(n Node) bool { return slices.Contains(n.Outputs, new) }
	if slices.Contains(g.Outputs, new) || !slices.ContainsFunc(g.Nodes, isOutput) {
		return false
	}
	for i, id := range g.Outputs {
		if id == old {
			g.Outputs[i] = new
		}
	}
	g.Values[new].Name, g.Values[old].Name = g.Values[old].Name, ""
	return true
}

// Compact drops the values that nothing defines or reads: no node, input, output
// or body. It first drops the captures that their body does not read. The
// numbers of the values left change, their order does not.
func (g *Graph) Compact() {
	keep := make([]bool, len(g.Values))
	mark := func(ids []ValueID) {
		for _, id := range ids {
			if id != None {
				keep[id] = true
			}
		}
	}
	mark(g.Inputs)
	mark(g.Outputs)
	for i := range g.Nodes {
		n := &g.Nodes[i]
		for body := range n.Bodies() {
			body.Compact()
			for _, c := range body.Captures {
				keep[c.Outer] = true
			}
		}
		mark(n.Inputs)
		mark(n.Outputs)
	}
	g.Captures = slices.DeleteFunc(g.Captures, func(c Capture) bool { return !keep[c.Inner] })

	to := make([]ValueID, len(g.Values))
	values := g.Values[:0]
	for id, v := range g.Values {
		to[id] = ValueID(len(values))
		if keep[id] {
			values = append(values, v)
		}
	}
	clear(g.Values[len(values):]) // so that constants can be collected
	g.Values = values
	g.renumber(to)
}

// renumber replaces every number in the graph, and what bodies capture of it.
func (g *Graph) renumber(to []ValueID) {
	change := func(ids []ValueID) {
		for i, id := range ids {
			if id != None {
				ids[i] = to[id]
			}
		}
	}
	change(g.Inputs)
	change(g.Outputs)
	for i := range g.Captures {
		g.Captures[i].Inner = to[g.Captures[i].Inner]
	}
	for i := range g.Nodes {
		change(g.Nodes[i].Inputs)
		change(g.Nodes[i].Outputs)
		for body := range g.Nodes[i].Bodies() {
			for j := range body.Captures {
				body.Captures[j].Outer = to[body.Captures[j].Outer]
			}
		}
	}
}
