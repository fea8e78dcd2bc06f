package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// dequantize adds the float32 values of input i of n, whose scale and zero point
// (which may be absent) follow it.
func dequantize(b *graph.Builder, n *graph.Node, i int) graph.ValueID {
	return op.Emit(b, "DequantizeLinear", n.Inputs[i], input(n, i+1), input(n, i+2))
}

// requantize adds the values of y in 8 bits, of the type of n's first quantised
// input; input i of n is the scale, the next one the zero point.
func requantize(b *graph.Builder, y graph.ValueID, t tensor.Type, n *graph.Node, i int) ([]graph.ValueID, error) {
	c := b.Node("QuantizeLinear", y, input(n, i), input(n, i+1))
	if input(n, i+1) == graph.None {
		c.Attr("output_dtype", int(t))
	}
	return one(c.Out(""), nil)
}

// expandLinear expands QuantizeLinear and DequantizeLinear of this domain, which
// knew types of 16 and of 4 bits before those of ONNX did.
func expandLinear(name string) op.Expansion {
	return func(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
		return one(keep(b.Node(name, n.Inputs...), n, "axis").Out(""), nil)
	}
}

// expandQLinearBinary expands QLinearAdd and QLinearMul.
//
//	A, A_scale, A_zero_point, B, B_scale, B_zero_point, C_scale, C_zero_point -> C
func expandQLinearBinary(name string) op.Expansion {
	return func(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
		y := op.Emit(b, name, dequantize(b, n, 0), dequantize(b, n, 3))
		return requantize(b, y, in[0].Type, n, 6)
	}
}

// unary expands an operator of one quantised input.
//
//	X, X_scale, X_zero_point, Y_scale, Y_zero_point -> Y
func unary(b *graph.Builder, n *graph.Node, in []op.Info, f func(x graph.ValueID) graph.ValueID) ([]graph.ValueID, error) {
	return requantize(b, f(dequantize(b, n, 0)), in[0].Type, n, 3)
}

func expandQLinearSigmoid(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return unary(b, n, in, func(x graph.ValueID) graph.ValueID { return op.Emit(b, "Sigmoid", x) })
}

func expandQLinearLeakyRelu(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return unary(b, n, in, func(x graph.ValueID) graph.ValueID { return keep(b.Node("LeakyRelu", x), n, "alpha").Out("") })
}

// expandQLinearSoftmax expands QLinearSoftmax; its attribute opset is the version
// of Softmax that is meant.
func expandQLinearSoftmax(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return unary(b, n, in, func(x graph.ValueID) graph.ValueID {
		c := keep(b.Node("Softmax", x), n, "axis")
		c.Node().Version = n.Int("opset", 13)
		return c.Out("")
	})
}

func expandQLinearReduceMean(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return unary(b, n, in, func(x graph.ValueID) graph.ValueID {
		return keep(b.Node("ReduceMean", x, op.Vector(b, n.Ints("axes")...)), n, "keepdims").Out("")
	})
}

func expandQLinearAveragePool(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return pooled(b, n, in, func(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
		return unary(b, n, in, func(x graph.ValueID) graph.ValueID { return keep(b.Node("AveragePool", x), n, window...).Out("") })
	})
}

func expandQLinearGlobalAveragePool(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return pooled(b, n, in, func(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
		return unary(b, n, in, func(x graph.ValueID) graph.ValueID { return op.Emit(b, "GlobalAveragePool", x) })
	})
}

// pooled expands by e, around which feature maps are transposed if the attribute
// channels_last says so.
func pooled(b *graph.Builder, n *graph.Node, in []op.Info, e op.Expansion) ([]graph.ValueID, error) {
	if n.Int("channels_last", 0) != 0 {
		return nhwc(b, n, in, []int{0}, e)
	}
	return e(b, n, in)
}

// expandQLinearConv expands QLinearConv of this domain: that of ONNX, or on
// channels-last feature maps.
func expandQLinearConv(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	return pooled(b, n, in, func(b *graph.Builder, n *graph.Node, _ []op.Info) ([]graph.ValueID, error) {
		return one(keep(b.Node("QLinearConv", n.Inputs...), n, window...).Out(""), nil)
	})
}

// expandQLinearConcat expands QLinearConcat.
//
//	Y_scale, Y_zero_point, {X, X_scale, X_zero_point}... -> Y
func expandQLinearConcat(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	if len(n.Inputs)%3 != 2 {
		return nil, fmt.Errorf("%w: %d inputs, want 2 and three for each part", op.ErrInput, len(n.Inputs))
	}
	var parts []graph.ValueID
	for i := 2; i < len(n.Inputs); i += 3 {
		parts = append(parts, dequantize(b, n, i))
	}
	return requantize(b, concat(b, n.Int("axis", 0), parts...), in[2].Type, n, 0)
}

// expandQLinearWhere expands QLinearWhere.
//
//	condition, X, x_scale, x_zero_point, Y, y_scale, y_zero_point, z_scale, z_zero_point -> Z
func expandQLinearWhere(b *graph.Builder, n *graph.Node, in []op.Info) ([]graph.ValueID, error) {
	z := op.Emit(b, "Where", n.Inputs[0], dequantize(b, n, 1), dequantize(b, n, 4))
	return requantize(b, z, in[1].Type, n, 7)
}
