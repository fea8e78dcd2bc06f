// Package graph is the engine's view of a model: operators and the values
// between them, free of any file format.
//
// A [Graph] is in single-assignment form. Values are numbered; every value is
// an input, a constant, a capture or the output of exactly one node, and nodes
// are in an order in which every value is defined before it is used. Bodies of
// control flow are graphs too, with numbers of their own: what they take from
// the graph around them is listed in their Captures.
//
// A graph knows no operator: names, versions and attributes are data here. It
// is not safe for concurrent writes. This package may change between minor
// versions; onnx, backend and tensor are the stable surface.
package graph

import "github.com/sardonyx-go/sardonyx/tensor"

// A Graph is a model's main graph, the body of a control-flow node, or the body
// of a function.
type Graph struct {
	Name    string
	Values  []Value
	Nodes   []Node
	Inputs  []ValueID // a constant may be listed: it is the input's default
	Outputs []ValueID

	// Captures of a body: values of the graph around it, read-only.
	Captures []Capture

	// Of the main graph only.
	Opsets    map[string]int // domain ("" is ai.onnx) to version
	Functions []*Function
	Metadata  map[string]string
}

// A ValueID is the index of a value in its graph.
type ValueID int32

// None stands for an omitted optional input or output.
const None ValueID = -1

// A Value is an edge: a name, what the file says about its type, and the tensor
// itself if it is constant.
type Value struct {
	Name  string
	Type  Type
	Const *tensor.Tensor
}

// A Capture says that value Inner of a body is value Outer of the graph around
// the node that owns the body.
type Capture struct{ Outer, Inner ValueID }

// A Node applies an operator.
type Node struct {
	Name     string
	Domain   string // "" is ai.onnx
	Op       string
	Overload string // of a function
	Version  int    // of the domain, as the model imports it
	Attrs    []Attr
	Inputs   []ValueID // None where omitted
	Outputs  []ValueID
}

// A Function is an operator that the model itself defines. Its body's inputs
// and outputs are the function's; attributes of body nodes may refer to those
// of the call (see [Attr.Ref]).
type Function struct {
	Domain, Name, Overload string
	Attrs                  []string // names, without default
	Defaults               []Attr   // names with default
	Body                   *Graph
	Opsets                 map[string]int
}

// A Kind says what a value is made of.
type Kind uint8

// The kinds of value. Absent is an omitted optional input or output, or a
// value of which nothing is known.
const (
	Absent Kind = iota
	Tensor
	Sequence
	Optional
	Map
	SparseTensor
)

// A Type is what is declared of a value.
type Type struct {
	Kind   Kind
	Elem   tensor.Type // of a tensor, or of a map's values
	Key    tensor.Type // of a map
	Ranked bool        // Shape is meaningful
	Shape  []Dim
	Of     *Type // of a sequence or optional
}

// A Dim is a size, or a name for an unknown one (possibly empty): equal names
// in a graph are equal sizes. Size is -1 where unknown.
type Dim struct {
	Size int
	Name string
}

// NewValue appends a value and returns its number.
func (g *Graph) NewValue(v Value) ValueID {
	g.Values = append(g.Values, v)
	return ValueID(len(g.Values) - 1)
}

// Const appends a constant value and returns its number.
func (g *Graph) Const(name string, t *tensor.Tensor) ValueID {
	ty := Type{Kind: Tensor, Elem: t.Type(), Ranked: true}
	for _, d := range t.Shape() {
		ty.Shape = append(ty.Shape, Dim{Size: d})
	}
	return g.NewValue(Value{Name: name, Type: ty, Const: t})
}

// ConstOf returns the constant behind a value, nil if there is none. An input
// that has a default is not constant: the caller may feed it.
func (g *Graph) ConstOf(id ValueID) *tensor.Tensor {
	if id == None {
		return nil
	}
	return g.Values[id].Const
}
