package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// convert converts tensors of float64 to another type.
func convert(t *testing.T, typ tensor.Type, in []*tensor.Tensor) []*tensor.Tensor {
	out := make([]*tensor.Tensor, len(in))
	for i, x := range in {
		if out[i] = x; x != nil && x.Type() == tensor.Float64 {
			var err error
			out[i], err = tensor.Convert(typ, x, tensor.ConvertOptions{})
			require.NoError(t, err)
		}
	}
	return out
}

// requireTypes evaluates a node on float64 and requires about the same of
// narrower types, and of channels-last order if the operator takes it. It
// returns the result in float64.
func requireTypes(t *testing.T, n *graph.Node, channelsLast bool, in ...*tensor.Tensor) *tensor.Tensor {
	t.Helper()
	want, err := optest.Eval(registry, n, in...)
	require.NoError(t, err)
	near := func(got *tensor.Tensor, tolerance float64) {
		t.Helper()
		require.Equal(t, want[0].Shape(), got.Shape())
		wide, err := tensor.Convert(tensor.Float64, got, tensor.ConvertOptions{})
		require.NoError(t, err)
		for i, w := range tensor.Data[float64](want[0]) {
			require.InDelta(t, w, tensor.Data[float64](wide)[i], tolerance*max(1, math.Abs(w)), "%v element %d", got, i)
		}
	}
	for typ, tolerance := range map[tensor.Type]float64{tensor.Float32: 1e-5, tensor.Float16: 0.01} {
		got, err := optest.Eval(registry, n, convert(t, typ, in)...)
		require.NoError(t, err)
		near(got[0], tolerance)
	}
	if channelsLast {
		got, err := optest.EvalChannelsLast(registry, n, nil, convert(t, tensor.Float32, in)...)
		require.NoError(t, err)
		near(got[0], 1e-5)
	}
	return want[0]
}

// TestNormalizations protects that every type and order gives about the same,
// for sizes that fill no block and no lane.
func TestNormalizations(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, shape := range [][]int{{2, 12, 5, 7}, {1, 20, 17, 19}, {2, 12, 3}} {
		c := shape[1]
		x := random64(r, shape...)
		for i, d := 0, tensor.Data[float64](x); i < len(d); i++ {
			d[i] += float64(i/7%c) * 0.1
		}
		for _, n := range []*graph.Node{
			optest.Node("GroupNormalization", 21, 3, optest.Int("num_groups", 4)),
			optest.Node("InstanceNormalization", 6, 3, optest.Float("epsilon", 0.1)),
		} {
			y := requireTypes(t, n, true, x, random64(r, c), random64(r, c))
			require.NotEqual(t, x.Bytes(), y.Bytes())
		}
		requireTypes(t, optest.Node("GroupNormalization", 18, 3, optest.Int("num_groups", 4)), true, x, random64(r, 4), random64(r, 4))
		for _, size := range []int{1, 2, 5, 30} {
			for _, beta := range []float32{0.75, 0.6} {
				requireTypes(t, optest.Node("LRN", 13, 1, optest.Int("size", size), optest.Float("beta", beta), optest.Float("alpha", 0.3)), true, x)
			}
		}
		requireTypes(t, optest.Node("LpNormalization", 22, 1, optest.Int("axis", 1), optest.Int("p", 1)), false, x)
		requireTypes(t, optest.Node("MeanVarianceNormalization", 13, 1, optest.Ints("axes", -1, 0)), false, x)
		for _, p := range []int{1, 2, 3} {
			requireTypes(t, optest.Node("GlobalLpPool", 2, 1, optest.Int("p", p)), false, x)
		}
	}
}

// TestGroupNormalization protects the moments of groups, by hand.
func TestGroupNormalization(t *testing.T) {
	x := tensor.Of([]float64{1, 3, 5, 7, 0, 0, 2, 2}, 1, 4, 2)
	n := optest.Node("GroupNormalization", 21, 3, optest.Int("num_groups", 2), optest.Float("epsilon", 0))
	y := requireTypes(t, n, true, x, tensor.Of([]float64{1, 2, 1, 1}, 4), tensor.Of([]float64{0, 0, 0, 5}, 4))
	s := math.Sqrt(5)
	require.InDeltaSlice(t, []float64{-3 / s, -1 / s, 2 / s, 6 / s, -1, -1, 6, 6}, tensor.Data[float64](y), 1e-12)
}

// TestLpPoolVersion1 protects that p may be a float.
func TestLpPoolVersion1(t *testing.T) {
	x := tensor.Of([]float64{3, -4, 0, 12}, 1, 1, 4)
	y := requireTypes(t, optest.Node("LpPool", 1, 1, optest.Float("p", 2), optest.Ints("kernel_shape", 2)), false, x)
	require.Equal(t, []float64{5, 4, 12}, tensor.Data[float64](y))
	y = requireTypes(t, optest.Node("GlobalLpPool", 1, 1), false, x)
	require.Equal(t, []float64{13}, tensor.Data[float64](y))
}

// TestMaxUnpoolErrors protects against indices of other tensors.
func TestMaxUnpoolErrors(t *testing.T) {
	n := optest.Node("MaxUnpool", 11, 2, optest.Ints("kernel_shape", 2), optest.Ints("strides", 2))
	_, err := optest.Eval(registry, n, tensor.New(tensor.Float32, 1, 1, 2), tensor.Of([]int64{0, 4}, 1, 1, 2))
	require.ErrorContains(t, err, "index 4 of 4 elements")
}

func Example() {
	n := optest.Node("LpNormalization", 22, 1)
	y, _ := optest.Eval(registry, n, tensor.Of([]float32{3, 4}, 1, 2))
	fmt.Println(tensor.Data[float32](y[0]))
	// Output: [0.6 0.8]
}
