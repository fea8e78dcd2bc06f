package optimize

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// Differentiate adds to g the nodes that compute the gradients of y, or of the sum of
// its elements, by each of xs, and returns them in order. Operators are those of
// r; g must call no functions. What inference finds out about the values of g is
// noted in their types, and a size without a name gets one. After an error no
// node has been added.
func Differentiate(g *graph.Graph, r *op.Registry, y graph.ValueID, xs ...graph.ValueID) ([]graph.ValueID, error) {
	t := &tape{g: g, b: GradientBuilder(g), forward: len(g.Nodes)}
	var err error
	if t.ops, err = annotate(r, g); err != nil {
		return nil, err
	}
	for _, id := range append(xs[:len(xs):len(xs)], y) {
		if v := &g.Values[id]; !op.Floating(t.b, id) {
			return nil, fmt.Errorf("%w: %q is %v, a gradient is of floating-point numbers", op.ErrInput, v.Name, v.Type)
		}
	}
	t.mark(xs)
	t.grads = make([]graph.ValueID, len(t.g.Values))
	for i := range t.grads {
		t.grads[i] = graph.None
	}
	t.grads[y] = op.Filled(t.b, y, 1)
	if err := t.back(); err != nil {
		g.Nodes = g.Nodes[:t.forward]
		return nil, err
	}
	dxs := make([]graph.ValueID, len(xs))
	for i, x := range xs {
		if dxs[i] = t.grads[x]; dxs[i] == graph.None {
			dxs[i] = op.Filled(t.b, x, 0)
		}
	}
	t.prune(dxs)
	return dxs, nil
}

// GradientBuilder returns a builder of gradient nodes.
func GradientBuilder(g *graph.Graph) *graph.Builder {
	return graph.Extend(g, map[string]int{"": max(g.Opsets[""], op.GradVersion)})
}

// A tape is a graph that is gone through backwards.
type tape struct {
	g       *graph.Graph
	b       *graph.Builder
	forward int             // nodes of the graph itself; those of gradients follow
	ops     []op.Op         // of these nodes
	depends []bool          // by value: it depends on one of the xs, or is one
	grads   []graph.ValueID // by value: its gradient as far as added up
}

// mark finds what depends on xs smoothly: through values that may have
// gradients. Integers and booleans do not, whatever they are computed from.
func (t *tape) mark(xs []graph.ValueID) {
	t.depends = make([]bool, len(t.g.Values))
	for _, x := range xs {
		t.depends[x] = true
	}
	for i := range t.g.Nodes {
		n := &t.g.Nodes[i]
		found := false
		for id := range n.Uses() {
			found = found || t.depends[id]
		}
		for _, id := range n.Outputs {
			if found && id != graph.None && (t.g.Values[id].Type.Kind != graph.Tensor || op.Floating(t.b, id)) {
				t.depends[id] = true
			}
		}
	}
}

// back goes through the nodes from the last to the first.
func (t *tape) back() error {
	var errs []error
	for i := t.forward - 1; i >= 0; i-- {
		n := t.g.Nodes[i] // a copy: the nodes move when others are added
		dy, used := make([]graph.ValueID, len(n.Outputs)), false
		for k, id := range n.Outputs {
			if dy[k] = graph.None; id != graph.None && t.depends[id] {
				dy[k] = t.grads[id]
			}
			used = used || dy[k] != graph.None
		}
		if !used {
			continue
		}
		dx, err := t.node(&n, t.ops[i], dy)
		if err != nil {
			errs = append(errs, err)
			dx = n.Inputs // of the right types, to find errors of the nodes before
		}
		for k, id := range n.Inputs {
			if k < len(dx) && dx[k] != graph.None && t.depends[id] && op.Floating(t.b, id) {
				t.add(id, dx[k])
			}
		}
	}
	return errors.Join(errs...)
}

// node adds the gradients of one node.
func (t *tape) node(n *graph.Node, o op.Op, dy []graph.ValueID) ([]graph.ValueID, error) {
	d, ok := o.(op.Differentiable)
	err := op.ErrNoGradient
	if ok {
		var dx []graph.ValueID
		if dx, err = d.Grad(t.b, n, dy); err == nil {
			return dx, nil
		}
	}
	named := *n
	for _, id := range n.Outputs {
		if named.Name == "" && id != graph.None {
			named.Name = t.g.Values[id].Name
		}
	}
	return nil, op.Wrap(&named, nil, err)
}

// add adds a contribution to the gradient of a value.
func (t *tape) add(id, dx graph.ValueID) {
	if t.grads[id] != graph.None {
		dx = op.Emit(t.b, "Add", t.grads[id], dx)
	}
	t.grads[id] = dx
}

// prune removes nodes that nothing needs: gradients of inputs that are none of
// the xs and do not depend on them.
func (t *tape) prune(keep []graph.ValueID) {
	needed := make([]bool, len(t.g.Values))
	for _, id := range keep {
		needed[id] = true
	}
	nodes := t.g.Nodes
	kept := len(nodes)
	for i := len(nodes) - 1; i >= t.forward; i-- {
		if !slices.ContainsFunc(nodes[i].Outputs, func(id graph.ValueID) bool { return needed[id] }) {
			continue
		}
		for id := range nodes[i].Uses() {
			needed[id] = true
		}
		kept--
		nodes[kept] = nodes[i]
	}
	t.g.Nodes = slices.Delete(nodes, t.forward, kept)
}
