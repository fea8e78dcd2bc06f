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

func (o *cumulative) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch t := in[0].Type; elementwise.Wide(t) {
	case tensor.Float32:
		return &cumulativeKernel[float32]{o, t != tensor.Float32}, nil
	case tensor.Float64:
		return &cumulativeKernel[float64]{o, false}, nil
	case tensor.Int32:
		return &cumulativeKernel[int32]{o, false}, nil
	case tensor.Int64:
		return &cumulativeKernel[int64]{o, false}, nil
	case tensor.Uint32:
		return &cumulativeKernel[uint32]{o, false}, nil
	case tensor.Uint64:
		return &cumulativeKernel[uint64]{o, false}, nil
	default:
		return nil, elementwise.Unsupported(t)
	}
}

type cumulativeKernel[T number] struct {
	op      *cumulative
	convert bool
}

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
	f.Scratch = 16
	f.Split(l.count, 2*float64(l.n)+10)
	return nil
}

func (k *cumulativeKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	l := f.Memo.(*lines)
	lo, hi := f.Span(phase, chunk, l.count)
	one := tensor.View[T](f.Work(worker))[:1]
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
			v, before := k.load(f.In[0], in+p*l.in, one), acc
			if k.op.product {
				acc *= v
			} else {
				acc += v
			}
			if !k.op.exclusive {
				before = acc
			}
			k.store(f.Out[0], out+p*l.out, before, one)
		}
	}
	return nil
}

func (k *cumulativeKernel[T]) load(x *op.Value, at int, tmp []T) T {
	if !k.convert {
		return tensor.View[T](x.Bytes)[at]
	}
	size := x.Type.Size()
	convertBytes(tensor.TypeOf[T](), bytesOf(tmp), x.Type, x.Bytes[at*size:(at+1)*size])
	return tmp[0]
}

func (k *cumulativeKernel[T]) store(y *op.Value, at int, v T, tmp []T) {
	if !k.convert {
		tensor.View[T](y.Bytes)[at] = v
		return
	}
	tmp[0] = v
	size := y.Type.Size()
	convertBytes(y.Type, y.Bytes[at*size:(at+1)*size], tensor.TypeOf[T](), bytesOf(tmp))
}
