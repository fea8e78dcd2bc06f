package quant

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// inferProduct infers Y = A·B as of numpy's matmul: the last two dims are
// matrices, those before broadcast, and a vector is a row as A and a column as
// B.
func inferProduct(out *op.Info, t tensor.Type, a, b *op.Info) error {
	if !a.Ranked || !b.Ranked {
		out.TensorOfRank(t, -1)
		return nil
	}
	ra, rb := len(a.Shape), len(b.Shape)
	if ra == 0 || rb == 0 {
		return fmt.Errorf("%w: ranks are %d and %d", op.ErrShape, ra, rb)
	}
	if ka, kb := a.Shape[ra-1], b.Shape[max(0, rb-2)]; op.Clash(ka, kb) {
		return fmt.Errorf("%w: K is %d in A but %d in B", op.ErrShape, ka, kb)
	}
	out.Tensor(t)
	s, err := op.Broadcast(out.Shape, a.Shape[:max(0, ra-2)], b.Shape[:max(0, rb-2)])
	if err != nil {
		return err
	}
	if ra > 1 {
		s = append(s, a.Shape[ra-2])
	}
	if rb > 1 {
		s = append(s, b.Shape[rb-1])
	}
	out.Shape = s
	return nil
}

// batch is the sizes of matrices A [m k] and B [k n], and which of them belong
// to each matrix of Y.
type batch struct {
	m, n, k int
	count   int // matrices of Y
	aCount  int
	bCount  int
	a, b    []int // by matrix of Y

	strides, aStride, bStride []int
}

// set computes the sizes for actual shapes.
func (s *batch) set(a, b, y *op.Value) {
	ra, rb := len(a.Shape), len(b.Shape)
	s.m, s.n, s.k = 1, 1, a.Shape[ra-1]
	if ra > 1 {
		s.m = a.Shape[ra-2]
	}
	if rb > 1 {
		s.n = b.Shape[rb-1]
	}
	aDims, bDims := a.Shape[:max(0, ra-2)], b.Shape[:max(0, rb-2)]
	dims := y.Shape[:max(len(aDims), len(bDims))]
	s.count, s.aCount, s.bCount = op.Product(dims), op.Product(aDims), op.Product(bDims)
	s.strides = op.PlainStrides(s.strides[:0], aDims)
	s.aStride = op.BroadcastStrides(s.aStride[:0], aDims, s.strides, dims)
	s.strides = op.PlainStrides(s.strides[:0], bDims)
	s.bStride = op.BroadcastStrides(s.bStride[:0], bDims, s.strides, dims)
	s.a, s.b = grow(s.a, s.count), grow(s.b, s.count)
	for i := range s.count {
		x, y, rest := 0, 0, i
		for d := len(dims) - 1; d >= 0; d-- {
			x += rest % dims[d] * s.aStride[d]
			y += rest % dims[d] * s.bStride[d]
			rest /= dims[d]
		}
		s.a[i], s.b[i] = x, y
	}
}

// Parameters of a matrix's rows or columns (scales, zero points) are one value,
// one for each of n lines, or one for each line of each matrix.

// line returns the parameter of line i of a matrix of n lines.
func line(v []float32, matrix, n, i int) float32 {
	switch len(v) {
	case 0:
		return 0
	case 1:
		return v[0]
	case n:
		return v[i]
	}
	return v[matrix*n+i]
}

// checkLines says which parameter does not fit count matrices of n lines.
func checkLines(name string, v, n, count int) error {
	if v > 1 && v != n && v != n*count {
		return fmt.Errorf("%w: %s has %d elements for %d rows or columns", op.ErrShape, name, v, n)
	}
	return nil
}
