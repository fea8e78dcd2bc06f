package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// flatten is Flatten: a matrix of the dims before the axis by those from it on.
// The axis may be the rank; it may be negative from version 11.
type flatten struct{ axis int }

func newFlatten(n *graph.Node) (op.Op, error) {
	axis := n.Int("axis", 1)
	if axis < 0 && n.Version < 11 {
		return nil, fmt.Errorf("%w: axis is %d, which version %d does not allow", op.ErrAttr, axis, n.Version)
	}
	return flatten{axis}, nil
}

func (o flatten) Infer(in, out []op.Info) error {
	x := &in[0]
	if !x.Ranked {
		out[0].TensorOfRank(x.Type, 2)
		return nil
	}
	axis := o.axis
	if axis < 0 {
		axis += len(x.Shape)
	}
	if axis < 0 || axis > len(x.Shape) {
		return fmt.Errorf("%w: axis is %d, rank is %d", op.ErrAttr, o.axis, len(x.Shape))
	}
	out[0].Tensor(x.Type, count(x.Shape[:axis]), count(x.Shape[axis:]))
	return nil
}

func (flatten) Layouts(in []op.Info) []op.Signature { return reshapeLayouts(in, false) }

func (flatten) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return viewer{viewing: reshaping{}}, nil
}

// Grad gives the gradient the input's shape.
func (flatten) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	return gradShape(b, n, dy)
}
