package benchmark_test

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/models/benchmark"
)

// The first layer, as text.
func Example() {
	c := benchmark.Layers()[0]
	g := c.Graph()
	fmt.Println(c.Name)
	fmt.Println(g.Nodes[0].Op, len(g.Values[g.Nodes[0].Inputs[1]].Const.Bytes()), "bytes of weights")
	// Output:
	// conv 3x3 64-64@56
	// Conv 147456 bytes of weights
}
