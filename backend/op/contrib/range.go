package contrib

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// expandRange expands Range, which tf2onnx writes for older opsets: ONNX's
// operator, whose delta is 1 where it is omitted.
func expandRange(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
	delta := input(n, 2)
	if delta == graph.None {
		delta = op.Number(b, n.Inputs[0], 1)
	}
	return one(op.Emit(b, "Range", n.Inputs[0], n.Inputs[1], delta), nil)
}
