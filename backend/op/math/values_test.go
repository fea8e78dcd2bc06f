package math_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestValues protects what the official vectors do not cover: old versions,
// special values, types.
func TestValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	f := func(v ...float32) *tensor.Tensor { return tensor.Of(v, len(v)) }
	i := func(v ...int32) *tensor.Tensor { return tensor.Of(v, len(v)) }
	for _, c := range []struct {
		name string
		node *graph.Node
		in   []*tensor.Tensor
		want *tensor.Tensor
	}{
		{"infinity minus infinity", optest.Node("Sub", 14, 2), []*tensor.Tensor{f(inf, 1), f(inf, 2)}, f(nan, -1)},
		{"NaN wins a maximum", optest.Node("Max", 13, 2), []*tensor.Tensor{f(nan, 1), f(1, nan)}, f(nan, nan)},
		{"integers wrap", optest.Node("Add", 14, 2), []*tensor.Tensor{i(math.MaxInt32), i(1)}, i(math.MinInt32)},
		{"least by -1", optest.Node("Div", 14, 2), []*tensor.Tensor{i(math.MinInt32, -7), i(-1, 2)}, i(math.MinInt32, -3)},
		{"remainder of the divisor's sign", optest.Node("Mod", 13, 2), []*tensor.Tensor{i(-7, 7, -7), i(3, -3, -3)}, i(2, -2, -1)},
		{"remainder of the dividend's sign", optest.Node("Mod", 13, 2, optest.Int("fmod", 1)), []*tensor.Tensor{i(-7, 7, -7), i(3, -3, -3)}, i(-1, 1, -1)},
		{"powers of integers", optest.Node("Pow", 13, 2), []*tensor.Tensor{i(3, -1, 2, 1), i(4, -3, -1, -9)}, i(81, -1, 0, 1)},
		{"root of minus infinity", optest.Node("Pow", 13, 2), []*tensor.Tensor{f(-inf, 4, -1), f(0.5)}, f(inf, 2, nan)},
		{"cubes", optest.Node("Pow", 13, 2), []*tensor.Tensor{f(-2, 0, 3), f(3)}, f(-8, 0, 27)},
		{"integer exponent", optest.Node("Pow", 13, 2), []*tensor.Tensor{f(-2, 2), i(3)}, f(-8, 8)},
		{"bounds as attributes", optest.Node("Clip", 6, 1, optest.Float("min", -1), optest.Float("max", 2)), []*tensor.Tensor{f(-3, 0, 3, nan)}, f(-1, 0, 2, nan)},
		{"lower bound above", optest.Node("Clip", 13, 3), []*tensor.Tensor{i(0, 9), tensor.Scalar[int32](5), tensor.Scalar[int32](3)}, i(3, 3)},
		{"sign of NaN", optest.Node("Sign", 13, 1), []*tensor.Tensor{f(nan, -2, 0)}, f(nan, -1, 0)},
		{"Mish of large numbers", optest.Node("Mish", 18, 1), []*tensor.Tensor{f(100, -100, 0)}, f(100, 0, 0)},
		{"Swish with alpha", optest.Node("Swish", 24, 1, optest.Float("alpha", 0)), []*tensor.Tensor{f(3)}, f(1.5)},
		{"type by name", optest.Node("Cast", 1, 1, optest.Str("to", "INT32")), []*tensor.Tensor{f(3.7, -3.7)}, i(3, -3)},
		{"double by name", optest.Node("Cast", 1, 1, optest.Str("to", "DOUBLE")), []*tensor.Tensor{f(3.5)}, tensor.Of([]float64{3.5}, 1)},
		{"to string", optest.Node("Cast", 13, 1, optest.Int("to", 8)), []*tensor.Tensor{i(42)}, tensor.OfStrings([]string{"42"}, 1)},
		{"float64 scaled by float32", optest.Node("RMSNormalization", 23, 2, optest.Float("epsilon", 0)), []*tensor.Tensor{tensor.Of([]float64{3, -3}, 2), f(2, 1)}, f(2, -1)},
		{"float32 scaled by float64", optest.Node("RMSNormalization", 23, 2, optest.Float("epsilon", 0)), []*tensor.Tensor{f(3, -3), tensor.Of([]float64{2, 1}, 2)}, tensor.Of([]float64{2, -1}, 2)},
		{"flattened softmax", optest.Node("Softmax", 11, 1), []*tensor.Tensor{tensor.New(tensor.Float32, 1, 2, 2)},
			tensor.Of([]float32{0.25, 0.25, 0.25, 0.25}, 1, 2, 2)},
		{"Affine", optest.Node("Affine", 1, 1, optest.Float("alpha", 2), optest.Float("beta", 1)), []*tensor.Tensor{f(1, 2)}, f(3, 5)},
		{"ScaledTanh", optest.Node("ScaledTanh", 1, 1, optest.Float("alpha", 2)), []*tensor.Tensor{f(0, 100)}, f(0, 2)},
		{"ImageScaler", optest.Node("ImageScaler", 1, 1, optest.Float("scale", 2), graph.Attr{Name: "bias", Floats: []float32{1, -1}}),
			[]*tensor.Tensor{tensor.Of([]float32{1, 2, 3, 4}, 1, 2, 1, 2)}, tensor.Of([]float32{3, 5, 5, 7}, 1, 2, 1, 2)},
		{"axes as attribute", optest.Node("ReduceSum", 1, 1, optest.Ints("axes", 1), optest.Int("keepdims", 0)),
			[]*tensor.Tensor{tensor.Of([]int32{1, 2, 3, 4}, 2, 2)}, i(3, 7)},
		{"maximum with NaN", optest.Node("ReduceMax", 13, 1, optest.Int("keepdims", 0)), []*tensor.Tensor{f(1, nan, 3)}, tensor.Scalar(nan)},
		{"logarithm of far sums", optest.Node("ReduceLogSumExp", 13, 1, optest.Int("keepdims", 0)), []*tensor.Tensor{f(1000, 1000)}, tensor.Scalar[float32](1000.6931)},
		{"logarithm of sums of exponentials of integers", optest.Node("ReduceLogSumExp", 13, 1, optest.Ints("axes", 1)), []*tensor.Tensor{tensor.Of([]int32{-2, 1000}, 2, 1)}, tensor.Of([]int32{-2, 1000}, 2, 1)},
		{"absolute values of unsigned integers", optest.Node("ReduceL1", 13, 1, optest.Int("keepdims", 0)), []*tensor.Tensor{tensor.Of([]uint32{2, 3}, 2)}, tensor.Scalar[uint32](5)},
		{"no elements at all", optest.Node("ReduceLogSumExp", 18, 2, optest.Int("keepdims", 0)),
			[]*tensor.Tensor{tensor.New(tensor.Float32, 2, 0), tensor.Of([]int64{1}, 1)}, f(-inf, -inf)},
		{"last of equal ones", optest.Node("ArgMax", 13, 1, optest.Int("select_last_index", 1), optest.Int("keepdims", 0)), []*tensor.Tensor{i(3, 1, 3)}, tensor.Scalar[int64](2)},
		{"product without K", optest.Node("MatMul", 13, 2), []*tensor.Tensor{tensor.New(tensor.Float32, 2, 0), tensor.New(tensor.Float32, 0, 2)},
			tensor.New(tensor.Float32, 2, 2)},
		{"products without K", optest.Node("MatMul", 13, 2), []*tensor.Tensor{tensor.New(tensor.Float32, 2, 1, 0), tensor.New(tensor.Float32, 2, 0, 3)},
			tensor.New(tensor.Float32, 2, 1, 3)},
		{"product of nothing", optest.Node("MatMul", 13, 2), []*tensor.Tensor{tensor.New(tensor.Float32, 0, 3), tensor.New(tensor.Float32, 3, 2)},
			tensor.New(tensor.Float32, 0, 2)},
		{"diagonal", optest.Node("Einsum", 12, 1, optest.Str("equation", "ii->i")), []*tensor.Tensor{tensor.Of([]float32{1, 2, 3, 4}, 2, 2)}, f(1, 4)},
		{"three operands", optest.Node("Einsum", 12, 3, optest.Str("equation", "i,ij,j->")),
			[]*tensor.Tensor{i(1, 2), tensor.Of([]int32{1, 2, 3, 4}, 2, 2), i(5, 6)}, tensor.Scalar[int32](95)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := optest.Eval(registry, c.node, c.in...)
			require.NoError(t, err)
			optest.Equal(t, c.want, got[0])
		})
	}
}

