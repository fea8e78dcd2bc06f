package math_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Symbols of the tests below.
const (
	batch = op.Unknown - 1
	steps = op.Unknown - 2
)

func info(shape ...int) op.Info {
	var x op.Info
	x.Tensor(tensor.Float32, shape...)
	return x
}

func unranked() op.Info {
	var x op.Info
	x.TensorOfRank(tensor.Float32, -1)
	return x
}

func integers(v ...int) op.Info {
	var x op.Info
	x.Tensor(tensor.Int64, len(v))
	x.Ints = v
	return x
}

// TestInfer protects shapes from symbols: what is known stays known, what is
// not is not invented.
func TestInfer(t *testing.T) {
	for _, c := range []struct {
		name string
		node *graph.Node
		in   []op.Info
		want string
	}{
		{"symbols stay", optest.Node("Add", 14, 2), []op.Info{info(batch, 1, 4), info(steps, 1)}, "float32[s1 s2 4]"},
		{"a symbol against a number", optest.Node("Add", 14, 2), []op.Info{info(batch), info(3)}, "float32[3]"},
		{"different symbols", optest.Node("Add", 14, 2), []op.Info{info(batch), info(steps)}, "float32[?]"},
		{"unknown rank", optest.Node("Add", 14, 2), []op.Info{unranked(), info(3)}, "float32[...]"},
		{"three operands", optest.Node("Max", 13, 3), []op.Info{info(1, 2), info(batch, 1), info(2)}, "float32[s1 2]"},
		{"matrix product", optest.Node("MatMul", 13, 2), []op.Info{info(batch, steps, 8), info(8, 3)}, "float32[s1 s2 3]"},
		{"vectors", optest.Node("MatMul", 13, 2), []op.Info{info(8), info(8)}, "float32[]"},
		{"unknown operand", optest.Node("MatMul", 13, 2), []op.Info{unranked(), info(8, 3)}, "float32[...]"},
		{"Gemm", optest.Node("Gemm", 13, 2, optest.Int("transB", 1)), []op.Info{info(batch, 8), info(3, 8)}, "float32[s1 3]"},
		{"Gemm of unknown rank", optest.Node("Gemm", 13, 2), []op.Info{unranked(), info(3, 8)}, "float32[? ?]"},
		{"reduction", optest.Node("ReduceSum", 13, 2), []op.Info{info(batch, 3, steps), integers(1)}, "float32[s1 1 s2]"},
		{"axes not known", optest.Node("ReduceSum", 13, 2, optest.Int("keepdims", 0)), []op.Info{info(batch, 3, steps), integers(op.Unknown)}, "float32[? ?]"},
		{"no axes", optest.Node("ReduceMax", 13, 1, optest.Int("keepdims", 0)), []op.Info{unranked()}, "float32[]"},
		{"ArgMax", optest.Node("ArgMax", 13, 1, optest.Int("axis", -1), optest.Int("keepdims", 0)), []op.Info{info(batch, 10)}, "int64[s1]"},
		{"Einsum", optest.Node("Einsum", 12, 2, optest.Str("equation", "...ij,jk")), []op.Info{info(batch, steps, 4), info(4, 5)}, "float32[s1 s2 5]"},
		{"Det", optest.Node("Det", 11, 1), []op.Info{info(batch, 3, 3)}, "float32[s1]"},
		{"Cast", optest.Node("Cast", 13, 1, optest.Int("to", 7)), []op.Info{info(batch)}, "int64[s1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := registry.New(c.node)
			require.NoError(t, err)
			out := make([]op.Info, 1)
			require.NoError(t, o.Infer(c.in, out))
			require.Equal(t, c.want, out[0].String())
		})
	}
}

// TestInts protects sizes that go through arithmetic on the way from Shape to
// Reshape.
func TestInts(t *testing.T) {
	for _, c := range []struct {
		name string
		x, y []int
		want []int
	}{
		{"Add", []int{batch, 2}, []int{0}, []int{batch, 2}},
		{"Sub", []int{batch, 7}, []int{batch, 2}, []int{0, 5}},
		{"Mul", []int{batch, steps, 3}, []int{1, 0, 4}, []int{batch, 0, 12}},
		{"Mul", []int{batch}, []int{2}, []int{op.Unknown}},
		{"Div", []int{batch, 9}, []int{1, 2}, []int{batch, 4}},
		{"Div", []int{3}, []int{0}, []int{op.Unknown}},
		{"Mod", []int{9, batch}, []int{4, 1}, []int{1, 0}},
		{"Max", []int{batch, 2}, []int{-1, 3}, []int{batch, 3}},
	} {
		o, err := registry.New(optest.Node(c.name, 14, 2))
		require.NoError(t, err)
		out := make([]op.Info, 1)
		require.NoError(t, o.Infer([]op.Info{integers(c.x...), integers(c.y...)}, out))
		require.Equal(t, c.want, out[0].Ints, c.name)
	}
}

