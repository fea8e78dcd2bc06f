package math

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// einsum is Einsum: sums of products by an equation such as "bij,bjk->bik". It
// is computed from the left, two operands at a time, each step a batch of
// products of matrices; see einsumstep.go.
type einsum struct{ eq *equation }

func newEinsum(n *graph.Node) (op.Op, error) {
	eq, err := parseEquation(n.Str("equation", ""))
	if err != nil {
		return nil, fmt.Errorf("%w: equation %q: %v", op.ErrAttr, n.Str("equation", ""), err)
	}
	return &einsum{eq}, nil
}

func (o *einsum) Infer(in, out []op.Info) error {
	if err := elementwise.SameType(in); err != nil {
		return err
	}
	if len(in) != len(o.eq.terms) {
		return fmt.Errorf("%w: %d inputs, the equation has %d terms", op.ErrInput, len(in), len(o.eq.terms))
	}
	var dims [maxLabels]int
	ellipsis, ranked := 0, true
	for i := range dims {
		dims[i] = 1
	}
	for i := range in {
		ranked = ranked && in[i].Ranked
	}
	if !ranked {
		out[0].TensorOfRank(in[0].Type, -1)
		return nil
	}
	for i := range in {
		var err error
		if ellipsis, err = o.eq.size(i, in[i].Shape, dims[:], ellipsis); err != nil {
			return err
		}
	}
	out[0].Tensor(in[0].Type)
	for _, l := range o.eq.out {
		if l != dots {
			out[0].Shape = append(out[0].Shape, dims[l])
			continue
		}
		out[0].Shape = append(out[0].Shape, dims[firstDot+maxDots-ellipsis:firstDot+maxDots]...)
	}
	return nil
}

func (o *einsum) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	switch t := elementwise.Wide(in[0].Type); t {
	case tensor.Float32:
		return widen(e.Set, &einsumKernel[float32]{o.eq, multiply32(e.Set)}, t, in, out), nil
	case tensor.Float64:
		return &einsumKernel[float64]{o.eq, multiply[float64]}, nil
	case tensor.Int8:
		return &einsumKernel[int8]{o.eq, multiply[int8]}, nil
	case tensor.Int16:
		return &einsumKernel[int16]{o.eq, multiply[int16]}, nil
	case tensor.Int32:
		return &einsumKernel[int32]{o.eq, multiply[int32]}, nil
	case tensor.Int64:
		return &einsumKernel[int64]{o.eq, multiply[int64]}, nil
	case tensor.Uint8:
		return &einsumKernel[uint8]{o.eq, multiply[uint8]}, nil
	case tensor.Uint16:
		return &einsumKernel[uint16]{o.eq, multiply[uint16]}, nil
	case tensor.Uint32:
		return &einsumKernel[uint32]{o.eq, multiply[uint32]}, nil
	case tensor.Uint64:
		return &einsumKernel[uint64]{o.eq, multiply[uint64]}, nil
	}
	return nil, elementwise.Unsupported(in[0].Type)
}

// multiply adds the product of contiguous m×k and k×n matrices to c, rows of
// which are n long.
func multiply[T number](m, n, k int, a, b, c, _ []T) {
	for i := range m {
		y := c[i*n : (i+1)*n]
		clear(y)
		for p := range k {
			addScaled(y, a[i*k+p], b[p*n:])
		}
	}
}

// multiply32 is that in float32, with memory to pack b in.
func multiply32(s *kernels.Set) func(m, n, k int, a, b, c, packed []float32) {
	return func(m, n, k int, a, b, c, packed []float32) {
		kernels.Pack(packed, k, n, b, n, 1)
		s.Gemm(m, n, k, a, k, packed, c, n, nil)
	}
}
