package train

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/optimize"
	"github.com/sardonyx-go/sardonyx/graph"
)

// Gradient returns a copy of g with an output more for each x: the gradient of
// y, or of the sum of its elements if it has more than one, of the type and
// shape of x and named "dy/dx" for the names of both. xs are inputs, constants
// or intermediate values, of floating-point numbers; where y does not depend on
// x the gradient is 0. The model's functions are expanded in the copy.
//
// Nodes of gradients have the version of the default domain that the model
// imports, but at least op.GradVersion: with an older model the result can be
// compiled, but mixes versions as no file may.
//
// An error names every node on the way that has no gradient.
func Gradient(g *graph.Graph, y string, xs ...string) (*graph.Graph, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	g = g.Clone()
	if err := optimize.Inline(g); err != nil {
		return nil, err
	}
	to, err := find(g, y)
	if err != nil {
		return nil, err
	}
	from := make([]graph.ValueID, len(xs))
	for i, x := range xs {
		if from[i], err = find(g, x); err != nil {
			return nil, err
		}
		name := "d" + y + "/d" + x
		if _, err := find(g, name); err == nil || slices.Contains(xs[:i], x) {
			return nil, fmt.Errorf("%w: there is a value named %q already", backend.ErrInput, name)
		}
	}
	dxs, err := Extend(g, backend.Operators(), to, from...)
	if err != nil {
		return nil, err
	}
	b := optimize.GradientBuilder(g)
	for i, dx := range dxs {
		b.Output(b.Node("Identity", dx).Out("d" + y + "/d" + xs[i]))
	}
	return g, nil
}

// find returns the value of a name.
func find(g *graph.Graph, name string) (graph.ValueID, error) {
	i := slices.IndexFunc(g.Values, func(v graph.Value) bool { return v.Name == name })
	if i < 0 || name == "" {
		return graph.None, fmt.Errorf("%w: no value is named %q", backend.ErrInput, name)
	}
	return graph.ValueID(i), nil
}

// Extend adds to g the nodes that compute the gradients of y, or of the sum of
// its elements, by each of xs, and returns them in order. Operators are those of
// r; g must call no functions. What inference finds out about the values of g is
// noted in their types, and a size without a name gets one. After an error no
// node has been added.
func Extend(g *graph.Graph, r *op.Registry, y graph.ValueID, xs ...graph.ValueID) ([]graph.ValueID, error) {
	return optimize.Differentiate(g, r, y, xs...)
}
