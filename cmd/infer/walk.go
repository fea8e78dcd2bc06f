package main

import (
	"iter"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// graphs yields a graph, the bodies of its nodes, and its functions.
func graphs(g *graph.Graph) iter.Seq[*graph.Graph] {
	return func(yield func(*graph.Graph) bool) {
		walkGraphs(g, yield)
	}
}

func walkGraphs(g *graph.Graph, yield func(*graph.Graph) bool) bool {
	if !yield(g) {
		return false
	}
	for i := range g.Nodes {
		for body := range g.Nodes[i].Bodies() {
			if !walkGraphs(body, yield) {
				return false
			}
		}
	}
	for _, f := range g.Functions {
		if !walkGraphs(f.Body, yield) {
			return false
		}
	}
	return true
}

// allNodes yields every node of a graph and of all that is in it.
func allNodes(g *graph.Graph) iter.Seq[*graph.Node] {
	return func(yield func(*graph.Node) bool) {
		for g := range graphs(g) {
			for i := range g.Nodes {
				if !yield(&g.Nodes[i]) {
					return
				}
			}
		}
	}
}

// parameters yields the constants of a model, those of Constant nodes included:
// some exporters keep all weights there.
func parameters(g *graph.Graph) iter.Seq[*tensor.Tensor] {
	return func(yield func(*tensor.Tensor) bool) {
		for g := range graphs(g) {
			for i := range g.Values {
				if t := g.Values[i].Const; t != nil && !yield(t) {
					return
				}
			}
			for i := range g.Nodes {
				if g.Nodes[i].Op != "Constant" {
					continue
				}
				if t := g.Nodes[i].Tensor("value"); t != nil && !yield(t) {
					return
				}
			}
		}
	}
}

// countNodes counts the nodes of a graph and of the bodies in it.
func countNodes(g *graph.Graph) int {
	n := 0
	for range allNodes(g) {
		n++
	}
	return n
}
