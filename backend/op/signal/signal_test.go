package signal_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/signal"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(signal.Ops)

func random(r *rand.Rand, shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Float64, shape...)
	for i, d := 0, tensor.Data[float64](x); i < len(d); i++ {
		d[i] = r.NormFloat64()
	}
	return x
}

// near compares float64 tensors within rounding.
func near(t *testing.T, want, got *tensor.Tensor) {
	t.Helper()
	require.Equal(t, want.Shape(), got.Shape())
	require.InDeltaSlice(t, tensor.Data[float64](want), tensor.Data[float64](got), 1e-12)
}

// TestDFT protects that each inverse undoes its transform, along any axis, for
// even and odd lengths, and that lines are cut and filled.
func TestDFT(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 5, 6, 37} {
		for axis := range 2 {
			shape := []int{3, 3, 2}
			shape[axis] = n
			at := tensor.Scalar(int64(axis))
			x := random(r, shape...)
			y, err := optest.Eval(registry, optest.Node("DFT", 20, 3), x, nil, at)
			require.NoError(t, err)
			back, err := optest.Eval(registry, optest.Node("DFT", 20, 3, optest.Int("inverse", 1)), y[0], nil, at)
			require.NoError(t, err)
			near(t, x, back[0])

			shape[2] = 1
			x = random(r, shape...)
			full, err := optest.Eval(registry, optest.Node("DFT", 20, 3), x, nil, at)
			require.NoError(t, err)
			half, err := optest.Eval(registry, optest.Node("DFT", 20, 3, optest.Int("onesided", 1)), x, nil, at)
			require.NoError(t, err)
			require.Equal(t, n/2+1, half[0].Shape()[axis])
			require.Equal(t, tensor.At[float64](full[0], 0, 0, 1), tensor.At[float64](half[0], 0, 0, 1))
			length := tensor.Scalar(int64(n))
			back, err = optest.Eval(registry, optest.Node("DFT", 20, 3, optest.Int("onesided", 1), optest.Int("inverse", 1)), half[0], length, at)
			require.NoError(t, err)
			near(t, x, back[0])
		}
	}
	x := tensor.Of([]float64{1, 2, 3}, 1, 3, 1)
	for length, want := range map[int64][]float64{1: {1, 0}, 2: {3, 0, -1, 0}, 4: {6, 0, -2, -2, 2, 0, -2, 2}} {
		y, err := optest.Eval(registry, optest.Node("DFT", 17, 2), x, tensor.Scalar(length))
		require.NoError(t, err)
		require.InDeltaSlice(t, want, tensor.Data[float64](y[0]), 1e-12)
	}
}

// TestSTFT protects that a frame is the transform of its window on the signal.
func TestSTFT(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, c := range []int{1, 2} {
		x, w := random(r, 2, 23, c), random(r, 6)
		got, err := optest.Eval(registry, optest.Node("STFT", 17, 3, optest.Int("onesided", 0)), x, tensor.Scalar(int64(4)), w)
		require.NoError(t, err)
		require.Equal(t, []int{2, 5, 6, 2}, got[0].Shape())
		frame := tensor.New(tensor.Float64, 1, 6, c)
		for i := range 6 {
			for j := range c {
				tensor.Data[float64](frame)[i*c+j] = tensor.At[float64](x, 1, 3*4+i, j) * tensor.At[float64](w, i)
			}
		}
		want, err := optest.Eval(registry, optest.Node("DFT", 17, 1), frame)
		require.NoError(t, err)
		require.Equal(t, tensor.Data[float64](want[0]), tensor.Data[float64](got[0])[8*12:9*12])
	}
}

// TestSTFTOfRank2 protects a real signal without its last dim.
func TestSTFTOfRank2(t *testing.T) {
	x, n := random(rand.New(rand.NewPCG(7, 8)), 2, 9, 1), optest.Node("STFT", 17, 4)
	want, err := optest.Eval(registry, n, x, tensor.Scalar(int64(2)), nil, tensor.Scalar(int64(4)))
	require.NoError(t, err)
	got, err := optest.Eval(registry, n, x.Reshape(2, 9), tensor.Scalar(int64(2)), nil, tensor.Scalar(int64(4)))
	require.NoError(t, err)
	optest.Equal(t, want[0], got[0])
}

