package image_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestGridSamplePadding protects what lies outside, far outside and nowhere,
// along a line of pixels 1, 2, 3.
func TestGridSamplePadding(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3}, 1, 1, 3)
	inf := float32(math.Inf(1))
	grid := []float32{-1, 0, 1, 2, -2, 5, 1e30, -inf, float32(math.NaN())}
	for padding, want := range map[string][]float32{
		"zeros":      {1, 2, 3, 0, 0, 0, 0, 0, 0},
		"border":     {1, 2, 3, 3, 1, 3, 3, 1, 0},
		"reflection": {1, 2, 3, 2, 2, 3, 0, 1, 0},
	} {
		n := optest.Node("GridSample", 20, 2, optest.Str("padding_mode", padding), optest.Int("align_corners", 1))
		out, err := optest.Eval(registry, n, x, tensor.Of(grid, 1, len(grid), 1))
		require.NoError(t, err)
		got := tensor.Data[float32](out[0])
		require.Equal(t, want[:6], got[:6], padding)
		for _, v := range got[6:] {
			require.True(t, v >= 0 && v <= 3, "%s: %v", padding, got)
		}
	}
}

// TestGridSampleCubicBorder protects that the curve goes on beyond the border,
// through clamped pixels, as PyTorch has it: it overshoots.
func TestGridSampleCubicBorder(t *testing.T) {
	n := optest.Node("GridSample", 20, 2, optest.Str("mode", "cubic"), optest.Str("padding_mode", "border"), optest.Int("align_corners", 1))
	out, err := optest.Eval(registry, n, tensor.Of([]float32{0, 0, 8}, 1, 1, 3), tensor.Of([]float32{1.5}, 1, 1, 1))
	require.NoError(t, err)
	require.Equal(t, []float32{8.75}, tensor.Data[float32](out[0])) // weights -3/32 of the zero, 35/32 of the rest
}

// TestGridSampleTypes protects integers, which are rounded toward zero, and
// float16 with a grid of another type.
func TestGridSampleTypes(t *testing.T) {
	grid := tensor.Of([]float64{0, 0.5}, 1, 2, 1)
	for _, typ := range []tensor.Type{tensor.Uint8, tensor.Int64, tensor.Float16} {
		x := pixels(t, typ, 1, 2, 4)
		out, err := optest.Eval(registry, optest.Node("GridSample", 22, 2), x, grid)
		require.NoError(t, err)
		require.Equal(t, typ, out[0].Type())
		v := values(t, x)
		want := []float64{(v[1] + v[2]) / 2, (v[2] + v[3]) / 2, (v[5] + v[6]) / 2, (v[6] + v[7]) / 2}
		require.InDeltaSlice(t, want, values(t, out[0]), 0.6)
	}
}

// TestGridErrors protects the causes.
func TestGridErrors(t *testing.T) {
	_, err := optest.Eval(registry, optest.Node("GridSample", 20, 2), tensor.New(tensor.Float32, 1, 1, 3, 3), tensor.New(tensor.Float32, 1, 2, 2, 3))
	require.ErrorContains(t, err, "grid is [1 2 2 3] for [1 1 3 3]")
	_, err = optest.Eval(registry, optest.Node("AffineGrid", 20, 2), tensor.New(tensor.Float32, 1, 2, 3), tensor.Of([]int64{2, 1, 3, 3}, 4))
	require.ErrorContains(t, err, "for 1 matrices")
}
