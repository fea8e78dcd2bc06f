package nn_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func random32(r *rand.Rand, shape ...int) *tensor.Tensor {
	x, _ := tensor.Convert(tensor.Float32, random64(r, shape...), tensor.ConvertOptions{})
	return x
}

// TestConvTranspose protects the products of phases against the definition in
// float64: strides beyond the kernel, dilations, groups, paddings of every
// kind, weights that are constant or not.
func TestConvTranspose(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for name, c := range map[string]struct {
		x, w  []int
		attrs []graph.Attr
	}{
		"plain":       {[]int{2, 3, 5, 4}, []int{3, 20, 3, 3}, nil},
		"stride 2":    {[]int{2, 9, 5, 4}, []int{9, 5, 4, 4}, []graph.Attr{optest.Ints("strides", 2, 2), optest.Ints("pads", 1, 1, 1, 1)}},
		"gaps":        {[]int{1, 3, 4, 4}, []int{3, 4, 2, 1}, []graph.Attr{optest.Ints("strides", 3, 2), optest.Ints("output_padding", 2, 1)}},
		"dilations":   {[]int{1, 3, 4, 5}, []int{3, 4, 3, 2}, []graph.Attr{optest.Ints("strides", 2, 3), optest.Ints("dilations", 3, 2), optest.Ints("pads", 2, 0, 1, 3)}},
		"groups":      {[]int{2, 6, 4, 3}, []int{6, 5, 3, 3}, []graph.Attr{optest.Int("group", 3), optest.Ints("strides", 2, 1)}},
		"one dim":     {[]int{1, 3, 7}, []int{3, 4, 5}, []graph.Attr{optest.Ints("strides", 2)}},
		"three dims":  {[]int{1, 2, 3, 2, 3}, []int{2, 4, 2, 3, 2}, []graph.Attr{optest.Ints("strides", 2, 1, 2)}},
		"same upper":  {[]int{1, 2, 3, 4}, []int{2, 3, 4, 3}, []graph.Attr{optest.Str("auto_pad", "SAME_UPPER"), optest.Ints("strides", 2, 2)}},
		"same lower":  {[]int{1, 2, 3, 4}, []int{2, 3, 4, 3}, []graph.Attr{optest.Str("auto_pad", "SAME_LOWER"), optest.Ints("strides", 2, 2)}},
		"shape given": {[]int{1, 2, 3, 4}, []int{2, 3, 3, 3}, []graph.Attr{optest.Ints("output_shape", 8, 12), optest.Ints("strides", 3, 3)}},
		"large pads":  {[]int{1, 2, 4, 4}, []int{2, 3, 3, 3}, []graph.Attr{optest.Ints("strides", 2, 2), optest.Ints("pads", 4, 3, 2, 3)}},
	} {
		t.Run(name, func(t *testing.T) {
			x, w := random32(r, c.x...), random32(r, c.w...)
			group := 1
			for _, a := range c.attrs {
				if a.Name == "group" {
					group = int(a.Int)
				}
			}
			b := random32(r, c.w[1]*group)
			n := optest.Node("ConvTranspose", 11, 3, c.attrs...)
			want, err := optest.Eval(registry, n, x, w, b)
			require.NoError(t, err)
			for _, constants := range [][]int{nil, {1, 2}} {
				got, err := optest.EvalChannelsLast(registry, n, constants, x, w, b)
				require.NoError(t, err)
				require.Equal(t, want[0].Shape(), got[0].Shape())
				require.InDeltaSlice(t, tensor.Data[float32](want[0]), tensor.Data[float32](got[0]), 1e-5)
			}
		})
	}
}

// TestConvTransposeErrors protects the causes.
func TestConvTransposeErrors(t *testing.T) {
	x, w := tensor.New(tensor.Float32, 1, 3, 2, 2), tensor.New(tensor.Float32, 4, 3, 2, 2)
	_, err := optest.Eval(registry, optest.Node("ConvTranspose", 11, 2), x, w)
	require.ErrorContains(t, err, "X has 3 channels, W takes 4")
	w = tensor.New(tensor.Float32, 3, 3, 2, 2)
	_, err = optest.Eval(registry, optest.Node("ConvTranspose", 11, 2, optest.Ints("pads", 9, 9, 9, 9)), x, w)
	require.ErrorContains(t, err, "would be -15")
}
