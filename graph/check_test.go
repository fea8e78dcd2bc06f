package graph

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/stretchr/testify/require"
)

// Each fault of form is found and told in the names of the file.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		want  string
		spoil func(g *Graph)
	}{
		{`node 0 (Abs): uses "y" before it is defined`, func(g *Graph) { g.Nodes[0].Inputs[0] = 4 }},
		{`node 0 (Abs): uses value 99, of 5`, func(g *Graph) { g.Nodes[0].Inputs[0] = 99 }},
		{`node 0 (Abs): uses value -2, of 5`, func(g *Graph) { g.Nodes[0].Inputs[0] = -2 }},
		{`node 1 (If): output "h" is defined already`, func(g *Graph) { g.Nodes[1].Outputs[0] = 3 }},
		{`node 0 (Abs): output "unused" is defined already`, func(g *Graph) { g.Nodes[0].Outputs[0] = 0 }},
		{`input "x" is defined already`, func(g *Graph) { g.Inputs[1] = g.Inputs[0] }},
		{`two values have the name "x"`, func(g *Graph) { g.Values[3].Name = "x" }},
		{`node 0 (): has no operator`, func(g *Graph) { g.Nodes[0].Op = "" }},
		{`node 0 (Abs): attribute without a name`, func(g *Graph) { g.Nodes[0].Attrs = make([]Attr, 1) }},
		{`node 0 (Abs): two attributes have the name "a"`, func(g *Graph) { g.Nodes[0].Attrs = []Attr{{Name: "a"}, {Name: "b"}, {Name: "a"}} }},
		{`node 0 (Abs): attribute "a": no tensor`, func(g *Graph) { g.Nodes[0].Attrs = []Attr{{Name: "a", Tensors: []*tensor.Tensor{nil}}} }},
		{`node 1 (If): attribute "then_branch": no graph`, func(g *Graph) { g.Nodes[1].Attrs[0].Graphs[0] = nil }},
		{`the graph returns value -1, of 5`, func(g *Graph) { g.Outputs[0] = None }},
		{`the main graph captures "h"`, func(g *Graph) { g.Captures = []Capture{{0, 3}} }},
		{`node 1 (If): attribute "then_branch": captures value 7, of 5`, func(g *Graph) { g.Nodes[1].Body("then_branch").Captures[0].Outer = 7 }},
		{`node 1 (If): attribute "then_branch": capture "x" is a constant, too`, func(g *Graph) {
			g.Nodes[1].Body("then_branch").Values[1].Const = tensor.New(tensor.Bool)
		}},
		{`node 1 (If): attribute "then_branch": the graph returns value 9, of 3`, func(g *Graph) { g.Nodes[1].Body("then_branch").Outputs[0] = 9 }},
		{`function "F" has no body`, func(g *Graph) { g.Functions = []*Function{{Name: "F"}} }},
		{`two functions are "F" of domain "", overload ""`, func(g *Graph) { g.Functions = []*Function{call("F", "G"), call("F", "H")} }},
		{`function "F" calls itself`, func(g *Graph) { g.Functions = []*Function{call("F", "G"), call("G", "F")} }},
		{`function "F": node 0 (G): uses value 5, of 0`, func(g *Graph) {
			f := call("F", "G")
			f.Body.Nodes[0].Inputs = []ValueID{5}
			g.Functions = []*Function{f}
		}},
	} {
		b, _, _, _ := branch()
		require.NoError(t, b.Graph.Check())
		c.spoil(b.Graph)
		require.EqualError(t, b.Graph.Check(), c.want)
	}
}

// call returns a function whose body calls another.
func call(name, callee string) *Function {
	return &Function{Name: name, Body: &Graph{Nodes: []Node{{Op: callee}}}}
}

// Calls may not go deeper than an expansion could follow, in whatever order the
// functions are listed.
func TestCheckDeepCalls(t *testing.T) {
	name := func(i int) string { return string(rune('A' + i)) }
	for _, backwards := range []bool{false, true} {
		g := &Graph{}
		for i := range maxCalls + 1 {
			f := call(name(i), name(i+1))
			if backwards {
				f = call(name(i+1), name(i))
			}
			g.Functions = append(g.Functions, f)
		}
		require.ErrorContains(t, g.Check(), "calls are more than 128 deep")
		g.Functions = g.Functions[:maxCalls]
		require.NoError(t, g.Check())
	}
}
