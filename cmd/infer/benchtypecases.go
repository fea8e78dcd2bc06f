package main

import (
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// typeCases returns the operators of convolutional networks and transformers.
func typeCases() []typeCase {
	return slices.Concat(productCases(), quantizedCases(), elementCases(), rowCases(), imageCases(), moveCases(), stateCases())
}

// simple makes a case of a node whose inputs are numbers of the given shapes; the
// first is an input of the graph.
func simple(name, operator string, shapes [][]int, attrs ...any) typeCase {
	return typeCase{name, func(t *trial) {
		in := []graph.ValueID{t.input(t.numbers(shapes[0]...))}
		for _, s := range shapes[1:] {
			in = append(in, t.constant(t.numbers(s...)))
		}
		t.finish(t.node(operator, attrs, in...), 1)
	}}
}

// both makes a case of a node whose inputs are inputs of the graph.
func both(name, operator string, shapes [][]int, attrs ...any) typeCase {
	return typeCase{name, func(t *trial) {
		var in []graph.ValueID
		for _, s := range shapes {
			in = append(in, t.input(t.numbers(s...)))
		}
		t.finish(t.node(operator, attrs, in...), 1)
	}}
}

func productCases() []typeCase {
	around := []int{1, 1, 1, 1}
	return []typeCase{
		simple("Conv 3x3", "Conv", [][]int{{1, 64, 28, 28}, {64, 64, 3, 3}, {64}}, "pads", around),
		simple("Conv 1x1", "Conv", [][]int{{1, 64, 28, 28}, {128, 64, 1, 1}, {128}}),
		simple("Conv depthwise", "Conv", [][]int{{1, 96, 56, 56}, {96, 1, 3, 3}, {96}}, "pads", around, "group", 96),
		simple("ConvTranspose", "ConvTranspose", [][]int{{1, 64, 14, 14}, {64, 32, 4, 4}}, "strides", []int{2, 2}, "pads", around),
		simple("MatMul", "MatMul", [][]int{{128, 256}, {256, 256}}),
		both("MatMul of inputs", "MatMul", [][]int{{8, 64, 64}, {8, 64, 64}}),
		simple("MatMul of a row", "MatMul", [][]int{{1, 512}, {512, 512}}),
		simple("Gemm", "Gemm", [][]int{{128, 256}, {256, 256}, {256}}, "transB", 1),
		both("Einsum", "Einsum", [][]int{{4, 64, 64}, {4, 64, 64}}, "equation", "bij,bkj->bik"),
	}
}

// quantizedCases compare products of bytes with those of float32, each by the
// operator that there is for them.
func quantizedCases() []typeCase {
	product := func(name, float, integer string, x, w []int, attrs ...any) typeCase {
		return typeCase{name, func(t *trial) {
			operator := integer
			if t.typ == tensor.Float32 {
				operator = float
			}
			t.finish(t.node(operator, attrs, t.input(t.numbers(x...)), t.constant(t.numbers(w...))), 1)
		}}
	}
	linear := func(name, float string, x, w []int, attrs ...any) typeCase {
		return typeCase{name, func(t *trial) {
			a, b := t.input(t.numbers(x...)), t.constant(t.numbers(w...))
			if t.typ == tensor.Float32 {
				t.finish(t.node(float, attrs, a, b), 1)
				return
			}
			scale, zero := t.constant(tensor.Scalar(float32(0.1))), t.constant(t.numbers())
			t.finish(t.node("QLinear"+float, attrs, a, scale, zero, b, scale, zero, scale, zero), 1)
		}}
	}
	image, around := []int{1, 64, 28, 28}, []any{"pads", []int{1, 1, 1, 1}}
	return []typeCase{
		product("MatMulInteger", "MatMul", "MatMulInteger", []int{128, 256}, []int{256, 256}),
		product("ConvInteger", "Conv", "ConvInteger", image, []int{64, 64, 3, 3}, around...),
		linear("QLinearMatMul", "MatMul", []int{128, 256}, []int{256, 256}),
		linear("QLinearConv 3x3", "Conv", image, []int{64, 64, 3, 3}, around...),
		linear("QLinearConv 1x1", "Conv", image, []int{128, 64, 1, 1}),
		linear("QLinearConv depthwise", "Conv", []int{1, 96, 56, 56}, []int{96, 1, 3, 3}, append(slices.Clone(around), "group", 96)...),
	}
}

func elementCases() []typeCase {
	const n = 1 << 18
	flat := [][]int{{n}}
	pair := [][]int{{n}, {n}}
	channels := [][]int{{64, 64, 64}, {64, 1, 1}}
	cases := []typeCase{
		both("Add", "Add", pair), both("Sub", "Sub", pair), both("Mul", "Mul", pair), both("Div", "Div", pair),
		both("Max", "Max", pair), both("Pow", "Pow", pair), both("Less", "Less", pair), both("Equal", "Equal", pair),
		simple("Add of channels", "Add", channels), simple("Mul of a number", "Mul", [][]int{{n}, {}}),
		{"Clip", func(t *trial) {
			t.finish(t.Node("Clip", t.input(t.numbers(n)), t.constant(t.numbers()), t.constant(t.numbers())), 1)
		}},
		{"Where", func(t *trial) {
			t.finish(t.Node("Where", t.input(t.bools(n)), t.input(t.numbers(n)), t.input(t.numbers(n))), 1)
		}},
		{"Cast to float32", func(t *trial) { t.finish(t.Node("Cast", t.input(t.numbers(n))).Attr("to", int(tensor.Float32)), 1) }},
		{"Cast from float32", func(t *trial) {
			from := t.typ
			t.typ = tensor.Float32
			t.finish(t.Node("Cast", t.input(t.numbers(n))).Attr("to", int(from)), 1)
		}},
	}
	for _, operator := range []string{
		"Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "Gelu", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs",
		"HardSigmoid", "HardSwish", "Softplus", "Swish", "Mish", "Reciprocal", "Floor", "Sin",
	} {
		cases = append(cases, both(operator, operator, flat))
	}
	return cases
}

func rowCases() []typeCase {
	const rows, width = 512, 384
	x := []int{1, rows, width}
	return []typeCase{
		both("Softmax", "Softmax", [][]int{x}),
		both("LogSoftmax", "LogSoftmax", [][]int{x}),
		simple("LayerNormalization", "LayerNormalization", [][]int{x, {width}, {width}}),
		simple("RMSNormalization", "RMSNormalization", [][]int{x, {width}}),
		reduce("ReduceMean", x, 2), reduce("ReduceSum", x, 2), reduce("ReduceMax", x, 2), reduce("ReduceL2", x, 2),
		reduce("ReduceSum of columns", x, 1), reduce("ReduceMean of columns", x, 1),
		both("ArgMax", "ArgMax", [][]int{x}, "axis", 2),
		{"CumSum", func(t *trial) {
			t.finish(t.Node("CumSum", t.input(t.numbers(x...)), t.constant(tensor.Scalar(int64(1)))), 1)
		}},
	}
}

// reduce makes a case of a reduction, whose name begins with its operator, along
// an axis.
func reduce(name string, shape []int, axis int64) typeCase {
	operator, _, _ := strings.Cut(name, " ")
	return typeCase{name, func(t *trial) {
		t.finish(t.Node(operator, t.input(t.numbers(shape...)), t.list(axis)), 1)
	}}
}

func imageCases() []typeCase {
	const c, h = 64, 56
	x := []int{1, c, h, h}
	two := []any{"kernel_shape", []int{3, 3}, "strides", []int{2, 2}, "pads", []int{1, 1, 1, 1}}
	return []typeCase{
		{"BatchNormalization", func(t *trial) {
			in := []graph.ValueID{t.input(t.numbers(x...))}
			for range 4 {
				v := t.numbers(c)
				in = append(in, t.constant(v))
			}
			t.finish(t.node("BatchNormalization", nil, in...), 1)
		}},
		simple("InstanceNormalization", "InstanceNormalization", [][]int{x, {c}, {c}}),
		simple("GroupNormalization", "GroupNormalization", [][]int{x, {c}, {c}}, "num_groups", 8),
		both("LRN", "LRN", [][]int{x}, "size", 5),
		both("MaxPool", "MaxPool", [][]int{x}, two...),
		both("AveragePool", "AveragePool", [][]int{x}, two...),
		both("GlobalAveragePool", "GlobalAveragePool", [][]int{x}),
		both("GlobalMaxPool", "GlobalMaxPool", [][]int{x}),
		resize("Resize nearest", "nearest"), resize("Resize linear", "linear"), resize("Resize cubic", "cubic"),
		both("DepthToSpace", "DepthToSpace", [][]int{x}, "blocksize", 2),
	}
}

func resize(name, mode string) typeCase {
	return typeCase{name, func(t *trial) {
		t.finish(t.node("Resize", []any{"mode", mode}, t.input(t.numbers(1, 16, 56, 56)), graph.None,
			t.constant(tensor.Of([]float32{1, 1, 2, 2}, 4))), 1)
	}}
}

func moveCases() []typeCase {
	x := []int{64, 64, 64}
	return []typeCase{
		both("Concat", "Concat", [][]int{x, x}, "axis", 1),
		both("Transpose", "Transpose", [][]int{x}, "perm", []int{0, 2, 1}),
		both("Transpose of heads", "Transpose", [][]int{x}, "perm", []int{1, 0, 2}),
		{"Split", func(t *trial) {
			t.finish(t.node("Split", []any{"axis", 2, "num_outputs", 4}, t.input(t.numbers(x...))), 4)
		}},
		{"Slice", func(t *trial) {
			t.finish(t.Node("Slice", t.input(t.numbers(x...)), t.list(1, 1), t.list(63, 63), t.list(1, 2)), 1)
		}},
		{"Pad", func(t *trial) { t.finish(t.Node("Pad", t.input(t.numbers(x...)), t.list(0, 1, 1, 0, 1, 1)), 1) }},
		{"Expand", func(t *trial) { t.finish(t.Node("Expand", t.input(t.numbers(64, 1, 64)), t.list(64, 64, 64)), 1) }},
		{"Tile", func(t *trial) { t.finish(t.Node("Tile", t.input(t.numbers(64, 16, 64)), t.list(1, 4, 1)), 1) }},
		{"Gather rows", func(t *trial) {
			t.finish(t.Node("Gather", t.input(t.numbers(4096, 64)), t.input(t.indices(4096, 4096))), 1)
		}},
		{"Gather", func(t *trial) {
			t.finish(t.Node("Gather", t.input(t.numbers(1<<16)), t.input(t.indices(1<<16, 1<<16))), 1)
		}},
		{"GatherElements", func(t *trial) {
			t.finish(t.Node("GatherElements", t.input(t.numbers(256, 256)), t.input(t.indices(256, 256, 256))), 1)
		}},
		{"ScatterND", func(t *trial) {
			t.finish(t.Node("ScatterND", t.input(t.numbers(4096, 16)), t.input(t.indices(4096, 4096, 1)), t.input(t.numbers(4096, 16))), 1)
		}},
		{"ScatterElements add", func(t *trial) {
			t.finish(t.Node("ScatterElements", t.input(t.numbers(256, 256)), t.input(t.indices(256, 256, 256)), t.input(t.numbers(256, 256))).Attr("reduction", "add"), 1)
		}},
		{"TopK", func(t *trial) { t.finish(t.Node("TopK", t.input(t.numbers(64, 1024)), t.list(16)), 2) }},
	}
}

func stateCases() []typeCase {
	qkv := []int{1, 4, 128, 64}
	return []typeCase{
		both("Attention", "Attention", [][]int{qkv, qkv, qkv}),
		both("Attention causal", "Attention", [][]int{qkv, qkv, qkv}, "is_causal", 1),
		simple("RotaryEmbedding", "RotaryEmbedding", [][]int{qkv, {1, 128, 32}, {1, 128, 32}}),
		simple("LSTM", "LSTM", [][]int{{32, 4, 64}, {1, 256, 64}, {1, 256, 64}, {1, 512}}, "hidden_size", 64),
		simple("GRU", "GRU", [][]int{{32, 4, 64}, {1, 192, 64}, {1, 192, 64}, {1, 384}}, "hidden_size", 64),
	}
}
