package math_test

import (
	"fmt"
	"testing"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// BenchmarkElementwise is about bytes moved.
func BenchmarkElementwise(b *testing.B) {
	x := random(1, 64, 56, 56)
	for _, c := range []struct {
		node *graph.Node
		in   []*tensor.Tensor
	}{
		{optest.Node("Add", 14, 2), []*tensor.Tensor{x, x}},
		{optest.Node("Mul", 14, 2), []*tensor.Tensor{x, random(64, 1, 1)}},
		{optest.Node("Mul", 14, 2), []*tensor.Tensor{x, random(56)}},
		{optest.Node("Add", 14, 2), []*tensor.Tensor{x, tensor.Scalar[float32](1)}},
		{optest.Node("Relu", 14, 1), []*tensor.Tensor{x}},
		{optest.Node("Mish", 18, 1), []*tensor.Tensor{x}},
		{optest.Node("ReduceMean", 18, 2), []*tensor.Tensor{x, tensor.Of([]int64{2, 3}, 2)}},
		{optest.Node("ReduceMean", 18, 2), []*tensor.Tensor{x, tensor.Of([]int64{1}, 1)}},
		{optest.Node("Softmax", 13, 1), []*tensor.Tensor{x}},
		{optest.Node("Softmax", 13, 1, optest.Int("axis", 1)), []*tensor.Tensor{x}},
		{optest.Node("ArgMax", 13, 1, optest.Int("axis", 1)), []*tensor.Tensor{x}},
	} {
		bytes := 0
		for _, x := range c.in {
			bytes += len(x.Bytes())
		}
		b.Run(fmt.Sprint(c.node.Op, c.in), func(b *testing.B) {
			b.SetBytes(int64(bytes))
			optest.Bench(b, registry, c.node, []int{1}, c.in...)
		})
	}
}

// BenchmarkProduct is about multiplications.
func BenchmarkProduct(b *testing.B) {
	for _, c := range []struct {
		a, b     []int
		constant []int
	}{
		{[]int{128, 768}, []int{768, 3072}, []int{1}},
		{[]int{1, 1000}, []int{1000, 1000}, []int{1}},
		{[]int{12, 128, 64}, []int{12, 64, 128}, nil},
		{[]int{512, 512}, []int{512, 512}, nil},
	} {
		b.Run(fmt.Sprint(c.a, c.b, len(c.constant)), func(b *testing.B) {
			x, y := random(c.a...), random(c.b...)
			optest.Bench(b, registry, optest.Node("MatMul", 13, 2), c.constant, x, y)
			flop := 2 * float64(x.Len()) * float64(c.b[len(c.b)-1]) * float64(b.N)
			b.ReportMetric(flop/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
