package op

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A BodyInfer operator has bodies, and what is known of its outputs follows from
// what is known of the bodies' outputs. It is asked instead of Infer when a model
// is compiled, with infer telling what the outputs of a body are for given
// inputs, captured values after the formal ones. The answer is kept for run
// time; dims that are not known then are late.
type BodyInfer interface {
	InferBodies(in []Info, infer func(body *graph.Graph, in []Info) ([]Info, error), out []Info) error
}

// Captures returns which of a node's inputs feed the inputs of a body after its
// formal ones: one pass has turned captured values into inputs of the node, and
// listed them in the attribute "BODY.captures".
func Captures(n *graph.Node, body string) []int { return n.Ints(body + ".captures") }

// Formal returns how many inputs of a node are its own and not captures of one
// of its bodies.
func Formal(n *graph.Node) int {
	formal := len(n.Inputs)
	for i := range n.Attrs {
		if a := &n.Attrs[i]; strings.HasSuffix(a.Name, ".captures") {
			for _, c := range a.Ints {
				formal = min(formal, int(c))
			}
		}
	}
	return formal
}

// Declared makes x what a graph declares of a value; names of dims are unknown.
func (x *Info) Declared(t *graph.Type) {
	x.Kind, x.Type, x.Key, x.Ranked = t.Kind, t.Elem, t.Key, t.Ranked
	x.Shape = x.Shape[:0]
	for _, d := range t.Shape {
		if d.Size < 0 || d.Name != "" {
			d.Size = Unknown
		}
		x.Shape = append(x.Shape, d.Size)
	}
	if t.Of != nil {
		x.Elem = new(Info)
		x.Elem.Declared(t.Of)
	}
}

// Widen makes x describe whatever it or y describes: dims that differ become
// unknown, and so does a rank. It reports whether x changed. Values are
// forgotten unless equal.
func (x *Info) Widen(y *Info) (changed bool) {
	switch {
	case x.Kind == graph.Absent:
		x.Copy(y)
		return y.Kind != graph.Absent
	case y.Kind == graph.Absent:
		return false
	}
	if x.Const != nil && x.Const != y.Const {
		x.Const, changed = nil, true
	}
	if x.Ints != nil && !slices.Equal(x.Ints, y.Ints) {
		x.Ints, changed = nil, true
	}
	if x.Type == tensor.Undefined && y.Type != tensor.Undefined {
		x.Type, changed = y.Type, true
	}
	if x.Elem != nil && y.Elem != nil {
		elem := *x.Elem
		elem.Shape = slices.Clone(elem.Shape)
		if elem.Widen(y.Elem) {
			x.Elem, changed = &elem, true
		}
	} else if x.Elem == nil && y.Elem != nil {
		x.Elem, changed = y.Elem, true
	}
	if !x.Ranked {
		return changed
	}
	if !y.Ranked || len(x.Shape) != len(y.Shape) {
		x.Ranked, x.Shape = false, x.Shape[:0]
		return true
	}
	for i, d := range y.Shape {
		if x.Shape[i] != d && x.Shape[i] != Unknown {
			x.Shape[i], changed = Unknown, true
		}
	}
	return changed
}

// Deliver makes output i the value src: by reference if its shape was not known
// before (see [Frame.Pass]), by a copy to where the output lies if it was.
func (f *Frame) Deliver(i int, src *Value) error {
	y := f.Out[i]
	if y == nil {
		return nil
	}
	x := &f.OutInfo[i]
	if x.Kind != graph.Tensor || !x.Static() {
		f.Pass(i, src)
		return nil
	}
	if src.Kind != graph.Tensor || src.Type != y.Type || !slices.Equal(src.Shape, y.Shape) {
		return fmt.Errorf("%w: output %d is %v%v, expected to be %v%v", ErrShape, i, src.Type, src.Shape, y.Type, y.Shape)
	}
	CopyStrided(y, src)
	return nil
}
