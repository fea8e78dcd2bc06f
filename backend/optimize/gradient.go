package optimize

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// gradient replaces the operator Gradient of ai.onnx.preview.training by the
// nodes that compute it:
//
//	%2 = Mul(%0, %1)
//	%3 = Gradient(%0) xs=["0"] y="2"     // d(%0*%1)/d%0 = %1
//
// The tensors that xs, zs and y name define a function, in the graph around the
// node; the node's inputs are where it is differentiated. If these are the named
// tensors themselves, the values of the forward pass are used again; if not, the
// nodes between are repeated on the inputs.
func gradient(e *Env, g *graph.Graph) (bool, error) {
	changed := false
	for i := 0; i < len(g.Nodes); i++ {
		if n := &g.Nodes[i]; n.Domain != "ai.onnx.preview.training" || n.Op != "Gradient" {
			continue
		}
		n, rest := g.Nodes[i], slices.Clone(g.Nodes[i+1:])
		g.Nodes = g.Nodes[:i:i]
		if err := expandGradient(e, g, &n); err != nil {
			return false, op.Wrap(&n, nil, err)
		}
		i = len(g.Nodes) - 1
		g.Nodes = append(g.Nodes, rest...)
		changed = true
	}
	return changed, nil
}

// expandGradient appends the nodes of gradient node n to g, which ends before it.
func expandGradient(e *Env, g *graph.Graph, n *graph.Node) error {
	xs, zs := n.Strs("xs"), n.Strs("zs")
	if len(xs) == 0 || len(n.Inputs) != len(xs)+len(zs) || len(n.Outputs) > len(xs) || slices.Contains(n.Inputs, graph.None) {
		return fmt.Errorf("%w: %d inputs and %d outputs for %d xs and %d zs", op.ErrInput, len(n.Inputs), len(n.Outputs), len(xs), len(zs))
	}
	var named []graph.ValueID
	for _, name := range append(xs[:len(xs):len(xs)], zs...) {
		id, err := valueNamed(g, name)
		if err != nil {
			return err
		}
		named = append(named, id)
	}
	y, err := valueNamed(g, n.Str("y", ""))
	if err != nil {
		return err
	}
	if !slices.Equal(named, n.Inputs) {
		y = repeat(g, named, n.Inputs, y)
	}
	dxs, err := Differentiate(g, e.Registry, y, n.Inputs[:len(xs)]...)
	if err != nil {
		return err
	}
	for i, id := range n.Outputs {
		if id != graph.None {
			g.Nodes = append(g.Nodes, graph.Node{Name: n.Name, Op: "Identity", Version: 1, Inputs: []graph.ValueID{dxs[i]}, Outputs: []graph.ValueID{id}})
		}
	}
	return nil
}

func valueNamed(g *graph.Graph, name string) (graph.ValueID, error) {
	i := slices.IndexFunc(g.Values, func(v graph.Value) bool { return v.Name == name && name != "" })
	if i < 0 {
		return graph.None, fmt.Errorf("%w: no value is named %q", op.ErrAttr, name)
	}
	return graph.ValueID(i), nil
}

// repeat appends copies of the nodes between from and y, which take to in place
// of from, and returns the copy of y.
func repeat(g *graph.Graph, from, to []graph.ValueID, y graph.ValueID) graph.ValueID {
	copies := map[graph.ValueID]graph.ValueID{}
	for i, id := range from {
		copies[id] = to[i]
	}
	for _, n := range g.Nodes[:len(g.Nodes):len(g.Nodes)] {
		if !slices.ContainsFunc(n.Inputs, func(id graph.ValueID) bool { _, ok := copies[id]; return ok }) {
			continue
		}
		c := n
		c.Inputs, c.Outputs = slices.Clone(n.Inputs), slices.Clone(n.Outputs)
		for k, id := range c.Inputs {
			if r, ok := copies[id]; ok {
				c.Inputs[k] = r
			}
		}
		for k, id := range c.Outputs {
			if id == graph.None || slices.Contains(from, id) {
				continue
			}
			v := g.Values[id]
			v.Name += "/at"
			c.Outputs[k] = g.NewValue(v)
			copies[id] = c.Outputs[k]
		}
		g.Nodes = append(g.Nodes, c)
	}
	if r, ok := copies[y]; ok {
		return r
	}
	return y
}
