package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// expand is Expand: the input broadcast against a shape, which may be smaller
// than the input's in some dims.
type expand struct{}

func newExpand(*graph.Node) (op.Op, error) { return expand{}, nil }

func (expand) Reads() []int { return []int{1} }

func (expand) Infer(in, out []op.Info) error {
	x, y := &in[0], &out[0]
	if err := checkInts(&in[1], "the shape"); err != nil {
		return err
	}
	to := ints(&in[1])
	n := len(to)
	if to == nil {
		n = in[1].Len()
	}
	if !x.Ranked || n < 0 {
		y.TensorOfRank(x.Type, -1)
		return nil
	}
	y.Tensor(x.Type)
	if to == nil {
		y.TensorOfRank(x.Type, max(n, len(x.Shape)))
		return nil
	}
	for i, d := range to {
		if op.Known(d) && d < 0 {
			return fmt.Errorf("%w: dim %d of the shape is %d", op.ErrInput, i, d)
		}
	}
	shape, err := op.Broadcast(y.Shape, x.Shape, to)
	if err != nil {
		return err
	}
	y.Shape = shape
	if v := ints(x); len(v) == 1 && len(shape) == 1 && shape[0] >= 0 && shape[0] <= maxInts && integral(y.Type) {
		for range shape[0] {
			y.Ints = append(y.Ints, v[0])
		}
	}
	return nil
}

func (expand) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return viewer{viewing: expand{}}, nil
}

func (expand) window(f *op.Frame, _ int, stride []int) ([]int, int, bool) {
	return op.BroadcastStrides(stride, f.In[0].Shape, f.In[0].Stride, f.Out[0].Shape), 0, true
}

// Grad sums over the copies.
func (expand) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	dx := op.SumTo(b, dy[0], &b.Graph.Values[n.Outputs[0]].Type, n.Inputs[0])
	return []graph.ValueID{dx, graph.None}, nil
}
