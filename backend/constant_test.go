package backend_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A convolution whose image is a constant works in channels-last order, too:
// folded or, where it is an output of the graph, run.
func TestConstantImage(t *testing.T) {
	for _, folded := range []bool{false, true} {
		b := graph.NewBuilder(17)
		image := tensor.New(tensor.Float32, 1, 2, 3, 3)
		for i := range tensor.Data[float32](image) {
			tensor.Data[float32](image)[i] = float32(i)
		}
		swap := tensor.Of([]float32{0, 1, 1, 0}, 2, 2, 1, 1)
		y := b.Node("Conv", b.Const("image", image), b.Const("swap", swap)).Out("y")
		if folded {
			y = b.Node("Relu", y).Out("z")
		}
		b.Output(y)
		m, err := backend.Compile(b.Graph, backend.Options{})
		require.NoError(t, err)
		out, err := m.Run(context.Background(), nil)
		require.NoError(t, err)
		for _, v := range out {
			require.Equal(t, []float32{9, 10, 11, 12, 13, 14, 15, 16, 17, 0, 1, 2, 3, 4, 5, 6, 7, 8}, tensor.Data[float32](v.(*tensor.Tensor)), "folded: %v", folded)
		}
	}
}
