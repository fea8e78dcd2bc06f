package control_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Loop that doubles its value three times and lists what it was before.
func Example() {
	m, err := backend.Compile(doubling("trips", "").Graph, backend.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := m.NewSession().Run(context.Background(), []tensor.Value{
		tensor.Scalar(int64(3)), tensor.Of([]float32{5}, 1), tensor.Scalar(float32(0)),
	})
	fmt.Println(tensor.Data[float32](out[0]), tensor.Data[float32](out[1]), err)
	// Output: [40] [5 10 20] <nil>
}
