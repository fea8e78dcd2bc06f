package math

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A function is an elementwise operator of one floating-point input and no
// attributes. Integers, where the specification allows them, are computed in
// float64 and truncated.
type function struct {
	f32  func(s *kernels.Set, dst, x []float32) // nil: computed in float64
	f64  func(x float64) float64
	cost float64 // of f32, nanoseconds an element
}

var functions = map[string]function{
	"Acos":       {nil, math.Acos, 10},
	"Acosh":      {nil, math.Acosh, 20},
	"Asin":       {nil, math.Asin, 10},
	"Asinh":      {nil, math.Asinh, 20},
	"Atan":       {nil, math.Atan, 10},
	"Atanh":      {nil, math.Atanh, 20},
	"Ceil":       {(*kernels.Set).Ceil, math.Ceil, 0.2},
	"Cos":        {(*kernels.Set).Cos, math.Cos, 8},
	"Cosh":       {nil, math.Cosh, 15},
	"Erf":        {(*kernels.Set).Erf, math.Erf, 0.4},
	"Exp":        {(*kernels.Set).Exp, math.Exp, 0.3},
	"Floor":      {(*kernels.Set).Floor, math.Floor, 0.2},
	"HardSwish":  {(*kernels.Set).HardSwish, hardSwish, 0.2},
	"Log":        {(*kernels.Set).Log, math.Log, 0.4},
	"Mish":       {mish32, mish, 2},
	"Reciprocal": {(*kernels.Set).Reciprocal, func(x float64) float64 { return 1 / x }, 0.4},
	"Round":      {(*kernels.Set).Round, math.RoundToEven, 0.2},
	"Sigmoid":    {(*kernels.Set).Sigmoid, sigmoid, 0.4},
	"Sin":        {(*kernels.Set).Sin, math.Sin, 8},
	"Sinh":       {nil, math.Sinh, 15},
	"Softplus":   {(*kernels.Set).Softplus, softplus, 1},
	"Softsign":   {softsign32, func(x float64) float64 { return x / (1 + math.Abs(x)) }, 1},
	"Sqrt":       {(*kernels.Set).Sqrt, math.Sqrt, 0.4},
	"Tan":        {nil, math.Tan, 15},
	"Tanh":       {(*kernels.Set).Tanh, math.Tanh, 0.4},
}

// newFunction parses the operators of the table above.
func newFunction(n *graph.Node) (op.Op, error) {
	o := functions[n.Op].op(n.Op == "Mish")
	o.Gradient = elementwise.Unary(derivatives[n.Op])
	return o, nil
}

// op returns the operator; apart says that f32 must not work in place.
func (f function) op(apart bool) *elementwise.Op {
	return &elementwise.Op{Arity: 1, Loop: func(s *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		switch t := elementwise.Wide(in[0].Type); t {
		case tensor.Float32:
			if f.f32 == nil {
				return elementwise.MapEach(f.cost, func(x float32) float32 { return float32(f.f64(float64(x))) }), nil
			}
			l := elementwise.Map(f.cost, func(dst, x []float32) { f.f32(s, dst, x) })
			l.Apart = apart
			return l, nil
		case tensor.String, tensor.Bool, tensor.Complex64, tensor.Complex128:
			return elementwise.Loop{}, elementwise.Unsupported(t)
		}
		return elementwise.MapEach(20, f.f64), nil
	}}
}

func sigmoid(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func hardSwish(x float64) float64 { return x * max(0, min(1, x/6+0.5)) }

func softsign32(_ *kernels.Set, dst, x []float32) {
	for i, v := range x {
		dst[i] = v / (1 + max(v, -v))
	}
}

// mish is x·tanh(softplus(x)) (Misra, 2019).
func mish(x float64) float64 { return x * math.Tanh(softplus(x)) }

// mish32 uses tanh(log(1+e)) = e(e+2)/(e(e+2)+2) with e the exponential of x,
// which is 1 in float32 for x of 20 and more.
func mish32(s *kernels.Set, dst, x []float32) {
	for i, v := range x {
		dst[i] = min(v, 20)
	}
	s.Exp(dst, dst)
	for i, v := range x {
		e := dst[i]
		t := float32(e * (e + 2))
		dst[i] = v * (t / (t + 2))
	}
}

// derivatives are the gradients of the functions that have one.
var derivatives = map[string]func(b *graph.Builder, x, y, dy graph.ValueID) graph.ValueID{
	"Cos": func(b *graph.Builder, x, _, dy graph.ValueID) graph.ValueID {
		return op.Emit(b, "Neg", op.Emit(b, "Mul", dy, op.Emit(b, "Sin", x)))
	},
	"Erf": func(b *graph.Builder, x, _, dy graph.ValueID) graph.ValueID { // 2/√π exp(-x²)
		bell := op.Emit(b, "Exp", op.Emit(b, "Neg", op.Emit(b, "Mul", x, x)))
		return op.Emit(b, "Mul", dy, op.Emit(b, "Mul", bell, op.Number(b, x, 2/math.Sqrt(math.Pi))))
	},
	"Exp": func(b *graph.Builder, _, y, dy graph.ValueID) graph.ValueID { return op.Emit(b, "Mul", dy, y) },
	"Log": func(b *graph.Builder, x, _, dy graph.ValueID) graph.ValueID { return op.Emit(b, "Div", dy, x) },
	"Reciprocal": func(b *graph.Builder, _, y, dy graph.ValueID) graph.ValueID { // -y²
		return op.Emit(b, "Neg", op.Emit(b, "Mul", dy, op.Emit(b, "Mul", y, y)))
	},
	"Sigmoid": func(b *graph.Builder, x, y, dy graph.ValueID) graph.ValueID { // y (1 - y)
		return op.Emit(b, "Mul", dy, op.Emit(b, "Mul", y, op.Emit(b, "Sub", op.Number(b, x, 1), y)))
	},
	"Sin": func(b *graph.Builder, x, _, dy graph.ValueID) graph.ValueID {
		return op.Emit(b, "Mul", dy, op.Emit(b, "Cos", x))
	},
	"Softplus": func(b *graph.Builder, x, _, dy graph.ValueID) graph.ValueID {
		return op.Emit(b, "Mul", dy, op.Emit(b, "Sigmoid", x))
	},
	"Sqrt": func(b *graph.Builder, x, y, dy graph.ValueID) graph.ValueID { // 1 / 2y
		return op.Emit(b, "Div", op.Emit(b, "Mul", dy, op.Number(b, x, 0.5)), y)
	},
	"Tanh": func(b *graph.Builder, x, y, dy graph.ValueID) graph.ValueID { // 1 - y²
		return op.Emit(b, "Mul", dy, op.Emit(b, "Sub", op.Number(b, x, 1), op.Emit(b, "Mul", y, y)))
	},
}
