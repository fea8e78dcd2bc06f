package onnxgo_test

import (
	"fmt"
	"log"

	"github.com/owulveryck/onnx-go"
	onnxtest "github.com/owulveryck/onnx-go/backend/testbackend/onnx"
	"gorgonia.org/tensor"

	"github.com/sardonyx-go/sardonyx/integrations/onnxgo"
)

// A program that uses onnx-go. With gorgonnx, the first line would have been
// gorgonnx.NewGraph(), and there would be no other difference.
func Example() {
	backend := onnxgo.NewGraph()
	model := onnx.NewModel(backend)
	if err := model.UnmarshalBinary(onnxtest.NewTestSoftmaxExample().ModelB); err != nil {
		log.Fatal(err)
	}
	x := tensor.New(tensor.WithShape(1, 3), tensor.WithBacking([]float32{-1, 0, 1}))
	if err := model.SetInput(0, x); err != nil {
		log.Fatal(err)
	}
	if err := backend.Run(); err != nil {
		log.Fatal(err)
	}
	output, err := model.GetOutputTensors()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n", output[0].Data())
	// Output:
	// [0.0900 0.2447 0.6652]
}

// Whoever knows the opset of a model says so: Softmax means something else since
// version 13.
func ExampleGraph_opset() {
	for _, opset := range []int{0, 13} {
		backend := onnxgo.NewGraph()
		backend.Opset = opset
		model := onnx.NewModel(backend)
		if err := model.UnmarshalBinary(onnxtest.NewTestSoftmaxAxis0().ModelB); err != nil {
			log.Fatal(err)
		}
		x := tensor.New(tensor.WithShape(3, 4, 5), tensor.WithBacking(make([]float32, 60)))
		if err := model.SetInput(0, x); err != nil {
			log.Fatal(err)
		}
		if err := backend.Run(); err != nil {
			log.Fatal(err)
		}
		output, err := model.GetOutputTensors()
		if err != nil {
			log.Fatal(err)
		}
		y, err := output[0].At(0, 0, 0)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("one of %.0f equal ones\n", 1/y.(float32))
	}
	// Output:
	// one of 60 equal ones
	// one of 3 equal ones
}
