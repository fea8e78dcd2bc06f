package optimize

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// annotate infers the types of all values and notes them in the graph. It
// returns the operators of the nodes.
func annotate(r *op.Registry, g *graph.Graph) ([]op.Op, error) {
	s := symbols{number: map[string]int{}}
	in := make([]op.Info, len(g.Inputs))
	for i, id := range g.Inputs {
		v := &g.Values[id]
		in[i] = s.info(&v.Type, v.Name)
	}
	e := &Env{Context: context.Background(), Registry: r}
	c := g.Clone() // inference wants captured values as inputs; numbers of values stay
	if _, err := lift(e, c); err != nil {
		return nil, err
	}
	t, err := Infer(e, c, in)
	if err != nil {
		return nil, err
	}
	if t.Expanded {
		return nil, fmt.Errorf("%w: an operator that is a graph of others", op.ErrNoGradient)
	}
	for i := range g.Values {
		if x := &t.Infos[i]; x.Kind == graph.Tensor {
			g.Values[i].Type = s.typeOf(x)
		}
	}
	return t.Ops, nil
}

// symbols are names of sizes as numbers below op.Unknown.
type symbols struct {
	number map[string]int
	names  []string // names[i] is the symbol op.Unknown - 1 - i
}

func (s *symbols) symbol(name string) int {
	n, ok := s.number[name]
	if !ok {
		s.names = append(s.names, name)
		n = op.Unknown - len(s.names)
		s.number[name] = n
	}
	return n
}

// info returns what a type says; a dim without a name gets one of its own.
func (s *symbols) info(t *graph.Type, value string) op.Info {
	x := op.Info{Kind: t.Kind, Type: t.Elem, Key: t.Key, Ranked: t.Ranked}
	for i, d := range t.Shape {
		switch {
		case d.Size >= 0:
			x.Shape = append(x.Shape, d.Size)
		case d.Name == "":
			x.Shape = append(x.Shape, s.symbol(fmt.Sprintf("%s[%d]", value, i)))
		default:
			x.Shape = append(x.Shape, s.symbol(d.Name))
		}
	}
	if t.Of != nil {
		e := s.info(t.Of, value+"/")
		x.Elem = &e
	}
	return x
}

// typeOf is the reverse of info, for tensors.
func (s *symbols) typeOf(x *op.Info) graph.Type {
	t := graph.Type{Kind: graph.Tensor, Elem: x.Type, Ranked: x.Ranked}
	for _, d := range x.Shape {
		switch {
		case d >= 0:
			t.Shape = append(t.Shape, graph.Dim{Size: d})
		case d == op.Unknown:
			t.Shape = append(t.Shape, graph.Dim{Size: -1})
		default:
			t.Shape = append(t.Shape, graph.Dim{Size: -1, Name: s.names[op.Unknown-1-d]})
		}
	}
	return t
}
