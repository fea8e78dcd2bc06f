package training_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/training"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Equal scores for two classes cost log 2.
func Example() {
	n := &graph.Node{Op: "SoftmaxCrossEntropyLoss", Version: 13, Inputs: []graph.ValueID{0, 1}, Outputs: []graph.ValueID{2}}
	o, err := op.NewRegistry(training.Ops).New(n)
	if err != nil {
		fmt.Println(err)
		return
	}
	scores := op.FromTensor(tensor.Of([]float32{5, 5}, 1, 2))
	labels := op.FromTensor(tensor.Of([]int64{1}, 1))
	out, err := op.Evaluate(context.Background(), op.NewEnv(n), o, []*op.Value{scores, labels})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", op.Data[float32](out[0])[0])
	// Output: 0.6931
}
