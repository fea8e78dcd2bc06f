package elementwise_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An operator is its loop: broadcasting and strides come with it.
func Example() {
	distance := &elementwise.Op{Arity: 2, Loop: func(*kernels.Set, []op.Info) (elementwise.Loop, error) {
		return elementwise.Zip(1, func(dst, x, y []float32) {
			for i := range dst {
				dst[i] = max(x[i]-y[i], y[i]-x[i])
			}
		}), nil
	}}
	node := &graph.Node{Op: "Distance", Outputs: []graph.ValueID{2}}
	x := op.FromTensor(tensor.Of([]float32{1, 2, 3}, 3, 1))
	y := op.FromTensor(tensor.Of([]float32{2, 5}, 2))
	out, err := op.Evaluate(context.Background(), op.NewEnv(node), distance, []*op.Value{x, y})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Shape, op.Data[float32](out[0]))
	// Output: [3 2] [1 4 0 3 1 2]
}
