package optimize

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
)

// maxInline bounds how deep functions may call functions: a model that calls
// itself is refused.
const maxInline = 64

// inline replaces calls of the model's own functions by their bodies, in g and
// in all bodies.
func inline(e *Env, g *graph.Graph) (bool, error) { return inlineDepth(e, g, 0) }

func inlineDepth(e *Env, g *graph.Graph, depth int) (bool, error) {
	changed := false
	var nodes []graph.Node
	for i := range g.Nodes {
		n := g.Nodes[i]
		f := function(e, &n)
		if f == nil {
			nodes = append(nodes, n)
			continue
		}
		if depth >= maxInline {
			return false, fmt.Errorf("function %q: calls are nested more than %d deep", f.Name, maxInline)
		}
		body, err := expand(g, &n, f)
		if err != nil {
			return false, err
		}
		nodes = append(nodes, body...)
		changed = true
	}
	g.Nodes = nodes
	if changed {
		if _, err := inlineDepth(e, g, depth+1); err != nil {
			return false, err
		}
		return true, nil
	}
	return changed, bodies(g, func(_ *graph.Node, _ string, b *graph.Graph) error {
		_, err := inlineDepth(e, b, depth)
		return err
	})
}

func function(e *Env, n *graph.Node) *graph.Function {
	for _, f := range e.Functions {
		if f.Name == n.Op && f.Domain == n.Domain && f.Overload == n.Overload {
			return f
		}
	}
	return nil
}

// expand returns the nodes of a call, with the function's values renumbered as
// values of g.
func expand(g *graph.Graph, call *graph.Node, f *graph.Function) ([]graph.Node, error) {
	if len(call.Inputs) > len(f.Body.Inputs) || len(call.Outputs) > len(f.Body.Outputs) {
		return nil, fmt.Errorf("node %q calls function %q with %d inputs and %d outputs; it has %d and %d", call.Name, f.Name,
			len(call.Inputs), len(call.Outputs), len(f.Body.Inputs), len(f.Body.Outputs))
	}
	body := f.Body.Clone()
	to := make([]graph.ValueID, len(body.Values))
	for i := range to {
		to[i] = graph.None - 1
	}
	for i, id := range body.Inputs {
		to[id] = graph.None
		if i < len(call.Inputs) {
			to[id] = call.Inputs[i]
		}
	}
	var nodes []graph.Node
	for i, id := range body.Outputs {
		if i >= len(call.Outputs) || call.Outputs[i] == graph.None {
			continue
		}
		if to[id] >= graph.None || body.Values[id].Const != nil { // an input, a constant or an output listed twice: pass it on
			src := to[id]
			if src < graph.None {
				src = g.NewValue(body.Values[id])
				to[id] = src
			}
			nodes = append(nodes, graph.Node{Name: call.Name, Op: "Identity", Version: 1, Inputs: []graph.ValueID{src}, Outputs: []graph.ValueID{call.Outputs[i]}})
			continue
		}
		to[id] = call.Outputs[i]
	}
	for i := range to {
		if to[i] < graph.None {
			v := body.Values[i]
			v.Name = join(call.Name, v.Name)
			to[i] = g.NewValue(v)
		}
	}
	rename := func(ids []graph.ValueID) {
		for i, id := range ids {
			if id != graph.None {
				ids[i] = to[id]
			}
		}
	}
	passed := nodes
	nodes = nil
	for i := range body.Nodes {
		n := body.Nodes[i]
		n.Name = join(call.Name, n.Name)
		rename(n.Inputs)
		rename(n.Outputs)
		substitute(&n, call, f)
		for a := range n.Attrs {
			for _, b := range n.Attrs[a].Graphs {
				for c := range b.Captures {
					b.Captures[c].Outer = to[b.Captures[c].Outer]
				}
			}
		}
		nodes = append(nodes, n)
	}
	return append(nodes, passed...), nil
}

// join names a node or value of a function after the call.
func join(call, name string) string {
	if call == "" || name == "" {
		return call + name
	}
	return call + "/" + name
}

// substitute replaces references to attributes of the function, in n and in its
// bodies, by the call's values or the function's defaults; what neither gives
// is absent.
func substitute(n *graph.Node, call *graph.Node, f *graph.Function) {
	for i := range n.Attrs {
		a := &n.Attrs[i]
		for _, b := range a.Graphs {
			for k := range b.Nodes {
				substitute(&b.Nodes[k], call, f)
			}
		}
		if a.Ref == "" {
			continue
		}
		src := call.Attr(a.Ref)
		if src == nil {
			if j := slices.IndexFunc(f.Defaults, func(d graph.Attr) bool { return d.Name == a.Ref }); j >= 0 {
				src = &f.Defaults[j]
			}
		}
		if src == nil {
			continue
		}
		name := a.Name
		*a = *src
		a.Name = name
	}
	n.Attrs = slices.DeleteFunc(n.Attrs, func(a graph.Attr) bool { return a.Ref != "" })
}

// Inline replaces calls of g's functions by their bodies, in g and in all of its
// bodies, and leaves the rest as it is. A value whose name is taken has none.
func Inline(g *graph.Graph) error {
	if len(g.Functions) == 0 {
		return nil
	}
	e := &Env{Functions: g.Functions}
	if _, err := name(e, g); err != nil {
		return err
	}
	if _, err := inline(e, g); err != nil {
		return err
	}
	g.Functions = nil
	return dropRepeatedNames(g)
}

// dropRepeatedNames leaves a name to the first value that has it.
func dropRepeatedNames(g *graph.Graph) error {
	seen := map[string]bool{}
	for i := range g.Values {
		v := &g.Values[i]
		if seen[v.Name] {
			v.Name = ""
		}
		seen[v.Name] = true
	}
	return bodies(g, func(_ *graph.Node, _ string, body *graph.Graph) error { return dropRepeatedNames(body) })
}
