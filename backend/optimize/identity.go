package optimize

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
)

// removeIdentity removes nodes that return their input as it is: Identity, and
// Dropout outside training. Their users take the input:
//
//	%1 = Identity(%0)   // gone
//	%2 = Relu(%1)       // Relu(%0)
//
// A node whose output is an output of the graph stays: it is the copy that the
// output needs.
func removeIdentity(_ *Env, g *graph.Graph) (bool, error) {
	to := map[graph.ValueID]graph.ValueID{}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n graph.Node) bool {
		for i, id := range n.Inputs {
			if r, ok := to[id]; ok {
				n.Inputs[i] = r
			}
		}
		if !passesThrough(g, &n) || slices.Contains(g.Outputs, n.Outputs[0]) {
			return false
		}
		to[n.Outputs[0]] = n.Inputs[0]
		return true
	})
	return len(to) > 0, nil
}

// passesThrough reports whether n's only used output is its first input.
func passesThrough(g *graph.Graph, n *graph.Node) bool {
	if n.Domain != "" || len(n.Inputs) == 0 || n.Inputs[0] == graph.None || len(n.Outputs) == 0 || n.Outputs[0] == graph.None {
		return false
	}
	switch n.Op {
	case "Identity":
		return true
	case "Dropout":
		if len(n.Outputs) > 1 && n.Outputs[1] != graph.None && used(g, n.Outputs[1]) {
			return false
		}
		switch {
		case n.Version < 7:
			return n.Int("is_test", 0) == 1
		case n.Version < 12 || len(n.Inputs) < 3 || n.Inputs[2] == graph.None:
			return true
		}
		t := g.ConstOf(n.Inputs[2])
		return t != nil && len(t.Bytes()) == 1 && t.Bytes()[0] == 0
	}
	return false
}

// used reports whether a node of g or g itself uses a value.
func used(g *graph.Graph, id graph.ValueID) bool {
	return slices.Contains(g.Outputs, id) ||
		slices.ContainsFunc(g.Nodes, func(n graph.Node) bool { return slices.Contains(n.Inputs, id) })
}
