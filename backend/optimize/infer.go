package optimize

import (
	"errors"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// Typed is a graph with what is known of each value, and the operator of each
// node.
type Typed struct {
	Graph *graph.Graph
	Infos []op.Info // by value
	Ops   []op.Op   // by node

	// Expanded says that nodes have been replaced: see [op.Expansion].
	Expanded bool
}

// Infer parses the operators of g and computes types and shapes from those of
// the inputs. Nodes of operators that are graphs of others it replaces by those.
// It goes on after an error and returns all of them, joined, each with its node.
func Infer(e *Env, g *graph.Graph, in []op.Info) (*Typed, error) {
	t := &Typed{Graph: g, Infos: make([]op.Info, len(g.Values)), Ops: make([]op.Op, len(g.Nodes))}
	if len(in) != len(g.Inputs) {
		return nil, fmt.Errorf("graph %q: %d inputs given, it has %d", g.Name, len(in), len(g.Inputs))
	}
	for i := range g.Values {
		if c := g.Values[i].Const; c != nil {
			t.Infos[i].Tensor(c.Type(), c.Shape()...)
			t.Infos[i].Const = c
		}
	}
	for i, id := range g.Inputs {
		if g.Values[id].Const == nil {
			t.Infos[id] = in[i]
		}
	}
	var errs []error
	bad := make([]bool, len(g.Values)) // outputs of nodes that failed
	for i := 0; i < len(g.Nodes); i++ {
		n := &g.Nodes[i]
		skip := false
		for _, id := range n.Inputs {
			skip = skip || id != graph.None && bad[id]
		}
		var o op.Op
		d, err := e.Registry.Of(n)
		if err == nil && d.Expand != nil && !skip {
			if err = t.expand(d, i); err == nil {
				bad = append(bad, make([]bool, len(g.Values)-len(bad))...)
				i-- // the first of the nodes that are there now
				continue
			}
		}
		if err == nil && d.Expand == nil {
			o, err = d.New(n)
		}
		if err != nil {
			errs = append(errs, op.Wrap(n, nil, err))
			skip = true
		}
		t.Ops[i] = o
		if !skip {
			if err := t.node(e, n, o); err != nil {
				errs = append(errs, err)
				skip = true
			}
		}
		if skip {
			for _, id := range n.Outputs {
				if id != graph.None {
					bad[id] = true
				}
			}
		}
	}
	return t, errors.Join(errs...)
}

// node infers the outputs of one node.
func (t *Typed) node(e *Env, n *graph.Node, o op.Op) error {
	in := t.Gather(n.Inputs)
	if err := op.CheckTypes(n, in); err != nil {
		return op.Wrap(n, in, err)
	}
	out := make([]op.Info, len(n.Outputs))
	var err error
	if b, ok := o.(op.Bodied); ok {
		err = b.InferBodies(in, out, func(body *graph.Graph, in []op.Info) ([]op.Info, error) {
			bt, err := Infer(e, body, in)
			if err != nil {
				return nil, err
			}
			return bt.Gather(body.Outputs), nil
		})
	} else {
		err = o.Infer(in, out)
	}
	if err != nil {
		return op.Wrap(n, in, err)
	}
	for i, id := range n.Outputs {
		if id == graph.None {
			continue
		}
		if out[i].Kind == graph.Absent {
			return op.Wrap(n, in, fmt.Errorf("%w: it has no output %d", op.ErrUnsupported, i))
		}
		if out[i].Kind == graph.Tensor && !out[i].Type.Valid() {
			return op.Wrap(n, in, fmt.Errorf("%w: element type of output %d is unknown", op.ErrType, i))
		}
		t.Infos[id] = out[i]
	}
	return nil
}

// Gather returns the infos of some values, Absent for None.
func (t *Typed) Gather(ids []graph.ValueID) []op.Info {
	in := make([]op.Info, len(ids))
	for i, id := range ids {
		if id != graph.None {
			in[i] = t.Infos[id]
		}
	}
	return in
}
