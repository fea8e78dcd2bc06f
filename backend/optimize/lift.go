package optimize

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
)

// lift turns what bodies capture into explicit inputs, at every level:
//
//	%3 = If(%c) then {return %outer}
//	%3 = If(%c, %outer) then.captures=[1] then {(%x) return %x}
//
// Captured constants become constants of the body, which shares the tensor. A
// node input is listed once, however many bodies use it; the ints attribute
// NAME.captures of the node lists, for body NAME, the node inputs that follow
// the body's formal inputs.
func lift(e *Env, g *graph.Graph) (bool, error) {
	changed := false
	for i := range g.Nodes {
		n := &g.Nodes[i]
		formal := len(n.Inputs)
		for a := range len(n.Attrs) {
			for _, body := range n.Attrs[a].Graphs {
				var at []int64
				for _, c := range body.Captures {
					if t := g.Values[c.Outer].Const; t != nil && !slices.Contains(g.Inputs, c.Outer) {
						body.Values[c.Inner].Const = t
						continue
					}
					j := slices.Index(n.Inputs[formal:], c.Outer)
					if j < 0 {
						j = len(n.Inputs) - formal
						n.Inputs = append(slices.Clip(n.Inputs), c.Outer)
					}
					at = append(at, int64(formal+j))
					body.Inputs = append(slices.Clip(body.Inputs), c.Inner)
				}
				body.Captures = nil
				n.Set(graph.Attr{Name: n.Attrs[a].Name + ".captures", Kind: graph.AttrInts, Ints: at})
				changed = true
				if _, err := lift(e, body); err != nil {
					return false, err
				}
			}
		}
	}
	return changed, nil
}
