package math

import (
	"math"

	"github.com/sardonyx-go/sardonyx/kernels"
)

// A reducer is one way to reduce numbers, in two forms: along a row to a
// number, and of many rows to one, column by column.
type reducer[T number] struct {
	empty T // of no elements

	// row adds the elements of x to acc. m is what first gives for the whole
	// set, tmp as long as x.
	row func(acc T, x []T, m T, tmp []T) T
	// cols adds x to acc, element by element.
	cols func(acc, x, m, tmp []T)
	// many is cols for n rows that are ld apart; nil: row by row.
	many func(acc, x []T, ld, n int)
	// finish makes results of sums of n elements each, in place; nil: they are.
	finish func(acc, m []T, n int)
	// first is reduced before, if not nil.
	first *reducer[T]

	elements int // of a row that row takes at a time
}

// float32Reducer uses the vector kernels.
func float32Reducer(s *kernels.Set, name string) *reducer[float32] {
	r := floatReducer[float32](name)
	switch name {
	case "Sum", "Mean", "LogSum":
		r.row = func(acc float32, x []float32, _ float32, _ []float32) float32 { return acc + s.Sum(x) }
		r.cols = func(acc, x, _, _ []float32) { s.Add(acc, acc, x) }
		r.many = func(acc, x []float32, ld, n int) { s.AccumulateRows(acc, x, ld, n, len(acc)) }
		r.elements = math.MaxInt
	case "SumSquare", "L2":
		r.row = func(acc float32, x []float32, _ float32, _ []float32) float32 { return acc + s.SumSquares(x, 0) }
		r.cols = func(acc, x, _, tmp []float32) {
			s.Mul(tmp, x, x)
			s.Add(acc, acc, tmp)
		}
		r.elements = math.MaxInt
	case "L1":
		r.row = func(acc float32, x []float32, _ float32, tmp []float32) float32 {
			s.Abs(tmp, x)
			return acc + s.Sum(tmp)
		}
		r.cols = func(acc, x, _, tmp []float32) {
			s.Abs(tmp, x)
			s.Add(acc, acc, tmp)
		}
	case "Max":
		useMax(r, s)
	case "Min":
		r.row = func(acc float32, x []float32, _ float32, _ []float32) float32 {
			if s.AnyNaN(x) {
				return float32(math.NaN())
			}
			return min(acc, s.MinOf(x))
		}
		r.cols = func(acc, x, _, _ []float32) { s.Min(acc, acc, x) }
		r.elements = math.MaxInt
	case "LogSumExp":
		r.row = func(acc float32, x []float32, m float32, tmp []float32) float32 {
			return acc + s.ExpSum(tmp, x, finite(m))
		}
		useMax(r.first, s)
	}
	return r
}

func useMax(r *reducer[float32], s *kernels.Set) {
	r.row = func(acc float32, x []float32, _ float32, _ []float32) float32 {
		if s.AnyNaN(x) {
			return float32(math.NaN())
		}
		return max(acc, s.MaxOf(x))
	}
	r.cols = func(acc, x, _, _ []float32) { s.Max(acc, acc, x) }
	r.elements = math.MaxInt
}

// floatReducer is the definition for floating-point types.
func floatReducer[T float32 | float64](name string) *reducer[T] {
	r := numberReducer[T](name)
	switch name {
	case "Max":
		r.empty = T(math.Inf(-1))
	case "Min":
		r.empty = T(math.Inf(1))
	case "LogSumExp":
		r.first = floatReducer[T]("Max")
		r.row = func(acc T, x []T, m T, _ []T) T {
			for _, v := range x {
				acc += T(math.Exp(float64(v - finite(m))))
			}
			return acc
		}
		r.cols = func(acc, x, m, _ []T) {
			for i, v := range x {
				acc[i] += T(math.Exp(float64(v - finite(m[i]))))
			}
		}
		r.finish = func(acc, m []T, _ int) {
			for i, v := range acc {
				acc[i] = T(math.Log(float64(v))) + finite(m[i])
			}
		}
	}
	return r
}

// finite returns what to subtract before an exponential: 0 for an infinity.
func finite[T float32 | float64](m T) T {
	if math.IsInf(float64(m), 0) {
		return 0
	}
	return m
}

