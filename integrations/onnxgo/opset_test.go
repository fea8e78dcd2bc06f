package onnxgo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
)

// The forms of nodes tell the opset of the model.
func TestSetVersions(t *testing.T) {
	node := func(op string, inputs int, attrs ...graph.Attr) graph.Node {
		return graph.Node{Op: op, Attrs: attrs, Inputs: make([]graph.ValueID, inputs), Outputs: make([]graph.ValueID, 1)}
	}
	axes := graph.Attr{Name: "axes", Kind: graph.AttrInts, Ints: []int64{0}}
	low := graph.Attr{Name: "min", Kind: graph.AttrFloat}
	broadcast := graph.Attr{Name: "broadcast", Kind: graph.AttrInt}
	for _, c := range []struct {
		name   string
		opset  int
		nodes  []graph.Node
		domain string
		want   int
	}{
		{"the newest up to 12", 0, []graph.Node{node("Softmax", 1)}, "", 12},
		{"attributes that became inputs", 0, []graph.Node{node("Clip", 1, low), node("Softmax", 1)}, "", 10},
		{"an attribute of old", 0, []graph.Node{node("Add", 2, broadcast)}, "", 6},
		{"an operator that is gone", 0, []graph.Node{node("Upsample", 2)}, "", 9},
		{"an operator that is new", 0, []graph.Node{node("HardSwish", 1), node("Softmax", 1)}, "", 14},
		{"attributes that are inputs now", 0, []graph.Node{node("Squeeze", 2)}, "", 13},
		{"and were so in another operator before", 0, []graph.Node{node("Squeeze", 2), node("ReduceMax", 1, axes)}, "", 13},
		{"a majority", 0, []graph.Node{node("Squeeze", 1, axes), node("Clip", 1, low), node("Clip", 7)}, "", 10},
		{"what the caller knows", 13, []graph.Node{node("Softmax", 1)}, "", 13},
		{"another domain", 13, []graph.Node{node("FusedMatMul", 2)}, "com.microsoft", 1},
		{"no operator", 0, []graph.Node{node("Frobnicate", 2)}, "", 12},
	} {
		g := &graph.Graph{Nodes: c.nodes}
		setVersions(g, backend.Operators(), c.opset)
		require.Equal(t, map[string]int{c.domain: c.want}, g.Opsets, c.name)
		for _, n := range g.Nodes {
			require.Equal(t, c.want, n.Version, c.name)
			require.Equal(t, c.domain, n.Domain, c.name)
		}
	}
}
