package nn_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

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
			x, w := random64(r, c.x...), random64(r, c.w...)
			group := 1
			for _, a := range c.attrs {
				if a.Name == "group" {
					group = int(a.Int)
				}
			}
			b := random64(r, c.w[1]*group)
			n := optest.Node("ConvTranspose", 11, 3, c.attrs...)
			requireTypes(t, n, true, x, w, b)
			in := convert(t, tensor.Float32, []*tensor.Tensor{x, w, b})
			want, err := optest.Eval(registry, n, in...)
			require.NoError(t, err)
			got, err := optest.EvalChannelsLast(registry, n, []int{1, 2}, in...)
			require.NoError(t, err)
			require.Equal(t, tensor.Data[float32](want[0]), tensor.Data[float32](got[0]), "constant weights")
		})
	}
}

// TestConvAlone protects convolutions evaluated by themselves, in plain order:
// of few channels and of many.
func TestConvAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for _, c := range []int{1, 3, 9, 20} {
		requireTypes(t, optest.Node("Conv", 11, 3, optest.Ints("pads", 1, 1, 0, 0)), true, random64(r, 2, c, 5, 6), random64(r, 7, c, 3, 3), random64(r, 7))
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
