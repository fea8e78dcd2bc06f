package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// expandGelu expands Gelu, and BiasGelu and FastGelu, which add a bias before:
//
//	Y = gelu(X + bias)
func expandGelu(approximate string) op.Expansion {
	return func(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
		x := n.Inputs[0]
		if bias := input(n, 1); bias != graph.None {
			x = op.Emit(b, "Add", x, bias)
		}
		return one(b.Node("Gelu", x).Attr("approximate", approximate).Out(""), nil)
	}
}

// expandQuickGelu expands QuickGelu: x·sigmoid(alpha·x).
func expandQuickGelu(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
	return one(b.Node("Swish", n.Inputs[0]).Attr("alpha", n.Float("alpha", 1.702)).Out(""), nil)
}

// expandBiasAdd expands BiasAdd: X + bias + skip.
func expandBiasAdd(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
	return one(op.Emit(b, "Add", op.Emit(b, "Add", n.Inputs[0], n.Inputs[1]), n.Inputs[2]), nil)
}

// parameters are the attributes of activations that a fused operator may name,
// in the order of its list of parameters.
var parameters = map[string][]string{
	"": nil, "Relu": nil, "Sigmoid": nil, "Tanh": nil, "Softplus": nil, "Softsign": nil, "HardSwish": nil,
	"LeakyRelu": {"alpha"}, "ThresholdedRelu": {"alpha"}, "Elu": {"alpha"}, "Celu": {"alpha"}, "Clip": {"min", "max"},
	"HardSigmoid": {"alpha", "beta"}, "Selu": {"alpha", "gamma"},
}

// activate adds the activation that a fused operator names.
func activate(b *graph.Builder, x graph.ValueID, name string, params []float32) (graph.ValueID, error) {
	names, ok := parameters[name]
	switch {
	case !ok:
		return x, fmt.Errorf("%w: activation is %q", op.ErrUnsupported, name)
	case len(params) > len(names):
		return x, fmt.Errorf("%w: %s has %d parameters, not %d", op.ErrAttr, name, len(names), len(params))
	case name == "":
		return x, nil
	case name == "Clip":
		in := []graph.ValueID{x}
		for _, v := range params {
			in = append(in, op.Number(b, x, float64(v)))
		}
		return op.Emit(b, "Clip", in...), nil
	}
	c := b.Node(name, x)
	for i, v := range params {
		c.Attr(names[i], v)
	}
	return c.Out(""), nil
}
