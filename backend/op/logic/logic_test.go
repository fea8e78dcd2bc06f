package logic_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/logic"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(logic.Ops)

// TestValues protects special values, strings, shifts and old broadcasting.
func TestValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	f := func(v ...float32) *tensor.Tensor { return tensor.Of(v, len(v)) }
	b := func(v ...bool) *tensor.Tensor { return tensor.Of(v, len(v)) }
	s := func(v ...string) *tensor.Tensor { return tensor.OfStrings(v, len(v)) }
	for _, c := range []struct {
		name string
		node *graph.Node
		in   []*tensor.Tensor
		want *tensor.Tensor
	}{
		{"NaN is not equal", optest.Node("Equal", 19, 2), []*tensor.Tensor{f(nan, 1), f(nan, 1)}, b(false, true)},
		{"NaN is not less", optest.Node("LessOrEqual", 16, 2), []*tensor.Tensor{f(nan, 1, 2), f(1, 1, 1)}, b(false, true, false)},
		{"strings", optest.Node("Equal", 19, 2), []*tensor.Tensor{s("a", "b"), s("b")}, b(false, true)},
		{"bools", optest.Node("Equal", 7, 2), []*tensor.Tensor{b(true, false), b(true)}, b(true, false)},
		{"aligned at an axis", optest.Node("Less", 1, 2, optest.Int("broadcast", 1), optest.Int("axis", 0)),
			[]*tensor.Tensor{tensor.Of([]float32{1, 2, 3, 4}, 2, 2), f(2, 4)}, tensor.Of([]bool{true, false, true, false}, 2, 2)},
		{"a choice of strings", optest.Node("Where", 16, 3), []*tensor.Tensor{b(true, false), s("x"), s("y")}, s("x", "y")},
		{"a choice of numbers", optest.Node("Where", 16, 3), []*tensor.Tensor{tensor.Of([]bool{true, false}, 2, 1), f(1, 2), f(3)},
			tensor.Of([]float32{1, 2, 3, 3}, 2, 2)},
		{"signs shift in", optest.Node("BitShift", 28, 2, optest.Str("direction", "RIGHT")),
			[]*tensor.Tensor{tensor.Of([]int8{-128, -128, 64}, 3), tensor.Of([]int8{1, 100, 3}, 3)}, tensor.Of([]int8{-64, -1, 8}, 3)},
		{"nothing but signs is left of a negative shift", optest.Node("BitShift", 28, 2, optest.Str("direction", "RIGHT")),
			[]*tensor.Tensor{tensor.Of([]int64{-8, 4}, 2), tensor.Of([]int64{-1, math.MinInt64}, 2)}, tensor.Of([]int64{-1, 0}, 2)},
		{"nothing is left of a negative shift to the left", optest.Node("BitShift", 28, 2, optest.Str("direction", "LEFT")),
			[]*tensor.Tensor{tensor.Of([]int8{-8, 4}, 2), tensor.Of([]int8{-1, -128}, 2)}, tensor.Of([]int8{0, 0}, 2)},
		{"all bits out", optest.Node("BitShift", 11, 2, optest.Str("direction", "LEFT")),
			[]*tensor.Tensor{tensor.Of([]uint8{1, 1}, 2), tensor.Of([]uint8{7, 8}, 2)}, tensor.Of([]uint8{128, 0}, 2)},
		{"one sign of infinity", optest.Node("IsInf", 20, 1, optest.Int("detect_negative", 0)), []*tensor.Tensor{f(inf, -inf, nan, 0, 1e-45)}, b(true, false, false, false, false)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := optest.Eval(registry, c.node, c.in...)
			require.NoError(t, err)
			optest.Equal(t, c.want, got[0])
		})
	}
	_, err := optest.Eval(registry, optest.Node("And", 7, 2), b(true), f(1))
	require.ErrorIs(t, err, op.ErrType)
}

// TestLayouts protects the independence of results from where values lie.
func TestLayouts(t *testing.T) {
	x, y := tensor.New(tensor.Float32, 2, 11, 3, 4), tensor.New(tensor.Float32, 11, 1, 1)
	for i, v := range tensor.Data[float32](y) {
		tensor.Data[float32](y)[i] = v + float32(i%3) - 1
	}
	c := tensor.New(tensor.Bool, 2, 11, 3, 4)
	for i := range c.Bytes() {
		c.Bytes()[i] = byte(i % 2)
	}
	for _, k := range []struct {
		node *graph.Node
		in   []*tensor.Tensor
	}{
		{optest.Node("Greater", 13, 2), []*tensor.Tensor{x, y}},
		{optest.Node("Where", 16, 3), []*tensor.Tensor{c, x, y}},
		{optest.Node("Not", 1, 1), []*tensor.Tensor{c}},
		{optest.Node("IsNaN", 20, 1), []*tensor.Tensor{x}},
	} {
		t.Run(k.node.Op, func(t *testing.T) { optest.Layouts(t, registry, k.node, true, k.in...) })
	}
}

// TestShapeArithmetic protects the pattern that exporters write for Expand:
// Where(Equal(sizes, -1), ones, sizes) of sizes known by name only.
func TestShapeArithmetic(t *testing.T) {
	const batch = op.Unknown - 1
	integers := func(v ...int) op.Info {
		var x op.Info
		x.Tensor(tensor.Int64, len(v))
		x.Ints = v
		return x
	}
	equal, err := registry.New(optest.Node("Equal", 19, 2))
	require.NoError(t, err)
	where, err := registry.New(optest.Node("Where", 16, 3))
	require.NoError(t, err)
	mask, out := make([]op.Info, 1), make([]op.Info, 1)
	sizes := integers(batch, -1, 3)
	require.NoError(t, equal.Infer([]op.Info{sizes, integers(-1)}, mask))
	require.Equal(t, []int{0, 1, 0}, mask[0].Ints)
	require.NoError(t, where.Infer([]op.Info{mask[0], integers(1, 1, 1), sizes}, out))
	require.Equal(t, []int{batch, 1, 3}, out[0].Ints)
}

// Elements are chosen by a condition that broadcasts.
func Example() {
	condition := tensor.Of([]bool{true, false}, 2, 1)
	x, y := tensor.Of([]int64{1, 2}, 2), tensor.Scalar[int64](0)
	out, err := optest.Eval(op.NewRegistry(logic.Ops), optest.Node("Where", 16, 3), condition, x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Shape(), tensor.Data[int64](out[0]))
	// Output: [2 2] [1 2 0 0]
}
