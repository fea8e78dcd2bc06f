package optimize

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Fuse moves what follows a convolution, matrix product or normalisation into it: normalisation
// into its weights, a bias, the addition of a residual and an activation into its
// epilogue; and padding or a gate before a convolution.
//
//	%2 = Conv(%x, %w)
//	%3 = BatchNormalization(%2, ...)
//	%4 = Add(%3, %r)
//	%5 = Relu(%4)          // %5 = Conv(%x, %w', %b', %r) add, act=Relu
//
// It needs shapes, so it runs once, after inference, and reports whether it has
// changed the graph.
func Fuse(e *Env, t *Typed) bool {
	changed := columns(t)
	f := &fuser{e: e, t: t, g: t.Graph}
	f.index()
	changed = f.swish() || changed
	changed = f.pads() || changed
	changed = f.gates() || changed
	for i := range f.g.Nodes {
		for fuses(&f.g.Nodes[i]) && f.step(i) {
			changed = true
			if f.gone[i] {
				break
			}
		}
	}
	f.sweep()
	if changed = f.bands() || changed; changed {
		f.sweep()
		removeDead(e, f.g)
	}
	return changed
}

// sweep drops nodes that are gone.
func (f *fuser) sweep() {
	var kept []graph.Node
	for i, n := range f.g.Nodes {
		if !f.gone[i] {
			kept = append(kept, n)
		}
	}
	f.g.Nodes = kept
}

// fuses reports whether Fuse looks at what follows a node.
func fuses(n *graph.Node) bool {
	switch n.Op {
	case "Conv", "ConvTranspose", "MatMul", "Gemm", "InstanceNormalization", "GroupNormalization":
		return n.Domain == ""
	}
	return false
}

// fuser is the state of Fuse.
type fuser struct {
	e     *Env
	t     *Typed
	g     *graph.Graph
	users map[graph.ValueID][]int // nodes that use a value; -1 for an output of the graph
	by    map[graph.ValueID]int   // node that makes a value
	gone  []bool
}

func (f *fuser) index() {
	f.users, f.by, f.gone = map[graph.ValueID][]int{}, map[graph.ValueID]int{}, make([]bool, len(f.g.Nodes))
	for i := range f.g.Nodes {
		for _, id := range f.g.Nodes[i].Inputs {
			if id != graph.None {
				f.users[id] = append(f.users[id], i)
			}
		}
		for _, id := range f.g.Nodes[i].Outputs {
			if id != graph.None {
				f.by[id] = i
			}
		}
	}
	for _, id := range f.g.Outputs {
		f.users[id] = append(f.users[id], -1)
	}
}

// step fuses the only user of convolution i into it, if it can. The result
// stands where the user stood, since what else that needs may come late.
func (f *fuser) step(i int) bool {
	n := &f.g.Nodes[i]
	out := n.Outputs[0]
	if f.t.Infos[out].Type != tensor.Float32 || len(f.users[out]) != 1 || f.users[out][0] < 0 || len(n.Inputs) < 2 {
		return false
	}
	j := f.users[out][0]
	u := &f.g.Nodes[j]
	if u.Domain != "" || len(u.Outputs) == 0 || f.gone[j] {
		return false
	}
	ep := op.EpilogueOf(n)
	fused := *n
	fused.Attrs, fused.Inputs = slices.Clone(n.Attrs), slices.Clone(n.Inputs)
	switch u.Op {
	case "BatchNormalization":
		if n.Op != "Conv" && n.Op != "ConvTranspose" || ep != (op.Epilogue{}) || u.Inputs[0] != out || !f.normalise(&fused, u) {
			return false
		}
	case "Add":
		other := u.Inputs[0]
		if other == out {
			other = u.Inputs[1]
		}
		if ep.Residual || ep.Activation != "" || other == out || u.Version < 7 || !f.add(&fused, out, other) {
			return false
		}
	default:
		if ep.Activation != "" || !f.activation(&fused, u, out) {
			return false
		}
	}
	if o, err := f.e.Registry.New(&fused); err != nil {
		return false
	} else if fu, ok := o.(op.Fuser); !ok || !fu.Fuses(op.EpilogueOf(&fused)) {
		return false
	}
	fused.Outputs = []graph.ValueID{u.Outputs[0]}
	f.g.Nodes[j] = fused
	f.gone[i] = true
	f.by[u.Outputs[0]] = j
	for _, id := range n.Inputs {
		if id != graph.None {
			f.replaceUser(id, i, j)
		}
	}
	return true
}

// add notes the addition of other to the result out of n: as the bias of a
// matrix product that has none, or as a residual.
func (f *fuser) add(n *graph.Node, out, other graph.ValueID) bool {
	shape := f.t.Infos[out].Shape
	if t := f.g.Values[other].Const; t != nil {
		if n.Op != "MatMul" || len(n.Inputs) != 2 || len(shape) < 2 || t.Type() != tensor.Float32 || t.Rank() != 1 || t.Len() != shape[len(shape)-1] {
			return false
		}
		n.Inputs = append(n.Inputs, other)
		n.Set(graph.Attr{Name: op.AttrBias, Kind: graph.AttrInt, Int: 1})
		return true
	}
	if !f.sameShape(out, other) {
		return false
	}
	for n.Op != "MatMul" && len(n.Inputs) < 3 {
		n.Inputs = append(n.Inputs, graph.None)
	}
	n.Inputs = append(n.Inputs, other)
	n.Set(graph.Attr{Name: op.AttrAdd, Kind: graph.AttrInt, Int: 1})
	return true
}

func (f *fuser) replaceUser(id graph.ValueID, old, new int) {
	for k, u := range f.users[id] {
		if u == old {
			f.users[id][k] = new
		}
	}
}

// sameShape reports whether two values certainly have the same shape and type.
func (f *fuser) sameShape(a, b graph.ValueID) bool {
	x, y := &f.t.Infos[a], &f.t.Infos[b]
	if !x.Ranked || !y.Ranked || len(x.Shape) != len(y.Shape) || x.Type != y.Type {
		return false
	}
	for i := range x.Shape {
		if !op.Same(x.Shape[i], y.Shape[i]) {
			return false
		}
	}
	return true
}

// activation notes u, an activation of value x, in n's epilogue.
func (f *fuser) activation(n, u *graph.Node, x graph.ValueID) bool {
	var alpha, beta float32
	name := u.Op
	switch u.Op {
	case "Relu", "HardSwish", "Sigmoid", "Tanh":
	case "LeakyRelu":
		alpha = u.Float("alpha", 0.01)
	case "Elu":
		alpha = u.Float("alpha", 1)
	case "HardSigmoid":
		alpha, beta = u.Float("alpha", 0.2), u.Float("beta", 0.5)
	case "Swish":
		if u.Float("alpha", 1) != 1 {
			return false
		}
		name = "Silu"
	case "Clip":
		var ok bool
		if alpha, beta, ok = f.limits(u); !ok {
			return false
		}
	default:
		return false
	}
	if u.Inputs[0] != x || !op.CanActivate(name) {
		return false
	}
	n.Set(graph.Attr{Name: op.AttrAct, Kind: graph.AttrString, String: name})
	n.Set(graph.Attr{Name: op.AttrAlpha, Kind: graph.AttrFloat, Float: alpha})
	n.Set(graph.Attr{Name: op.AttrBeta, Kind: graph.AttrFloat, Float: beta})
	return true
}
