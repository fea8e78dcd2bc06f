package main

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
)

// keeping lists operators that change the form of probabilities and not what
// they say.
var keeping = []string{"Cast", "DequantizeLinear", "Flatten", "Identity", "QuantizeLinear", "Reshape", "Squeeze"}

// endsInSoftmax reports whether a graph's first output is a Softmax's, perhaps
// in another form.
func endsInSoftmax(g *graph.Graph) bool {
	makers := g.Producers()
	for id := g.Outputs[0]; makers[id] >= 0; {
		n := &g.Nodes[makers[id]]
		if n.Op == "Softmax" && n.Domain == "" {
			return true
		}
		if !slices.Contains(keeping, n.Op) || len(n.Inputs) == 0 || n.Inputs[0] == graph.None {
			return false
		}
		id = n.Inputs[0]
	}
	return false
}
