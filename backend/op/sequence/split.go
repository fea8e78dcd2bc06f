package sequence

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// split is SplitToSequence: pieces of a tensor along an axis: of one size if
// split is a scalar, the last possibly smaller; of given sizes if it is a vector;
// of size 1 if it is absent, and then without the axis unless keepdims.
type split struct {
	axis     int
	keepdims bool
}

func newSplit(n *graph.Node) (op.Op, error) {
	return split{n.Int("axis", 0), n.Int("keepdims", 1) != 0}, nil
}

// drops reports whether the axis goes.
func (o split) drops(sizes bool) bool { return !sizes && !o.keepdims }

func (o split) Infer(in, out []op.Info) error {
	e := in[0].Variable()
	if e.Ranked {
		axis, err := e.Axis(o.axis)
		if err != nil {
			return err
		}
		if o.drops(len(in) > 1 && in[1].Present()) {
			e.Shape = append(e.Shape[:axis], e.Shape[axis+1:]...)
		} else {
			e.Shape[axis] = op.Unknown
		}
	}
	out[0].SequenceOf(e)
	return nil
}

func (o split) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(o.run), nil
}

func (o split) run(f *op.Frame) error {
	x := f.In[0]
	axis, err := op.Axis(o.axis, len(x.Shape))
	if err != nil {
		return err
	}
	sizes, err := pieces(given(f, 1), x.Shape[axis])
	if err != nil {
		return err
	}
	items, at := make([]op.Value, len(sizes)), 0
	for i, n := range sizes {
		w := op.Value{Kind: graph.Tensor, Type: x.Type, Shape: append([]int(nil), x.Shape...), Stride: x.Stride}
		w.Shape[axis] = n
		switch offset := at * x.Stride[axis]; {
		case w.Len() == 0: // nothing to point at
		case x.Type == tensor.String:
			w.Strings = x.Strings[offset:]
		default:
			w.Bytes = x.Bytes[offset*x.Type.Size():]
		}
		items[i] = copyOf(&w)
		if o.drops(given(f, 1) != nil) {
			items[i].Shape = append(items[i].Shape[:axis], items[i].Shape[axis+1:]...)
			items[i].SetPlain()
		}
		at += n
	}
	give(f, items)
	return nil
}

// copyOf returns a contiguous copy on the Go heap, of strings too.
func copyOf(w *op.Value) op.Value {
	c := op.Value{Kind: graph.Tensor, Type: w.Type, Shape: w.Shape}
	c.SetPlain()
	if w.Type == tensor.String {
		c.Strings = make([]string, c.Len())
	} else {
		c.Bytes = tensor.Alloc(c.Len() * w.Type.Size())
	}
	op.CopyStrided(&c, w)
	return c
}

// pieces returns the sizes into which an axis of d is split.
func pieces(v *op.Value, d int) ([]int, error) {
	var sizes []int
	if v == nil {
		for range d {
			sizes = append(sizes, 1)
		}
		return sizes, nil
	}
	list := op.AppendInts(nil, v.Tensor())
	if len(v.Shape) == 0 {
		if len(list) != 1 || list[0] <= 0 {
			return nil, fmt.Errorf("%w: pieces of size %v", op.ErrInput, list)
		}
		for at := 0; at < d; at += list[0] {
			sizes = append(sizes, min(list[0], d-at))
		}
		return sizes, nil
	}
	sum := 0
	for _, n := range list {
		if n < 0 || n > d-sum {
			return nil, fmt.Errorf("%w: pieces %v of an axis of %d", op.ErrInput, list, d)
		}
		sum += n
	}
	if sum != d {
		return nil, fmt.Errorf("%w: pieces %v add up to %d, the axis has %d", op.ErrInput, list, sum, d)
	}
	return list, nil
}
