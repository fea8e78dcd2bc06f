package optimize

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
)

// swish finds x*sigmoid(x) and x*hardsigmoid(x), as exporters write them:
//
//	%1 = Sigmoid(%0)
//	%2 = Mul(%0, %1)               // Swish(%0)
//
//	%1 = HardSigmoid(%0) alpha=1/6 beta=1/2
//	%2 = Mul(%0, %1)               // HardSwish(%0)
//
//	%1 = Add(%0, 3)
//	%2 = Clip(%1, 0, 6)
//	%3 = Div(%2, 6)
//	%4 = Mul(%0, %3)               // HardSwish(%0), also with the division last
func (f *fuser) swish() bool {
	changed := false
	for i := range f.g.Nodes {
		n := &f.g.Nodes[i]
		if n.Domain != "" || len(n.Inputs) != 2 {
			continue
		}
		x, name := graph.None, ""
		switch n.Op {
		case "Mul":
			for k := range 2 {
				if s := f.gate(n.Inputs[1-k], n.Inputs[k]); s != "" {
					x, name = n.Inputs[k], s
				}
			}
		case "Div":
			if m := f.made(n.Inputs[0], "Mul"); m != nil && f.isScalar(n.Inputs[1], 6) {
				for k := range 2 {
					if f.clipped(m.Inputs[1-k], m.Inputs[k]) {
						x, name = m.Inputs[k], "HardSwish"
					}
				}
			}
		}
		if name == "" {
			continue
		}
		version := map[string]int{"Swish": 24, "HardSwish": 14}[name]
		if _, err := f.e.Registry.Find("", name, version); err != nil {
			continue
		}
		for _, id := range n.Inputs {
			if k := slices.Index(f.users[id], i); k >= 0 {
				f.users[id] = slices.Delete(f.users[id], k, k+1)
			}
		}
		old := n.Inputs
		*n = graph.Node{Name: n.Name, Op: name, Version: version, Inputs: []graph.ValueID{x}, Outputs: n.Outputs}
		f.users[x] = append(f.users[x], i)
		f.unuse(old)
		changed = true
	}
	return changed
}

// unuse forgets nodes whose outputs nobody uses any more.
func (f *fuser) unuse(ids []graph.ValueID) {
	for _, id := range ids {
		i, ok := f.by[id]
		if !ok || len(f.users[id]) > 0 || f.gone[i] {
			continue
		}
		f.gone[i] = true
		for _, in := range f.g.Nodes[i].Inputs {
			if in == graph.None {
				continue
			}
			if k := slices.Index(f.users[in], i); k >= 0 {
				f.users[in] = slices.Delete(f.users[in], k, k+1)
			}
		}
		f.unuse(f.g.Nodes[i].Inputs)
	}
}

// gate names the function x*y if y is a gate of x.
func (f *fuser) gate(y, x graph.ValueID) string {
	if n := f.made(y, "Sigmoid"); n != nil && n.Inputs[0] == x {
		return "Swish"
	}
	if n := f.made(y, "HardSigmoid"); n != nil && n.Inputs[0] == x && near(n.Float("alpha", 0.2), 1./6) && n.Float("beta", 0.5) == 0.5 {
		return "HardSwish"
	}
	if n := f.made(y, "Div"); n != nil && f.isScalar(n.Inputs[1], 6) && f.clipped(n.Inputs[0], x) {
		return "HardSwish"
	}
	return ""
}

// clipped reports whether y is Clip(x+3, 0, 6).
func (f *fuser) clipped(y, x graph.ValueID) bool {
	c := f.made(y, "Clip")
	if c == nil {
		return false
	}
	if lo, hi, ok := f.limits(c); !ok || lo != 0 || hi != 6 {
		return false
	}
	a := f.made(c.Inputs[0], "Add")
	return a != nil && (a.Inputs[0] == x && f.isScalar(a.Inputs[1], 3) || a.Inputs[1] == x && f.isScalar(a.Inputs[0], 3))
}

// made returns the node that makes a value if it applies the operator.
func (f *fuser) made(id graph.ValueID, name string) *graph.Node {
	i, ok := f.by[id]
	if !ok || f.g.Nodes[i].Op != name || f.g.Nodes[i].Domain != "" {
		return nil
	}
	return &f.g.Nodes[i]
}

func (f *fuser) isScalar(id graph.ValueID, v float32) bool {
	s, ok := f.scalar(id)
	return ok && s == v
}

func near(a, b float32) bool { return a-b < 1e-6 && b-a < 1e-6 }
