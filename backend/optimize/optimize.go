// Package optimize rewrites graphs before they are compiled. The list of passes
// below, in order, is its documentation; each pass is the file of its name.
//
// Passes work on a graph that the compiler owns. Inputs, outputs and results
// stay the same, to the last bit except where constants are folded into
// weights (BatchNormalization into a convolution).
package optimize

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// Env is what passes may use.
type Env struct {
	Context   context.Context
	Registry  *op.Registry
	Set       *kernels.Set
	Functions []*graph.Function // of the model
	FoldLimit int               // largest constant, in bytes, that folding may make
}

// A pass rewrites g in place and reports whether it changed anything.
type pass struct {
	name string
	run  func(e *Env, g *graph.Graph) (bool, error)
}

// once run a single time, on the graph and on its bodies.
var once = []pass{
	{"name", name},
	{"inline", inline},
	{"gradient", gradient},
	{"reserved", reserved},
	{"lift", lift},
}

// passes run over and over until none has anything to do.
var passes = []pass{
	{"fold", fold},
	{"removeIdentity", removeIdentity},
	{"merge", merge},
	{"removeDead", removeDead},
}

// Open applies the passes that make functions and captured values explicit, in
// g and in all bodies.
func Open(e *Env, g *graph.Graph) error { return apply(e, g, once) }

// Graph applies the rewriting passes to g; bodies are rewritten when they are
// compiled themselves.
func Graph(e *Env, g *graph.Graph) error {
	for range 100 {
		before := len(g.Nodes)
		changed := false
		for _, p := range passes {
			c, err := p.run(e, g)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			changed = changed || c
		}
		if !changed && len(g.Nodes) == before {
			break
		}
	}
	return nil
}

func apply(e *Env, g *graph.Graph, ps []pass) error {
	for _, p := range ps {
		if _, err := p.run(e, g); err != nil {
			return err
		}
	}
	return nil
}

// bodies calls f for each body of each node of g.
func bodies(g *graph.Graph, f func(n *graph.Node, attr string, body *graph.Graph) error) error {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		for a := range n.Attrs {
			for _, b := range n.Attrs[a].Graphs {
				if err := f(n, n.Attrs[a].Name, b); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
