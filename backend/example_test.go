package backend_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/onnx"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Three calls run a model.
func Example() {
	g, err := onnx.ReadFile("../models/classifier/efficientnet_lite0_w8.onnx")
	if err != nil {
		log.Fatal(err)
	}
	model, err := backend.Compile(g, backend.Options{})
	if err != nil {
		log.Fatal(err) // every node that cannot run, with its name
	}
	picture := tensor.New(tensor.Float32, 1, 3, 224, 224)
	out, err := model.Run(context.Background(), map[string]tensor.Value{"image": picture})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out["probs"])
	// Output:
	// float32[1 1000]
}

// What does not fit is said in the words of the file.
func ExampleModel_Run_error() {
	g, err := onnx.ReadFile("../models/classifier/efficientnet_lite0_w8.onnx")
	if err != nil {
		log.Fatal(err)
	}
	model, err := backend.Compile(g, backend.Options{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = model.Run(context.Background(), map[string]tensor.Value{"image": tensor.New(tensor.Float32, 1, 3, 200, 200)})
	fmt.Println(err)
	fmt.Println(errors.Is(err, backend.ErrShape))
	// Output:
	// incompatible shapes: input "image" has shape [batch 3 224 224], not [1 3 200 200]
	// true
}
