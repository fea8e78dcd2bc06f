package optimize

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// fold computes nodes whose inputs are all constant:
//
//	%1 = Shape(%w)      // w constant: %1 becomes a constant
//
// A node that fails stays, so that the error comes when it would run (an If may
// never reach it); so does one whose result would be larger than the limit.
func fold(e *Env, g *graph.Graph) (bool, error) {
	n := len(g.Nodes)
	g.Nodes = slices.DeleteFunc(g.Nodes, func(node graph.Node) bool { return foldNode(e, g, &node) })
	return len(g.Nodes) < n, nil
}

// A few bytes may stand for any number of elements (ConstantOfShape, Expand), so
// results larger than foldAlways are folded only where they have less than
// foldGrowth bytes for each of the inputs', which is enough to widen integers of
// 8 bits to float64.
const (
	foldAlways = 16 << 20
	foldGrowth = 9
)

func foldNode(e *Env, g *graph.Graph, n *graph.Node) bool {
	if e.Context.Err() != nil || slices.ContainsFunc(n.Outputs, func(id graph.ValueID) bool { return id != graph.None && slices.Contains(g.Outputs, id) }) {
		return false
	}
	bytes := 0
	in := make([]*op.Value, len(n.Inputs))
	infos := make([]op.Info, len(n.Inputs))
	for i, id := range n.Inputs {
		if id == graph.None {
			continue
		}
		t := g.ConstOf(id)
		if t == nil {
			return false
		}
		in[i] = op.FromTensor(t)
		bytes += len(t.Bytes())
		infos[i] = in[i].Info()
	}
	o, err := e.Registry.New(n)
	if err != nil {
		return false
	}
	if v, ok := o.(op.Volatile); ok && v.Volatile() {
		return false
	}
	if _, ok := o.(op.Bodied); ok {
		return false
	}
	outs := make([]op.Info, len(n.Outputs))
	if op.CheckTypes(n, infos) != nil || o.Infer(infos, outs) != nil {
		return false
	}
	limit := min(e.FoldLimit, max(foldAlways, foldGrowth*bytes))
	for i := range outs {
		if outs[i].Kind != graph.Tensor && n.Outputs[i] != graph.None || outs[i].Fits(limit) != nil {
			return false
		}
	}
	res, err := op.Evaluate(e.Context, &op.Env{Node: n, Set: e.Set, Limit: limit}, o, in)
	if err != nil {
		return false
	}
	for i, id := range n.Outputs {
		if id != graph.None {
			v := res[i]
			if !v.Contiguous() {
				c := v.Clone()
				v = &c
			}
			g.Values[id].Const = v.Tensor()
		}
	}
	return true
}
