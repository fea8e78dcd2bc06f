package quant_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func ramp(shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Float32, shape...)
	for i, d := 0, tensor.Data[float32](x); i < len(d); i++ {
		d[i] = float32(i%23) - 11
	}
	return x
}

// TestGranularity protects which scale belongs to which element, in all ways
// there are, by dequantizing ones.
func TestGranularity(t *testing.T) {
	for name, c := range map[string]struct {
		scale       []int
		axis, block int
		index       func(i, j, k int) int
	}{
		"tensor":            {nil, 1, 0, func(i, j, k int) int { return 0 }},
		"axis in the midst": {[]int{5}, 1, 0, func(i, j, k int) int { return j }},
		"first axis":        {[]int{3}, -3, 0, func(i, j, k int) int { return i }},
		"last axis":         {[]int{4}, 2, 0, func(i, j, k int) int { return k }},
		"blocks":            {[]int{3, 3, 4}, 1, 2, func(i, j, k int) int { return (i*3+j/2)*4 + k }},
		"last blocks":       {[]int{3, 5, 2}, -1, 3, func(i, j, k int) int { return (i*5+j)*2 + k/3 }},
		"first blocks":      {[]int{2, 5, 4}, 0, 2, func(i, j, k int) int { return (i/2*5+j)*4 + k }},
	} {
		t.Run(name, func(t *testing.T) {
			x, zero := tensor.Full[int8](3, 3, 5, 4), tensor.Full[int8](2, c.scale...)
			scale := tensor.New(tensor.Float32, c.scale...)
			for i := range scale.Len() {
				tensor.Data[float32](scale)[i] = float32(i + 1)
			}
			n := optest.Node("DequantizeLinear", 21, 3, optest.Int("axis", c.axis), optest.Int("block_size", c.block))
			out, err := optest.Eval(registry, n, x, scale, zero)
			require.NoError(t, err)
			for i, v := range tensor.Data[float32](out[0]) {
				require.Equal(t, float32(c.index(i/20, i/4%5, i%4)+1), v, "element %d", i)
			}
			if c.block == 0 && c.axis == 1 {
				got, err := optest.EvalChannelsLast(registry, n, nil, x, scale, zero)
				require.NoError(t, err)
				require.Equal(t, out[0].Bytes(), got[0].Bytes())
			}
		})
	}
}

// TestQuantize protects rounding to even, saturation and NaN, and that
// channels-last order gives the same.
func TestQuantize(t *testing.T) {
	x := tensor.Of([]float32{0.5, 1.5, -2.5, 300, -300, float32(math.NaN()), float32(math.Inf(1)), 1e30}, 8)
	out, err := optest.Eval(registry, optest.Node("QuantizeLinear", 13, 3), x, tensor.Scalar[float32](1), tensor.Scalar[int8](1))
	require.NoError(t, err)
	require.Equal(t, []int8{1, 3, -1, 127, -128, 0, 127, 127}, tensor.Data[int8](out[0]))

	x = ramp(2, 5, 3, 3)
	n := optest.Node("QuantizeLinear", 13, 3)
	out, err = optest.Eval(registry, n, x, tensor.Scalar[float32](0.3), tensor.Scalar[uint8](100))
	require.NoError(t, err)
	got, err := optest.EvalChannelsLast(registry, n, nil, x, tensor.Scalar[float32](0.3), tensor.Scalar[uint8](100))
	require.NoError(t, err)
	require.Equal(t, out[0].Bytes(), got[0].Bytes())
}

// TestQuantizeErrors protects the causes.
func TestQuantizeErrors(t *testing.T) {
	x := tensor.New(tensor.Float32, 2, 3)
	_, err := optest.Eval(registry, optest.Node("QuantizeLinear", 13, 2), x, tensor.New(tensor.Float32, 2))
	require.ErrorContains(t, err, "scale is [2] for axis 1 of [2 3]")
	_, err = optest.Eval(registry, optest.Node("QuantizeLinear", 21, 2, optest.Int("block_size", 2)), x, tensor.New(tensor.Float32, 2, 3))
	require.ErrorContains(t, err, "in blocks of 2")
	_, err = optest.Eval(registry, optest.Node("QuantizeLinear", 13, 2), x, tensor.New(tensor.Float32), nil)
	require.NoError(t, err)
}

// TestDynamicOfZeros protects against a division by zero.
func TestDynamicOfZeros(t *testing.T) {
	n := optest.Node("DynamicQuantizeLinear", 11, 1)
	n.Outputs = append(n.Outputs, 2, 3)
	out, err := optest.Eval(registry, n, tensor.New(tensor.Float32, 3))
	require.NoError(t, err)
	require.Equal(t, []uint8{0, 0, 0}, tensor.Data[uint8](out[0]))
}

func Example() {
	x, scale, zero := tensor.Of([]float32{-1, 0, 0.26, 5}, 4), tensor.Scalar[float32](0.1), tensor.Scalar[uint8](128)
	q, _ := optest.Eval(registry, optest.Node("QuantizeLinear", 13, 3), x, scale, zero)
	y, _ := optest.Eval(registry, optest.Node("DequantizeLinear", 13, 3), q[0], scale, zero)
	fmt.Println(tensor.Data[uint8](q[0]), tensor.Data[float32](y[0]))
	// Output: [118 128 131 178] [-1 0 0.3 5]
}
