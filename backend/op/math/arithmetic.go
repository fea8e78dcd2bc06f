package math

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// number is any element type that Go calculates with.
type number interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// arithmetic is what Add, Sub, Mul, Div, Max and Min have in common: a loop of
// two operands in every number type, and vector kernels for float32.
type arithmetic struct {
	name string
	ints func(x, y int) int
}

// newArithmetic parses Add, Sub, Mul and Div. Up to version 6 shapes broadcast
// only where an attribute says so, and B may be aligned at an axis of A.
func newArithmetic(name string, ints func(x, y int) int) func(*graph.Node) (op.Op, error) {
	a := arithmetic{name, ints}
	return func(n *graph.Node) (op.Op, error) {
		o := &elementwise.Op{Arity: 2, Loop: a.loop, Ints: ints, Gradient: a.gradient}
		if n.Version < 7 {
			o.Tail = elementwise.LegacyTail(n)
		}
		return o, nil
	}
}

// newFold parses Max, Min and Sum, which take any number of inputs.
func newFold(name string, ints func(x, y int) int) func(*graph.Node) (op.Op, error) {
	a := arithmetic{name, ints}
	return func(n *graph.Node) (op.Op, error) {
		return &elementwise.Op{Loop: a.loop, Ints: ints, Gradient: a.gradient}, nil
	}
}

// newMean parses Mean: a sum, divided by the number of inputs.
func newMean(n *graph.Node) (op.Op, error) {
	a := arithmetic{name: "Add"}
	return &elementwise.Op{Loop: a.loop, After: func(s *kernels.Set, in []op.Info) func([]byte) {
		count := len(in)
		if in[0].Type == tensor.Float64 {
			return func(dst []byte) {
				x := tensor.View[float64](dst)
				for i := range x {
					x[i] /= float64(count)
				}
			}
		}
		return func(dst []byte) {
			x := tensor.View[float32](dst)
			s.DivScalar(x, x, float32(count))
		}
	}}, nil
}

func (a arithmetic) loop(s *kernels.Set, in []op.Info) (elementwise.Loop, error) {
	switch elementwise.Wide(in[0].Type) {
	case tensor.Float32:
		return a.float32(s), nil
	case tensor.Float64:
		return elementwise.Zip(0.5, floats[float64](a.name)), nil
	case tensor.Int8:
		return integers[int8](a.name), nil
	case tensor.Int16:
		return integers[int16](a.name), nil
	case tensor.Int32:
		return integers[int32](a.name), nil
	case tensor.Int64:
		return integers[int64](a.name), nil
	case tensor.Uint8:
		return integers[uint8](a.name), nil
	case tensor.Uint16:
		return integers[uint16](a.name), nil
	case tensor.Uint32:
		return integers[uint32](a.name), nil
	case tensor.Uint64:
		return integers[uint64](a.name), nil
	}
	return elementwise.Loop{}, elementwise.Unsupported(in[0].Type)
}

// float32 returns the vector kernels, with forms for one repeated element.
func (a arithmetic) float32(s *kernels.Set) elementwise.Loop {
	const cost = 0.25
	swap := func(f func(dst, x []float32, y float32)) func(dst []float32, x float32, y []float32) {
		return func(dst []float32, x float32, y []float32) { f(dst, y, x) }
	}
	switch a.name {
	case "Add":
		return elementwise.WithScalars(elementwise.Zip(cost, s.Add), swap(s.AddScalar), s.AddScalar)
	case "Sub":
		return elementwise.WithScalars(elementwise.Zip(cost, s.Sub), swap(s.RSubScalar), s.SubScalar)
	case "Mul":
		return elementwise.WithScalars(elementwise.Zip(cost, s.Mul), swap(s.MulScalar), s.MulScalar)
	case "Div":
		return elementwise.WithScalars(elementwise.Zip(cost, s.Div), swap(s.RDivScalar), s.DivScalar)
	case "Max":
		return elementwise.Zip(cost, s.Max)
	case "Min":
		return elementwise.Zip(cost, s.Min)
	}
	panic("math: no float32 loop for " + a.name)
}

// floats returns the loop of an operator for a type that has infinities.
func floats[T float32 | float64](name string) func(dst, x, y []T) {
	if name == "Div" {
		return func(dst, x, y []T) {
			for i := range dst {
				dst[i] = x[i] / y[i]
			}
		}
	}
	return numbers[T](name)
}

// integers returns the loop of an operator for a type that must not be divided
// by zero.
func integers[T integer](name string) elementwise.Loop {
	if name == "Div" {
		return elementwise.Try(2, divide[T])
	}
	return elementwise.Zip(0.5, numbers[T](name))
}

