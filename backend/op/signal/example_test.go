package signal_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/signal"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// The transform of one period of a cosine has two peaks.
func Example() {
	n := &graph.Node{Op: "DFT", Version: 20, Inputs: []graph.ValueID{0}, Outputs: []graph.ValueID{1}}
	o, err := op.NewRegistry(signal.Ops).New(n)
	if err != nil {
		fmt.Println(err)
		return
	}
	x := op.FromTensor(tensor.Of([]float32{1, 0, -1, 0}, 4, 1))
	out, err := op.Evaluate(context.Background(), op.NewEnv(n), o, []*op.Value{x})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(op.Data[float32](out[0]))
	// Output: [0 0 2 0 0 0 2 0]
}
