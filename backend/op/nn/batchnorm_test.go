package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestBatchNormalizationTypes protects that scale and bias, and mean and
// variance, may be of types of their own.
func TestBatchNormalizationTypes(t *testing.T) {
	half := func(v ...float64) *tensor.Tensor {
		x, err := tensor.Convert(tensor.Float16, tensor.Of(v, len(v)), tensor.ConvertOptions{})
		require.NoError(t, err)
		return x
	}
	n := optest.Node("BatchNormalization", 15, 5, optest.Float("epsilon", 0))
	x := tensor.Of([]float32{1, 2, 3, 4}, 1, 2, 2)
	y, err := optest.Eval(registry, n, x, half(2, 1), half(0, 0.5), tensor.Of([]float64{1, 0}, 2), tensor.Of([]float64{4, 0.25}, 2))
	require.NoError(t, err)
	optest.Equal(t, tensor.Of([]float32{0, 1, 6.5, 8.5}, 1, 2, 2), y[0])
}
