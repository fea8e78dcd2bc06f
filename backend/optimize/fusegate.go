package optimize

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// gates moves the product of a feature map and a value for each channel into the
// 1×1 convolution behind it, which multiplies what it has in a cache anyway: the
// end of squeeze-and-excitation.
//
//	%2 = Mul(%0, %1)                     // %1 is [N C 1 1]
//	%3 = Conv(%2, %w)                    // Conv(%0, %w, _, %1) gate
func (f *fuser) gates() bool {
	changed := false
	for i := range f.g.Nodes {
		n := &f.g.Nodes[i]
		if n.Op != "Conv" || n.Domain != "" || f.gone[i] || len(n.Inputs) > 3 || !f.pointwise(n) {
			continue
		}
		product := n.Inputs[0]
		m := f.made(product, "Mul")
		if m == nil || m.Version < 7 || len(f.users[product]) != 1 {
			continue
		}
		x, gate := m.Inputs[0], m.Inputs[1]
		if f.isGate(x, gate) {
			x, gate = gate, x
		}
		if !f.isGate(gate, x) {
			continue
		}
		fused := *n
		fused.Attrs = append([]graph.Attr(nil), n.Attrs...)
		fused.Inputs = append([]graph.ValueID(nil), n.Inputs...)
		fused.Inputs[0] = x
		for len(fused.Inputs) < 3 {
			fused.Inputs = append(fused.Inputs, graph.None)
		}
		fused.Inputs = append(fused.Inputs, gate)
		fused.Set(graph.Attr{Name: op.AttrGate, Kind: graph.AttrInt, Int: 1})
		if _, err := f.e.Registry.New(&fused); err != nil {
			continue
		}
		*n = fused
		f.dropUser(product, i)
		f.users[x] = append(f.users[x], i)
		f.users[gate] = append(f.users[gate], i)
		f.unuse([]graph.ValueID{product})
		changed = true
	}
	return changed
}

// pointwise reports whether a convolution reads each pixel by itself, all
// channels of it, with weights that are constant.
func (f *fuser) pointwise(n *graph.Node) bool {
	w := f.t.Infos[n.Inputs[1]].Const
	if w == nil || w.Type() != tensor.Float32 || n.Int("group", 1) != 1 || n.Str(op.AttrBorder, "") != "" {
		return false
	}
	if w.Rank() < 3 {
		return false
	}
	for _, k := range w.Shape()[2:] {
		if k != 1 {
			return false
		}
	}
	for _, s := range n.Ints("strides") {
		if s != 1 {
			return false
		}
	}
	for _, p := range n.Ints("pads") {
		if p != 0 {
			return false
		}
	}
	return true
}

// isGate reports whether a value certainly has one element for each image and
// channel of feature maps x.
func (f *fuser) isGate(gate, x graph.ValueID) bool {
	a, b := &f.t.Infos[gate], &f.t.Infos[x]
	if !a.Ranked || !b.Ranked || a.Type != tensor.Float32 || b.Type != tensor.Float32 || a.Const != nil || b.Const != nil ||
		len(a.Shape) < 3 || len(a.Shape) != len(b.Shape) || !op.Same(a.Shape[0], b.Shape[0]) || !op.Same(a.Shape[1], b.Shape[1]) {
		return false
	}
	pixel := true // whether x is one, too
	for i := 2; i < len(a.Shape); i++ {
		if a.Shape[i] != 1 {
			return false
		}
		pixel = pixel && b.Shape[i] == 1
	}
	return !pixel
}