// TestWindows protects the shapes at both ends.
func TestWindows(t *testing.T) {
	for _, c := range []struct {
		name           string
		periodic, size int
		want           []float64
	}{
		{"HannWindow", 1, 4, []float64{0, .5, 1, .5}},
		{"HannWindow", 0, 3, []float64{0, 1, 0}},
		{"HannWindow", 0, 1, []float64{1}},
		{"HannWindow", 1, 0, []float64{}},
		{"HammingWindow", 0, 3, []float64{4. / 46, 1, 4. / 46}},
		{"BlackmanWindow", 0, 5, []float64{0, .34, 1, .34, 0}},
	} {
		n := optest.Node(c.name, 17, 1, optest.Int("periodic", c.periodic), optest.Int("output_datatype", int(tensor.Float64)))
		got, err := optest.Eval(registry, n, tensor.Scalar(int32(c.size)))
		require.NoError(t, err)
		require.InDeltaSlice(t, c.want, tensor.Data[float64](got[0]), 1e-12, c.name)
	}
	n := optest.Node("HannWindow", 17, 1, optest.Int("output_datatype", int(tensor.Int8)))
	got, err := optest.Eval(registry, n, tensor.Scalar(int64(4)))
	require.NoError(t, err)
	require.Equal(t, []int8{0, 0, 1, 0}, tensor.Data[int8](got[0]))

	// The summit, a sum of three constants, is 1 in whole numbers too.
	n = optest.Node("BlackmanWindow", 17, 1, optest.Int("output_datatype", int(tensor.Int32)))
	got, err = optest.Eval(registry, n, tensor.Scalar(int64(6)))
	require.NoError(t, err)
	require.Equal(t, []int32{0, 0, 0, 1, 0, 0}, tensor.Data[int32](got[0]))
}

// TestErrors protects against sizes and values that do not fit.
func TestErrors(t *testing.T) {
	x, i := random(rand.New(rand.NewPCG(5, 6)), 1, 4, 1), func(v int) *tensor.Tensor { return tensor.Scalar(int64(v)) }
	for name, c := range map[string]struct {
		op   string
		in   []*tensor.Tensor
		want error
	}{
		"length 0":        {"DFT", []*tensor.Tensor{x, i(0)}, op.ErrShape},
		"huge length":     {"DFT", []*tensor.Tensor{x, i(math.MaxInt32)}, op.ErrShape},
		"last axis":       {"DFT", []*tensor.Tensor{x, nil, i(-1)}, op.ErrAttr},
		"axis":            {"DFT", []*tensor.Tensor{x, nil, i(3)}, op.ErrAttr},
		"three parts":     {"DFT", []*tensor.Tensor{tensor.New(tensor.Float32, 1, 4, 3)}, op.ErrShape},
		"step 0":          {"STFT", []*tensor.Tensor{x, i(0), nil, i(2)}, op.ErrInput},
		"long frame":      {"STFT", []*tensor.Tensor{x, i(1), nil, i(5)}, op.ErrShape},
		"window":          {"STFT", []*tensor.Tensor{x, i(1), random(rand.New(rand.NewPCG(5, 6)), 2), i(3)}, op.ErrShape},
		"complex":         {"STFT", []*tensor.Tensor{tensor.New(tensor.Float64, 1, 4, 2), i(1), nil, i(2)}, op.ErrShape},
		"negative length": {"HannWindow", []*tensor.Tensor{i(-1)}, op.ErrInput},
		"high frequency":  {"MelWeightMatrix", []*tensor.Tensor{i(4), i(16), i(8000), tensor.Scalar[float32](0), tensor.Scalar[float32](90000)}, op.ErrInput},
		"no sample rate":  {"MelWeightMatrix", []*tensor.Tensor{i(4), i(16), i(0), tensor.Scalar[float32](0), tensor.Scalar[float32](4000)}, op.ErrInput},
	} {
		_, err := optest.Eval(registry, optest.Node(c.op, 20, len(c.in)), c.in...)
		require.ErrorIs(t, err, c.want, name)
	}
}

// TestSymbols protects shapes that are inferred before sizes are known.
func TestSymbols(t *testing.T) {
	const batch, length = op.Unknown - 1, op.Unknown - 2
	for name, want := range map[string]string{"DFT": "float32[s1 s2 2]", "STFT": "float32[s1 ? 201 2]"} {
		in, out := make([]op.Info, 4), make([]op.Info, 1)
		in[0].Tensor(tensor.Float32, batch, length, 1)
		if name == "STFT" {
			in[1].Tensor(tensor.Int64)
			in[1].Ints = []int{160}
			in[2].Tensor(tensor.Float32, 400)
		} else {
			in = in[:1]
		}
		o, err := registry.New(optest.Node(name, 17, len(in)))
		require.NoError(t, err)
		require.NoError(t, o.Infer(in, out))
		require.Equal(t, want, out[0].String())
	}
}

// TestAllocations protects that nothing is allocated in the steady state.
func TestAllocations(t *testing.T) {
	x := tensor.New(tensor.Float32, 2, 100, 1)
	optest.Layouts(t, registry, optest.Node("DFT", 17, 1), true, x)
	optest.Layouts(t, registry, optest.Node("STFT", 17, 4), true, x, tensor.Scalar(int64(7)), nil, tensor.Scalar(int64(37)))
	optest.Layouts(t, registry, optest.Node("HannWindow", 17, 1), true, tensor.Scalar(int64(7)))
}
