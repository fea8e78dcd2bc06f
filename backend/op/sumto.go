package op

import (
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// SumTo undoes broadcasting: x has been broadcast to a shape, in which dx is its
// gradient, and what is returned is dx summed over the elements that are copies
// of one. Which dims those are follows from the types where they tell a size
// of 1 from others, else from the shapes at run time.
func SumTo(b *graph.Builder, dx graph.ValueID, shape *graph.Type, x graph.ValueID) graph.ValueID {
	t := &b.Graph.Values[x].Type
	lead := len(shape.Shape) - len(t.Shape) // dims that x has not
	if !shape.Ranked || !t.Ranked || lead < 0 {
		return sumAtRunTime(b, dx, x)
	}
	var axes []int
	for i := range shape.Shape {
		if i < lead {
			axes = append(axes, i)
			continue
		}
		from, to := shape.Shape[i], t.Shape[i-lead]
		switch {
		case to.Size > 1 || to.Size == 0 || from.Size == 1 || sameDim(from, to):
		case to.Size == 1:
			axes = append(axes, i)
		default:
			return sumAtRunTime(b, dx, x)
		}
	}
	switch {
	case len(axes) == 0:
		return dx
	case len(axes) == lead:
		return b.Node("ReduceSum", dx, Vector(b, axes...)).Attr("keepdims", 0).Out("")
	}
	dx = Emit(b, "ReduceSum", dx, Vector(b, axes...))
	if lead == 0 {
		return dx
	}
	return ReshapeLike(b, dx, x)
}

// sameDim reports whether two dims are certainly equal.
func sameDim(a, b graph.Dim) bool {
	return a.Size == b.Size && (a.Size >= 0 || a.Name != "" && a.Name == b.Name)
}

// sumAtRunTime is SumTo for shapes that only a run knows. Each dim of size n is
// seen as n/d by d, d being what x has there, and summed over the first: that is
// over n for d = 1 and over nothing for d = n.
func sumAtRunTime(b *graph.Builder, dx, x graph.ValueID) graph.ValueID {
	from, to := Emit(b, "Shape", dx), Emit(b, "Shape", x)
	lead := Emit(b, "Sub", Emit(b, "Shape", from), Emit(b, "Shape", to))
	one := Vector(b, 1)
	ones := b.Node("ConstantOfShape", lead).Attr("value", b.Graph.ConstOf(one)).Out("")
	d := b.Node("Concat", ones, to).Attr("axis", 0).Out("")
	copies := Emit(b, "Div", from, Emit(b, "Max", d, one))
	pairs := b.Node("Concat", Emit(b, "Unsqueeze", copies, one), Emit(b, "Unsqueeze", d, one)).Attr("axis", 1).Out("")
	pairs = Emit(b, "Reshape", pairs, Vector(b, -1))
	zero, two := b.Const("", tensor.Scalar(int64(0))), b.Const("", tensor.Scalar(int64(2)))
	axes := Emit(b, "Range", zero, Emit(b, "Size", pairs), two)
	dx = b.Node("Reshape", dx, pairs).Attr("allowzero", 1).Out("")
	dx = b.Node("ReduceSum", dx, axes).Attr("keepdims", 0).Attr("noop_with_empty_axes", 1).Out("")
	return ReshapeLike(b, dx, x)
}
