package sequence

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// construct is SequenceConstruct: a sequence of its inputs.
type construct struct{}

func newConstruct(*graph.Node) (op.Op, error) { return construct{}, nil }

func (construct) Infer(in, out []op.Info) error {
	e := in[0].Variable()
	for i := range in {
		if in[i].Type != e.Type {
			return fmt.Errorf("%w: input %d is %v, input 0 is %v", op.ErrType, i, in[i].Type, e.Type)
		}
		e.Join(&in[i])
	}
	out[0].SequenceOf(e)
	return nil
}

func (construct) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(func(f *op.Frame) error {
		items := make([]op.Value, len(f.In))
		for i, x := range f.In {
			items[i] = x.Clone()
		}
		give(f, items)
		return nil
	}), nil
}

// empty is SequenceEmpty: a sequence without items, of a type to come.
type empty struct{ dtype tensor.Type }

func newEmpty(n *graph.Node) (op.Op, error) {
	t := n.Int("dtype", int(tensor.Float32))
	if t < 0 || t > 255 || !tensor.Type(t).Valid() {
		return nil, fmt.Errorf("%w: dtype is %d", op.ErrAttr, t)
	}
	return empty{tensor.Type(t)}, nil
}

func (o empty) Infer(_, out []op.Info) error {
	out[0].SequenceOf(op.Info{Kind: graph.Tensor, Type: o.dtype})
	return nil
}

func (o empty) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(func(f *op.Frame) error {
		give(f, nil)
		f.Out[0].Type = o.dtype
		return nil
	}), nil
}

// insert is SequenceInsert: the sequence with a tensor before the position, at
// the end if there is none.
type insert struct{}

func newInsert(*graph.Node) (op.Op, error) { return insert{}, nil }

func (insert) Infer(in, out []op.Info) error {
	if err := checkSequence(&in[0]); err != nil {
		return err
	}
	e := in[1].Variable()
	if in[0].Elem != nil {
		if t := in[0].Elem.Type; t != tensor.Undefined && t != e.Type {
			return fmt.Errorf("%w: a %v into a sequence of %v", op.ErrType, e.Type, t)
		}
		e.Join(in[0].Elem)
	}
	out[0].SequenceOf(e)
	return nil
}

func (insert) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(func(f *op.Frame) error {
		old := f.In[0].Items
		at := len(old)
		if v := given(f, 2); v != nil {
			var err error
			if at, err = position(v, len(old), true); err != nil {
				return err
			}
		}
		items := make([]op.Value, 0, len(old)+1)
		items = append(append(items, old[:at]...), f.In[1].Clone())
		give(f, append(items, old[at:]...))
		return nil
	}), nil
}

// erase is SequenceErase: the sequence without the item at a position, the last
// if there is none.
type erase struct{}

func newErase(*graph.Node) (op.Op, error) { return erase{}, nil }

func (erase) Infer(in, out []op.Info) error {
	out[0].SequenceOf(element(&in[0]))
	return checkSequence(&in[0])
}

func (erase) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(func(f *op.Frame) error {
		old := f.In[0].Items
		if len(old) == 0 {
			return fmt.Errorf("%w: nothing to erase from an empty sequence", op.ErrInput)
		}
		at := len(old) - 1
		if v := given(f, 1); v != nil {
			var err error
			if at, err = position(v, len(old), false); err != nil {
				return err
			}
		}
		give(f, slices.Concat(old[:at], old[at+1:]))
		return nil
	}), nil
}

// at is SequenceAt: the item at a position.
type at struct{}

func newAt(*graph.Node) (op.Op, error) { return at{}, nil }

func (at) Infer(in, out []op.Info) error {
	late(&out[0], element(&in[0]))
	return checkSequence(&in[0])
}

// late makes x an item whose shape comes with it.
func late(x *op.Info, e op.Info) {
	for i := range e.Shape {
		e.Shape[i] = op.Unknown
	}
	if len(e.Shape) == 0 {
		e.Ranked = false
	}
	*x = e
}

func (at) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(func(f *op.Frame) error {
		items := f.In[0].Items
		i, err := position(f.In[1], len(items), false)
		if err == nil {
			f.Pass(0, &items[i])
		}
		return err
	}), nil
}

// length is SequenceLength: how many items there are.
type length struct{}

func newLength(*graph.Node) (op.Op, error) { return length{}, nil }

func (length) Infer(in, out []op.Info) error {
	out[0].Tensor(tensor.Int64)
	return checkSequence(&in[0])
}

func (length) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return eval(func(f *op.Frame) error {
		op.Data[int64](f.Out[0])[0] = int64(len(f.In[0].Items))
		return nil
	}), nil
}
