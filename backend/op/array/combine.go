package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// native are the number types that Go computes with.
type native interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// A combiner does y[at+i] = f(y[at+i], x[from+i]) for i < n.
type combiner func(y, x *op.Value, at, from, n int)

// combinerOf returns the combiner of a reduction ("none" copies) for an element
// type.
func combinerOf(reduction string, t tensor.Type) (combiner, error) {
	if reduction == "none" {
		return pick[combiner](t, move[uint8], move[uint16], move[uint32], move[uint64], move[complex128], move[string]), nil
	}
	var c combiner
	switch t {
	case tensor.Float32:
		c = combineNative[float32](reduction)
	case tensor.Float64:
		c = combineNative[float64](reduction)
	case tensor.Int8:
		c = combineNative[int8](reduction)
	case tensor.Int16:
		c = combineNative[int16](reduction)
	case tensor.Int32:
		c = combineNative[int32](reduction)
	case tensor.Int64:
		c = combineNative[int64](reduction)
	case tensor.Uint8:
		c = combineNative[uint8](reduction)
	case tensor.Uint16:
		c = combineNative[uint16](reduction)
	case tensor.Uint32:
		c = combineNative[uint32](reduction)
	case tensor.Uint64:
		c = combineNative[uint64](reduction)
	case tensor.Float16:
		c = combineNarrow(reduction, tensor.F16.Float32, tensor.ToF16)
	case tensor.BFloat16:
		c = combineNarrow(reduction, tensor.BF16.Float32, tensor.ToBF16)
	case tensor.Complex64:
		c = combineComplex[complex64](reduction)
	case tensor.Complex128:
		c = combineComplex[complex128](reduction)
	case tensor.Bool:
		c = combineBool(reduction)
	}
	if c == nil {
		return nil, fmt.Errorf("%w: reduction %s of %v", op.ErrUnsupported, reduction, t)
	}
	return c, nil
}

// move is the combiner that copies.
func move[T cell](y, x *op.Value, at, from, n int) {
	d, s := cells[T](y), cells[T](x)
	if n == 1 {
		d[at] = s[from]
		return
	}
	copy(d[at:at+n], s[from:from+n])
}

// reduce returns the function of two numbers that a reduction stands for, nil if
// there is none.
func reduce[T native](reduction string) func(a, b T) T {
	switch reduction {
	case "add":
		return func(a, b T) T { return a + b }
	case "mul":
		return func(a, b T) T { return a * b }
	case "max":
		return func(a, b T) T { return max(a, b) }
	case "min":
		return func(a, b T) T { return min(a, b) }
	}
	return nil
}

func combineNative[T native](reduction string) combiner {
	f := reduce[T](reduction)
	if f == nil {
		return nil
	}
	return func(y, x *op.Value, at, from, n int) {
		d, s := op.Data[T](y)[at:at+n], op.Data[T](x)[from:from+n]
		for i, v := range s {
			d[i] = f(d[i], v)
		}
	}
}

// combineNarrow rounds after every step, as arithmetic in the narrow type does.
func combineNarrow[T tensor.F16 | tensor.BF16](reduction string, widen func(T) float32, round func(float64) T) combiner {
	f := reduce[float32](reduction)
	if f == nil {
		return nil
	}
	return func(y, x *op.Value, at, from, n int) {
		d, s := op.Data[T](y)[at:at+n], op.Data[T](x)[from:from+n]
		for i, v := range s {
			d[i] = round(float64(f(widen(d[i]), widen(v))))
		}
	}
}

// combineComplex has no order, so neither a maximum nor a minimum.
func combineComplex[T complex64 | complex128](reduction string) combiner {
	switch reduction {
	case "add":
		return func(y, x *op.Value, at, from, n int) {
			for i, v := range op.Data[T](x)[from : from+n] {
				op.Data[T](y)[at+i] += v
			}
		}
	case "mul":
		return func(y, x *op.Value, at, from, n int) {
			for i, v := range op.Data[T](x)[from : from+n] {
				op.Data[T](y)[at+i] *= v
			}
		}
	}
	return nil
}

// combineBool computes with false as 0 and true as anything else: sums and
// maxima are true where an element is, products and minima where both are.
func combineBool(reduction string) combiner {
	either := reduction == "add" || reduction == "max"
	return func(y, x *op.Value, at, from, n int) {
		d := op.Data[bool](y)[at : at+n]
		for i, v := range op.Data[bool](x)[from : from+n] {
			if v == either {
				d[i] = v
			}
		}
	}
}
