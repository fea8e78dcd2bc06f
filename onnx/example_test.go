package onnx_test

import (
	"errors"
	"fmt"

	"github.com/sardonyx-go/sardonyx/onnx"
)

// A model is read and shown; a file that is none is told.
func Example() {
	g, err := onnx.ReadFile("../testdata/onnx/external.onnx")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(g)

	_, err = onnx.ReadFile("example_test.go")
	fmt.Println(err)
	fmt.Println(errors.Is(err, onnx.ErrFormat))
	// Output:
	// graph "main" opset ai.onnx 21
	// low = const float32[6] [0 1 2 3 4 5]
	// high = const float32[4] [4 5 6 7]
	// tail = const float32[4] [12 13 14 15]
	// y = Add(high, tail)
	// return y
	// example_test.go: malformed ONNX: this is a text file, not an ONNX model
	// true
}
