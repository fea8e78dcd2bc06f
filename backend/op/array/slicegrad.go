package array

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Grad puts the gradient into zeros: with Pad where all steps are 1, else
// element by element.
func (o slice) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	dx := gradNone(n)
	if starts, axes, ok := o.unitSteps(b, n); ok {
		dx[0] = padSlice(b, n.Inputs[0], n.Outputs[0], starts, axes, dy[0])
		return dx, nil
	}
	// The slice of an array of positions says where each element comes from.
	x := n.Inputs[0]
	zero, one := b.Const("", tensor.Scalar(int64(0))), b.Const("", tensor.Scalar(int64(1)))
	all := op.Vector(b, -1)
	at := op.ReshapeLike(b, op.Emit(b, "Range", zero, op.Emit(b, "Size", x), one), x)
	at = op.Emit(b, "Slice", append([]graph.ValueID{at}, n.Inputs[1:]...)...)
	flat := func(x graph.ValueID) graph.ValueID { return op.Emit(b, "Reshape", x, all) }
	dx[0] = op.ReshapeLike(b, op.Emit(b, "ScatterElements", flat(op.Filled(b, x, 0)), flat(at), flat(dy[0])), x)
	return dx, nil
}

// unitSteps returns the starts and axes of a slice as int64 vectors, if its steps
// are known to be 1.
func (o slice) unitSteps(b *graph.Builder, n *graph.Node) (starts, axes graph.ValueID, ok bool) {
	count := func(n int) []int {
		v := make([]int, n)
		for i := range v {
			v[i] = i
		}
		return v
	}
	if o.inputs == nil {
		list := o.axes
		if list == nil {
			list = count(len(o.starts))
		}
		return op.Vector(b, o.starts...), op.Vector(b, list...), true
	}
	input := func(i int) graph.ValueID {
		if i < len(n.Inputs) {
			return n.Inputs[i]
		}
		return graph.None
	}
	if steps := input(4); steps != graph.None {
		t := b.Graph.ConstOf(steps)
		if t == nil || slices.ContainsFunc(op.AppendInts(nil, t), func(s int) bool { return s != 1 }) {
			return 0, 0, false
		}
	}
	wide := func(x graph.ValueID) graph.ValueID {
		if b.Graph.Values[x].Type.Elem == tensor.Int64 {
			return x
		}
		return b.Node("Cast", x).Attr("to", int(tensor.Int64)).Out("")
	}
	if axes = input(3); axes != graph.None {
		return wide(input(1)), wide(axes), true
	}
	t := &b.Graph.Values[input(1)].Type
	if len(t.Shape) != 1 || t.Shape[0].Size < 0 {
		return 0, 0, false
	}
	return wide(input(1)), op.Vector(b, count(t.Shape[0].Size)...), true
}

// padSlice adds dy, of y = x[starts:...], with zeros around it in the shape of x.
func padSlice(b *graph.Builder, x, y, starts, axes, dy graph.ValueID) graph.ValueID {
	zero := op.Vector(b, 0)
	size := op.Emit(b, "Gather", op.ShapeOf(b, x), axes)
	before := op.Emit(b, "Where", op.Emit(b, "Less", starts, zero), op.Emit(b, "Add", starts, size), starts)
	before = op.Emit(b, "Min", op.Emit(b, "Max", before, zero), size)
	after := op.Emit(b, "Sub", op.Emit(b, "Sub", size, before), op.Emit(b, "Gather", op.ShapeOf(b, y), axes))
	pads := b.Node("Concat", before, after).Attr("axis", 0).Out("")
	return op.Emit(b, "Pad", dy, pads, graph.None, axes)
}
