package sequence

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// concat is ConcatFromSequence: the items one after the other along an axis, or
// stacked along a new one.
type concat struct {
	axis  int
	stack bool
}

func newConcat(n *graph.Node) (op.Op, error) {
	return concat{n.Int("axis", 0), n.Int("new_axis", 0) != 0}, nil
}

func (o concat) Infer(in, out []op.Info) error {
	e, rank := element(&in[0]), -1
	if e.Ranked {
		if rank = len(e.Shape); o.stack {
			rank++
		}
		if _, err := op.Axis(o.axis, rank); err != nil {
			return err
		}
	}
	out[0].TensorOfRank(e.Type, rank)
	return checkSequence(&in[0])
}

func (o concat) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(o.run), nil
}

func (o concat) run(f *op.Frame) error {
	items := f.In[0].Items
	if len(items) == 0 {
		return fmt.Errorf("%w: nothing to concatenate in an empty sequence", op.ErrInput)
	}
	first := items[0].Shape
	rank := len(first)
	if o.stack {
		rank++
	}
	axis, err := op.Axis(o.axis, rank)
	if err != nil {
		return err
	}
	shape := append([]int(nil), first...)
	if o.stack {
		shape = append(append(append([]int(nil), first[:axis]...), len(items)), first[axis:]...)
	} else {
		shape[axis] = 0
	}
	for i := range items {
		x := &items[i]
		if len(x.Shape) != len(first) || x.Type != items[0].Type {
			return fmt.Errorf("%w: item %d is %v%v, item 0 is %v%v", op.ErrShape, i, x.Type, x.Shape, items[0].Type, first)
		}
		for d, n := range x.Shape {
			if !o.stack && d == axis {
				shape[axis] += n
			} else if n != first[d] {
				return fmt.Errorf("%w: item %d is %v, item 0 is %v", op.ErrShape, i, x.Shape, first)
			}
		}
	}
	y := f.Out[0]
	y.Type = items[0].Type
	if err := f.Alloc(0, shape...); err != nil {
		return err
	}
	stride := y.Stride
	if o.stack {
		stride = append(append([]int(nil), y.Stride[:axis]...), y.Stride[axis+1:]...)
	}
	at := 0
	for i := range items {
		x := &items[i]
		w := op.Value{Kind: graph.Tensor, Type: y.Type, Shape: x.Shape, Stride: stride}
		if offset := at * y.Stride[axis]; y.Type == tensor.String {
			w.Strings = y.Strings[min(offset, len(y.Strings)):]
		} else {
			w.Bytes = y.Bytes[min(offset*y.Type.Size(), len(y.Bytes)):]
		}
		op.CopyStrided(&w, x)
		if o.stack {
			at++
		} else {
			at += x.Shape[axis]
		}
	}
	return nil
}
