package onnx

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// sparse reads a SparseTensorProto and makes it dense: zeros (empty strings)
// but for the listed elements. Its name is that of its values.
//
// Indices are positions in the flat tensor, shape (nnz), or one index an axis,
// shape (nnz, rank); either way ascending, without repetition.
func (d *decoder) sparse(m message) (name string, t *tensor.Tensor, err error) {
	var values, indices *tensor.Tensor
	var dims []int64
	err = m.each(func(f field) (err error) {
		switch f.num {
		case 1:
			name, values, err = d.tensor(f.sub)
		case 2:
			_, indices, err = d.tensor(f.sub)
		case 3:
			err = f.integers(&dims)
		}
		return err
	})
	if err != nil {
		return name, nil, err
	}
	if values == nil || indices == nil {
		return name, nil, bad(m.at, "sparse tensor without values or indices")
	}
	shape, n, err := shapeOf(m.at, dims)
	if err != nil {
		return name, nil, err
	}
	if d.sparseElements += int64(n); d.sparseElements > d.limits.Sparse || d.sparseElements < 0 {
		return name, nil, over(m.at, "more than %d elements in all sparse tensors, made dense", d.limits.Sparse)
	}
	if err := d.admit(m.at, n); err != nil {
		return name, nil, err
	}
	at, err := positions(m.at, indices, values.Len(), shape)
	if err != nil {
		return name, nil, err
	}
	t = tensor.New(values.Type(), shape...)
	for i, p := range at {
		if t.Type() == tensor.String {
			t.Strings()[p] = values.Strings()[i]
			continue
		}
		size := t.Type().Size()
		copy(t.Bytes()[p*size:(p+1)*size], values.Bytes()[i*size:])
	}
	return name, t, nil
}

// positions turns the indices of nnz elements into positions in a flat tensor.
func positions(at int, indices *tensor.Tensor, nnz int, shape []int) ([]int, error) {
	linear := slices.Equal(indices.Shape(), []int{nnz})
	if indices.Type() != tensor.Int64 || !linear && !slices.Equal(indices.Shape(), []int{nnz, len(shape)}) {
		return nil, bad(at, "indices are %v, want int64[%d] or int64[%d %d]", indices, nnz, nnz, len(shape))
	}
	n, _ := tensor.Elements(shape)
	x := tensor.Data[int64](indices)
	ps := make([]int, nnz)
	for i := range ps {
		p := 0
		if linear {
			if x[i] < 0 || x[i] >= int64(n) {
				return nil, bad(at, "index %d is not in 0...%d", x[i], n-1)
			}
			p = int(x[i])
		} else {
			for axis, size := range shape {
				v := x[i*len(shape)+axis]
				if v < 0 || v >= int64(size) {
					return nil, bad(at, "index %d is not in 0...%d, on axis %d", v, size-1, axis)
				}
				p = p*size + int(v)
			}
		}
		if n == 0 || i > 0 && p <= ps[i-1] {
			return nil, bad(at, "indices are not ascending, at element %d", i)
		}
		ps[i] = p
	}
	return ps, nil
}
