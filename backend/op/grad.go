package op

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// ErrNoGradient is the cause where an operator, or one of its modes, has no
// gradient.
var ErrNoGradient = fmt.Errorf("%w: it has no gradient", ErrUnsupported)

// GradVersion is the least version of the default domain in which nodes of
// gradients are written, whatever the model imports.
const GradVersion = 18

// What follows adds nodes to the graph of a gradient (see [Differentiable]).

// Emit adds a node with one output, which it returns.
func Emit(b *graph.Builder, name string, in ...graph.ValueID) graph.ValueID {
	return b.Node(name, in...).Out("")
}

// Number adds a scalar of x's element type.
func Number(b *graph.Builder, x graph.ValueID, v float64) graph.ValueID {
	return b.Const("", number(b, x, v))
}

func number(b *graph.Builder, x graph.ValueID, v float64) *tensor.Tensor {
	t, err := tensor.Convert(b.Graph.Values[x].Type.Elem, tensor.Scalar(v), tensor.ConvertOptions{})
	if err != nil {
		panic(err) // a gradient of what is no number
	}
	return t
}

// Vector adds a vector of int64.
func Vector(b *graph.Builder, v ...int) graph.ValueID {
	x := tensor.New(tensor.Int64, len(v))
	for i, d := range v {
		tensor.Data[int64](x)[i] = int64(d)
	}
	return b.Const("", x)
}

// ShapeOf adds the shape of a value: a constant if it is known.
func ShapeOf(b *graph.Builder, x graph.ValueID) graph.ValueID {
	if dims, ok := sizesOf(&b.Graph.Values[x].Type); ok {
		return Vector(b, dims...)
	}
	return Emit(b, "Shape", x)
}

// sizesOf returns the dims of a type if all are known.
func sizesOf(t *graph.Type) ([]int, bool) {
	dims := make([]int, len(t.Shape))
	for i, d := range t.Shape {
		if dims[i] = d.Size; d.Size < 0 {
			return nil, false
		}
	}
	return dims, t.Ranked
}

// Filled adds a tensor of x's type and shape, of elements that are all v.
func Filled(b *graph.Builder, x graph.ValueID, v float64) graph.ValueID {
	return b.Node("ConstantOfShape", ShapeOf(b, x)).Attr("value", number(b, x, v).Reshape(1)).Out("")
}

// ReshapeLike adds dx in the shape of x.
func ReshapeLike(b *graph.Builder, dx, x graph.ValueID) graph.ValueID {
	return b.Node("Reshape", dx, ShapeOf(b, x)).Attr("allowzero", 1).Out("")
}

// Rank returns the rank of a value, which must be known.
func Rank(b *graph.Builder, x graph.ValueID) (int, error) {
	t := &b.Graph.Values[x].Type
	if !t.Ranked {
		return 0, fmt.Errorf("%w: the rank of %q is not known", ErrNoGradient, b.Graph.Values[x].Name)
	}
	return len(t.Shape), nil
}

// Floating reports whether a value is a tensor of floating-point numbers: one
// that can have a gradient.
func Floating(b *graph.Builder, x graph.ValueID) bool {
	t := &b.Graph.Values[x].Type
	return x != graph.None && t.Kind == graph.Tensor && (t.Elem == tensor.Float64 || t.Elem == tensor.Float32 || narrow(t.Elem))
}
