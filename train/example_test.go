package train_test

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/sardonyx-go/sardonyx/train"
)

// The gradient of a quadratic, and the gradient of that.
func Example() {
	b := graph.NewBuilder(18)
	x := b.Input("x", tensor.Float32, "n")
	a := b.Const("a", tensor.Of([]float32{1, 2, 3}, 3))
	b.Output(b.Node("Mul", a, b.Node("Mul", x, x).Out("")).Out("y"))

	g, err := train.Gradient(b.Graph, "y", "x")
	if err != nil {
		fmt.Println(err)
		return
	}
	if g, err = train.Gradient(g, "dy/dx", "x"); err != nil {
		fmt.Println(err)
		return
	}
	m, err := backend.Compile(g, backend.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := m.Run(context.Background(), map[string]tensor.Value{"x": tensor.Of([]float32{1, 1, 10}, 3)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"y", "dy/dx", "ddy/dx/dx"} {
		fmt.Println(name, tensor.Data[float32](out[name]))
	}
	// Output:
	// y [1 2 300]
	// dy/dx [2 4 60]
	// ddy/dx/dx [2 4 6]
}
