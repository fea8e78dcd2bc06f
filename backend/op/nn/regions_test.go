package nn_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestDeformConvWithoutOffsets protects groups, paddings and dilations: without
// offsets it is a convolution, and a mask of one half halves it.
func TestDeformConvWithoutOffsets(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for _, shape := range [][]int{{2, 4, 6, 5}, {1, 4, 4, 3, 3}} {
		dims := len(shape) - 2
		kernel, two := []int{6, 2, 3, 2}, []int64{2, 1}
		taps := 6
		if dims == 3 {
			kernel, two, taps = []int{6, 2, 3, 2, 1}, []int64{2, 1, 1}, 6
		}
		pads := []int64{1, 0, 2, 1, 0, 0}[:2*dims]
		x, w, b := random64(r, shape...), random64(r, kernel...), random64(r, 6)
		attrs := optest.Ints("pads", pads...)
		conv, err := optest.Eval(registry, optest.Node("Conv", 11, 3, attrs, optest.Ints("strides", two...), optest.Int("group", 2)), x, w, b)
		require.NoError(t, err)
		out := conv[0].Shape()[2:]
		offset := tensor.New(tensor.Float64, append([]int{shape[0], 2 * taps * dims}, out...)...)
		n := optest.Node("DeformConv", 19, 5, attrs, optest.Ints("strides", two...), optest.Int("group", 2), optest.Int("offset_group", 2))
		y := requireTypes(t, n, false, x, w, offset, b, nil)
		require.InDeltaSlice(t, tensor.Data[float64](conv[0]), tensor.Data[float64](y), 1e-12)
		mask := tensor.Full(0.5, append([]int{shape[0], 2 * taps}, out...)...)
		half := requireTypes(t, n, false, x, w, offset, nil, mask)
		for i, v := range tensor.Data[float64](half) {
			m := i / (len(tensor.Data[float64](half)) / 6 / shape[0]) % 6
			require.InDelta(t, (tensor.Data[float64](y)[i]-tensor.Data[float64](b)[m])/2, v, 1e-12)
		}
	}
}

// TestDeformConvOffsets protects the order of offsets, and what lies between
// pixels and outside.
func TestDeformConvOffsets(t *testing.T) {
	x := tensor.Of([]float64{0, 10, 20, 30, 40, 50, 60, 70, 80}, 1, 1, 3, 3)
	w := tensor.Of([]float64{1}, 1, 1, 1, 1)
	offset := tensor.New(tensor.Float64, 1, 2, 3, 3)
	d := tensor.Data[float64](offset)
	d[0], d[9] = 1, 0.5      // pixel (0,0): one down, half right
	d[4], d[9+4] = -1.5, 0   // pixel (1,1): half outside above
	d[8], d[9+8] = 0, 1      // pixel (2,2): outside
	d[5], d[9+5] = 0.25, -.5 // pixel (1,2)
	y := requireTypes(t, optest.Node("DeformConv", 19, 3), false, x, w, offset)
	require.InDeltaSlice(t, []float64{35, 10, 20, 30, 5, 52.5, 60, 70, 0}, tensor.Data[float64](y), 1e-12)
}

// TestMaxRoiPool protects rounding of corners, bins that overlap and regions
// beyond the image.
func TestMaxRoiPool(t *testing.T) {
	x := tensor.New(tensor.Float64, 2, 1, 4, 4)
	for i, d := 0, tensor.Data[float64](x); i < len(d); i++ {
		d[i] = float64(i)
	}
	rois := tensor.Of([]float64{0, 0, 0, 6, 6, 1, 1, 1, 5, 5, 0, 20, 20, 30, 30}, 3, 5)
	n := optest.Node("MaxRoiPool", 1, 2, optest.Ints("pooled_shape", 2, 2), optest.Float("spatial_scale", 0.5))
	y := requireTypes(t, n, false, x, rois)
	require.Equal(t, []float64{5, 7, 13, 15, 26, 27, 30, 31, 0, 0, 0, 0}, tensor.Data[float64](y))
	_, err := optest.Eval(registry, n, x, tensor.Of([]float64{2, 0, 0, 1, 1}, 1, 5))
	require.ErrorContains(t, err, "image 2 of 2")
}

// TestRoiAlign protects adaptive sampling and against regions that are not
// finite, or of images that there are not.
func TestRoiAlign(t *testing.T) {
	x := tensor.Of([]float64{0, 1, 2, 3}, 1, 1, 2, 2)
	n := optest.Node("RoiAlign", 16, 3)
	y := requireTypes(t, n, false, x, tensor.Of([]float64{0, 0, 2, 2}, 1, 4), tensor.Of([]int64{0}, 1))
	require.Equal(t, []float64{1.5}, tensor.Data[float64](y))
	_, err := optest.Eval(registry, n, x, tensor.Of([]float64{0, 0, 1e30, 2}, 1, 4), tensor.Of([]int64{0}, 1))
	require.ErrorContains(t, err, "more than 4096 samples")
	_, err = optest.Eval(registry, n, x, tensor.Of([]float64{0, 0, 1, 2}, 1, 4), tensor.Of([]int64{-1}, 1))
	require.ErrorContains(t, err, "image -1 of 1")
}