// TestFused protects epilogues: an activation, and an addition before it.
func TestFused(t *testing.T) {
	a, b := random(5, 9), random(9, 37)
	bias, residual := random(37), random(5, 37)
	plain, err := optest.Eval(registry, optest.Node("Gemm", 13, 3), a, b, bias)
	require.NoError(t, err)
	for _, act := range []string{"", "Relu", "Clip", "Gelu", "HardSwish"} {
		attrs := []graph.Attr{optest.Int(op.AttrAdd, 1), optest.Str(op.AttrAct, act), optest.Float(op.AttrAlpha, -0.5), optest.Float(op.AttrBeta, 0.5)}
		want := make([]float32, 5*37)
		for i, v := range tensor.Data[float32](plain[0]) {
			want[i] = v + tensor.Data[float32](residual)[i]
		}
		op.Activate(op.NewEnv(nil).Set, act, -0.5, 0.5, want)
		for _, name := range []string{"Gemm", "MatMul"} {
			node := optest.Node(name, 13, 4, attrs...)
			if name == "MatMul" {
				node.Set(optest.Int(op.AttrBias, 1))
			}
			got, err := optest.Eval(registry, node, a, b, bias, residual)
			require.NoError(t, err)
			optest.Equal(t, tensor.Of(want, 5, 37), got[0])
		}
	}
	got, err := optest.Eval(registry, optest.Node("MatMul", 13, 3, optest.Int(op.AttrAdd, 1)), a, b, residual)
	require.NoError(t, err)
	zero, err := optest.Eval(registry, optest.Node("Gemm", 13, 3), a, b, residual)
	require.NoError(t, err)
	optest.Equal(t, zero[0], got[0])
}

