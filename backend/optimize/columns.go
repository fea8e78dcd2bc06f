package optimize

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// manyColumns is how many single columns must be taken of a value for it to be
// transposed once: a column of a large matrix is a cache line an element.
const manyColumns = 8

// columns finds values of which columns are taken one by one, as exporters write
// a loop over classes, and has rows taken of the transposed value.
//
//	%1 = Gather(%0, 0) axis=-1     // %8 = Transpose(%0) to the front
//	%2 = Gather(%0, 1) axis=-1     // %1 = Gather(%8, 0) axis=0
//	...
func columns(t *Typed) bool {
	g := t.Graph
	taken := map[graph.ValueID]int{}
	for i := range g.Nodes {
		if isColumn(t, &g.Nodes[i]) {
			taken[g.Nodes[i].Inputs[0]]++
		}
	}
	turned := map[graph.ValueID]graph.ValueID{}
	var nodes []graph.Node
	for _, n := range g.Nodes {
		x := graph.None
		if isColumn(t, &n) {
			x = n.Inputs[0]
		}
		if x == graph.None || taken[x] < manyColumns {
			nodes = append(nodes, n)
			continue
		}
		y, ok := turned[x]
		if !ok {
			info := t.Infos[x]
			last := len(info.Shape) - 1
			perm := []int64{int64(last)}
			info.Shape = append([]int{info.Shape[last]}, info.Shape[:last]...)
			for d := range last {
				perm = append(perm, int64(d))
			}
			name := g.Values[x].Name + "/columns"
			y = g.NewValue(graph.Value{Name: name, Type: graph.Type{Kind: graph.Tensor, Elem: info.Type}})
			t.Infos = append(t.Infos, info)
			turned[x] = y
			nodes = append(nodes, graph.Node{Name: name, Op: "Transpose", Version: 13, Inputs: []graph.ValueID{x}, Outputs: []graph.ValueID{y},
				Attrs: []graph.Attr{{Name: "perm", Kind: graph.AttrInts, Ints: perm}}})
		}
		row := n
		row.Attrs = nil
		row.Inputs = []graph.ValueID{y, n.Inputs[1]}
		nodes = append(nodes, row)
	}
	g.Nodes = nodes
	return len(turned) > 0
}

// isColumn reports whether a node takes one position of the last axis.
func isColumn(t *Typed, n *graph.Node) bool {
	if n.Op != "Gather" || n.Domain != "" {
		return false
	}
	x, at := &t.Infos[n.Inputs[0]], &t.Infos[n.Inputs[1]]
	if !x.Ranked || len(x.Shape) < 2 || x.Const != nil || at.Const == nil || at.Const.Rank() != 0 || x.Kind != graph.Tensor {
		return false
	}
	axis, err := op.Axis(n.Int("axis", 0), len(x.Shape))
	return err == nil && axis == len(x.Shape)-1 && x.Ints == nil
}
