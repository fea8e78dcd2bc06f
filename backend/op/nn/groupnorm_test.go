package nn_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestNormalizationEpilogue protects a residual and an activation behind
// normalisation, in both orders, for rows that are taken together and not.
func TestNormalizationEpilogue(t *testing.T) {
	r := rand.New(rand.NewPCG(71, 72))
	for _, c := range []int{8, 12, 520} {
		for _, residual := range []bool{false, true} {
			in := []*tensor.Tensor{single(t, r, 2, c, 9, 11), single(t, r, c), single(t, r, c)}
			want, err := optest.Eval(registry, optest.Node("InstanceNormalization", 6, 3), in...)
			require.NoError(t, err)
			n := optest.Node("InstanceNormalization", 6, 3, optest.Str(op.AttrAct, "Relu"))
			y := tensor.Data[float32](want[0])
			if residual {
				in = append(in, single(t, r, 2, c, 9, 11))
				n = optest.Node("InstanceNormalization", 6, 4, optest.Str(op.AttrAct, "Relu"), optest.Int(op.AttrAdd, 1))
				for i, v := range tensor.Data[float32](in[3]) {
					y[i] += v
				}
			}
			for i, v := range y {
				y[i] = max(v, 0)
			}
			for name, eval := range map[string]func() ([]*tensor.Tensor, error){
				"plain":         func() ([]*tensor.Tensor, error) { return optest.Eval(registry, n, in...) },
				"channels-last": func() ([]*tensor.Tensor, error) { return optest.EvalChannelsLast(registry, n, nil, in...) },
			} {
				got, err := eval()
				require.NoError(t, err, name)
				require.InDeltaSlice(t, y, tensor.Data[float32](got[0]), 2e-5, "%s %d %v", name, c, residual)
			}
		}
	}
}

// TestInstanceNormalizationOffset protects the variance of values far from 0.
func TestInstanceNormalizationOffset(t *testing.T) {
	x := tensor.New(tensor.Float32, 1, 8, 60, 61)
	for i, d := 0, tensor.Data[float32](x); i < len(d); i++ {
		d[i] = 1000 + float32(i%2)
	}
	one, zero := tensor.New(tensor.Float32, 8), tensor.New(tensor.Float32, 8)
	for i := range 8 {
		tensor.Data[float32](one)[i] = 1
	}
	got, err := optest.EvalChannelsLast(registry, optest.Node("InstanceNormalization", 6, 3), nil, x, one, zero)
	require.NoError(t, err)
	for i, v := range tensor.Data[float32](got[0]) {
		require.InDelta(t, 2*(i%2)-1, v, 1e-3)
	}
}

// single returns a random float32 tensor.
func single(t *testing.T, r *rand.Rand, shape ...int) *tensor.Tensor {
	x, err := tensor.Convert(tensor.Float32, random64(r, shape...), tensor.ConvertOptions{})
	require.NoError(t, err)
	return x
}
