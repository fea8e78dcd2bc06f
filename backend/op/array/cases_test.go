package array_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	. "github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// outputs gives a node more outputs than one.
func outputs(n *graph.Node, k int) *graph.Node {
	n.Outputs = nil
	for i := range k {
		n.Outputs = append(n.Outputs, graph.ValueID(10+i))
	}
	return n
}

func float32s(v ...float32) *tensor.Tensor { return tensor.Of(v, len(v)) }

func halves(v ...float64) *tensor.Tensor {
	h := make([]tensor.F16, len(v))
	for i := range v {
		h[i] = tensor.ToF16(v[i])
	}
	return tensor.Of(h, len(h))
}

// TestCases covers what the official tests do not: old versions, types, ties,
// empty tensors, extreme numbers.
func TestCases(t *testing.T) {
	m := iota32(2, 3) // 0 1 2 / 3 4 5
	words := tensor.OfStrings([]string{"b", "a", "b", ""}, 4)
	negZero := float32(math.Copysign(0, -1))
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name string
		node *graph.Node
		in   []*tensor.Tensor
		want []*tensor.Tensor
	}{
		{"Reshape 1", Node("Reshape", 1, 1, Ints("shape", 3, -1)), []*tensor.Tensor{m}, []*tensor.Tensor{iota32(3, 2)}},
		{"Reshape copies a dim", Node("Reshape", 5, 2), []*tensor.Tensor{m, int64s(0, 3, 1)}, []*tensor.Tensor{iota32(2, 3, 1)}},
		{"Reshape of nothing", Node("Reshape", 14, 2, Int("allowzero", 1)), []*tensor.Tensor{tensor.New(tensor.Float32, 0, 3), int64s(3, 0)}, []*tensor.Tensor{tensor.New(tensor.Float32, 3, 0)}},
		{"Concat 1 has axis 1", Node("Concat", 1, 2), []*tensor.Tensor{iota32(1, 2), iota32(1, 1)}, []*tensor.Tensor{tensor.Of([]float32{0, 1, 0}, 1, 3)}},
		{"Concat of strings", Node("Concat", 13, 2, Int("axis", 0)), []*tensor.Tensor{words, tensor.OfStrings([]string{"z"}, 1)}, []*tensor.Tensor{tensor.OfStrings([]string{"b", "a", "b", "", "z"}, 5)}},
		{"Split 2", outputs(Node("Split", 2, 1, Ints("split", 1, 2), Int("axis", 1)), 2), []*tensor.Tensor{m}, []*tensor.Tensor{tensor.Of([]float32{0, 3}, 2, 1), tensor.Of([]float32{1, 2, 4, 5}, 2, 2)}},
		{"Split 18, the last is smaller", outputs(Node("Split", 18, 1, Int("num_outputs", 2)), 2), []*tensor.Tensor{float32s(1, 2, 3)}, []*tensor.Tensor{float32s(1, 2), float32s(3)}},
		{"Slice 1", Node("Slice", 1, 1, Ints("starts", -2), Ints("ends", math.MaxInt64), Ints("axes", 1)), []*tensor.Tensor{m}, []*tensor.Tensor{tensor.Of([]float32{1, 2, 4, 5}, 2, 2)}},
		{"Slice backward to the start", Node("Slice", 13, 5), []*tensor.Tensor{float32s(1, 2, 3, 4), int64s(-1), int64s(math.MinInt64), int64s(0), int64s(-2)}, []*tensor.Tensor{float32s(4, 2)}},
		{"Slice with a huge step", Node("Slice", 13, 5), []*tensor.Tensor{m, int64s(1), int64s(9), int64s(1), int64s(math.MaxInt64)}, []*tensor.Tensor{tensor.Of([]float32{1, 4}, 2, 1)}},
		{"Slice of strings, backward", Node("Slice", 13, 5), []*tensor.Tensor{words, int64s(3), int64s(-9), int64s(0), int64s(-1)}, []*tensor.Tensor{tensor.OfStrings([]string{"", "b", "a", "b"}, 4)}},
		{"Tile 1", Node("Tile", 1, 3), []*tensor.Tensor{iota32(1, 2), tensor.Scalar(float32(2)), tensor.Scalar(float32(0))}, []*tensor.Tensor{tensor.Of([]float32{0, 1, 0, 1}, 2, 2)}},
		{"Pad 1", Node("Pad", 1, 1, Ints("paddings", 1, 0), Float("value", 9)), []*tensor.Tensor{float32s(1, 2)}, []*tensor.Tensor{float32s(9, 1, 2)}},
		{"Pad 2 in float16", Node("Pad", 2, 1, Ints("pads", 0, 1), Float("value", 0.5)), []*tensor.Tensor{halves(1, 2)}, []*tensor.Tensor{halves(1, 2, 0.5)}},
		{"Pad takes away", Node("Pad", 13, 2), []*tensor.Tensor{float32s(1, 2, 3), int64s(-1, 2)}, []*tensor.Tensor{float32s(2, 3, 0, 0)}},
		{"Pad reflects more than once", Node("Pad", 13, 2, Str("mode", "reflect")), []*tensor.Tensor{float32s(1, 2, 3), int64s(3, 5)}, []*tensor.Tensor{float32s(2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2)}},
		{"Pad of strings", Node("Pad", 13, 2), []*tensor.Tensor{tensor.OfStrings([]string{"x"}, 1), int64s(1, 0)}, []*tensor.Tensor{tensor.OfStrings([]string{"", "x"}, 2)}},
		{"Pad a scalar", Node("Pad", 13, 2), []*tensor.Tensor{tensor.Scalar(float32(7)), int64s()}, []*tensor.Tensor{tensor.Scalar(float32(7))}},
		{"TopK 1", outputs(Node("TopK", 1, 1, Int("k", 2)), 2), []*tensor.Tensor{float32s(1, 3, 2)}, []*tensor.Tensor{float32s(3, 2), int64s(1, 2)}},
		{"TopK: ties and zeros by index, NaN first", outputs(Node("TopK", 11, 2), 2), []*tensor.Tensor{float32s(negZero, 0, nan, 1, inf, 1, nan), int64s(7)}, []*tensor.Tensor{float32s(nan, nan, inf, 1, 1, negZero, 0), int64s(2, 6, 4, 3, 5, 0, 1)}},
		{"TopK smallest", outputs(Node("TopK", 11, 2, Int("largest", 0), Int("axis", 0)), 2), []*tensor.Tensor{m, int64s(1)}, []*tensor.Tensor{iota32(1, 3), tensor.Of([]int64{0, 0, 0}, 1, 3)}},
		{"TopK of int64", outputs(Node("TopK", 11, 2), 2), []*tensor.Tensor{int64s(math.MinInt64, math.MaxInt64, -1, math.MaxInt64), int64s(3)}, []*tensor.Tensor{int64s(math.MaxInt64, math.MaxInt64, -1), int64s(1, 3, 2)}},
		{"TopK of float16", outputs(Node("TopK", 11, 2), 2), []*tensor.Tensor{halves(-2, -1, 5), int64s(2)}, []*tensor.Tensor{halves(5, -1), int64s(2, 1)}},
		{"TopK of none", outputs(Node("TopK", 11, 2), 2), []*tensor.Tensor{m, int64s(0)}, []*tensor.Tensor{tensor.New(tensor.Float32, 2, 0), tensor.New(tensor.Int64, 2, 0)}},
		{"Unique strings in order of occurrence", outputs(Node("Unique", 11, 1, Int("sorted", 0)), 4), []*tensor.Tensor{words}, []*tensor.Tensor{tensor.OfStrings([]string{"b", "a", ""}, 3), int64s(0, 1, 3), int64s(0, 1, 0, 2), int64s(2, 1, 1)}},
		{"Unique numbers, NaNs are one", outputs(Node("Unique", 11, 1), 4), []*tensor.Tensor{float32s(nan, 1, negZero, 0, nan)}, []*tensor.Tensor{float32s(negZero, 1, nan), int64s(2, 1, 0), int64s(2, 1, 0, 0, 2), int64s(2, 1, 2)}},
		{"Unique complex numbers, real parts first", outputs(Node("Unique", 11, 1), 4), []*tensor.Tensor{tensor.Of([]complex64{2, 1 + 2i, 1 - 2i, 1 + 2i}, 4)}, []*tensor.Tensor{tensor.Of([]complex64{1 - 2i, 1 + 2i, 2}, 3), int64s(2, 1, 0), int64s(2, 1, 0, 1), int64s(1, 2, 1)}},
		{"Unique columns of complex numbers", Node("Unique", 11, 1, Int("axis", 1)), []*tensor.Tensor{tensor.Of([]complex128{1, 1i, 1, 2, 3, 2}, 2, 3)}, []*tensor.Tensor{tensor.Of([]complex128{1i, 1, 3, 2}, 2, 2)}},
		{"NonZero: -0 is zero, NaN is not", Node("NonZero", 13, 1), []*tensor.Tensor{tensor.Of([]float32{negZero, nan, 0, 2}, 2, 2)}, []*tensor.Tensor{tensor.Of([]int64{0, 1, 1, 1}, 2, 2)}},
		{"NonZero of a scalar", Node("NonZero", 13, 1), []*tensor.Tensor{tensor.Scalar(int32(3))}, []*tensor.Tensor{tensor.New(tensor.Int64, 0, 1)}},
		{"Gather from the end", Node("Gather", 13, 2, Int("axis", -1)), []*tensor.Tensor{m, tensor.Of([]int32{-1, 0}, 2, 1)}, []*tensor.Tensor{tensor.Of([]float32{2, 0, 5, 3}, 2, 2, 1)}},
		{"GatherElements of fewer rows", Node("GatherElements", 13, 2, Int("axis", 1)), []*tensor.Tensor{m, tensor.Of([]int64{2, -2}, 1, 2)}, []*tensor.Tensor{tensor.Of([]float32{2, 1}, 1, 2)}},
		{"ScatterElements adds repeatedly", Node("ScatterElements", 18, 3, Str("reduction", "add")), []*tensor.Tensor{float32s(1, 2), int64s(0, 0, -1), float32s(10, 20, 30)}, []*tensor.Tensor{float32s(31, 32)}},
		{"ScatterND multiplies in float16", Node("ScatterND", 16, 3, Str("reduction", "mul")), []*tensor.Tensor{halves(2, 3), tensor.Of([]int64{1, 1}, 2, 1), halves(2, 5)}, []*tensor.Tensor{halves(2, 30)}},
		{"ScatterElements adds complex numbers", Node("ScatterElements", 18, 3, Str("reduction", "add")), []*tensor.Tensor{tensor.Of([]complex64{1, 2i}, 2), int64s(1, 1), tensor.Of([]complex64{3, 1i}, 2)}, []*tensor.Tensor{tensor.Of([]complex64{1, 3 + 3i}, 2)}},
		{"ScatterND multiplies complex numbers", Node("ScatterND", 18, 3, Str("reduction", "mul")), []*tensor.Tensor{tensor.Of([]complex128{1, 2i}, 2), tensor.Of([]int64{1, 1}, 2, 1), tensor.Of([]complex128{3, 1i}, 2)}, []*tensor.Tensor{tensor.Of([]complex128{1, -6}, 2)}},
		{"ScatterElements adds truths", Node("ScatterElements", 18, 3, Str("reduction", "add")), []*tensor.Tensor{tensor.Of([]bool{true, false, false}, 3), int64s(0, 1, 2), tensor.Of([]bool{false, true, false}, 3)}, []*tensor.Tensor{tensor.Of([]bool{true, true, false}, 3)}},
		{"ScatterElements multiplies truths", Node("ScatterElements", 18, 3, Str("reduction", "mul")), []*tensor.Tensor{tensor.Of([]bool{true, false, true}, 3), int64s(0, 1, 2), tensor.Of([]bool{false, true, true}, 3)}, []*tensor.Tensor{tensor.Of([]bool{false, false, true}, 3)}},
		{"Col2Im adds complex numbers", Node("Col2Im", 18, 3, Ints("strides", 1)), []*tensor.Tensor{tensor.Of([]complex64{1, 2, 3i, 4}, 1, 2, 2), int64s(3), int64s(2)}, []*tensor.Tensor{tensor.Of([]complex64{1, 2 + 3i, 4}, 1, 1, 3)}},
		{"GatherND of rows of nothing", Node("GatherND", 13, 2), []*tensor.Tensor{tensor.New(tensor.Float32, 3, 4, 0), int64s(2, 3)}, []*tensor.Tensor{tensor.New(tensor.Float32, 0)}},
		{"ScatterND of rows of nothing", Node("ScatterND", 18, 3, Str("reduction", "min")), []*tensor.Tensor{tensor.New(tensor.Float32, 3, 0, 2), int64s(2), tensor.New(tensor.Float32, 0, 2)}, []*tensor.Tensor{tensor.New(tensor.Float32, 3, 0, 2)}},
		{"OneHot of float indices, one out of range", Node("OneHot", 11, 3, Int("axis", 0)), []*tensor.Tensor{float32s(1, -1, 5), tensor.Scalar(float32(2)), int64s(7, 8)}, []*tensor.Tensor{tensor.Of([]int64{7, 7, 7, 8, 8, 7}, 2, 3)}},
		{"OneHot with a depth of float16", Node("OneHot", 11, 3), []*tensor.Tensor{halves(1), halves(2), int64s(7, 8)}, []*tensor.Tensor{tensor.Of([]int64{7, 8}, 1, 2)}},
		{"Range in int16, down", Node("Range", 11, 3), []*tensor.Tensor{tensor.Scalar(int16(5)), tensor.Scalar(int16(0)), tensor.Scalar(int16(-2))}, []*tensor.Tensor{tensor.Of([]int16{5, 3, 1}, 3)}},
		{"Range of nothing", Node("Range", 11, 3), []*tensor.Tensor{tensor.Scalar(float32(0)), tensor.Scalar(float32(-1)), tensor.Scalar(float32(1))}, []*tensor.Tensor{float32s()}},
		{"Constant of strings", Node("Constant", 13, 0, graph.Attr{Name: "value_strings", Kind: graph.AttrStrings, Strings: []string{"x", "y"}}), nil, []*tensor.Tensor{tensor.OfStrings([]string{"x", "y"}, 2)}},
		{"Compress with a short condition", Node("Compress", 11, 2, Int("axis", 1)), []*tensor.Tensor{m, tensor.Of([]bool{false, true}, 2)}, []*tensor.Tensor{tensor.Of([]float32{1, 4}, 2, 1)}},
		{"Squeeze all", Node("Squeeze", 11, 1), []*tensor.Tensor{iota32(1, 3, 1)}, []*tensor.Tensor{iota32(3)}},
		{"Flatten at the end", Node("Flatten", 13, 1, Int("axis", 2)), []*tensor.Tensor{m}, []*tensor.Tensor{iota32(6, 1)}},
		{"SpaceToDepth in mode CRD", Node("SpaceToDepth", 28, 1, Int("blocksize", 2), Str("mode", "CRD")), []*tensor.Tensor{iota32(1, 2, 2, 2)}, []*tensor.Tensor{iota32(1, 8, 1, 1)}},
	} {
		got, err := Eval(registry, c.node, c.in...)
		require.NoError(t, err, c.name)
		require.Len(t, got, len(c.want), c.name)
		for i := range got {
			t.Run(c.name, func(t *testing.T) { Equal(t, c.want[i], got[i]) })
		}
	}
}

