package training_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/training"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(training.Ops)

func random[T float32 | float64](r *rand.Rand, shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.TypeOf[T](), shape...)
	for i, d := 0, tensor.Data[T](x); i < len(d); i++ {
		d[i] = T(r.NormFloat64())
	}
	return x
}

// TestCrossEntropy protects labels to be ignored, weights, and the mean over what
// is left, in every type, for adjacent classes and for others.
func TestCrossEntropy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, inner := range []int{1, 5} {
		shape := []int{3, 4, inner}
		x, w := random[float64](r, shape...), tensor.Of([]float64{1, 2, .5, 3}, 4)
		labels := tensor.New(tensor.Int32, 3, inner)
		sum, weights := 0., 0.
		for i, l := 0, tensor.Data[int32](labels); i < len(l); i++ {
			if l[i] = int32(r.IntN(5)) - 1; l[i] < 0 {
				continue
			}
			total := 0.
			for c := range 4 {
				total += math.Exp(tensor.At[float64](x, i/inner, c, i%inner))
			}
			c := int(l[i])
			sum -= tensor.At[float64](w, c) * (tensor.At[float64](x, i/inner, c, i%inner) - math.Log(total))
			weights += tensor.At[float64](w, c)
		}
		for reduction, want := range map[string]float64{"sum": sum, "mean": sum / weights} {
			n := optest.Node("SoftmaxCrossEntropyLoss", 13, 3, optest.Str("reduction", reduction), optest.Int("ignore_index", -1))
			got, err := optest.Eval(registry, n, x, labels, w)
			require.NoError(t, err)
			require.InDelta(t, want, tensor.At[float64](got[0]), 1e-12)
			x32, err := tensor.Convert(tensor.Float32, x, tensor.ConvertOptions{})
			require.NoError(t, err)
			w32, err := tensor.Convert(tensor.Float32, w, tensor.ConvertOptions{})
			require.NoError(t, err)
			got, err = optest.Eval(registry, n, x32, labels, w32)
			require.NoError(t, err)
			require.InDelta(t, want, tensor.At[float32](got[0]), 1e-5)
			optest.Layouts(t, registry, n, true, x32, labels, w32)
		}
	}
}

// TestErrors protects against labels and shapes that do not fit.
func TestErrors(t *testing.T) {
	x := tensor.New(tensor.Float32, 2, 3)
	for name, c := range map[string]struct {
		in   []*tensor.Tensor
		want error
	}{
		"label":   {[]*tensor.Tensor{x, tensor.Of([]int64{0, 3}, 2)}, op.ErrInput},
		"batch":   {[]*tensor.Tensor{x, tensor.Of([]int64{0}, 1)}, op.ErrShape},
		"rank":    {[]*tensor.Tensor{x, tensor.New(tensor.Int64, 2, 3)}, op.ErrShape},
		"weights": {[]*tensor.Tensor{x, tensor.Of([]int64{0, 1}, 2), tensor.New(tensor.Float32, 2)}, op.ErrShape},
		"labels":  {[]*tensor.Tensor{x, tensor.New(tensor.Float32, 2)}, op.ErrType},
	} {
		_, err := optest.Eval(registry, optest.Node("NegativeLogLikelihoodLoss", 13, len(c.in)), c.in...)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := registry.New(optest.Node("NegativeLogLikelihoodLoss", 13, 2, optest.Str("reduction", "max")))
	require.ErrorIs(t, err, op.ErrAttr)
	n := optest.Node("Adam", 1, 5)
	n.Domain = "ai.onnx.preview.training"
	_, err = optest.Eval(registry, n, tensor.Scalar[float32](1), tensor.Scalar[int64](0), x, x, x)
	require.ErrorIs(t, err, op.ErrInput, "a state is missing")
}

// TestOptimizers protects that each optimiser goes downhill on several tensors of
// different types, and what the first step is.
func TestOptimizers(t *testing.T) {
	for name, c := range map[string]struct {
		states int
		attrs  []graph.Attr
		first  float64 // step of a gradient of 1 at a learning rate of 0.1
	}{
		"Adagrad":  {1, nil, .1},
		"Adam":     {2, nil, .1 * .1 / math.Sqrt(.001)},
		"Momentum": {1, []graph.Attr{optest.Float("alpha", .5), optest.Float("beta", 1), optest.Float("norm_coefficient", 0), optest.Str("mode", "nesterov")}, .15},
	} {
		r := rand.New(rand.NewPCG(3, 4))
		n := optest.Node(name, 1, 2+2*(2+c.states), c.attrs...)
		n.Domain = "ai.onnx.preview.training"
		n.Outputs = nil
		for i := range 2 * (1 + c.states) {
			n.Outputs = append(n.Outputs, graph.ValueID(20+i))
		}
		in := []*tensor.Tensor{tensor.Scalar[float32](.1), tensor.Scalar[int64](0), random[float32](r, 4), random[float64](r, 2, 3), tensor.Full[float32](1, 4), tensor.Full[float64](1, 2, 3)}
		for range c.states {
			in = append(in, tensor.New(tensor.Float32, 4), tensor.New(tensor.Float64, 2, 3))
		}
		optest.Layouts(t, registry, n, true, in...)
		start := in[3]
		for step := range 200 {
			in[1] = tensor.Scalar(int64(step))
			out, err := optest.Eval(registry, n, in...)
			require.NoError(t, err)
			if step == 0 {
				require.InDelta(t, tensor.At[float64](start, 1, 2)-c.first, tensor.At[float64](out[1], 1, 2), 1e-4, name)
			}
			copy(in[2:4], out[:2])
			copy(in[6:], out[2:])
			in[4], in[5] = out[0], out[1] // the gradient of x²/2
		}
		for i, v := range tensor.Data[float64](in[3]) {
			require.LessOrEqual(t, math.Abs(v), max(.1, math.Abs(tensor.Data[float64](start)[i])/2), name)
		}
	}
}
