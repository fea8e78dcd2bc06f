package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// reshape is Reshape: the same elements, in row-major order, in another shape.
// In the shape 0 copies the input's dim, unless allowzero (version 14) makes it
// mean 0, and -1 stands for what is left.
//
// Version 1 has the shape as an attribute, version 5 as input 1.
type reshape struct {
	shape     []int // of version 1
	attr      bool
	allowzero bool
}

func newReshape(n *graph.Node) (op.Op, error) {
	r := reshape{allowzero: n.Version >= 14 && n.Int("allowzero", 0) != 0}
	if n.Version < 5 {
		r.attr, r.shape = true, list(n, "shape")
	}
	return r, nil
}

func (r reshape) Reads() []int {
	if r.attr {
		return nil
	}
	return []int{1}
}

func (r reshape) Infer(in, out []op.Info) error {
	target := r.shape
	if !r.attr {
		if err := checkInts(&in[1], "the shape"); err != nil {
			return err
		}
		if target = ints(&in[1]); target == nil {
			rank := -1
			if in[1].Ranked && len(in[1].Shape) == 1 && in[1].Shape[0] >= 0 {
				rank = in[1].Shape[0]
			}
			out[0].TensorOfRank(in[0].Type, rank)
			return nil
		}
	}
	out[0].Tensor(in[0].Type, target...)
	if err := resolveShape(out[0].Shape, &in[0], r.allowzero); err != nil {
		return err
	}
	setInts(&out[0], ints(&in[0]))
	return nil
}

// resolveShape turns the zeros and the -1 of a target shape into dims. Symbols
// that occur on both sides cancel.
func resolveShape(to []int, in *op.Info, allowzero bool) error {
	rest := -1 // where -1 stands
	for i, d := range to {
		switch {
		case d == -1 && rest >= 0:
			return fmt.Errorf("%w: dims %d and %d of the shape are both -1", op.ErrInput, rest, i)
		case d == -1:
			rest = i
			to[i] = 1
		case d < -1 && op.Known(d):
			return fmt.Errorf("%w: dim %d of the shape is %d", op.ErrInput, i, d)
		case d == 0 && !allowzero && !in.Ranked:
			to[i] = op.Unknown
		case d == 0 && !allowzero:
			if i >= len(in.Shape) {
				return fmt.Errorf("%w: dim %d of the shape is 0, a copy, but the input has %d dims", op.ErrShape, i, len(in.Shape))
			}
			to[i] = in.Shape[i]
		}
	}
	if !in.Ranked {
		if rest >= 0 {
			to[rest] = op.Unknown
		}
		return nil
	}
	n, left := cancel(in.Shape, to)
	m, extra := cancel(to, in.Shape)
	if rest < 0 {
		if left == 0 && extra == 0 && n != m {
			return fmt.Errorf("%w: %d elements in shape %v do not fill shape %v, which has %d", op.ErrShape, n, in.Shape, to, m)
		}
		return nil
	}
	switch {
	case extra != 0 || left == op.Unknown:
		to[rest] = op.Unknown
	case left == 0:
		if m == 0 || n%m != 0 {
			return fmt.Errorf("%w: %d elements do not divide by %d, the dims beside -1", op.ErrShape, n, m)
		}
		to[rest] = n / m
	case n == m:
		to[rest] = left
	default:
		to[rest] = op.Unknown
	}
	return nil
}

// cancel returns the product of a's known dims, and what is left of its symbols
// when those of b are taken away: 0 for none, the symbol if it is one, else
// Unknown.
func cancel(a, b []int) (n, left int) {
	n = 1
	var used uint64
next:
	for _, d := range a {
		if d >= 0 {
			n *= d
			continue
		}
		for j, e := range b {
			if op.Same(d, e) && used>>j&1 == 0 {
				used |= 1 << j
				continue next
			}
		}
		if left != 0 {
			d = op.Unknown
		}
		left = d
	}
	return n, left
}

func (r reshape) Layouts(in []op.Info) []op.Signature { return reshapeLayouts(in, !r.attr) }

func (reshape) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return viewer{viewing: reshaping{}}, nil
}

// reshaping views the input in the output's shape.
type reshaping struct{}

func (reshaping) window(f *op.Frame, _ int, stride []int) ([]int, int, bool) {
	stride, ok := viewStrides(stride, f.In[0].Shape, f.In[0].Stride, f.Out[0].Shape)
	return stride, 0, ok
}

// reshapeLayouts lists the orders of operators that change the shape and keep
// the order of elements. A channels-last input is read as it is, which costs
// nothing where all pixels but one are gone, and a conversion elsewhere.
func reshapeLayouts(in []op.Info, second bool) []op.Signature {
	sig := func(i, o op.Order, cost float64) op.Signature {
		s := op.Signature{In: []op.Order{i}, Out: []op.Order{o}, Cost: cost}
		if second {
			s.In = append(s.In, op.Plain)
		}
		return s
	}
	s := []op.Signature{sig(op.Plain, op.Plain, 0)}
	if in[0].Rank() >= 3 {
		cost := 1.0
		if count(in[0].Shape[2:]) == 1 {
			cost = 0
		}
		s = append(s, sig(op.ChannelsLast, op.Plain, cost))
	}
	return s
}

// Grad gives the gradient the input's shape.
func (reshape) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	return gradShape(b, n, dy)
}

// gradShape is the gradient of operators that change the shape of their first
// input and keep the order of elements.
func gradShape(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	dx := gradNone(n)
	dx[0] = op.ReshapeLike(b, dy[0], n.Inputs[0])
	return dx, nil
}

// gradNone returns a list without a gradient for any input of n.
func gradNone(n *graph.Node) []graph.ValueID {
	dx := make([]graph.ValueID, len(n.Inputs))
	for i := range dx {
		dx[i] = graph.None
	}
	return dx
}