// TestLargeProduct protects division into blocks of rows and columns: bits of
// a row do not depend on the rows beside it.
func TestLargeProduct(t *testing.T) {
	a, b := random(600, 70), random(70, 1000)
	all, err := optest.Eval(registry, optest.Node("MatMul", 13, 2), a, b)
	require.NoError(t, err)
	for _, r := range []int{0, 299, 599} {
		row := tensor.Of(tensor.Data[float32](a)[r*70:(r+1)*70], 70)
		one, err := optest.Eval(registry, optest.Node("MatMul", 13, 2), row, b)
		require.NoError(t, err)
		require.Equal(t, tensor.Data[float32](all[0])[r*1000:(r+1)*1000], tensor.Data[float32](one[0]))
	}
}

// TestRepeatedOperand protects x + y + x from being computed over x.
func TestRepeatedOperand(t *testing.T) {
	n := optest.Node("Sum", 13, 3)
	n.Inputs[2] = n.Inputs[0]
	o, err := registry.New(n)
	require.NoError(t, err)
	in, out := []op.Info{info(3), info(3), info(3)}, []op.Info{info(3)}
	k, err := o.Prepare(op.NewEnv(n), in, out)
	require.NoError(t, err)
	require.Equal(t, []op.Pair{{In: 1, Out: 0}}, k.(op.InPlacer).InPlace())
}
