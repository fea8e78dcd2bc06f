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
		image, identity := tensor.New(tensor.Float32, 1, 16, 3, 3), tensor.New(tensor.Float32, 16, 16, 1, 1)
		for i := range tensor.Data[float32](image) {
			tensor.Data[float32](image)[i] = float32(i)
		}
		for i := range 16 {
			tensor.Data[float32](identity)[i*17] = 1
		}
		y := b.Node("Conv", b.Const("image", image), b.Const("identity", identity)).Out("y")
		if folded {
			y = b.Node("Relu", y).Out("z")
		}
		b.Output(y)
		m, err := backend.Compile(b.Graph, backend.Options{})
		require.NoError(t, err)
		out, err := m.Run(context.Background(), nil)
		require.NoError(t, err)
		for _, v := range out {
			require.Equal(t, tensor.Data[float32](image), tensor.Data[float32](v.(*tensor.Tensor)), "folded: %v", folded)
		}
	}
}