// integerReducer is the definition for integers but for LogSumExp; roots and
// logarithms are computed in float64 and truncated.
func integerReducer[T integer](name string) *reducer[T] {
	r := numberReducer[T](name)
	low := lowest[T]()
	r.elements = math.MaxInt
	switch name {
	case "Sum", "LogSum":
		r.row = sumInts[T]
	case "Max":
		r.empty = low
	case "Min":
		r.empty = ^low
	case "Mean":
		r.row = sumInts[T]
		mean := r.finish
		r.finish = func(acc, m []T, n int) {
			if n > 0 { // of no elements: 0
				mean(acc, m, n)
			}
		}
	case "L1":
		if low == 0 { // no signs
			r = numberReducer[T]("Sum")
		}
	}
	return r
}

// sumInts adds integers, in any order: four sums do not wait for each other.
func sumInts[T integer](acc T, x []T, _ T, _ []T) T {
	var b, c, d T
	for ; len(x) >= 8; x = x[8:] {
		v := x[:8:8]
		acc += v[0] + v[4]
		b += v[1] + v[5]
		c += v[2] + v[6]
		d += v[3] + v[7]
	}
	for _, v := range x {
		acc += v
	}
	return acc + b + c + d
}

// lowest returns the least value of an integer type.
func lowest[T integer]() T {
	var zero T
	if ^zero > 0 {
		return 0
	}
	x := T(1)
	for x > 0 {
		x <<= 1
	}
	return x
}

// numberReducer is what integers and floating-point types share.
func numberReducer[T number](name string) *reducer[T] {
	r := &reducer[T]{elements: reduceTile}
	var f func(acc, x T) T
	switch name {
	case "Sum", "Mean", "LogSum", "LogSumExp":
		f = func(acc, x T) T { return acc + x }
	case "L1":
		f = func(acc, x T) T { return acc + max(x, -x) }
	case "L2", "SumSquare":
		f = func(acc, x T) T { return acc + T(x*x) }
	case "Prod":
		r.empty = 1
		f = func(acc, x T) T { return acc * x }
	case "Max":
		f = func(acc, x T) T { return max(acc, x) }
	case "Min":
		f = func(acc, x T) T { return min(acc, x) }
	}
	r.row = func(acc T, x []T, _ T, _ []T) T {
		for _, v := range x {
			acc = f(acc, v)
		}
		return acc
	}
	r.cols = func(acc, x, _, _ []T) {
		for i, v := range x {
			acc[i] = f(acc[i], v)
		}
	}
	switch name { // the same, without a call for each element
	case "Sum", "Mean", "LogSum":
		r.row = func(acc T, x []T, _ T, _ []T) T {
			for _, v := range x {
				acc += v
			}
			return acc
		}
		r.cols = func(acc, x, _, _ []T) {
			for i, v := range x[:len(acc)] {
				acc[i] += v
			}
		}
	case "Max":
		r.row = func(acc T, x []T, _ T, _ []T) T {
			for _, v := range x {
				acc = max(acc, v)
			}
			return acc
		}
		r.cols = func(acc, x, _, _ []T) {
			for i, v := range x[:len(acc)] {
				acc[i] = max(acc[i], v)
			}
		}
	case "Min":
		r.row = func(acc T, x []T, _ T, _ []T) T {
			for _, v := range x {
				acc = min(acc, v)
			}
			return acc
		}
		r.cols = func(acc, x, _, _ []T) {
			for i, v := range x[:len(acc)] {
				acc[i] = min(acc[i], v)
			}
		}
	}
	switch name {
	case "Mean":
		r.finish = func(acc, _ []T, n int) {
			for i := range acc {
				acc[i] /= T(n)
			}
		}
	case "L2":
		r.finish = func(acc, _ []T, _ int) {
			for i, v := range acc {
				acc[i] = T(math.Sqrt(float64(v)))
			}
		}
	case "LogSum":
		r.finish = func(acc, _ []T, _ int) {
			for i, v := range acc {
				acc[i] = T(math.Log(float64(v)))
			}
		}
	}
	return r
}
