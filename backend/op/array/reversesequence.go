package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// reverseSequence is ReverseSequence: the first steps of each sequence of a
// batch, as many as its length says, in reverse. Time and batch are the first
// two axes, in either order.
type reverseSequence struct{ timeFirst bool }

func newReverseSequence(n *graph.Node) (op.Op, error) {
	time, batch := n.Int("time_axis", 0), n.Int("batch_axis", 1)
	if time+batch != 1 || time != 0 && time != 1 {
		return nil, fmt.Errorf("%w: time_axis is %d and batch_axis %d, not 0 and 1", op.ErrAttr, time, batch)
	}
	return reverseSequence{time == 0}, nil
}

// axes returns the axes of time and batch.
func (o reverseSequence) axes() (time, batch int) {
	if o.timeFirst {
		return 0, 1
	}
	return 1, 0
}

func (o reverseSequence) Infer(in, out []op.Info) error {
	x, lens := &in[0], &in[1]
	if err := checkIndices(lens, "sequence_lens"); err != nil {
		return err
	}
	out[0].Like(x.Type, x)
	if !x.Ranked {
		return nil
	}
	if len(x.Shape) < 2 {
		return fmt.Errorf("%w: the input has rank %d, less than 2", op.ErrShape, len(x.Shape))
	}
	_, batch := o.axes()
	if lens.Ranked && (len(lens.Shape) != 1 || op.Clash(lens.Shape[0], x.Shape[batch])) {
		return fmt.Errorf("%w: lengths are %v for a batch of %d", op.ErrShape, lens.Shape, x.Shape[batch])
	}
	return nil
}

func (o reverseSequence) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	c, err := combinerOf("none", in[0].Type)
	return reversing{o, c}, err
}

type reversing struct {
	reverseSequence
	move combiner
}

func (k reversing) Resolve(f *op.Frame) error {
	x := f.In[0]
	f.Split(x.Shape[0], float64(x.Shape[1])*(5+moveCost*float64(count(x.Shape[2:])*width(x.Type))))
	return nil
}

func (k reversing) Run(f *op.Frame, phase, chunk, _ int) error {
	x := f.In[0]
	time, batch := k.axes()
	lens, block, steps := indicesOf(f.In[1]), count(x.Shape[2:]), int64(x.Shape[time])
	lo, hi := f.Span(phase, chunk, x.Shape[0])
	at := [2]int{}
	for at[0] = lo; at[0] < hi; at[0]++ {
		for at[1] = 0; at[1] < x.Shape[1]; at[1]++ {
			n := lens.value(at[batch])
			if n < 0 || n > steps {
				return fmt.Errorf("%w: length of sequence %d is %d of %d steps", op.ErrInput, at[batch], n, steps)
			}
			from := at
			if int64(at[time]) < n {
				from[time] = int(n) - 1 - at[time]
			}
			k.move(f.Out[0], x, (at[0]*x.Shape[1]+at[1])*block, (from[0]*x.Shape[1]+from[1])*block, block)
		}
	}
	return nil
}
