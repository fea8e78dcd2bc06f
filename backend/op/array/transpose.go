package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// transpose is Transpose: dim i of the output is dim perm[i] of the input;
// dims are reversed if there is no perm.
type transpose struct{ perm []int }

func newTranspose(n *graph.Node) (op.Op, error) {
	perm := list(n, "perm")
	var seen uint64
	for i, p := range perm {
		if p < 0 || p >= len(perm) || seen>>p&1 != 0 {
			return nil, fmt.Errorf("%w: perm is %v, no permutation: see its element %d", op.ErrAttr, perm, i)
		}
		seen |= 1 << p
	}
	return transpose{perm}, nil
}

// from returns which dim of the input is dim i of an output of the given rank.
func (o transpose) from(i, rank int) int {
	if o.perm == nil {
		return rank - 1 - i
	}
	return o.perm[i]
}

func (o transpose) Infer(in, out []op.Info) error {
	x := &in[0]
	if !x.Ranked {
		out[0].TensorOfRank(x.Type, -1)
		if o.perm != nil {
			out[0].TensorOfRank(x.Type, len(o.perm))
		}
		return nil
	}
	if o.perm != nil && len(o.perm) != len(x.Shape) {
		return fmt.Errorf("%w: perm %v is for rank %d, the input has rank %d", op.ErrAttr, o.perm, len(o.perm), len(x.Shape))
	}
	out[0].Tensor(x.Type)
	for i := range x.Shape {
		out[0].Shape = append(out[0].Shape, x.Shape[o.from(i, len(x.Shape))])
	}
	setInts(&out[0], ints(x))
	return nil
}

// Layouts: between the orders a transposition of the channels to or from the end
// moves nothing, and any other is the one copy that it is in plain order too.
func (o transpose) Layouts(in []op.Info) []op.Signature {
	const p, c = op.Plain, op.ChannelsLast
	rank := in[0].Rank()
	s := []op.Signature{{In: []op.Order{p}, Out: []op.Order{p}}}
	if rank < 3 {
		return s
	}
	toLast, fromLast := true, true // (0, 2, 3, ..., 1) and (0, r-1, 1, 2, ...)
	for i := range rank {
		last, first := i+1, i-1
		switch i {
		case 0:
			last, first = 0, 0
		case 1:
			first = rank - 1
		}
		if i == rank-1 {
			last = 1
		}
		toLast = toLast && o.from(i, rank) == last
		fromLast = fromLast && o.from(i, rank) == first
	}
	cost := func(free bool) float64 {
		if free {
			return 0
		}
		return 1
	}
	return append(s,
		op.Signature{In: []op.Order{c}, Out: []op.Order{p}, Cost: cost(toLast)},
		op.Signature{In: []op.Order{p}, Out: []op.Order{c}, Cost: cost(fromLast)})
}

func (o transpose) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	return viewer{o, e.Set}, nil
}

func (o transpose) window(f *op.Frame, _ int, stride []int) ([]int, int, bool) {
	x := f.In[0]
	for i := range x.Stride {
		stride = append(stride, x.Stride[o.from(i, len(x.Stride))])
	}
	return stride, 0, true
}

// Grad transposes back.
func (o transpose) Grad(b *graph.Builder, _ *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	call := b.Node("Transpose", dy[0])
	if o.perm != nil {
		back := make([]int, len(o.perm))
		for i, p := range o.perm {
			back[p] = i
		}
		call.Attr("perm", back)
	}
	return []graph.ValueID{call.Out("")}, nil
}
