package math

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// cumulative is CumSum or CumProd: partial sums or products along an axis, the
// second input. With exclusive an element does not count itself; reverse goes
// from the end.
type cumulative struct {
	product            bool
	exclusive, reverse bool
}

func newCumulative(n *graph.Node) (op.Op, error) {
	return &cumulative{n.Op == "CumProd", n.Int("exclusive", 0) != 0, n.Int("reverse", 0) != 0}, nil
}

// Reads names the axis.
func (o *cumulative) Reads() []int { return []int{1} }

func (o *cumulative) Infer(in, out []op.Info) error {
	if len(in) != 2 {
		return fmt.Errorf("%w: %d inputs, want 2", op.ErrInput, len(in))
	}
	if err := elementwise.Tensors(in); err != nil {
		return err
	}
	out[0].Like(in[0].Type, &in[0])
	axis, ok := in[1].Integers()
	if !ok || !in[0].Ranked {
		return nil
	}
	if len(axis) != 1 {
		return fmt.Errorf("%w: axis has %d elements, want 1", op.ErrShape, len(axis))
	}
	_, err := in[0].Axis(axis[0])
	return err
}

func (o *cumulative) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	switch t := elementwise.Wide(in[0].Type); t {
	case tensor.Float32:
		return widen(e.Set, &cumulativeKernel[float32]{o}, t, in, out), nil
	case tensor.Float64:
		return &cumulativeKernel[float64]{o}, nil
	case tensor.Int32:
		return &cumulativeKernel[int32]{o}, nil
	case tensor.Int64:
		return &cumulativeKernel[int64]{o}, nil
	case tensor.Uint32:
		return &cumulativeKernel[uint32]{o}, nil
	case tensor.Uint64:
		return &cumulativeKernel[uint64]{o}, nil
	default:
		return nil, elementwise.Unsupported(t)
	}
}

type cumulativeKernel[T number] struct{ op *cumulative }

// InPlace is allowed: each element is read before it is written.
func (k *cumulativeKernel[T]) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (k *cumulativeKernel[T]) Resolve(f *op.Frame) error {
	l, ok := f.Memo.(*lines)
	if !ok {
		l = new(lines)
		f.Memo = l
	}
	axis := f.Ints(1)
	if len(axis) != 1 {
		return fmt.Errorf("%w: axis is not one integer", op.ErrInput)
	}
	a, err := op.Axis(axis[0], len(f.In[0].Shape))
	if err != nil {
		return err
	}
	l.plan(f.In[0], f.Out[0], a)
	f.Split(l.count, 2*float64(l.n)+10)
	return nil
}

func (k *cumulativeKernel[T]) Run(f *op.Frame, phase, chunk, _ int) error {
	l := f.Memo.(*lines)
	lo, hi := f.Span(phase, chunk, l.count)
	x, y := op.Data[T](f.In[0]), op.Data[T](f.Out[0])
	for i := lo; i < hi; i++ {
		in, out := at(l.rest, i)
		var acc T
		if k.op.product {
			acc = 1
		}
		for p := range l.n {
			if k.op.reverse {
				p = l.n - 1 - p
			}
			v, before := x[in+p*l.in], acc
			if k.op.product {
				acc *= v
			} else {
				acc += v
			}
			if !k.op.exclusive {
				before = acc
			}
			y[out+p*l.out] = before
		}
	}
	return nil
}
