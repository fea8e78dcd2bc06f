package array_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	. "github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Symbols of these tests.
const (
	batch  = op.Unknown - 1
	length = op.Unknown - 2
	some   = op.Unknown
)

// sized describes a float32 tensor.
func sized(dims ...int) op.Info {
	var x op.Info
	x.Tensor(tensor.Float32, dims...)
	return x
}

// unranked describes a float32 tensor of which nothing else is known.
func unranked() op.Info {
	var x op.Info
	x.TensorOfRank(tensor.Float32, -1)
	return x
}

// vector describes an int64 tensor of known elements, symbols among them.
func vector(v ...int) op.Info {
	var x op.Info
	x.Tensor(tensor.Int64, len(v))
	x.Ints = v
	return x
}

// constant describes a constant.
func constant(t *tensor.Tensor) op.Info {
	x := op.FromTensor(t).Info()
	return x
}

// lengthOnly describes a vector of which only the length is known.
func lengthOnly(n int) op.Info {
	var x op.Info
	x.Tensor(tensor.Int64, n)
	return x
}

// TestInfer: what is known of outputs before sizes are.
func TestInfer(t *testing.T) {
	for _, c := range []struct {
		name string
		node *graph.Node
		in   []op.Info
		want string
		ints []int
	}{
		{"symbols on both sides cancel", Node("Reshape", 5, 2), []op.Info{sized(batch, 8, 4), vector(batch, -1)}, "float32[s1 32]", nil},
		{"-1 is the symbol left over", Node("Reshape", 5, 2), []op.Info{sized(batch, length, 64), vector(batch, -1, 8, 8)}, "float32[s1 s2 8 8]", nil},
		{"-1 of two symbols is unknown", Node("Reshape", 5, 2), []op.Info{sized(batch, length, 64), vector(-1, 64)}, "float32[? 64]", nil},
		{"0 copies a symbol", Node("Reshape", 5, 2), []op.Info{sized(batch, 12), vector(0, 3, 4)}, "float32[s1 3 4]", nil},
		{"an unknown shape of known length", Node("Reshape", 5, 2), []op.Info{sized(2, 3), lengthOnly(3)}, "float32[? ? ?]", nil},
		{"an unranked input", Node("Reshape", 5, 2), []op.Info{unranked(), vector(0, -1, 5)}, "float32[? ? 5]", nil},
		{"shape", Node("Shape", 15, 1), []op.Info{sized(batch, 3, length)}, "int64[3]", []int{batch, 3, length}},
		{"part of a shape", Node("Shape", 15, 1, Int("start", -1)), []op.Info{sized(batch, 3, length)}, "int64[1]", []int{length}},
		{"size", Node("Size", 13, 1), []op.Info{sized(1, batch)}, "int64[]", []int{batch}},
		{"gather of a shape", Node("Gather", 13, 2), []op.Info{vector(batch, 3, length), constant(tensor.Scalar(int64(-1)))}, "int64[]", []int{length}},
		{"unsqueeze of a dim", Node("Unsqueeze", 13, 2), []op.Info{func() op.Info { x := vector(batch); x.Shape = nil; return x }(), constant(int64s(0))}, "int64[1]", []int{batch}},
		{"concat of dims", Node("Concat", 13, 3, Int("axis", 0)), []op.Info{vector(batch), lengthOnly(1), vector(-1)}, "int64[3]", []int{batch, some, -1}},
		{"slice of a shape", Node("Slice", 13, 4), []op.Info{vector(batch, 3, length), constant(int64s(1)), constant(int64s(9)), constant(int64s(0))}, "int64[2]", []int{3, length}},
		{"slice to the end of a symbol", Node("Slice", 1, 1, Ints("starts", 0), Ints("ends", 1<<62), Ints("axes", 0)), []op.Info{sized(batch, 4)}, "float32[s1 4]", nil},
		{"slice of a symbol", Node("Slice", 1, 1, Ints("starts", 1), Ints("ends", 1<<62), Ints("axes", 0)), []op.Info{sized(batch, 4)}, "float32[? 4]", nil},
		{"concat along a symbol", Node("Concat", 13, 2, Int("axis", 1)), []op.Info{sized(batch, length), sized(some, 1)}, "float32[s1 ?]", nil},
		{"concat learns from others", Node("Concat", 13, 2, Int("axis", 1)), []op.Info{sized(batch, 2), sized(7, 1)}, "float32[7 3]", nil},
		{"expand to a symbol", Node("Expand", 13, 2), []op.Info{sized(1, 4), vector(batch, 1)}, "float32[s1 4]", nil},
		{"flatten", Node("Flatten", 13, 1), []op.Info{sized(batch, 8, 2)}, "float32[s1 16]", nil},
		{"flatten of symbols", Node("Flatten", 13, 1, Int("axis", 2)), []op.Info{sized(batch, length, 2)}, "float32[? 2]", nil},
		{"constant of shape", Node("ConstantOfShape", 9, 1), []op.Info{vector(batch, 2)}, "float32[s1 2]", nil},
		{"range up to a symbol", Node("Range", 11, 3), []op.Info{constant(tensor.Scalar(int64(0))), func() op.Info { x := vector(length); x.Shape = nil; return x }(), constant(tensor.Scalar(int64(1)))}, "int64[s2]", nil},
		{"non-zeros are late", Node("NonZero", 13, 1), []op.Info{sized(2, 3)}, "int64[2 ?]", nil},
		{"topk", outputs(Node("TopK", 11, 2), 2), []op.Info{sized(batch, 100), vector(5)}, "float32[s1 5]", nil},
		{"pad by nothing", Node("Pad", 2, 1, Ints("pads", 0, 1, 0, 1)), []op.Info{sized(batch, 4)}, "float32[s1 6]", nil},
		{"tile once", Node("Tile", 13, 2), []op.Info{sized(batch, 4), vector(1, length)}, "float32[s1 ?]", nil},
		{"gathernd", Node("GatherND", 13, 2), []op.Info{sized(batch, 4, 5), func() op.Info { x := lengthOnly(0); x.Shape = []int{length, 2}; return x }()}, "float32[s2 5]", nil},
		{"squeeze of what may be 1", Node("Squeeze", 11, 1), []op.Info{sized(batch, 1)}, "float32[...]", nil},
		{"depth to space", Node("DepthToSpace", 13, 1, Int("blocksize", 2)), []op.Info{sized(batch, 8, length, 3)}, "float32[s1 2 ? 6]", nil},
	} {
		o, err := registry.New(c.node)
		require.NoError(t, err, c.name)
		out := make([]op.Info, len(c.node.Outputs))
		require.NoError(t, o.Infer(c.in, out), c.name)
		require.Equal(t, c.want, out[0].String(), c.name)
		require.Equal(t, c.ints, out[0].Ints, c.name)
	}
}

// TestInferForgets: an Info that is used again does not keep an old value.
func TestInferForgets(t *testing.T) {
	o, err := registry.New(Node("Identity", 13, 1))
	require.NoError(t, err)
	out := make([]op.Info, 1)
	require.NoError(t, o.Infer([]op.Info{vector(3, 4)}, out))
	require.Equal(t, []int{3, 4}, out[0].Ints)
	out[0].Clear()
	require.NoError(t, o.Infer([]op.Info{lengthOnly(2)}, out))
	_, known := out[0].Integers()
	require.False(t, known)
}
