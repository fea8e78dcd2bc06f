package random_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/random"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(random.Ops)

// draw evaluates a node and returns its output in float64.
func draw(t *testing.T, n *graph.Node, in ...*tensor.Tensor) []float64 {
	out, err := optest.Eval(registry, n, in...)
	require.NoError(t, err)
	y, err := tensor.Convert(tensor.Float64, out[0], tensor.ConvertOptions{})
	require.NoError(t, err)
	return tensor.Data[float64](y)
}

// moments returns mean, standard deviation and range.
func moments(x []float64) (mean, deviation, lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range x {
		mean += v / float64(len(x))
		lo, hi = min(lo, v), max(hi, v)
	}
	for _, v := range x {
		deviation += (v - mean) * (v - mean) / float64(len(x))
	}
	return mean, math.Sqrt(deviation), lo, hi
}

// TestDistributions protects means, deviations and ranges, in every type.
func TestDistributions(t *testing.T) {
	shape, seed := optest.Ints("shape", 101, 99), optest.Float("seed", 3)
	for _, typ := range []tensor.Type{tensor.Float32, tensor.Float64, tensor.Float16, tensor.BFloat16} {
		dtype := optest.Int("dtype", int(typ))
		mean, dev, lo, hi := moments(draw(t, optest.Node("RandomUniform", 22, 0, shape, seed, dtype, optest.Float("low", -2), optest.Float("high", 4))))
		require.InDelta(t, 1, mean, 0.05)
		require.InDelta(t, 6/math.Sqrt(12), dev, 0.05)
		require.True(t, lo >= -2 && lo < -1.98 && hi <= 4 && hi > 3.98, "%v %v", lo, hi)
		mean, dev, lo, hi = moments(draw(t, optest.Node("RandomNormalLike", 22, 1, seed, dtype, optest.Float("mean", 5), optest.Float("scale", 2)), tensor.New(tensor.Int8, 100, 100)))
		require.InDelta(t, 5, mean, 0.1)
		require.InDelta(t, 2, dev, 0.1)
		require.True(t, lo < -0.5 && hi > 10.5, "%v %v", lo, hi)
	}
}

// TestSeed protects that a seed repeats numbers and that without one they
// differ.
func TestSeed(t *testing.T) {
	shape := optest.Ints("shape", 7)
	seeded := optest.Node("RandomNormal", 1, 0, shape, optest.Float("seed", 1))
	require.Equal(t, draw(t, seeded), draw(t, seeded))
	require.NotEqual(t, draw(t, seeded), draw(t, optest.Node("RandomNormal", 1, 0, shape, optest.Float("seed", 2))))
	free := optest.Node("RandomUniform", 1, 0, shape)
	require.NotEqual(t, draw(t, free), draw(t, free))
	for n, want := range map[*graph.Node]bool{seeded: false, free: true} {
		o, err := registry.New(n)
		require.NoError(t, err)
		require.Equal(t, want, o.(op.Volatile).Volatile())
	}
}

// TestBernoulli protects certain outcomes and the share of the others.
func TestBernoulli(t *testing.T) {
	p := tensor.Full[float32](0.3, 10000)
	tensor.Data[float32](p)[0], tensor.Data[float32](p)[1] = 0, 1
	y := draw(t, optest.Node("Bernoulli", 15, 1, optest.Int("dtype", int(tensor.Bool)), optest.Float("seed", 5)), p)
	mean, _, _, _ := moments(y)
	require.Equal(t, []float64{0, 1}, y[:2])
	require.InDelta(t, 0.3, mean, 0.02)
}

// TestMultinomial protects frequencies, classes that cannot be and rows that
// say nothing.
func TestMultinomial(t *testing.T) {
	inf := float32(math.Inf(-1))
	x := tensor.Of([]float32{0, float32(math.Log(3)), inf, inf, inf, 700}, 2, 3)
	y := draw(t, optest.Node("Multinomial", 7, 1, optest.Int("sample_size", 5000), optest.Int("dtype", int(tensor.Int64)), optest.Float("seed", 5)), x)
	counts := map[float64]int{}
	for _, v := range y[:5000] {
		counts[v]++
	}
	require.InDelta(t, 1250, counts[0], 150)
	require.Equal(t, 5000, counts[0]+counts[1])
	for _, v := range y[5000:] {
		require.Equal(t, 2.0, v)
	}
	_, err := optest.Eval(registry, optest.Node("Multinomial", 7, 1), tensor.Of([]float32{inf}, 1, 1))
	require.ErrorContains(t, err, "row 0 has no probabilities")
}

func Example() {
	n := optest.Node("RandomUniform", 22, 0, optest.Ints("shape", 2, 3), optest.Float("seed", 1))
	y, _ := optest.Eval(registry, n)
	fmt.Println(y[0])
	// Output: float32[2 3]
}

// TestAbuse protects against panics on whatever a file may ask for.
func TestAbuse(t *testing.T) { optest.Abuse(t, random.Ops, 300) }
