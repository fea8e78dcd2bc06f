package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// topK is TopK: the k largest elements along an axis (or the smallest, version
// 11) in order, and their indices. Of equal elements the one with the lower index
// comes first; NaN counts as larger than any number. Elements are in order even
// where sorted is 0, which allows any.
//
// k is an attribute in version 1, input 1 from version 10 on.
type topK struct {
	axis    int
	largest bool
	k       int
	input   bool
}

func newTopK(n *graph.Node) (op.Op, error) {
	o := topK{axis: n.Int("axis", -1), largest: n.Int("largest", 1) != 0, k: n.Int("k", -1), input: n.Version >= 10}
	if !o.input && o.k < 0 {
		return nil, fmt.Errorf("%w: k is %d", op.ErrAttr, o.k)
	}
	return o, nil
}

func (o topK) Reads() []int {
	if o.input {
		return []int{1}
	}
	return nil
}

func (o topK) Infer(in, out []op.Info) error {
	x, k := &in[0], o.k
	if o.input {
		k = op.Unknown
		if err := checkInts(&in[1], "k"); err != nil {
			return err
		}
		if v := ints(&in[1]); len(v) == 1 {
			k = v[0]
		} else if v != nil {
			return fmt.Errorf("%w: k has %d elements, not 1", op.ErrShape, len(v))
		}
	}
	types := [2]tensor.Type{x.Type, tensor.Int64}
	for i := range out {
		out[i].Like(types[i], x)
	}
	if !x.Ranked {
		return nil
	}
	axis, err := x.Axis(o.axis)
	if err != nil {
		return err
	}
	if d := x.Shape[axis]; op.Known(k) && (k < 0 || d >= 0 && k > d) {
		return fmt.Errorf("%w: k is %d, axis %d has %d elements", op.ErrInput, k, axis, d)
	}
	for i := range out {
		out[i].Shape[axis] = k
	}
	return nil
}

func (o topK) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	t := in[0].Type
	key := keyerOf(t)
	if key == nil {
		return nil, fmt.Errorf("%w: %v has no order", op.ErrType, t)
	}
	if t.Size() == 8 {
		return selecting{o, key, selectWide, 32}, nil
	}
	return selecting{o, key, selectNarrow, 16}, nil
}

// selecting makes an entry for each element of a row and selects among them.
type selecting struct {
	topK
	key keyer
	// find leaves the indices of the first k elements, in order, in the lower
	// half of the first k words, of keys in the first n words of work.
	find  func(work []uint64, n, k int, largest bool)
	entry int // bytes of work for each element
}

func (s selecting) Resolve(f *op.Frame) error {
	x := f.In[0]
	axis, _ := op.Axis(s.axis, len(x.Shape))
	n := x.Shape[axis]
	k := n
	for _, y := range f.Out {
		if y != nil {
			k = y.Shape[axis]
		}
	}
	f.Scratch = n * s.entry
	f.Param = append(f.Param[:0], count(x.Shape[:axis])*count(x.Shape[axis+1:]), n, k, count(x.Shape[axis+1:]))
	f.Split(f.Param[0], 4*float64(n)+20*float64(k))
	return nil
}

func (s selecting) Run(f *op.Frame, phase, chunk, worker int) error {
	x, n, k, inner := f.In[0], f.Param[1], f.Param[2], f.Param[3]
	lo, hi := f.Span(phase, chunk, f.Param[0])
	if k == 0 {
		return nil
	}
	work := tensor.View[uint64](f.Work(worker))
	for row := lo; row < hi; row++ {
		from := row/inner*n*inner + row%inner
		s.key(work[:n], x, from, inner)
		s.find(work, n, k, s.largest)
		to := row/inner*k*inner + row%inner
		if y := f.Out[0]; y != nil {
			size := x.Type.Size()
			for i, e := range work[:k] {
				at := from + int(uint32(e))*inner
				copy(y.Bytes[(to+i*inner)*size:(to+i*inner+1)*size], x.Bytes[at*size:])
			}
		}
		if len(f.Out) > 1 && f.Out[1] != nil {
			y := op.Data[int64](f.Out[1])
			for i, e := range work[:k] {
				y[to+i*inner] = int64(uint32(e))
			}
		}
	}
	return nil
}