// TestErrors: what is wrong is an error with its numbers, never a panic.
func TestErrors(t *testing.T) {
	m := iota32(2, 3)
	for _, c := range []struct {
		node *graph.Node
		in   []*tensor.Tensor
		is   error
		says string
	}{
		{Node("Reshape", 5, 2), []*tensor.Tensor{m, int64s(4, 2)}, op.ErrShape, "6 elements in shape [2 3] do not fill shape [4 2], which has 8"},
		{Node("Reshape", 5, 2), []*tensor.Tensor{m, int64s(-1, -1)}, op.ErrInput, "dims 0 and 1 of the shape are both -1"},
		{Node("Reshape", 5, 2), []*tensor.Tensor{m, int64s(4, -1)}, op.ErrShape, "6 elements do not divide by 4"},
		{Node("Reshape", 5, 2), []*tensor.Tensor{m, int64s(1, 6, 0)}, op.ErrShape, "dim 2 of the shape is 0, a copy, but the input has 2 dims"},
		{Node("Transpose", 1, 1, Ints("perm", 0, 0)), []*tensor.Tensor{m}, op.ErrAttr, "no permutation"},
		{Node("Transpose", 1, 1, Ints("perm", 0)), []*tensor.Tensor{m}, op.ErrAttr, "the input has rank 2"},
		{Node("Concat", 13, 2, Int("axis", 0)), []*tensor.Tensor{m, iota32(2, 2)}, op.ErrShape, "dim 1 of input 1 is 2, others have 3"},
		{outputs(Node("Split", 2, 1, Int("axis", 1)), 2), []*tensor.Tensor{m}, op.ErrShape, "3 elements in 2 equal pieces"},
		{outputs(Node("Split", 13, 2), 2), []*tensor.Tensor{m, int64s(1, 2)}, op.ErrShape, "sizes add up to 3, axis 0 has 2"},
		{Node("Slice", 13, 5), []*tensor.Tensor{m, int64s(0), int64s(1), int64s(0), int64s(0)}, op.ErrInput, "the step of axis 0 is 0"},
		{Node("Slice", 13, 4), []*tensor.Tensor{m, int64s(0), int64s(1), int64s(2)}, op.ErrAttr, "axis is 2, rank is 2"},
		{Node("Gather", 13, 2), []*tensor.Tensor{m, int64s(0, 2)}, op.ErrInput, "index 1 is 2, size of the axis is 2"},
		{Node("GatherElements", 13, 2), []*tensor.Tensor{m, tensor.Of([]int64{-3}, 1, 1)}, op.ErrInput, "index 0 is -3, size of the axis is 2"},
		{Node("GatherND", 13, 2), []*tensor.Tensor{m, tensor.Of([]int64{0, 3}, 1, 2)}, op.ErrInput, "index 1 is 3, size of the axis is 3"},
		{Node("ScatterND", 13, 3), []*tensor.Tensor{m, tensor.Of([]int64{2}, 1, 1), iota32(1, 3)}, op.ErrInput, "index 0 is 2"},
		{Node("ScatterND", 13, 3), []*tensor.Tensor{m, tensor.Of([]int64{2}, 1, 1), iota32(1, 2)}, op.ErrShape, "dim 1 of the updates is 2, not 3"},
		{Node("ScatterElements", 13, 3), []*tensor.Tensor{m, tensor.Of([]int64{5}, 1, 1), iota32(1, 1)}, op.ErrInput, "index 0 is 5"},
		{Node("ScatterElements", 13, 3, Str("reduction", "add")), nil, op.ErrAttr, `none named "reduction"`},
		{Node("Pad", 13, 2), []*tensor.Tensor{m, int64s(1, 1)}, op.ErrShape, "2 pads for 2 axes"},
		{Node("Pad", 13, 2), []*tensor.Tensor{m, int64s(-3, 0, 0, 0)}, op.ErrShape, "axis 0 of size 2 padded by -3 and 0"},
		{Node("Pad", 13, 2, Str("mode", "wrap")), nil, op.ErrAttr, `mode "wrap"`},
		{outputs(Node("TopK", 11, 2), 2), []*tensor.Tensor{m, int64s(4)}, op.ErrInput, "k is 4, axis 1 has 3 elements"},
		{outputs(Node("TopK", 11, 2), 2), []*tensor.Tensor{tensor.OfStrings([]string{"x"}, 1), int64s(1)}, op.ErrType, `input 0 ("X") is string`},
		{Node("Range", 11, 3), []*tensor.Tensor{int64s(0), int64s(1), int64s(0)}, op.ErrInput, "delta is 0"},
		{Node("Range", 11, 3), []*tensor.Tensor{float32s(0), float32s(float32(math.Inf(1))), float32s(1)}, op.ErrInput, "a range of +Inf elements"},
		{Node("Expand", 13, 2), []*tensor.Tensor{m, int64s(2, 2)}, op.ErrShape, "3 and 2"},
		{Node("Tile", 13, 2), []*tensor.Tensor{m, int64s(1, -1)}, op.ErrInput, "repeat 1 is -1"},
		{Node("ReverseSequence", 10, 2), []*tensor.Tensor{m, int64s(1, 3, 0)}, op.ErrInput, "length of sequence 1 is 3 of 2 steps"},
		{Node("Squeeze", 13, 2), []*tensor.Tensor{m, int64s(0)}, op.ErrShape, "axis 0 has size 2, not 1"},
		{Node("Unsqueeze", 13, 2), []*tensor.Tensor{m, int64s(0, 0)}, op.ErrAttr, "axis 0 occurs twice"},
		{Node("DepthToSpace", 13, 1, Int("blocksize", 2)), []*tensor.Tensor{iota32(1, 3, 1, 1)}, op.ErrShape, "dim 1 is 3, no multiple of 4"},
		{Node("TensorScatter", 24, 3), []*tensor.Tensor{iota32(1, 3, 2), iota32(1, 2, 2), int64s(2)}, op.ErrInput, "write index of sample 0 is 2"},
	} {
		_, err := Eval(registry, c.node, c.in...)
		require.ErrorIs(t, err, c.is, "%s: %s", c.node.Op, c.says)
		require.ErrorContains(t, err, c.says, c.node.Op)
	}
}
