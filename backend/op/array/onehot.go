package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// oneHot is OneHot: a new axis of the given depth, along which the element that
// the index names is the on value and all others are the off value. Indices out
// of [-depth, depth) name none.
type oneHot struct{ axis int }

func newOneHot(n *graph.Node) (op.Op, error) { return oneHot{n.Int("axis", -1)}, nil }

func (oneHot) Reads() []int { return []int{1} }

func (o oneHot) Infer(in, out []op.Info) error {
	x, y := &in[0], &out[0]
	if d := in[2].Len(); d != op.Unknown && d != 2 {
		return fmt.Errorf("%w: values has %d elements, not 2", op.ErrShape, d)
	}
	if !x.Ranked {
		y.TensorOfRank(in[2].Type, -1)
		return nil
	}
	axis, err := op.Axis(o.axis, len(x.Shape)+1)
	if err != nil {
		return err
	}
	depth, ok := number(&in[1])
	if !ok && in[1].Const != nil {
		return fmt.Errorf("%w: depth is %v, not one number", op.ErrInput, in[1].Const)
	}
	if v := ints(&in[1]); !ok {
		depth = op.Unknown
		if len(v) == 1 {
			depth = v[0]
		}
	} else if depth < 0 {
		return fmt.Errorf("%w: depth is %d", op.ErrInput, depth)
	}
	y.Tensor(in[2].Type, x.Shape[:axis]...)
	y.Shape = append(append(y.Shape, depth), x.Shape[axis:]...)
	return nil
}

func (o oneHot) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	t := in[2].Type
	return marking{o.axis, pick(t, fillCells[uint8], fillCells[uint16], fillCells[uint32], fillCells[uint64],
		fillCells[complex128], fillCells[string]), pick[combiner](t, move[uint8], move[uint16], move[uint32], move[uint64],
		move[complex128], move[string])}, nil
}

// marking fills the output with the off value, then sets the on values.
type marking struct {
	axis int
	fill func(y, values *op.Value, lo, hi int)
	move combiner
}

// batch is how many indices are converted at a time.
const batch = 256

func (k marking) Resolve(f *op.Frame) error {
	f.Scratch = 8 * batch
	split(f, f.Out[0], f.Out[0].Len())
	first := f.Phases[0]
	f.Split(f.In[0].Len(), 10)
	f.Phases = append(f.Phases[:0], first, f.Phases[0])
	return nil
}

func (k marking) Run(f *op.Frame, phase, chunk, worker int) error {
	x, y, values := f.In[0], f.Out[0], f.In[2]
	if phase == 0 {
		lo, hi := f.Span(0, chunk, y.Len())
		k.fill(y, values, lo, hi)
		return nil
	}
	axis := k.axis
	if axis < 0 {
		axis += len(y.Shape)
	}
	inner, depth := count(x.Shape[axis:]), y.Shape[axis]
	lo, hi := f.Span(1, chunk, x.Len())
	size := x.Type.Size()
	for lo < hi {
		n := min(batch, hi-lo)
		work := f.Work(worker)[:8*n]
		if err := tensor.ConvertBytes(tensor.Int64, work, x.Type, x.Bytes[lo*size:(lo+n)*size], tensor.ConvertOptions{}); err != nil {
			return err
		}
		part := tensor.View[int64](work)
		for i, v := range part {
			if v < 0 {
				v += int64(depth)
			}
			if v >= 0 && v < int64(depth) {
				k.move(y, values, ((lo+i)/inner*depth+int(v))*inner+(lo+i)%inner, 1, 1)
			}
		}
		lo += n
	}
	return nil
}

func fillCells[T cell](y, values *op.Value, lo, hi int) {
	d, off := cells[T](y)[lo:hi], cells[T](values)[0]
	for i := range d {
		d[i] = off
	}
}
