package math

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// argMax is ArgMax or ArgMin: the index of the greatest or least element along
// an axis, the first one of equal ones or, with select_last_index, the last. A
// NaN is greater, or less, than any number.
type argMax struct {
	axis           int
	keepDims, last bool
	min            bool
}

func newArgMax(n *graph.Node) (op.Op, error) {
	return &argMax{n.Int("axis", 0), n.Int("keepdims", 1) != 0, n.Int("select_last_index", 0) != 0, n.Op == "ArgMin"}, nil
}

func (o *argMax) Infer(in, out []op.Info) error {
	if len(in) != 1 {
		return fmt.Errorf("%w: %d inputs, want 1", op.ErrInput, len(in))
	}
	if err := elementwise.Tensors(in); err != nil {
		return err
	}
	x, y := &in[0], &out[0]
	if !x.Ranked {
		y.TensorOfRank(tensor.Int64, -1)
		return nil
	}
	axis, err := x.Axis(o.axis)
	if err != nil {
		return err
	}
	if x.Shape[axis] == 0 {
		return fmt.Errorf("%w: no elements along axis %d", op.ErrShape, axis)
	}
	y.Tensor(tensor.Int64)
	for i, d := range x.Shape {
		switch {
		case i != axis:
			y.Shape = append(y.Shape, d)
		case o.keepDims:
			y.Shape = append(y.Shape, 1)
		}
	}
	return nil
}

// Layouts accepts channels-last input; the output keeps the order if it keeps
// the dims.
func (o *argMax) Layouts(in []op.Info) []op.Signature {
	s := elementwise.Layouts(in, 1)
	if t := in[0].Type; elementwise.Wide(t) != t {
		s = s[:1]
	}
	for i := range s {
		if !o.keepDims {
			s[i].Out[0] = op.Plain
		}
	}
	return s
}

func (o *argMax) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	switch t := elementwise.Wide(in[0].Type); t {
	case tensor.Float32:
		return widen(e.Set, &argMaxKernel[float32]{o}, t, in, out), nil
	case tensor.Float64:
		return &argMaxKernel[float64]{o}, nil
	case tensor.Int8:
		return &argMaxKernel[int8]{o}, nil
	case tensor.Int16:
		return &argMaxKernel[int16]{o}, nil
	case tensor.Int32:
		return &argMaxKernel[int32]{o}, nil
	case tensor.Int64:
		return &argMaxKernel[int64]{o}, nil
	case tensor.Uint8:
		return &argMaxKernel[uint8]{o}, nil
	case tensor.Uint16:
		return &argMaxKernel[uint16]{o}, nil
	case tensor.Uint32:
		return &argMaxKernel[uint32]{o}, nil
	case tensor.Uint64:
		return &argMaxKernel[uint64]{o}, nil
	default:
		return nil, elementwise.Unsupported(t)
	}
}

// argMaxKernel scans lines that are contiguous one by one, and compares tiles of
// others element by element, so that memory is read in order whatever the axis.
type argMaxKernel[T number] struct{ op *argMax }

const argTile = 256

func (k *argMaxKernel[T]) Resolve(f *op.Frame) error {
	l, ok := f.Memo.(*lines)
	if !ok {
		l = new(lines)
		f.Memo = l
	}
	axis, err := op.Axis(k.op.axis, len(f.In[0].Shape))
	if err != nil {
		return err
	}
	l.plan(f.In[0], f.Out[0], axis)
	f.Scratch = argTile * 8
	f.Split(argItems(l), 20+1.5*float64(l.n*l.count)/float64(max(1, argItems(l))))
	return nil
}

func argItems(l *lines) int {
	if l.count == 0 {
		return 0
	}
	n := l.inner().n
	return l.count / n * ((n + argTile - 1) / argTile)
}

func (k *argMaxKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	l := f.Memo.(*lines)
	lo, hi := f.Span(phase, chunk, argItems(l))
	d, outer := l.inner(), l.rest[:len(l.rest)-1]
	tiles := (d.n + argTile - 1) / argTile
	x, y := op.Data[T](f.In[0]), op.Data[int64](f.Out[0])
	best := tensor.View[T](f.Work(worker))[:argTile]
	for i := lo; i < hi; i++ {
		in, out := at(outer, i/tiles)
		j := i % tiles * argTile
		n := min(argTile, d.n-j)
		in, out = in+j*d.in, out+j*d.out
		if l.in == 1 {
			for c := range n {
				o := in + c*d.in
				y[out+c*d.out] = k.scan(x[o : o+l.n])
			}
			continue
		}
		for c := range n {
			best[c], y[out+c*d.out] = x[in+c*d.in], 0
		}
		for p := 1; p < l.n; p++ {
			for c, b := range best[:n] {
				if v := x[in+p*l.in+c*d.in]; v != b || k.op.last {
					if k.better(v, b) {
						best[c], y[out+c*d.out] = v, int64(p)
					}
				}
			}
		}
	}
	return nil
}

// scan returns the index of a line.
func (k *argMaxKernel[T]) scan(x []T) int64 {
	best, at := x[0], 0
	for i, v := range x {
		if i > 0 && k.better(v, best) {
			best, at = v, i
		}
	}
	return int64(at)
}

// better reports whether v takes the place of what came before.
func (k *argMaxKernel[T]) better(v, best T) bool {
	switch {
	case best != best:
		return k.op.last && v != v
	case v != v:
		return true
	case v == best:
		return k.op.last
	case k.op.min:
		return v < best
	}
	return v > best
}
