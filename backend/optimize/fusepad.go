package optimize

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// pads moves padding of spatial dims into the convolutions behind it, which read
// no more for it. Other users of what is padded keep the node.
//
//	%1 = Pad(%0, [0, 0, 1, 1, 0, 0, 1, 1]) mode=reflect
//	%2 = Conv(%1, %w)                    // Conv(%0, %w) pads=[1, 1, 1, 1] border=reflect
func (f *fuser) pads() bool {
	changed := false
	for i := range f.g.Nodes {
		n := &f.g.Nodes[i]
		if n.Op != "Conv" || n.Domain != "" || f.gone[i] {
			continue
		}
		p := f.made(n.Inputs[0], "Pad")
		if p == nil {
			continue
		}
		fused := *n
		fused.Attrs = append([]graph.Attr(nil), n.Attrs...)
		fused.Inputs = append([]graph.ValueID(nil), n.Inputs...)
		if !f.pad(&fused, p) {
			continue
		}
		if _, err := f.e.Registry.New(&fused); err != nil {
			continue
		}
		padded := n.Inputs[0]
		*n = fused
		f.dropUser(padded, i)
		f.users[n.Inputs[0]] = append(f.users[n.Inputs[0]], i)
		f.unuse([]graph.ValueID{padded})
		changed = true
	}
	return changed
}

// pad notes the padding p of its input in a convolution n.
func (f *fuser) pad(n, p *graph.Node) bool {
	x := &f.t.Infos[p.Inputs[0]]
	begins, ends, ok := f.padding(p)
	if !ok || x.Type != tensor.Float32 || begins[0] != 0 || ends[0] != 0 || begins[1] != 0 || ends[1] != 0 {
		return false
	}
	spatial := len(begins) - 2
	own := n.Ints("pads")
	if a := n.Str("auto_pad", "NOTSET"); a == "VALID" {
		own = nil
	} else if a != "NOTSET" && a != "" {
		return false
	}
	pads := graph.Attr{Name: "pads", Kind: graph.AttrInts}
	zero := true
	for i, v := range append(begins[2:len(begins):len(begins)], ends[2:]...) {
		if v < 0 {
			return false
		}
		if len(own) == 2*spatial {
			zero = zero && own[i] == 0
			v += own[i]
		}
		pads.Ints = append(pads.Ints, int64(v))
	}
	switch mode := p.Str("mode", "constant"); mode {
	case "constant":
		if n.Str(op.AttrBorder, "") != "" || !f.padsZero(p) {
			return false
		}
	case "reflect", "edge":
		if !zero || n.Int("group", 1) != 1 {
			return false
		}
		n.Set(graph.Attr{Name: op.AttrBorder, Kind: graph.AttrString, String: mode})
	default:
		return false
	}
	n.Set(pads)
	if n.Has("auto_pad") {
		n.Set(graph.Attr{Name: "auto_pad", Kind: graph.AttrString, String: "NOTSET"})
	}
	n.Inputs[0] = p.Inputs[0]
	return true
}

// padding returns what a Pad adds before and after each dim of its input, of
// which there are at least 3.
func (f *fuser) padding(p *graph.Node) (begins, ends []int, ok bool) {
	x := &f.t.Infos[p.Inputs[0]]
	rank := x.Rank()
	if rank < 3 {
		return nil, nil, false
	}
	var axes []int
	pads := p.Ints("pads")
	if p.Version >= 11 {
		if pads, ok = f.ints(p, 1); !ok {
			return nil, nil, false
		}
		if len(p.Inputs) > 3 && p.Inputs[3] != graph.None {
			if axes, ok = f.ints(p, 3); !ok {
				return nil, nil, false
			}
		}
	}
	if axes == nil {
		for d := range rank {
			axes = append(axes, d)
		}
	}
	if len(pads) != 2*len(axes) {
		return nil, nil, false
	}
	begins, ends = make([]int, rank), make([]int, rank)
	for i, a := range axes {
		d, err := op.Axis(a, rank)
		if err != nil {
			return nil, nil, false
		}
		begins[d], ends[d] = pads[i], pads[len(axes)+i]
	}
	return begins, ends, true
}

// ints returns the value of an integer input.
func (f *fuser) ints(n *graph.Node, i int) ([]int, bool) {
	if i >= len(n.Inputs) || n.Inputs[i] == graph.None {
		return nil, false
	}
	return f.t.Infos[n.Inputs[i]].Integers()
}

// padsZero reports whether the constant of a Pad is 0.
func (f *fuser) padsZero(p *graph.Node) bool {
	if p.Version < 11 {
		return p.Float("value", 0) == 0
	}
	return len(p.Inputs) < 3 || p.Inputs[2] == graph.None || f.isScalar(p.Inputs[2], 0)
}

// dropUser notes that node i does not use a value any more.
func (f *fuser) dropUser(id graph.ValueID, i int) {
	for k, u := range f.users[id] {
		if u == i {
			f.users[id] = append(f.users[id][:k:k], f.users[id][k+1:]...)
			return
		}
	}
}
