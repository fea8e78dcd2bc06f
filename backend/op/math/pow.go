package math

import (
	"fmt"
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// newPow parses Pow: base to the power of an exponent whose type may be another
// one. The result has the base's type.
func newPow(n *graph.Node) (op.Op, error) {
	o := &elementwise.Op{Arity: 2, Loop: powLoop, Gradient: powGradient, Type: func(in []op.Info) (tensor.Type, error) {
		for i := range in {
			switch in[i].Type {
			case tensor.String, tensor.Bool, tensor.Complex64, tensor.Complex128:
				return 0, fmt.Errorf("%w: input %d is %v", op.ErrType, i, in[i].Type)
			}
		}
		return in[0].Type, nil
	}}
	if n.Version < 7 {
		o.Tail = elementwise.LegacyTail(n)
	}
	return o, nil
}

// powLoop computes integers to integers exactly, modulo 2⁶⁴; float32 in float32
// if the exponent is one too; all else in float64, truncated for an integer
// base.
func powLoop(s *kernels.Set, in []op.Info) (elementwise.Loop, error) {
	x, y := elementwise.Wide(in[0].Type), elementwise.Wide(in[1].Type)
	switch {
	case isInteger(x) && isInteger(y):
		return elementwise.Try(5, powIntegers), nil
	case x == tensor.Float32 && (y == tensor.Float32 || isInteger(y) && fewTimes(in[1].Const)):
		return elementwise.WithScalars(elementwise.Zip(25, s.Pow), nil, func(dst, x []float32, y float32) {
			powScalar(s, dst, x, y)
		}), nil
	}
	return elementwise.Zip(40, func(dst, x, y []float64) {
		for i := range dst {
			dst[i] = math.Pow(x[i], y[i])
		}
	}), nil
}

// powScalar raises a row to one power, by multiplications for small ones: each
// is as exact as Pow itself.
func powScalar(s *kernels.Set, dst, x []float32, y float32) {
	switch y {
	case 1:
		copy(dst, x)
	case 2:
		s.Mul(dst, x, x)
	case 3:
		for i, v := range x {
			w := float64(v)
			dst[i] = float32(w * w * w)
		}
	case 0.5:
		for i, v := range x {
			if math.IsInf(float64(v), -1) {
				v = -v
			}
			dst[i] = float32(math.Sqrt(float64(v))) + 0 // +0 for -0
		}
	case -1:
		s.Reciprocal(dst, x)
	default:
		for i, v := range x {
			dst[i] = kernels.Pow32(v, y)
		}
	}
}

// powIntegers squares and multiplies. A negative exponent leaves what remains
// of the fraction: ±1 for a base of ±1, else 0.
func powIntegers(dst, x, y []int64) error {
	for i := range dst {
		b, e := x[i], y[i]
		if e < 0 {
			switch b {
			case 0:
				return fmt.Errorf("%w: 0 to the power of %d", op.ErrInput, e)
			case 1:
				dst[i] = 1
			case -1:
				dst[i] = 1 - 2*(e&1)
			default:
				dst[i] = 0
			}
			continue
		}
		r := int64(1)
		for ; e > 0; e >>= 1 {
			if e&1 != 0 {
				r *= b
			}
			b *= b
		}
		dst[i] = r
	}
	return nil
}

// fewTimes reports whether the power is 1, 2 or 3: powScalar is then as exact as
// float64.
func fewTimes(p *tensor.Tensor) bool {
	if p == nil || p.Len() != 1 {
		return false
	}
	c, err := tensor.Convert(tensor.Float64, p, tensor.ConvertOptions{})
	return err == nil && slices.Contains([]float64{1, 2, 3}, tensor.Data[float64](c)[0])
}

func isInteger(t tensor.Type) bool {
	switch t {
	case tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64, tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64:
		return true
	}
	return false
}

// powGradient adds p·xᵖ⁻¹·dy for the base x and xᵖ·log(x)·dy for the exponent p.
// A power of 0 is constant, at x = 0 too, and 0 is so to any power.
func powGradient(b *graph.Builder, n *graph.Node, dy graph.ValueID) ([]graph.ValueID, error) {
	if n.Version < 7 && n.Has("axis") {
		return nil, fmt.Errorf("%w where the exponent is aligned at an axis (version %d)", op.ErrNoGradient, n.Version)
	}
	x, p, y := n.Inputs[0], n.Inputs[1], n.Outputs[0]
	zero, one := op.Number(b, p, 0), op.Number(b, p, 1)
	q := op.Emit(b, "Where", op.Emit(b, "Equal", p, zero), one, p)
	slope := op.Emit(b, "Mul", b.Node("CastLike", p, x).Out(""), op.Emit(b, "Pow", x, op.Emit(b, "Sub", q, one)))
	shape := &b.Graph.Values[y].Type
	dx := []graph.ValueID{op.SumTo(b, op.Emit(b, "Mul", dy, slope), shape, x), graph.None}
	if op.Floating(b, p) {
		positive := op.Emit(b, "Where", op.Emit(b, "Equal", x, op.Number(b, x, 0)), op.Number(b, x, 1), x)
		dp := op.Emit(b, "Mul", dy, op.Emit(b, "Mul", y, op.Emit(b, "Log", positive)))
		dx[1] = op.SumTo(b, b.Node("Cast", dp).Attr("to", int(b.Graph.Values[p].Type.Elem)).Out(""), shape, p)
	}
	return dx, nil
}
