package optimize

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// widened are the operators whose kernels for float32 choose among algorithms
// and orders, and pack weights. Others take float16 and bfloat16 as they are.
var widened = []string{
	"Conv", "ConvTranspose", "MatMul", "Gemm", "LSTM", "GRU", "RNN",
	"MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool",
	"BatchNormalization", "InstanceNormalization", "GroupNormalization", "LRN",
}

// Widen has operators on float16 and bfloat16 computed in float32:
//
//	%2 = Conv(%0, %1)              // float16
//
//	%3 = Cast(%0) to=float32
//	%4 = Conv(%3, %w)              // %w is %1 in float32, once and for all
//	%2 = Cast(%4) to=float16
//
// Each result is rounded, as if the operator had done it by itself. So are
// integers of 8 bits pooled, which float32 holds exactly. Widen needs
// types, so it runs after inference, and reports whether it has changed the graph.
func Widen(e *Env, t *Typed) (bool, error) {
	w := &widener{t: t, g: t.Graph, wide: map[graph.ValueID]graph.ValueID{}}
	changed := false
	for i := range t.Graph.Nodes {
		n := t.Graph.Nodes[i]
		if n.Domain != "" || !slices.Contains(widened, n.Op) || !w.starts(&n) {
			w.nodes = append(w.nodes, n)
			continue
		}
		changed = true
		if err := w.node(n); err != nil {
			return false, op.Wrap(&n, t.Gather(n.Inputs), err)
		}
	}
	t.Graph.Nodes = w.nodes
	if changed {
		_, err := removeDead(e, t.Graph)
		return true, err
	}
	return false, nil
}

// widener is the state of Widen.
type widener struct {
	t     *Typed
	g     *graph.Graph
	from  tensor.Type                     // what is widened of the node at hand
	nodes []graph.Node                    // of the new graph
	wide  map[graph.ValueID]graph.ValueID // values in float32
}

// starts reports whether n is to be computed in float32, and sets the type that
// becomes it.
func (w *widener) starts(n *graph.Node) bool {
	w.from = w.t.Infos[n.Inputs[0]].Type
	switch w.from {
	case tensor.Float16, tensor.BFloat16:
		return true
	case tensor.Int8, tensor.Uint8:
		return n.Op == "MaxPool"
	}
	return false
}

// narrow reports whether a value of the node is of the type to widen.
func (w *widener) narrow(id graph.ValueID) bool {
	return id != graph.None && w.t.Infos[id].Kind == graph.Tensor && w.t.Infos[id].Type == w.from
}

// node adds n with its narrow inputs and outputs in float32.
func (w *widener) node(n graph.Node) error {
	n.Inputs, n.Outputs = slices.Clone(n.Inputs), slices.Clone(n.Outputs)
	for k, id := range n.Inputs {
		if !w.narrow(id) {
			continue
		}
		var err error
		if n.Inputs[k], err = w.widen(id); err != nil {
			return err
		}
	}
	var back []graph.Node
	for k, id := range n.Outputs {
		if w.narrow(id) {
			n.Outputs[k] = w.value(id)
			back = append(back, w.cast(n.Outputs[k], id, w.t.Infos[id].Type))
		}
	}
	w.nodes = append(append(w.nodes, n), back...)
	return nil
}

// widen returns a value in float32.
func (w *widener) widen(id graph.ValueID) (graph.ValueID, error) {
	if v, ok := w.wide[id]; ok {
		return v, nil
	}
	if c := w.t.Infos[id].Const; c != nil {
		x, err := tensor.Convert(tensor.Float32, c, tensor.ConvertOptions{})
		if err != nil {
			return graph.None, err
		}
		w.wide[id] = w.g.Const(w.g.Values[id].Name+"/float32", x)
		return w.wide[id], nil
	}
	v := w.value(id)
	w.nodes = append(w.nodes, w.cast(id, v, tensor.Float32))
	w.wide[id] = v
	return v, nil
}

// value adds a value like id, but of float32.
func (w *widener) value(id graph.ValueID) graph.ValueID {
	v := graph.Value{Name: w.g.Values[id].Name + "/float32", Type: w.g.Values[id].Type}
	v.Type.Elem = tensor.Float32
	return w.g.NewValue(v)
}

func (w *widener) cast(from, to graph.ValueID, t tensor.Type) graph.Node {
	return graph.Node{
		Name: w.g.Values[to].Name + "/cast", Op: "Cast", Version: op.ExpandVersion,
		Attrs:  []graph.Attr{{Name: "to", Kind: graph.AttrInt, Int: int64(t)}},
		Inputs: []graph.ValueID{from}, Outputs: []graph.ValueID{to},
	}
}
