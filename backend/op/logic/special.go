package logic

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// newIsNaN parses IsNaN.
func newIsNaN(*graph.Node) (op.Op, error) {
	return floatTest(func(x float32) bool { return x != x }, func(x float64) bool { return x != x }), nil
}

// newIsInf parses IsInf, which may be told to leave out either sign.
func newIsInf(n *graph.Node) (op.Op, error) {
	neg, pos := n.Int("detect_negative", 1) != 0, n.Int("detect_positive", 1) != 0
	return floatTest(isInf[float32](neg, pos), isInf[float64](neg, pos)), nil
}

// isInf tests for infinities: numbers that halving does not change, but 0.
func isInf[T float32 | float64](neg, pos bool) func(T) bool {
	return func(x T) bool {
		inf := x == x/2 && x != 0
		return inf && (pos && x > 0 || neg && x < 0)
	}
}

// floatTest is a predicate of floating-point numbers.
func floatTest(f32 func(float32) bool, f64 func(float64) bool) *elementwise.Op {
	return &elementwise.Op{Arity: 1,
		Type: func([]op.Info) (tensor.Type, error) { return tensor.Bool, nil },
		Loop: func(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
			switch elementwise.Wide(in[0].Type) {
			case tensor.Float32:
				return elementwise.MapEach(1, f32), nil
			case tensor.Float64:
				return elementwise.MapEach(1, f64), nil
			}
			return elementwise.Loop{}, elementwise.Unsupported(in[0].Type)
		}}
}
