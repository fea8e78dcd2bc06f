package backend_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestViewsOfOtherSizes protects views that are one run of memory at the sizes a
// program is planned for, and none at the sizes of a run. Of rows -4 to 2 there are
// none in the 6 that are planned for 5, and one in 5: its transposition is an
// output, and input of a kernel that takes no strides.
func TestViewsOfOtherSizes(t *testing.T) {
	for _, dims := range [][3]any{{3, 5, 4}, {"A", "H", "W"}} {
		b := graph.NewBuilder(13)
		x := b.Input("x", tensor.Float32, dims[0], dims[1], dims[2])
		from, to := b.Const("from", tensor.Of([]int64{-4, 0}, 2)), b.Const("to", tensor.Of([]int64{2, 99}, 2))
		axes, steps := b.Const("axes", tensor.Of([]int64{1, 2}, 2)), b.Const("steps", tensor.Of([]int64{1, 2}, 2))
		y := b.Node("Slice", x, from, to, axes, steps).Out("y")
		z := b.Node("Transpose", y).Out("z")
		b.Output(y)
		b.Output(z)
		b.Output(b.Node("CumSum", z, b.Const("axis", tensor.Scalar(int64(0)))).Out("sum"))
		m, err := backend.Compile(b.Graph, backend.Options{})
		require.NoError(t, err)
		in := tensor.New(tensor.Float32, 3, 5, 4)
		for i := range in.Len() {
			tensor.Data[float32](in)[i] = float32(i)
		}
		s := m.NewSession()
		for range 2 {
			out, err := s.Run(context.Background(), []tensor.Value{in})
			require.NoError(t, err)
			for i, want := range [][]float32{{4, 6, 24, 26, 44, 46}, {4, 24, 44, 6, 26, 46}, {4, 24, 44, 10, 50, 90}} {
				require.Equal(t, want, tensor.Data[float32](out[i].(*tensor.Tensor)), "output %d, dims %v", i, dims)
			}
		}
	}
}
