package array

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// shape is Shape: the dims of the input, from start to before end (version 15;
// both may be negative and are clamped).
type shape struct{ start, end int }

func newShape(n *graph.Node) (op.Op, error) {
	const all = 1 << 20
	return shape{n.Int("start", 0), n.Int("end", all)}, nil
}

func (shape) ShapeOnly() bool { return true }

func (o shape) Infer(in, out []op.Info) error {
	x := &in[0]
	if !x.Ranked {
		out[0].Tensor(tensor.Int64, op.Unknown)
		return nil
	}
	first, n := clampRange(len(x.Shape), o.start, o.end, 1)
	out[0].Tensor(tensor.Int64, n)
	setInts(&out[0], x.Shape[first:first+n])
	return nil
}

func (shape) Layouts(in []op.Info) []op.Signature { return readsShape(in) }

func (o shape) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

func (shape) Strided(int) bool { return true }

func (shape) Resolve(*op.Frame) error { return nil }

func (o shape) Run(f *op.Frame, _, _, _ int) error {
	x := f.In[0].Shape
	first, n := clampRange(len(x), o.start, o.end, 1)
	for i, d := range x[first : first+n] {
		op.Data[int64](f.Out[0])[i] = int64(d)
	}
	return nil
}

// size is Size: the number of elements.
type size struct{}

func newSize(*graph.Node) (op.Op, error) { return size{}, nil }

func (size) ShapeOnly() bool { return true }

func (size) Infer(in, out []op.Info) error {
	out[0].Tensor(tensor.Int64)
	n := op.Unknown
	if in[0].Ranked {
		n = count(in[0].Shape)
	}
	out[0].Ints = append(out[0].Ints[:0], n)
	return nil
}

func (size) Layouts(in []op.Info) []op.Signature { return readsShape(in) }

func (o size) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

func (size) Strided(int) bool { return true }

func (size) Resolve(*op.Frame) error { return nil }

func (size) Run(f *op.Frame, _, _, _ int) error {
	op.Data[int64](f.Out[0])[0] = int64(f.In[0].Len())
	return nil
}

// readsShape lists the orders of operators that look at no element.
func readsShape(in []op.Info) []op.Signature {
	s := []op.Signature{{In: []op.Order{op.Plain}, Out: []op.Order{op.Plain}}}
	if in[0].Rank() >= 3 {
		s = append(s, op.Signature{In: []op.Order{op.ChannelsLast}, Out: []op.Order{op.Plain}})
	}
	return s
}
