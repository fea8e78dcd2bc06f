package array_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/array"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An operator is found by its node's name and version, and run by itself.
func Example() {
	n := &graph.Node{Op: "TopK", Version: 11, Inputs: []graph.ValueID{0, 1}, Outputs: []graph.ValueID{2, 3}}
	topK, err := op.NewRegistry(array.Ops).New(n)
	if err != nil {
		fmt.Println(err)
		return
	}
	scores := op.FromTensor(tensor.Of([]float32{0.1, 0.7, 0.2}, 3))
	k := op.FromTensor(tensor.Of([]int64{2}, 1))
	out, err := op.Evaluate(context.Background(), op.NewEnv(n), topK, []*op.Value{scores, k})
	fmt.Println(op.Data[float32](out[0]), op.Data[int64](out[1]), err)
	// Output: [0.7 0.2] [1 2] <nil>
}
