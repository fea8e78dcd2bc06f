package optimize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// merge removes nodes that compute what another node has computed before: the
// same operator with the same attributes and inputs, or inputs that are small
// constants of the same value.
//
//	%1 = NonZero(%0)
//	%2 = NonZero(%0)    // gone; users take %1
//
// What may answer differently each time and what has bodies stays, as does a node
// with an output of the graph.
func merge(e *Env, g *graph.Graph) (bool, error) {
	to := map[graph.ValueID]graph.ValueID{}
	first := map[string][]graph.ValueID{} // outputs by what computes them
	outputs := map[graph.ValueID]bool{}
	for _, id := range g.Outputs {
		outputs[id] = true
	}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n graph.Node) bool {
		for i, id := range n.Inputs {
			if r, ok := to[id]; ok {
				n.Inputs[i] = r
			}
		}
		key, ok := identify(e, g, &n)
		if !ok {
			return false
		}
		before, ok := first[key]
		if !ok {
			first[key] = n.Outputs
			return false
		}
		for i, id := range n.Outputs {
			if id != graph.None && (outputs[id] || before[i] == graph.None) {
				return false
			}
		}
		for i, id := range n.Outputs {
			if id != graph.None {
				to[id] = before[i]
			}
		}
		return true
	})
	return len(to) > 0, nil
}

// smallConstant is the size in bytes up to which constants are compared.
const smallConstant = 64

// identify returns a text that is the same for nodes that compute the same.
func identify(e *Env, g *graph.Graph, n *graph.Node) (string, bool) {
	if o, err := e.Registry.New(n); err != nil {
		return "", false
	} else if v, ok := o.(op.Volatile); ok && v.Volatile() {
		return "", false
	} else if _, ok := o.(op.Bodied); ok {
		return "", false
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %d %d", n.Domain, n.Op, n.Version, len(n.Outputs))
	attrs := slices.Clone(n.Attrs)
	slices.SortFunc(attrs, func(x, y graph.Attr) int { return strings.Compare(x.Name, y.Name) })
	for _, a := range attrs {
		if len(a.Tensors) > 0 || len(a.Graphs) > 0 || len(a.Types) > 0 {
			return "", false
		}
		fmt.Fprintf(&b, " %q %d %x %d %q %x %v %q", a.Name, a.Kind, a.Float, a.Int, a.String, a.Floats, a.Ints, a.Strings)
	}
	for _, id := range n.Inputs {
		t := g.ConstOf(id)
		if t == nil || len(t.Bytes()) == 0 || len(t.Bytes()) > smallConstant {
			fmt.Fprintf(&b, " %d", id)
			continue
		}
		fmt.Fprintf(&b, " %v%v%x", t.Type(), t.Shape(), t.Bytes())
	}
	return b.String(), true
}
