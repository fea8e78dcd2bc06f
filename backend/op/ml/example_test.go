package ml_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/ml"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// One operator runs by itself on constant inputs.
func Example() {
	n := &graph.Node{
		Domain: "ai.onnx.ml", Op: "LabelEncoder", Version: 4,
		Attrs: []graph.Attr{
			{Name: "keys_strings", Kind: graph.AttrStrings, Strings: []string{"Amy", "Sally"}},
			{Name: "values_int64s", Kind: graph.AttrInts, Ints: []int64{5, 6}},
		},
		Inputs: []graph.ValueID{0}, Outputs: []graph.ValueID{1},
	}
	o, err := op.NewRegistry(ml.Ops).New(n)
	if err != nil {
		fmt.Println(err)
		return
	}
	x := op.FromTensor(tensor.OfStrings([]string{"Dori", "Amy", "Sally"}, 3))
	out, err := op.Evaluate(context.Background(), op.NewEnv(n), o, []*op.Value{x})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(op.Data[int64](out[0]))
	// Output: [-1 5 6]
}
