package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// extractor is ArrayFeatureExtractor: elements of the last axis, chosen by a list
// of indices.
//
//	Z[..., k] = X[..., Y[k]]
//
// An X of rank 1 counts as one row, so that Z has rank 2.
type extractor struct{}

func newExtractor(*graph.Node) (op.Op, error) { return extractor{}, nil }

func (extractor) Infer(in, out []op.Info) error {
	if err := checkTensors(in, 2); err != nil {
		return err
	}
	x, y := &in[0], &in[1]
	switch {
	case y.Type != tensor.Int64:
		return fmt.Errorf("%w: indices are %v", op.ErrType, y.Type)
	case !x.Ranked || !y.Ranked:
		out[0].TensorOfRank(x.Type, -1)
		return nil
	case len(x.Shape) == 0:
		return fmt.Errorf("%w: input is a scalar", op.ErrShape)
	}
	n := op.Product(y.Shape)
	if len(y.Shape) == 1 {
		n = y.Shape[0]
	}
	out[0].Tensor(x.Type)
	if len(x.Shape) == 1 {
		out[0].Shape = append(out[0].Shape, 1)
	}
	out[0].Shape = append(append(out[0].Shape, x.Shape[:len(x.Shape)-1]...), n)
	return nil
}

func (extractor) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch {
	case in[0].Type == tensor.String:
		return extractKernel{func(y, x *op.Value, index []int64, c, lo, hi int) {
			extract(y.Strings, x.Strings, index, c, lo, hi)
		}}, nil
	case in[0].Type.Size() == 4:
		return extractKernel{extractAs[uint32]}, nil
	case in[0].Type.Size() == 8:
		return extractKernel{extractAs[uint64]}, nil
	}
	return nil, fmt.Errorf("%w: input is %v", op.ErrType, in[0].Type)
}

type extractKernel struct {
	rows func(y, x *op.Value, index []int64, c, lo, hi int)
}

func (extractKernel) Resolve(f *op.Frame) error {
	f.Split(f.Out[0].Len(), 1)
	return nil
}

func (k extractKernel) Run(f *op.Frame, phase, chunk, _ int) error {
	x, index := f.In[0], op.Data[int64](f.In[1])[:f.In[1].Len()]
	c := x.Shape[len(x.Shape)-1]
	for _, i := range index {
		if i < 0 || i >= int64(c) {
			return fmt.Errorf("%w: index %d of %d features", op.ErrInput, i, c)
		}
	}
	lo, hi := f.Span(phase, chunk, f.Out[0].Len())
	k.rows(f.Out[0], x, index, c, lo, hi)
	return nil
}

func extractAs[T tensor.Element](y, x *op.Value, index []int64, c, lo, hi int) {
	extract(op.Data[T](y), op.Data[T](x), index, c, lo, hi)
}

// extract sets elements lo to hi of y.
func extract[T any](y, x []T, index []int64, c, lo, hi int) {
	n := len(index)
	for i := lo; i < hi; {
		row := i / n
		for k := i - row*n; k < n && i < hi; k++ {
			y[i] = x[row*c+int(index[k])]
			i++
		}
	}
}
