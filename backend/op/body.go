package op

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A BodyAttr is a graph attribute of a [Bodied] operator's node.
type BodyAttr struct {
	Graph    *graph.Graph
	Captures []int // node inputs that feed the body's inputs after its formal ones
}

// NewBodyAttr parses the body of that name.
func NewBodyAttr(n *graph.Node, name string) (BodyAttr, error) {
	g := n.Body(name)
	if g == nil {
		return BodyAttr{}, fmt.Errorf("%w: %s is missing", ErrAttr, name)
	}
	b := BodyAttr{g, n.Ints(name + ".captures")}
	if len(b.Captures) > len(g.Inputs) {
		return b, fmt.Errorf("%w: %s has %d inputs, %d of them captured", ErrAttr, name, len(g.Inputs), len(b.Captures))
	}
	return b, nil
}

// Formal returns how many inputs the body has that are not captured.
func (b BodyAttr) Formal() int { return len(b.Graph.Inputs) - len(b.Captures) }

// AppendInfos appends what is known of the captured inputs.
func (b BodyAttr) AppendInfos(formal, in []Info) []Info {
	for _, i := range b.Captures {
		formal = append(formal, in[i])
	}
	return formal
}

// AppendValues appends the captured inputs.
func (b BodyAttr) AppendValues(formal, in []*Value) []*Value {
	for _, i := range b.Captures {
		formal = append(formal, in[i])
	}
	return formal
}

// Output returns what the file declares of a body's output.
func (b BodyAttr) Output(i int) Info { return Declared(&b.Graph.Values[b.Graph.Outputs[i]].Type) }

// Declared returns what a file declares of a value; names of dims mean nothing
// here.
func Declared(t *graph.Type) Info {
	x := Info{Kind: t.Kind, Type: t.Elem, Key: t.Key, Ranked: t.Ranked}
	for _, d := range t.Shape {
		if d.Size < 0 {
			d.Size = Unknown
		}
		x.Shape = append(x.Shape, d.Size)
	}
	if t.Of != nil {
		e := Declared(t.Of)
		x.Elem = &e
	}
	return x
}

// Variable returns x as a value that differs from run to run: without its
// constant, in memory of its own.
func (x Info) Variable() Info {
	y := x
	y.Const, y.Ints, y.Shape = nil, nil, slices.Clone(x.Shape)
	return y
}

// Join makes x describe all that it or y describes: dims that differ become
// unknown, and so does the rank. It reports whether x changed. Shapes are
// changed in place; see [Info.Variable].
func (x *Info) Join(y *Info) (changed bool) {
	if x.Kind == graph.Absent {
		*x = y.Variable()
		return y.Kind != graph.Absent
	}
	if y.Kind == graph.Absent {
		return false
	}
	if x.Type == tensor.Undefined && y.Type != tensor.Undefined {
		x.Type, changed = y.Type, true
	}
	switch {
	case x.Elem == nil && y.Elem != nil:
		x.Elem, changed = y.Elem, true
	case x.Elem != nil && y.Elem != nil:
		e := x.Elem.Variable()
		if e.Join(y.Elem) {
			x.Elem, changed = &e, true
		}
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
