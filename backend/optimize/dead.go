package optimize

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
)

// removeDead removes nodes whose outputs nobody uses:
//
//	%1 = Relu(%0)
//	%2 = Exp(%0)        // gone
//	return %1
//
// and omits single outputs that nobody uses at the end of a node's list.
func removeDead(_ *Env, g *graph.Graph) (bool, error) {
	live := make([]bool, len(g.Values))
	for _, id := range g.Outputs {
		live[id] = true
	}
	n := len(g.Nodes)
	kept := make([]graph.Node, 0, n)
	for i := n - 1; i >= 0; i-- { // nodes are in order, so users come later
		node := g.Nodes[i]
		if !slices.ContainsFunc(node.Outputs, func(id graph.ValueID) bool { return id != graph.None && live[id] }) {
			continue
		}
		for _, id := range node.Inputs {
			if id != graph.None {
				live[id] = true
			}
		}
		kept = append(kept, node)
	}
	slices.Reverse(kept)
	g.Nodes = kept
	return len(kept) < n, nil
}
