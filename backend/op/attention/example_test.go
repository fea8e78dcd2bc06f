package attention_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/attention"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// One query attends to two keys, of which it is equally far: the result is the
// mean of their values.
func Example() {
	n := &graph.Node{Op: "Attention", Version: 23, Inputs: []graph.ValueID{0, 1, 2}, Outputs: []graph.ValueID{3}}
	o, err := op.NewRegistry(attention.Ops).New(n)
	if err != nil {
		fmt.Println(err)
		return
	}
	q := op.FromTensor(tensor.Of([]float32{1, 1}, 1, 1, 1, 2))
	k := op.FromTensor(tensor.Of([]float32{1, 0, 0, 1}, 1, 1, 2, 2))
	v := op.FromTensor(tensor.Of([]float32{2, 6}, 1, 1, 2, 1))
	out, err := op.Evaluate(context.Background(), op.NewEnv(n), o, []*op.Value{q, k, v})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(op.Data[float32](out[0]))
	// Output: [4]
}
