package math

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// newMod parses Mod: the rest of a division rounded down (the sign is the
// divisor's), or with fmod rounded towards zero (the sign is the dividend's).
func newMod(n *graph.Node) (op.Op, error) {
	trunc := n.Int("fmod", 0)
	if trunc != 0 && trunc != 1 {
		return nil, fmt.Errorf("%w: fmod is %d, want 0 or 1", op.ErrAttr, trunc)
	}
	return &elementwise.Op{Arity: 2, Ints: modInts, Loop: func(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		const cost = 3
		switch elementwise.Wide(in[0].Type) {
		case tensor.Float32:
			return elementwise.Zip(10, modFloats[float32](trunc == 1)), nil
		case tensor.Float64:
			return elementwise.Zip(10, modFloats[float64](trunc == 1)), nil
		case tensor.Int8:
			return elementwise.Try(cost, modIntegers[int8](trunc == 1)), nil
		case tensor.Int16:
			return elementwise.Try(cost, modIntegers[int16](trunc == 1)), nil
		case tensor.Int32:
			return elementwise.Try(cost, modIntegers[int32](trunc == 1)), nil
		case tensor.Int64:
			return elementwise.Try(cost, modIntegers[int64](trunc == 1)), nil
		case tensor.Uint8:
			return elementwise.Try(cost, modIntegers[uint8](trunc == 1)), nil
		case tensor.Uint16:
			return elementwise.Try(cost, modIntegers[uint16](trunc == 1)), nil
		case tensor.Uint32:
			return elementwise.Try(cost, modIntegers[uint32](trunc == 1)), nil
		case tensor.Uint64:
			return elementwise.Try(cost, modIntegers[uint64](trunc == 1)), nil
		}
		return elementwise.Loop{}, elementwise.Unsupported(in[0].Type)
	}}, nil
}

// modFloats is exact: the rest of float32 numbers is one itself.
func modFloats[T float32 | float64](trunc bool) func(dst, x, y []T) {
	return func(dst, x, y []T) {
		for i := range dst {
			b := float64(y[i])
			r := math.Mod(float64(x[i]), b)
			switch {
			case trunc:
			case r == 0:
				r = math.Copysign(0, b)
			case r < 0 != (b < 0):
				r += b
			}
			dst[i] = T(r)
		}
	}
}

func modIntegers[T integer](trunc bool) func(dst, x, y []T) error {
	return func(dst, x, y []T) error {
		for i := range dst {
			if y[i] == 0 {
				return fmt.Errorf("%w: remainder of %v by zero", op.ErrInput, x[i])
			}
			r := x[i] % y[i]
			if !trunc && r != 0 && r < 0 != (y[i] < 0) {
				r += y[i]
			}
			dst[i] = r
		}
		return nil
	}
}

// modInts is Mod of sizes, which are not negative: both roundings agree.
func modInts(x, y int) int {
	switch {
	case y == 1:
		return 0
	case op.Known(x) && op.Known(y) && x >= 0 && y > 0:
		return x % y
	}
	return op.Unknown
}
