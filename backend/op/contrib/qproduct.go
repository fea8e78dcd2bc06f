package contrib

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// quantized is a matrix product of 8-bit integers: inputs, of which zero points
// and the bias may be graph.None.
type quantized struct {
	a, aScale, aZero, w, wScale, wZero, bias graph.ValueID
}

// product adds the product in float32: exact sums, times the scales, plus the
// bias.
func (q quantized) product(b *graph.Builder) graph.ValueID {
	sums := cast(b, op.Emit(b, "MatMulInteger", q.a, q.w, q.aZero, q.wZero), tensor.Float32)
	y := op.Emit(b, "Mul", sums, op.Emit(b, "Mul", q.aScale, q.wScale))
	if q.bias != graph.None {
		y = op.Emit(b, "Add", y, q.bias)
	}
	return y
}

// expandMatMulIntegerToFloat expands MatMulIntegerToFloat.
//
//	A, B, a_scale, b_scale, a_zero_point, b_zero_point, bias -> Y
func expandMatMulIntegerToFloat(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	q := quantized{
		a: n.Inputs[0], w: n.Inputs[1], aScale: n.Inputs[2], wScale: n.Inputs[3],
		aZero: input(n, 4), wZero: input(n, 5), bias: input(n, 6),
	}
	return one(q.of(b, in[2].Type), nil)
}

// of adds the product in type t, which is that of the scales and the bias.
func (q quantized) of(b *graph.Builder, t tensor.Type) graph.ValueID {
	if t == tensor.Float32 {
		return q.product(b)
	}
	for _, id := range []*graph.ValueID{&q.aScale, &q.wScale, &q.bias} {
		if *id != graph.None {
			*id = cast(b, *id, tensor.Float32)
		}
	}
	return cast(b, q.product(b), t)
}

// expandDynamicQuantizeMatMul expands DynamicQuantizeMatMul: A is quantised to
// uint8 with a scale that just fits it.
//
//	A, B, b_scale, b_zero_point, bias -> Y
func expandDynamicQuantizeMatMul(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
	c := b.Node("DynamicQuantizeLinear", n.Inputs[0])
	q := quantized{a: c.Out(""), aScale: c.Out(""), aZero: c.Out(""), w: n.Inputs[1], wScale: n.Inputs[2], wZero: input(n, 3), bias: input(n, 4)}
	return one(q.product(b), nil)
}

// expandQGemm expands QGemm; without a scale of y, y is float32.
//
//	A, a_scale, a_zero_point, B, b_scale, b_zero_point, C int32, y_scale, y_zero_point -> y
//
//	y = alpha · a_scale · b_scale · (A'·B' + C)
func expandQGemm(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	x, w := n.Inputs[0], n.Inputs[3]
	if n.Int("transA", 0) != 0 {
		x = transpose(b, x, []int{1, 0})
	}
	if n.Int("transB", 0) != 0 {
		w = transpose(b, w, []int{1, 0})
	}
	sums := op.Emit(b, "MatMulInteger", x, w, n.Inputs[2], n.Inputs[5])
	if c := input(n, 6); c != graph.None {
		sums = op.Emit(b, "Add", sums, c)
	}
	scale := op.Emit(b, "Mul", n.Inputs[1], n.Inputs[4])
	if alpha := n.Float("alpha", 1); alpha != 1 {
		scale = op.Emit(b, "Mul", scale, number(b, alpha))
	}
	y := op.Emit(b, "Mul", cast(b, sums, tensor.Float32), scale)
	if input(n, 7) == graph.None {
		return one(y, nil)
	}
	return requantize(b, y, in[0].Type, n, 7)
}
