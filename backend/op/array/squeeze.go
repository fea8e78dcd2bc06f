package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// squeeze is Squeeze: the dims of size 1 at the given axes are dropped, all such
// dims if none are given. Axes are an attribute before version 13, input 1 from
// then on.
type squeeze struct {
	axes   []int
	input  bool // axes are input 1
	second bool // which is there
}

func newSqueeze(n *graph.Node) (op.Op, error) {
	input := n.Version >= 13
	return squeeze{list(n, "axes"), input, input && len(reads(n, 1)) > 0}, nil
}

func (o squeeze) Reads() []int {
	if o.second {
		return []int{1}
	}
	return nil
}

func (o squeeze) Infer(in, out []op.Info) error {
	x, axes, all := &in[0], o.axes, o.axes == nil
	if o.second {
		if err := checkInts(&in[1], "axes"); err != nil {
			return err
		}
		var ok bool
		if axes, ok = known(&in[1]); !ok {
			rank := -1
			if n := in[1].Len(); x.Ranked && n > 0 && len(in[1].Shape) <= 1 {
				rank = max(len(x.Shape)-n, 0)
			}
			out[0].TensorOfRank(x.Type, rank)
			return nil
		}
		all = len(axes) == 0
	}
	if !x.Ranked {
		out[0].TensorOfRank(x.Type, -1)
		return nil
	}
	out[0].Tensor(x.Type)
	var drop uint64
	for _, a := range axes {
		axis, err := op.Axis(a, len(x.Shape))
		if err != nil {
			return err
		}
		if d := x.Shape[axis]; d >= 0 && d != 1 {
			return fmt.Errorf("%w: axis %d has size %d, not 1", op.ErrShape, a, d)
		}
		drop |= 1 << axis
	}
	for i, d := range x.Shape {
		if all && d < 0 {
			out[0].TensorOfRank(x.Type, -1)
			return nil
		}
		if drop>>i&1 == 0 && !(all && d == 1) {
			out[0].Shape = append(out[0].Shape, d)
		}
	}
	setInts(&out[0], ints(x))
	return nil
}

func (o squeeze) Layouts(in []op.Info) []op.Signature { return reshapeLayouts(in, o.second) }

func (squeeze) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return viewer{viewing: reshaping{}}, nil
}

// unsqueeze is Unsqueeze: dims of size 1 are inserted so that they are at the
// given axes of the output. Axes are an attribute before version 13, input 1
// from then on.
type unsqueeze struct {
	axes  []int
	input bool
}

func newUnsqueeze(n *graph.Node) (op.Op, error) {
	if n.Version >= 13 {
		return unsqueeze{nil, true}, nil
	}
	if !n.Has("axes") {
		return nil, fmt.Errorf("%w: axes are missing", op.ErrAttr)
	}
	return unsqueeze{list(n, "axes"), false}, nil
}

func (o unsqueeze) Reads() []int {
	if o.input {
		return []int{1}
	}
	return nil
}

func (o unsqueeze) Infer(in, out []op.Info) error {
	x, axes := &in[0], o.axes
	if o.input {
		if err := checkInts(&in[1], "axes"); err != nil {
			return err
		}
		var ok bool
		if axes, ok = known(&in[1]); !ok {
			rank := -1
			if n := in[1].Len(); x.Ranked && n >= 0 {
				rank = len(x.Shape) + n
			}
			out[0].TensorOfRank(x.Type, rank)
			return nil
		}
	}
	if !x.Ranked {
		out[0].TensorOfRank(x.Type, -1)
		return nil
	}
	rank := len(x.Shape) + len(axes)
	var added uint64
	for _, a := range axes {
		axis, err := op.Axis(a, rank)
		if err != nil {
			return err
		}
		if added>>axis&1 != 0 {
			return fmt.Errorf("%w: axis %d occurs twice in %v", op.ErrAttr, a, axes)
		}
		added |= 1 << axis
	}
	out[0].Tensor(x.Type)
	for i, j := 0, 0; i < rank; i++ {
		if added>>i&1 != 0 {
			out[0].Shape = append(out[0].Shape, 1)
			continue
		}
		out[0].Shape = append(out[0].Shape, x.Shape[j])
		j++
	}
	setInts(&out[0], ints(x))
	return nil
}

func (o unsqueeze) Layouts(in []op.Info) []op.Signature { return reshapeLayouts(in, o.input) }

func (unsqueeze) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return viewer{viewing: reshaping{}}, nil
}

// Grad gives the gradient the input's shape.
func (squeeze) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	return gradShape(b, n, dy)
}

// Grad gives the gradient the input's shape.
func (unsqueeze) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	return gradShape(b, n, dy)
}