// TestErrors protects what a user reads: both numbers, or the value at fault.
func TestErrors(t *testing.T) {
	f := func(shape ...int) *tensor.Tensor { return tensor.New(tensor.Float32, shape...) }
	i := func(v ...int64) *tensor.Tensor { return tensor.Of(v, len(v)) }
	for _, c := range []struct {
		node *graph.Node
		in   []*tensor.Tensor
		is   error
		want string
	}{
		{optest.Node("Add", 14, 2), []*tensor.Tensor{f(2, 3), f(2, 4)}, op.ErrShape, "inputs differ at dim -1: 3 and 4"},
		{optest.Node("Add", 14, 2), []*tensor.Tensor{f(2), i(1, 2)}, op.ErrType, `input 0 ("A") is float32 but input 1 ("B") is int64`},
		{optest.Node("Add", 6, 2, optest.Int("broadcast", 1), optest.Int("axis", 1)), []*tensor.Tensor{f(2, 3), f(2)}, op.ErrShape, "dim 1 is 3 in the first input but 2 in the second"},
		{optest.Node("Div", 14, 2), []*tensor.Tensor{i(4), i(0)}, op.ErrInput, "division of 4 by zero"},
		{optest.Node("Mod", 13, 2), []*tensor.Tensor{i(4), i(0)}, op.ErrInput, "remainder of 4 by zero"},
		{optest.Node("Pow", 13, 2), []*tensor.Tensor{i(0), i(-1)}, op.ErrInput, "0 to the power of -1"},
		{optest.Node("MatMul", 13, 2), []*tensor.Tensor{f(2, 3), f(4, 2)}, op.ErrShape, "K is 3 in A but 4 in B"},
		{optest.Node("Gemm", 13, 3), []*tensor.Tensor{f(2, 3), f(3, 2), f(5)}, op.ErrShape, "C is [5], the product [2 2]"},
		{optest.Node("ReduceSum", 13, 2), []*tensor.Tensor{f(2, 3), i(2)}, op.ErrAttr, "axis is 2, rank is 2"},
		{optest.Node("Softmax", 13, 1, optest.Int("axis", 3)), []*tensor.Tensor{f(2, 3)}, op.ErrAttr, "axis is 3, rank is 2"},
		{optest.Node("ArgMax", 13, 1), []*tensor.Tensor{f(0, 3)}, op.ErrShape, "no elements along axis 0"},
		{optest.Node("Det", 22, 1), []*tensor.Tensor{f(2, 3)}, op.ErrShape, "matrices of 2 rows and 3 columns are not square"},
		{optest.Node("Einsum", 12, 2, optest.Str("equation", "ij,jk")), []*tensor.Tensor{f(2, 3), f(4, 2)}, op.ErrShape, "dim 0 of operand 1 is 4 but 3 before"},
		{optest.Node("Einsum", 12, 1, optest.Str("equation", "i1")), []*tensor.Tensor{f(2, 3)}, op.ErrAttr, `equation "i1": '1' is no label`},
		{optest.Node("BitCast", 26, 1, optest.Int("to", int(tensor.Int64))), []*tensor.Tensor{f(2)}, op.ErrType, "float32 has 32 bits but int64 has 64"},
		{optest.Node("Cast", 13, 1, optest.Int("to", 99)), []*tensor.Tensor{f(2)}, op.ErrAttr, "there is no element type"},
		{optest.Node("LayerNormalization", 17, 2), []*tensor.Tensor{f(2, 3), f(4)}, op.ErrShape, "input 1 is [4], the first [2 3]"},
		{optest.Node("Clip", 13, 2), []*tensor.Tensor{f(2, 3), f(4)}, op.ErrShape, "bound has 4 elements, want 1"},
	} {
		_, err := optest.Eval(registry, c.node, c.in...)
		require.ErrorIs(t, err, c.is, c.node.Op)
		require.ErrorContains(t, err, c.want)
	}
}
