package math_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/math"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// One node is evaluated by itself.
func Example() {
	registry := op.NewRegistry(math.Ops)
	node := &graph.Node{Op: "Gemm", Version: 13, Inputs: []graph.ValueID{0, 1, 2}, Outputs: []graph.ValueID{3}}
	gemm, err := registry.New(node)
	if err != nil {
		fmt.Println(err)
		return
	}
	a := op.FromTensor(tensor.Of([]float32{1, 2, 3, 4}, 2, 2))
	b := op.FromTensor(tensor.Of([]float32{1, 0, 0, 1}, 2, 2))
	c := op.FromTensor(tensor.Of([]float32{10, 20}, 2))
	out, err := op.Evaluate(context.Background(), op.NewEnv(node), gemm, []*op.Value{a, b, c})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Shape, op.Data[float32](out[0]))
	// Output: [2 2] [11 22 13 24]
}
