package array

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// concat is Concat: the inputs one after the other along an axis. The axis is 1
// by default in version 1, and required since.
type concat struct{ axis int }

func newConcat(n *graph.Node) (op.Op, error) {
	return concat{n.Int("axis", 1)}, nil
}

func (o concat) Infer(in, out []op.Info) error {
	y := &out[0]
	y.TensorOfRank(in[0].Type, -1)
	for i := range in {
		x := &in[i]
		switch {
		case x.Type != y.Type:
			return fmt.Errorf("%w: input %d is %v, input 0 is %v", op.ErrType, i, x.Type, y.Type)
		case !x.Ranked:
		case !y.Ranked:
			y.Like(y.Type, x)
		case len(x.Shape) != len(y.Shape):
			return fmt.Errorf("%w: input %d has rank %d, others %d", op.ErrShape, i, len(x.Shape), len(y.Shape))
		}
	}
	if !y.Ranked {
		return nil
	}
	axis, err := y.Axis(o.axis)
	if err != nil {
		return err
	}
	// Symbols cannot be added: a sum with one is itself among zeros, or unknown.
	sum, symbol := 0, 0
	for i := range in {
		if !in[i].Ranked {
			symbol = op.Unknown
			continue
		}
		for d, n := range in[i].Shape {
			switch {
			case d == axis && n >= 0:
				sum += n
			case d == axis && symbol == 0:
				symbol = n
			case d == axis:
				symbol = op.Unknown
			case y.Shape[d] < 0 && (n >= 0 || y.Shape[d] == op.Unknown):
				y.Shape[d] = n
			case op.Clash(n, y.Shape[d]):
				return fmt.Errorf("%w: dim %d of input %d is %d, others have %d", op.ErrShape, d, i, n, y.Shape[d])
			}
		}
	}
	switch {
	case symbol == 0:
		y.Shape[axis] = sum
	case sum == 0:
		y.Shape[axis] = symbol
	default:
		y.Shape[axis] = op.Unknown
	}
	o.ints(in, y)
	return nil
}

// ints joins the values of small integer vectors; one that is not known gives
// unknown elements if at least its length is.
func (concat) ints(in []op.Info, y *op.Info) {
	if len(y.Shape) != 1 || !integral(y.Type) || y.Shape[0] < 0 || y.Shape[0] > maxInts {
		return
	}
	y.Ints = y.Ints[:0]
	for i := range in {
		v := ints(&in[i])
		if v == nil {
			for range in[i].Shape[0] {
				y.Ints = append(y.Ints, op.Unknown)
			}
			continue
		}
		y.Ints = append(y.Ints, v...)
	}
}

func (o concat) Layouts(in []op.Info) []op.Signature {
	s := []op.Signature{{In: slices.Repeat([]op.Order{op.Plain}, len(in)), Out: []op.Order{op.Plain}}}
	if slices.ContainsFunc(in, func(x op.Info) bool { return x.Rank() >= 3 }) {
		s = append(s, op.Signature{In: slices.Repeat([]op.Order{op.ChannelsLast}, len(in)), Out: []op.Order{op.ChannelsLast}})
	}
	return s
}

func (o concat) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

func (concat) Strided(int) bool { return true }
func (concat) StridedOut() bool { return true }

// Append: the first input is the state that grows.
func (o concat) Append(f *op.Frame) (in, out, axis int) { return 0, 0, o.positive(f) }

func (o concat) positive(f *op.Frame) int {
	if o.axis < 0 {
		return o.axis + len(f.Out[0].Shape)
	}
	return o.axis
}

func (o concat) Windows(f *op.Frame) bool {
	axis, at := o.positive(f), 0
	for i, x := range f.In {
		f.Offset[i] = at * f.Out[0].Stride[axis]
		at += x.Shape[axis]
	}
	return true
}

func (o concat) Resolve(f *op.Frame) error {
	split(f, f.Out[0], f.Out[0].Len())
	return nil
}

func (o concat) Run(f *op.Frame, phase, chunk, _ int) error {
	out, axis, at := f.Out[0], o.positive(f), 0
	for i, x := range f.In {
		if !f.Placed[i] {
			dst := window(out, at*out.Stride[axis], x.Shape, out.Stride)
			op.CopyChunk(&dst, x, chunk, f.Phases[phase].Chunks)
		}
		at += x.Shape[axis]
	}
	return nil
}

// Grad splits the gradient as the inputs lie in the output.
func (o concat) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	if len(n.Inputs) == 1 {
		return dy, nil
	}
	sizes := make([]graph.ValueID, len(n.Inputs))
	for i, x := range n.Inputs {
		size := b.Node("Shape", x).Attr("start", o.axis)
		if o.axis != -1 {
			size.Attr("end", o.axis+1)
		}
		sizes[i] = size.Out("")
	}
	parts := b.Node("Split", dy[0], b.Node("Concat", sizes...).Attr("axis", 0).Out("")).Attr("axis", o.axis)
	dx := make([]graph.ValueID, len(n.Inputs))
	for i := range dx {
		dx[i] = parts.Out("")
	}
	return dx, nil
}
