package elementwise

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// Grad calls o.Gradient.
func (o *Op) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	if o.Gradient == nil {
		return nil, op.ErrNoGradient
	}
	return o.Gradient(b, n, dy[0])
}

// Unary makes a Gradient of a function of one operand: f adds the nodes for dx
// from the operand x, the result y and its gradient dy.
func Unary(f func(b *graph.Builder, x, y, dy graph.ValueID) graph.ValueID) func(*graph.Builder, *graph.Node, graph.ValueID) ([]graph.ValueID, error) {
	if f == nil {
		return nil
	}
	return func(b *graph.Builder, n *graph.Node, dy graph.ValueID) ([]graph.ValueID, error) {
		return []graph.ValueID{f(b, n.Inputs[0], n.Outputs[0], dy)}, nil
	}
}
