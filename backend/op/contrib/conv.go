package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// expandFusedConv expands FusedConv: act(Conv(X, W, B) + Z).
func expandFusedConv(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	y := keep(b.Node("Conv", n.Inputs[:min(3, len(n.Inputs))]...), n, window...).Out("")
	if z := input(n, 3); z != graph.None {
		y = op.Emit(b, "Add", y, z)
	}
	b.Graph.Values[y].Type.Elem = in[0].Type
	return one(activate(b, y, n.Str("activation", ""), n.Floats("activation_params")))
}

// expandNhwcFusedConv expands NhwcFusedConv: FusedConv of feature maps that are
// channels-last in the file.
func expandNhwcFusedConv(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return nhwc(b, n, in, []int{0, 3}, expandFusedConv)
}

// expandNhwcMaxPool expands NhwcMaxPool.
func expandNhwcMaxPool(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return nhwc(b, n, in, []int{0}, func(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
		return one(keep(b.Node("MaxPool", n.Inputs...), n, window...).Out(""), nil)
	})
}

// nhwc expands n, whose inputs at maps and first output are channels-last in
// the file, by e for feature maps in ONNX order.
func nhwc(b *graph.Builder, n *graph.Node, in []op.Info, maps []int, e op.Expansion) ([]graph.ValueID, error) {
	r, err := rankOf(in, 0, "X")
	if err != nil {
		return nil, err
	}
	if r < 3 {
		return nil, fmt.Errorf("%w: X has rank %d, want at least 3", op.ErrShape, r)
	}
	from, to := channelsLast(r)
	c := *n
	c.Inputs = append([]graph.ValueID(nil), n.Inputs...)
	for _, i := range maps {
		if input(n, i) != graph.None {
			c.Inputs[i] = transpose(b, c.Inputs[i], from)
		}
	}
	y, err := e(b, &c, in)
	if err != nil {
		return nil, err
	}
	return one(transpose(b, y[0], to), nil)
}
