package math_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/math"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(math.Ops)

// random returns a tensor of normal numbers.
func random(shape ...int) *tensor.Tensor {
	n, _ := tensor.Elements(shape)
	r := rand.New(rand.NewPCG(uint64(n), 1))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return tensor.Of(x, shape...)
}

// TestLayouts protects the independence of results from where values lie:
// order, strides, undefined lanes.
func TestLayouts(t *testing.T) {
	x, one := random(2, 11, 5, 7), random(2, 11, 1, 1)
	ints := tensor.Of([]int64{1, -2, 3, 4, 5, 7}, 1, 6, 1, 1)
	half, err := tensor.Convert(tensor.Float16, x, tensor.ConvertOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		node  *graph.Node
		exact bool
		in    []*tensor.Tensor
	}{
		{optest.Node("Add", 14, 2), true, []*tensor.Tensor{x, random(2, 11, 5, 7)}},
		{optest.Node("Add", 14, 2), true, []*tensor.Tensor{x, random(11, 1, 1)}},
		{optest.Node("Sub", 14, 2), true, []*tensor.Tensor{random(1, 11, 1, 1), x}},
		{optest.Node("Mul", 14, 2), true, []*tensor.Tensor{x, one}},
		{optest.Node("Div", 14, 2), true, []*tensor.Tensor{x, random()}},
		{optest.Node("Div", 14, 2), true, []*tensor.Tensor{tensor.Of([]int64{12, 13}, 2, 1, 1, 1), ints}},
		{optest.Node("Mul", 14, 2), true, []*tensor.Tensor{half, half}},
		{optest.Node("Sum", 13, 3), true, []*tensor.Tensor{x, one, random(5, 1)}},
		{optest.Node("Mean", 13, 3), true, []*tensor.Tensor{one, x, random(2, 1, 5, 7)}},
		{optest.Node("Max", 13, 1), true, []*tensor.Tensor{x}},
		{optest.Node("PRelu", 16, 2), true, []*tensor.Tensor{x, random(11, 1, 1)}},
		{optest.Node("PRelu", 6, 2), true, []*tensor.Tensor{x, random(11)}},
		{optest.Node("Add", 6, 2, optest.Int("broadcast", 1), optest.Int("axis", 1)), true, []*tensor.Tensor{x, random(11, 5)}},
		{optest.Node("Pow", 15, 2), true, []*tensor.Tensor{x, tensor.Of([]float32{2})}},
		{optest.Node("Sigmoid", 13, 1), true, []*tensor.Tensor{x}},
		{optest.Node("Mish", 18, 1), true, []*tensor.Tensor{x}},
		{optest.Node("Clip", 13, 3), true, []*tensor.Tensor{x, tensor.Scalar[float32](-0.5), nil}},
		{optest.Node("Cast", 21, 1, optest.Int("to", int(tensor.Int32))), true, []*tensor.Tensor{x}},
		{optest.Node("Cast", 21, 1, optest.Int("to", int(tensor.Float32))), true, []*tensor.Tensor{x}},
		{optest.Node("Softmax", 13, 1, optest.Int("axis", 1)), false, []*tensor.Tensor{x}},
		{optest.Node("LogSoftmax", 13, 1, optest.Int("axis", 2)), false, []*tensor.Tensor{x}},
		{optest.Node("Softmax", 13, 1), false, []*tensor.Tensor{half}},
		{optest.Node("ArgMax", 13, 1, optest.Int("axis", 1)), true, []*tensor.Tensor{x}},
		{optest.Node("ArgMax", 13, 1, optest.Int("axis", 3), optest.Int("keepdims", 0)), true, []*tensor.Tensor{x}},
		{optest.Node("CumSum", 14, 2), true, []*tensor.Tensor{x, tensor.Scalar[int64](1)}},
		{optest.Node("MatMul", 13, 2), true, []*tensor.Tensor{random(3, 5, 7), random(7, 37)}},
		{optest.Node("MatMul", 13, 2), true, []*tensor.Tensor{random(3, 2, 5, 7), random(2, 7, 37)}},
		{optest.Node("MatMul", 13, 2), true, []*tensor.Tensor{random(7), random(2, 7, 37)}},
		{optest.Node("MatMul", 13, 2), true, []*tensor.Tensor{random(2, 5, 7), random(7)}},
		{optest.Node("Gemm", 13, 3, optest.Int("transA", 1), optest.Int("transB", 1), optest.Float("alpha", 0.5), optest.Float("beta", 2)), true,
			[]*tensor.Tensor{random(9, 5), random(37, 9), random(5, 1)}},
		{optest.Node("Gemm", 13, 3), true, []*tensor.Tensor{random(5, 9), random(9, 37), random(37)}},
		{optest.Node("Einsum", 12, 2, optest.Str("equation", "bhid,bhjd->bijh")), true, []*tensor.Tensor{random(2, 3, 5, 7), random(2, 3, 4, 7)}},
		{optest.Node("LayerNormalization", 17, 3, optest.Int("axis", 2)), true, []*tensor.Tensor{x, random(5, 7), random(7)}},
		{optest.Node("RMSNormalization", 23, 2), true, []*tensor.Tensor{x, random(7)}},
		{optest.Node("Det", 22, 1), true, []*tensor.Tensor{random(3, 4, 4)}},
	} {
		t.Run(fmt.Sprintf("%s-%d%v", c.node.Op, c.node.Version, c.in), func(t *testing.T) {
			optest.Layouts(t, registry, c.node, c.exact, c.in...)
		})
	}
}

// TestReduceLayouts protects reductions along every set of dims: rows, columns
// and both.
func TestReduceLayouts(t *testing.T) {
	x := random(2, 11, 5, 7)
	for _, name := range []string{"Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "LogSumExp", "SumSquare"} {
		for _, axes := range [][]int64{{0}, {1}, {2, 3}, {3}, {0, 2, 3}, {1, 3}, {0, 1, 2, 3}} {
			for _, keep := range []int{0, 1} {
				n := optest.Node("Reduce"+name, 18, 2, optest.Int("keepdims", keep))
				t.Run(fmt.Sprint(name, axes, keep), func(t *testing.T) {
					optest.Layouts(t, registry, n, false, x, tensor.Of(axes, len(axes)))
				})
			}
		}
	}
	wide := random(3, 2, 1100) // more columns than a tile has
	for _, axes := range [][]int64{{0}, {1}, {0, 1}} {
		optest.Layouts(t, registry, optest.Node("ReduceL2", 18, 2), false, wide, tensor.Of(axes, len(axes)))
	}
}
