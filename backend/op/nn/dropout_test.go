package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestDropout protects what training does to each type, and that it happens
// only where a version asks for it.
func TestDropout(t *testing.T) {
	yes, ratio := tensor.Of([]bool{true}), tensor.Scalar[float32](0.25)
	for _, typ := range []tensor.Type{tensor.Float32, tensor.Float64, tensor.Float16, tensor.Float8E4M3FN} {
		x, err := tensor.Convert(typ, tensor.Full[float32](3, 1000), tensor.ConvertOptions{})
		require.NoError(t, err)
		n := optest.Node("Dropout", 22, 3, optest.Int("seed", 1))
		n.Outputs = append(n.Outputs, 4)
		out, err := optest.Eval(registry, n, x, ratio, yes)
		require.NoError(t, err)
		y, err := tensor.Convert(tensor.Float64, out[0], tensor.ConvertOptions{})
		require.NoError(t, err)
		kept := 0
		for i, m := range tensor.Data[bool](out[1]) {
			if m {
				kept++
				require.InDelta(t, 4, tensor.Data[float64](y)[i], 0.01)
			} else {
				require.Zero(t, tensor.Data[float64](y)[i])
			}
		}
		require.InDelta(t, 750, kept, 50)
	}
	x := tensor.Full[float32](3, 1000)
	for _, c := range []struct {
		n        *graph.Node
		volatile bool
	}{
		{optest.Node("Dropout", 6, 1), true},
		{optest.Node("Dropout", 6, 1, optest.Int("is_test", 1)), false},
		{optest.Node("Dropout", 7, 1), false},
		{optest.Node("Dropout", 13, 1), false},
	} {
		o, err := registry.New(c.n)
		require.NoError(t, err)
		require.Equal(t, c.volatile, o.(op.Volatile).Volatile())
		out, err := optest.Eval(registry, c.n, x)
		require.NoError(t, err)
		same := true
		for _, v := range tensor.Data[float32](out[0]) {
			same = same && v == 3
		}
		require.Equal(t, c.volatile, !same, "%v", c.n.Version)
	}
	_, err := optest.Eval(registry, optest.Node("Dropout", 13, 3), x, tensor.Scalar[float32](1), yes)
	require.ErrorContains(t, err, "ratio is 1")
}
