package optimize

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// Domain is the domain of operators that only passes make.
const Domain = "sardonyx"

// Layout chooses the order of every value and inserts Reorder nodes where a
// user wants another one:
//
//	%1 = Conv(%0)            // channels-last
//	%2 = Reorder(%1)         // plain
//	%3 = Reshape(%2)
//
// It walks forward and takes, for each node, the signature that converts least;
// a value is converted once, for all users. Constants stay plain: kernels arrange
// theirs when they are prepared. Outputs of the graph are plain. The result holds
// the order of each value of the new graph.
func Layout(t *Typed) (orders []op.Order, changed bool) {
	g := t.Graph
	orders = make([]op.Order, len(g.Values))
	copies := map[graph.ValueID]graph.ValueID{} // value to its copy in the other order
	var nodes []graph.Node
	as := func(id graph.ValueID, want op.Order) graph.ValueID {
		if id == graph.None || orders[id] == want || len(t.Infos[id].Shape) < 3 {
			return id
		}
		if c, ok := copies[id]; ok {
			return c
		}
		name := g.Values[id].Name + [...]string{"/plain", "/channels-last"}[want]
		c := g.NewValue(graph.Value{Name: name, Type: g.Values[id].Type})
		orders = append(orders, want)
		t.Infos = append(t.Infos, t.Infos[id])
		copies[id], copies[c] = c, id
		nodes = append(nodes, graph.Node{Name: name, Domain: Domain, Op: "Reorder", Version: 1,
			Attrs:  []graph.Attr{{Name: "order", Kind: graph.AttrInt, Int: int64(want)}},
			Inputs: []graph.ValueID{id}, Outputs: []graph.ValueID{c}})
		changed = true
		return c
	}
	for i := range g.Nodes {
		n := g.Nodes[i]
		in := t.Gather(n.Inputs)
		for k, id := range n.Inputs {
			if id != graph.None {
				in[k].Order = orders[id]
			}
		}
		sig := choose(t.Ops[i], in, func(k int) bool { _, ok := copies[n.Inputs[k]]; return ok })
		n.Inputs = slices.Clone(n.Inputs)
		for k, id := range n.Inputs {
			if in[k].Const == nil || k == 0 && alone(in, sig) {
				n.Inputs[k] = as(id, at(sig.In, k))
			}
		}
		for k, id := range n.Outputs {
			if id != graph.None && len(t.Infos[id].Shape) >= 3 {
				orders[id] = at(sig.Out, k)
			}
		}
		nodes = append(nodes, n)
	}
	for i, id := range g.Outputs {
		g.Outputs[i] = as(id, op.Plain)
	}
	g.Nodes = nodes
	return orders, changed
}

// choose returns the cheapest signature; the first of equals.
func choose(o op.Op, in []op.Info, converted func(k int) bool) op.Signature {
	l, ok := o.(op.Layouter)
	if !ok {
		return op.Signature{}
	}
	var best op.Signature
	cost := 0.0
	for i, s := range l.Layouts(in) {
		c := s.Cost
		for k := range in {
			if in[k].Kind == graph.Tensor && in[k].Const == nil && len(in[k].Shape) >= 3 && in[k].Order != at(s.In, k) && !converted(k) {
				c++
			}
		}
		if i == 0 || c < cost {
			best, cost = s, c
		}
	}
	return best
}

// alone reports whether the first input, a constant, is the only one that the
// operator wants in channels-last order: what an order is chosen for, such as
// the image of a convolution, and no operand beside others.
func alone(in []op.Info, s op.Signature) bool {
	for k := 1; k < len(in); k++ {
		if at(s.In, k) == op.ChannelsLast {
			return false
		}
	}
	return true
}

func at(o []op.Order, k int) op.Order {
	if k < len(o) {
		return o[k]
	}
	return op.Plain
}
