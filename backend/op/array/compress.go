package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// compress is Compress: the entries along an axis for which the condition is
// true, or the elements of the flattened input if there is no axis. A condition
// that is too short is false for the rest. The number of entries is late.
type compress struct {
	axis int
	flat bool
}

func newCompress(n *graph.Node) (op.Op, error) {
	return compress{n.Int("axis", 0), !n.Has("axis")}, nil
}

func (o compress) Infer(in, out []op.Info) error {
	x := &in[0]
	if in[1].Type != tensor.Bool {
		return fmt.Errorf("%w: the condition is %v, not bool", op.ErrType, in[1].Type)
	}
	if o.flat {
		out[0].Tensor(x.Type, op.Unknown)
		return nil
	}
	out[0].Like(x.Type, x)
	if !x.Ranked {
		return nil
	}
	axis, err := x.Axis(o.axis)
	if err == nil {
		out[0].Shape[axis] = op.Unknown
	}
	return err
}

func (o compress) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	c, err := combinerOf("none", in[0].Type)
	return compressing{o, c}, err
}

type compressing struct {
	compress
	move combiner
}

func (k compressing) Resolve(f *op.Frame) error {
	f.One(100 + f.In[0].Len())
	return nil
}

func (k compressing) Run(f *op.Frame, _, _, _ int) error {
	x, keep := f.In[0], f.In[1].Bytes[:f.In[1].Len()]
	outer, size, block, axis := 1, x.Len(), 1, 0
	if !k.flat {
		axis, _ = op.Axis(k.axis, len(x.Shape))
		outer, size, block = count(x.Shape[:axis]), x.Shape[axis], count(x.Shape[axis+1:])
	}
	keep = keep[:min(len(keep), size)]
	n := 0
	for _, b := range keep {
		if b != 0 {
			n++
		}
	}
	f.Param = append(f.Param[:0], n)
	if !k.flat {
		f.Param = append(f.Param[:0], x.Shape...)
		f.Param[axis] = n
	}
	if err := f.Alloc(0, f.Param...); err != nil {
		return err
	}
	to := 0
	for i := range outer {
		for j, b := range keep {
			if b != 0 {
				k.move(f.Out[0], x, to, (i*size+j)*block, block)
				to += block
			}
		}
	}
	return nil
}
