package optimize

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// expandOpsets are the versions of the nodes that expansions add.
var expandOpsets = map[string]int{"": op.ExpandVersion, "com.microsoft": 1, Domain: 1}

// maxExpanded bounds what the nodes of a graph may expand to.
const maxExpanded = 1 << 22

// expand replaces node i by the graph of others that it stands for:
//
//	%2 = com.microsoft.BiasGelu(%0, %1)
//	%3 = Add(%0, %1)
//	%2 = Gelu(%3)
func (t *Typed) expand(d op.Def, i int) error {
	g := t.Graph
	n := g.Nodes[i]
	before := len(g.Nodes)
	outs, err := d.Expand(graph.Extend(g, expandOpsets), &n, t.Gather(n.Inputs))
	if err == nil && len(outs) != len(n.Outputs) {
		err = fmt.Errorf("%w: it has %d outputs, not %d", op.ErrUnsupported, len(outs), len(n.Outputs))
	}
	if err == nil && len(g.Nodes) > maxExpanded {
		err = fmt.Errorf("%w: more than %d nodes", op.ErrLimit, maxExpanded)
	}
	added := slices.Clone(g.Nodes[before:])
	g.Nodes = g.Nodes[:before]
	if err != nil {
		return op.Wrap(&n, t.Gather(n.Inputs), err)
	}
	at := map[graph.ValueID]graph.ValueID{} // where what is added is, or will be
	for k := range added {
		added[k].Name = join(n.Name, added[k].Op)
		for _, id := range added[k].Outputs {
			at[id] = id
		}
	}
	for k, id := range outs {
		to := n.Outputs[k]
		if to == graph.None {
			continue
		}
		if id == graph.None {
			return op.Wrap(&n, nil, fmt.Errorf("%w: output %d", op.ErrUnsupported, k))
		}
		from, ok := at[id]
		if !ok { // an input or a constant
			from = id
		}
		if !ok || from != id { // or an output twice
			added = append(added, graph.Node{Name: n.Name, Op: "Identity", Version: op.ExpandVersion, Inputs: []graph.ValueID{from}, Outputs: []graph.ValueID{to}})
			continue
		}
		at[id] = to
		for a := range added {
			rename(added[a].Inputs, id, to)
			rename(added[a].Outputs, id, to)
		}
	}
	for id := len(t.Infos); id < len(g.Values); id++ {
		v := &g.Values[id]
		x := op.Info{}
		if v.Const != nil {
			x.Tensor(v.Const.Type(), v.Const.Shape()...)
			x.Const = v.Const
		}
		t.Infos = append(t.Infos, x)
	}
	g.Nodes = slices.Replace(g.Nodes, i, i+1, added...)
	t.Ops = slices.Replace(t.Ops, i, i+1, make([]op.Op, len(added))...)
	t.Expanded = true
	return nil
}

func rename(ids []graph.ValueID, from, to graph.ValueID) {
	for i, id := range ids {
		if id == from {
			ids[i] = to
		}
	}
}
