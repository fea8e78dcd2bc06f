package elementwise

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// maxInts is the length of integer tensors whose values are followed: shapes,
// and what is computed from them.
const maxInts = 64

// Ints returns what is known of the value of a small integer tensor of rank 0
// or 1; nil for nothing.
func Ints(x *op.Info) []int {
	if x.Ints != nil {
		return x.Ints
	}
	if x.Const == nil || x.Const.Rank() > 1 || x.Const.Len() > maxInts ||
		x.Type != tensor.Int64 && x.Type != tensor.Int32 {
		return nil
	}
	x.Integers()
	return x.Ints
}

// PropagateInts sets out.Ints from those of two operands, element by element,
// where both are known and out's shape is that of one of them.
func PropagateInts(out, x, y *op.Info, f func(x, y int) int) {
	if !out.Static() || len(out.Shape) > 1 {
		return
	}
	a, b := Ints(x), Ints(y)
	if len(a) == 0 || len(b) == 0 {
		return
	}
	n := max(len(a), len(b))
	if len(a) != n && len(a) != 1 || len(b) != n && len(b) != 1 || out.Len() != n {
		return
	}
	for i := range n {
		out.Ints = append(out.Ints, Exact(out.Type, f(Exact(x.Type, a[i%len(a)]), Exact(y.Type, b[i%len(b)]))))
	}
}

// Exact returns v, or Unknown where an element of type t may be another number:
// it has been cut to the range of integers that are followed (see
// [op.AppendInts]), or wraps around.
func Exact(t tensor.Type, v int) int {
	if v == op.Unknown+1 || v >= math.MaxInt/2 || t == tensor.Int32 && op.Known(v) && v != int(int32(v)) {
		return op.Unknown
	}
	return v
}