// numbers returns the loop of an operator that is the same for all types.
func numbers[T number](name string) func(dst, x, y []T) {
	switch name {
	case "Add":
		return func(dst, x, y []T) {
			x, y = x[:len(dst)], y[:len(dst)]
			for i := range dst {
				dst[i] = x[i] + y[i]
			}
		}
	case "Sub":
		return func(dst, x, y []T) {
			x, y = x[:len(dst)], y[:len(dst)]
			for i := range dst {
				dst[i] = x[i] - y[i]
			}
		}
	case "Mul":
		return func(dst, x, y []T) {
			x, y = x[:len(dst)], y[:len(dst)]
			for i := range dst {
				dst[i] = x[i] * y[i]
			}
		}
	case "Max":
		return func(dst, x, y []T) {
			x, y = x[:len(dst)], y[:len(dst)]
			if unsafe.Sizeof(*new(T)) == 1 { // bytes are not moved by condition, words are
				for i := range dst {
					dst[i] = T(max(int32(x[i]), int32(y[i])))
				}
				return
			}
			for i := range dst {
				dst[i] = max(x[i], y[i])
			}
		}
	case "Min":
		return func(dst, x, y []T) {
			x, y = x[:len(dst)], y[:len(dst)]
			if unsafe.Sizeof(*new(T)) == 1 {
				for i := range dst {
					dst[i] = T(min(int32(x[i]), int32(y[i])))
				}
				return
			}
			for i := range dst {
				dst[i] = min(x[i], y[i])
			}
		}
	}
	panic("math: no loop for " + name)
}

// divide truncates towards zero, as Go does; the least negative number by -1
// is itself.
func divide[T integer](dst, x, y []T) error {
	for i := range dst {
		if y[i] == 0 {
			return fmt.Errorf("%w: division of %v by zero", op.ErrInput, x[i])
		}
		dst[i] = x[i] / y[i]
	}
	return nil
}

// What arithmetic makes of sizes and symbols: a number, a symbol that stays, or
// op.Unknown.

func addInts(x, y int) int {
	switch {
	case op.Known(x) && op.Known(y):
		return known(x + y)
	case x == 0:
		return y
	case y == 0:
		return x
	}
	return op.Unknown
}

func subInts(x, y int) int {
	switch {
	case op.Known(x) && op.Known(y):
		return known(x - y)
	case y == 0:
		return x
	case op.Same(x, y):
		return 0
	}
	return op.Unknown
}

func mulInts(x, y int) int {
	switch {
	case op.Known(x) && op.Known(y):
		return known(x * y)
	case x == 0 || y == 0:
		return 0
	case x == 1:
		return y
	case y == 1:
		return x
	}
	return op.Unknown
}

func divInts(x, y int) int {
	switch {
	case op.Known(x) && op.Known(y) && y != 0:
		return x / y
	case y == 1:
		return x
	}
	return op.Unknown
}

func maxInts(x, y int) int {
	switch {
	case op.Known(x) && op.Known(y):
		return max(x, y)
	case op.Same(x, y), isSize(x) && op.Known(y) && y <= 0:
		return x
	case isSize(y) && op.Known(x) && x <= 0:
		return y
	}
	return op.Unknown
}

// isSize reports whether x is a symbol, which stands for a size and is not
// negative.
func isSize(x int) bool { return x < op.Unknown }

func minInts(x, y int) int {
	switch {
	case op.Known(x) && op.Known(y):
		return min(x, y)
	case op.Same(x, y), isSize(y) && op.Known(x) && x <= 0:
		return x
	case isSize(x) && op.Known(y) && y <= 0:
		return y
	}
	return op.Unknown
}

// known returns x where it can be told from a symbol.
func known(x int) int {
	if !op.Known(x) || x > math.MaxInt/2 {
		return op.Unknown
	}
	return x
}

// gradient is that of Add and Sum, Sub, Mul and Div; Max and Min have none. It
// is undone for what has been broadcast.
func (a arithmetic) gradient(b *graph.Builder, n *graph.Node, dy graph.ValueID) ([]graph.ValueID, error) {
	if n.Version < 7 && n.Has("axis") {
		return nil, fmt.Errorf("%w where an operand is aligned at an axis (version %d)", op.ErrNoGradient, n.Version)
	}
	dx := make([]graph.ValueID, len(n.Inputs))
	for i := range dx {
		dx[i] = dy
	}
	x := n.Inputs
	switch a.name {
	case "Add":
	case "Sub":
		dx[1] = op.Emit(b, "Neg", dy)
	case "Mul":
		dx[0], dx[1] = op.Emit(b, "Mul", dy, x[1]), op.Emit(b, "Mul", dy, x[0])
	case "Div": // d(x/y) = (dx - x/y dy) / y
		dx[0] = op.Emit(b, "Div", dy, x[1])
		dx[1] = op.Emit(b, "Neg", op.Emit(b, "Mul", dx[0], n.Outputs[0]))
	default:
		return nil, op.ErrNoGradient
	}
	for i := range dx {
		dx[i] = op.SumTo(b, dx[i], &b.Graph.Values[n.Outputs[0]].Type, x[i])
	}
	return dx, nil
}
