package backend_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestCropOfChannelsLast protects windows of feature maps that are no views: rows
// of pixels have gaps between them, which channels-last kernels do not know.
func TestCropOfChannelsLast(t *testing.T) {
	for _, dims := range [][2]any{{5, 6}, {"H", "W"}} {
		b := graph.NewBuilder(13)
		x := b.Input("x", tensor.Float32, 1, 1, dims[0], dims[1])
		y := b.Node("Conv", x, b.Const("w", tensor.Full[float32](1, 16, 1, 1, 1))).Out("c")
		from, to, axes := tensor.Of([]int64{1, 1}, 2), tensor.Of([]int64{-1, -1}, 2), tensor.Of([]int64{2, 3}, 2)
		y = b.Node("Slice", y, b.Const("from", from), b.Const("to", to), b.Const("axes", axes)).Out("s")
		b.Output(y)
		m, err := backend.Compile(b.Graph, backend.Options{})
		require.NoError(t, err)
		in := tensor.New(tensor.Float32, 1, 1, 5, 6)
		for i := range in.Len() {
			tensor.Data[float32](in)[i] = float32(i)
		}
		out, err := m.NewSession().Run(context.Background(), []tensor.Value{in})
		require.NoError(t, err)
		require.Equal(t, []float32{7, 8, 9, 10, 13, 14, 15, 16, 19, 20, 21, 22}, tensor.Data[float32](out[0].(*tensor.Tensor))[:12])
	}
}
