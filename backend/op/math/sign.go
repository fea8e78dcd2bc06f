package math

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Operators of one input that look at the sign or the size of a number, for
// integers as well as floating-point numbers: Abs, Neg, Sign, Relu, Shrink, and
// PRelu with its slopes.

// newSigned parses Abs, Neg, Sign and Relu.
func newSigned(n *graph.Node) (op.Op, error) {
	o := &elementwise.Op{Arity: 1, Gradient: elementwise.Unary(signedDerivatives[n.Op])}
	var f32 func(s *kernels.Set, dst, x []float32)
	switch n.Op {
	case "Abs":
		f32 = (*kernels.Set).Abs
	case "Neg":
		f32 = (*kernels.Set).Neg
		o.Ints = func(x, _ int) int { return subInts(0, x) }
	case "Relu":
		f32 = (*kernels.Set).Relu
	case "Sign":
		f32 = each32(signed[float32]("Sign"))
	}
	name := n.Op
	o.Loop = func(s *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		const cost = 1
		switch t := elementwise.Wide(in[0].Type); t {
		case tensor.Float32:
			return elementwise.Map(0.2, func(dst, x []float32) { f32(s, dst, x) }), nil
		case tensor.Float64:
			return elementwise.MapEach(cost, signed[float64](name)), nil
		case tensor.Int8:
			return signedInts[int8](name), nil
		case tensor.Int16:
			return signedInts[int16](name), nil
		case tensor.Int32:
			return signedInts[int32](name), nil
		case tensor.Int64:
			return signedInts[int64](name), nil
		case tensor.Uint8:
			return signedInts[uint8](name), nil
		case tensor.Uint16:
			return signedInts[uint16](name), nil
		case tensor.Uint32:
			return signedInts[uint32](name), nil
		case tensor.Uint64:
			return signedInts[uint64](name), nil
		default:
			return elementwise.Loop{}, elementwise.Unsupported(t)
		}
	}
	return o, nil
}

// signedInts is the loop of an operator for an integer type, without a call or a
// branch for each element where it can be.
func signedInts[T integer](name string) elementwise.Loop {
	const cost = 0.4
	switch {
	case name == "Neg":
		return elementwise.Map(cost, func(dst, x []T) {
			for i, v := range x[:len(dst)] {
				dst[i] = -v
			}
		})
	case lowest[T]() == 0 && name != "Sign": // no signs
		return elementwise.Keep(tensor.TypeOf[T]())
	case name == "Relu":
		return elementwise.Map(cost, func(dst, x []T) {
			for i, v := range x[:len(dst)] {
				dst[i] = max(v, 0)
			}
		})
	case name == "Abs":
		return elementwise.Map(cost, func(dst, x []T) {
			for i, v := range x[:len(dst)] {
				dst[i] = max(v, -v)
			}
		})
	}
	return elementwise.MapEach(1, signed[T](name))
}

// signed returns the definition of an operator for one type.
func signed[T number](name string) func(T) T {
	switch name {
	case "Abs":
		return func(x T) T {
			if x <= 0 {
				return 0 - x // +0 for -0
			}
			return x
		}
	case "Neg":
		return func(x T) T { return -x }
	case "Relu":
		return func(x T) T {
			if x < 0 {
				return 0
			}
			return x
		}
	case "Sign":
		return func(x T) T {
			var zero T
			switch {
			case x > 0:
				return 1
			case x < 0:
				return zero - 1
			}
			return x // 0 and NaN
		}
	}
	panic("math: no function of the sign is " + name)
}

// newShrink parses Shrink: numbers closer to 0 than lambd become 0, others
// move by bias towards it.
func newShrink(n *graph.Node) (op.Op, error) {
	lambd, bias := n.Float("lambd", 0.5), n.Float("bias", 0)
	return &elementwise.Op{Arity: 1, Loop: func(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		switch t := in[0].Type; t {
		case tensor.String, tensor.Bool, tensor.Complex64, tensor.Complex128:
			return elementwise.Loop{}, elementwise.Unsupported(t)
		case tensor.Float64, tensor.Int32, tensor.Int64, tensor.Uint32, tensor.Uint64:
			return elementwise.MapEach(2, shrink(float64(lambd), float64(bias))), nil
		}
		return elementwise.MapEach(2, shrink(lambd, bias)), nil
	}}, nil
}

func shrink[T float32 | float64](lambd, bias T) func(T) T {
	return func(x T) T {
		switch {
		case x < -lambd:
			return x + bias
		case x > lambd:
			return x - bias
		}
		return 0
	}
}

// preluLoop is the loop of PRelu.
func preluLoop(s *kernels.Set, in []op.Info) (elementwise.Loop, error) {
	switch elementwise.Wide(in[0].Type) {
	case tensor.Float32:
		return elementwise.WithScalars(elementwise.Zip(0.3, s.PRelu), nil, s.LeakyRelu), nil
	case tensor.Float64:
		return elementwise.Zip(1, prelu[float64]), nil
	case tensor.Int32:
		return elementwise.Zip(1, prelu[int32]), nil
	case tensor.Int64:
		return elementwise.Zip(1, prelu[int64]), nil
	case tensor.Uint32:
		return elementwise.Zip(1, prelu[uint32]), nil
	case tensor.Uint64:
		return elementwise.Zip(1, prelu[uint64]), nil
	}
	return elementwise.Loop{}, fmt.Errorf("%w: element type %v", op.ErrUnsupported, in[0].Type)
}

func prelu[T number](dst, x, slope []T) {
	for i, v := range x {
		if v < 0 {
			v *= slope[i]
		}
		dst[i] = v
	}
}

// signedDerivatives are gradients where the function has one; at 0, where Relu
// and Abs have none, they are 0.
var signedDerivatives = map[string]func(b *graph.Builder, x, y, dy graph.ValueID) graph.ValueID{
	"Abs": func(b *graph.Builder, x, _, dy graph.ValueID) graph.ValueID {
		return op.Emit(b, "Mul", dy, op.Emit(b, "Sign", x))
	},
	"Neg": func(b *graph.Builder, _, _, dy graph.ValueID) graph.ValueID { return op.Emit(b, "Neg", dy) },
	"Relu": func(b *graph.Builder, x, y, dy graph.ValueID) graph.ValueID {
		zero := op.Number(b, x, 0)
		return op.Emit(b, "Where", op.Emit(b, "Greater", y, zero), dy, zero)
	},
	"Sign": func(b *graph.Builder, _, _, _ graph.ValueID) graph.ValueID { return graph.None },
}
