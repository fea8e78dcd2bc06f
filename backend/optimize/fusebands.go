package optimize

import (
	"strconv"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// bandBytes is the size of a feature map that is worth not writing: one that a
// core's own cache does not hold.
const bandBytes = 1 << 20

// bands joins a depthwise convolution with the 1×1 convolutions before and
// behind it, where the map between them is large, so that it need not be written
// to memory: the beginning of mobile networks. Sizes must be fixed.
//
//	%1 = Conv(%0, %w0) act=Clip            // 1×1
//	%2 = Conv(%1, %w1) group=C act=Clip
//	%3 = Conv(%2, %w2, _, %r) add          // 1×1; Bands(%0, %w0, _, %w1, _, %w2, _, %r)
func (f *fuser) bands() bool {
	f.index()
	changed := false
	for i := range f.g.Nodes {
		n := &f.g.Nodes[i]
		if f.gone[i] || !f.isDepthwise(n) {
			continue
		}
		chain := []int{i}
		if k, ok := f.by[n.Inputs[0]]; ok && f.large(n.Inputs[0]) && f.isStage(&f.g.Nodes[k]) && !op.EpilogueOf(&f.g.Nodes[k]).Residual && f.only(n.Inputs[0], i) {
			chain = []int{k, i}
		}
		out := n.Outputs[0]
		if u := f.users[out]; len(u) == 1 && u[0] >= 0 && (len(chain) > 1 || f.large(out)) && !op.EpilogueOf(n).Residual {
			if p := &f.g.Nodes[u[0]]; f.isStage(p) && p.Inputs[0] == out && f.only(out, u[0]) {
				chain = append(chain, u[0])
			}
		}
		changed = len(chain) > 1 && f.join(chain) || changed
	}
	return changed
}

// join replaces a chain of convolutions, at the place of the last.
func (f *fuser) join(chain []int) bool {
	last := &f.g.Nodes[chain[len(chain)-1]]
	n := graph.Node{Name: last.Name, Domain: Domain, Op: "Bands", Version: 1, Outputs: last.Outputs,
		Inputs: []graph.ValueID{f.g.Nodes[chain[0]].Inputs[0]},
		Attrs:  []graph.Attr{{Name: "stages", Kind: graph.AttrInt, Int: int64(len(chain))}}}
	for i, k := range chain {
		c := &f.g.Nodes[k]
		bias := graph.None
		if len(c.Inputs) > 2 {
			bias = c.Inputs[2]
		}
		n.Inputs = append(n.Inputs, c.Inputs[1], bias)
		for _, a := range c.Attrs {
			a.Name = strconv.Itoa(i) + "." + a.Name
			n.Attrs = append(n.Attrs, a)
		}
	}
	if op.EpilogueOf(last).Residual {
		n.Inputs = append(n.Inputs, last.Inputs[len(last.Inputs)-1])
	}
	if _, err := f.e.Registry.New(&n); err != nil {
		return false
	}
	for _, k := range chain[:len(chain)-1] {
		f.gone[k] = true
	}
	*last = n
	return true
}

// isStage reports whether a node is a 1×1 convolution of images that Bands can
// compute.
func (f *fuser) isStage(n *graph.Node) bool {
	return n.Op == "Conv" && n.Domain == "" && n.Int(op.AttrGate, 0) == 0 && f.pointwise(n) && f.constBias(n) && f.isImage(n.Inputs[0]) && f.isImage(n.Outputs[0])
}

// isDepthwise reports whether a node is a depthwise convolution of images.
func (f *fuser) isDepthwise(n *graph.Node) bool {
	if n.Op != "Conv" || n.Domain != "" || n.Str(op.AttrBorder, "") != "" || op.EpilogueOf(n).Residual || !f.constBias(n) || !f.isImage(n.Inputs[0]) || !f.isImage(n.Outputs[0]) {
		return false
	}
	w := f.t.Infos[n.Inputs[1]].Const
	group := n.Int("group", 1)
	return w != nil && w.Type() == tensor.Float32 && w.Rank() == 4 && group > 1 && w.Shape()[0] == group && w.Shape()[1] == 1
}

// constBias reports whether a convolution's bias is constant, or missing.
func (f *fuser) constBias(n *graph.Node) bool {
	return len(n.Inputs) < 3 || n.Inputs[2] == graph.None || f.t.Infos[n.Inputs[2]].Const != nil
}

// isImage reports whether a value is a float32 feature map [N C H W] of which
// only N may be unknown.
func (f *fuser) isImage(id graph.ValueID) bool {
	x := &f.t.Infos[id]
	return x.Ranked && x.Type == tensor.Float32 && len(x.Shape) == 4 && x.Const == nil && min(x.Shape[1], x.Shape[2], x.Shape[3]) > 0
}

// large reports whether a feature map is too large for a cache.
func (f *fuser) large(id graph.ValueID) bool {
	s := f.t.Infos[id].Shape
	return 4*s[1]*s[2]*s[3] >= bandBytes
}

// only reports whether node i is the only user of a value, and uses it once.
func (f *fuser) only(id graph.ValueID, i int) bool {
	return len(f.users[id]) == 1 && f.users[id][0] == i
}
