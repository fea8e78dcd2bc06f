package sequence

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// eval is a kernel that is one function: lists are short, tensors are only moved.
type eval func(f *op.Frame) error

func (eval) Resolve(f *op.Frame) error { return nil }

func (e eval) Run(f *op.Frame, _, _, _ int) error { return e(f) }

// checkSequence reports an input that is no sequence.
func checkSequence(x *op.Info) error {
	if x.Kind != graph.Sequence {
		return fmt.Errorf("%w: input 0 is %v, not a sequence", op.ErrType, x)
	}
	return nil
}

// element returns what is known of a sequence's items.
func element(x *op.Info) op.Info {
	if x.Elem == nil {
		return op.Info{Kind: graph.Tensor}
	}
	return x.Elem.Variable()
}

// give makes a list of items the sequence output 0.
func give(f *op.Frame, items []op.Value) {
	v := f.Out[0]
	v.Kind, v.Items = graph.Sequence, items
	if len(items) > 0 {
		v.Type = items[0].Type
	}
}

// position returns a scalar input as a position in a list of n, of which end may
// be one too; negative ones count from the end.
func position(v *op.Value, n int, end bool) (int, error) {
	if v.Len() != 1 {
		return 0, fmt.Errorf("%w: the position has %d elements, not 1", op.ErrShape, v.Len())
	}
	var p int64
	switch v.Type {
	case tensor.Int64:
		p = op.Data[int64](v)[0]
	case tensor.Int32:
		p = int64(op.Data[int32](v)[0])
	default:
		return 0, fmt.Errorf("%w: the position is %v", op.ErrType, v.Type)
	}
	limit := int64(n)
	if end {
		limit++
	}
	if p < -int64(n) || p >= limit {
		return 0, fmt.Errorf("%w: position %d in a sequence of %d", op.ErrInput, p, n)
	}
	if p < 0 {
		p += int64(n)
	}
	return int(p), nil
}

// given returns a frame's input i, nil where it is omitted.
func given(f *op.Frame, i int) *op.Value {
	if i >= len(f.In) {
		return nil
	}
	return f.In[i]
}
