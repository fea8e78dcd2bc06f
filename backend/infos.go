package backend

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// inputInfos turns the declared types of a graph's inputs into infos: equal dim
// names are equal symbols. Some exporters write 0 for a size that is free.
func inputInfos(g *graph.Graph) []op.Info {
	symbols := map[string]int{}
	in := make([]op.Info, len(g.Inputs))
	for i, id := range g.Inputs {
		in[i] = typeInfo(&g.Values[id].Type, symbols)
		for k, d := range in[i].Shape {
			if d == 0 {
				in[i].Shape[k] = op.Unknown
			}
		}
	}
	return in
}

func typeInfo(t *graph.Type, symbols map[string]int) op.Info {
	x := op.Info{Kind: t.Kind, Type: t.Elem, Key: t.Key, Ranked: t.Ranked}
	for _, d := range t.Shape {
		switch {
		case d.Size >= 0:
			x.Shape = append(x.Shape, d.Size)
		case d.Name == "":
			x.Shape = append(x.Shape, op.Unknown)
		default:
			if _, ok := symbols[d.Name]; !ok {
				symbols[d.Name] = op.Unknown - 1 - len(symbols)
			}
			x.Shape = append(x.Shape, symbols[d.Name])
		}
	}
	if t.Of != nil {
		e := typeInfo(t.Of, symbols)
		x.Elem = &e
	}
	return x
}
