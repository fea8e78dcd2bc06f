package graph

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/stretchr/testify/require"
)

// A body's captures order nodes as inputs do, and nodes that are in order stay.
func TestSort(t *testing.T) {
	b := NewBuilder(17)
	x := b.Input("x", tensor.Float32)
	c := b.Input("c", tensor.Bool)
	late := b.Graph.NewValue(Value{Name: "late"})
	b.Node("Abs", x).Out("first")
	body := b.Body()
	body.Output(body.Node("Neg", body.Capture(b, late)).Out(""))
	y := b.Node("If", c).Attr("then_branch", body.Graph).Out("y")
	b.Node("Exp", x).Out("unmoved")
	b.Graph.Nodes = append(b.Graph.Nodes, Node{Op: "Log", Inputs: []ValueID{x}, Outputs: []ValueID{late}})
	b.Output(y)
	require.ErrorContains(t, b.Graph.Check(), `node 1 (If): attribute "then_branch": captures "late" before it is defined`)

	require.NoError(t, b.Graph.Sort())
	require.NoError(t, b.Graph.Check())
	var ops []string
	for _, n := range b.Graph.Nodes {
		ops = append(ops, n.Op)
	}
	require.Equal(t, []string{"Abs", "Log", "If", "Exp"}, ops)
}

// A cycle is reported by its nodes, without those that only lead to it.
func TestSortCycle(t *testing.T) {
	g := &Graph{Values: make([]Value, 3), Nodes: []Node{
		{Name: "end", Op: "Neg", Inputs: []ValueID{0}, Outputs: []ValueID{2}},
		{Name: "a", Op: "Abs", Inputs: []ValueID{1}, Outputs: []ValueID{0}},
		{Name: "b", Op: "Exp", Inputs: []ValueID{0}, Outputs: []ValueID{1}},
	}}
	require.EqualError(t, g.Sort(), `nodes wait for each other: node "b" (Exp), node "a" (Abs)`)
}

// A chain as long as the graph, written backwards, needs no recursion.
func TestSortLongChain(t *testing.T) {
	const n = 100000
	g := &Graph{Values: make([]Value, n+1), Inputs: []ValueID{n}}
	for i := range n {
		g.Nodes = append(g.Nodes, Node{Op: "Neg", Inputs: []ValueID{ValueID(i + 1)}, Outputs: []ValueID{ValueID(i)}})
	}
	require.NoError(t, g.Sort())
	require.NoError(t, g.Check())
}
