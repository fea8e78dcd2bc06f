package graph

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Builder adds to a graph, for tests, passes and gradients:
//
//	b := graph.NewBuilder(17)
//	x := b.Input("x", tensor.Float32, "N", 4)
//	w := b.Const("w", weights)
//	y := b.Node("Gemm", x, w).Attr("transB", 1).Out("y")
//	b.Output(y)
//
// Nodes go to the end of the graph; a pass that adds in the middle sorts
// afterwards. Misuse is a bug of the caller and panics.
type Builder struct {
	Graph  *Graph
	opsets map[string]int
}

// NewBuilder starts a graph that imports a version of the default domain.
func NewBuilder(opset int) *Builder {
	g := &Graph{Opsets: map[string]int{"": opset}}
	return &Builder{g, g.Opsets}
}

// Extend adds to g. Nodes get the versions of opsets, those of the main graph
// or function that g belongs to.
func Extend(g *Graph, opsets map[string]int) *Builder { return &Builder{g, opsets} }

// Body starts a graph for a control-flow node of this one.
func (b *Builder) Body() *Builder { return &Builder{&Graph{}, b.opsets} }

// Import sets the version of a domain for the nodes to come.
func (b *Builder) Import(domain string, version int) { b.opsets[domain] = version }

// Input adds an input: a tensor of a type and dims, each an int or a string
// that names an unknown size ("" is any).
func (b *Builder) Input(name string, t tensor.Type, dims ...any) ValueID {
	ty := Type{Kind: Tensor, Elem: t, Ranked: true}
	for _, d := range dims {
		switch d := d.(type) {
		case int:
			ty.Shape = append(ty.Shape, Dim{Size: d})
		case string:
			ty.Shape = append(ty.Shape, Dim{Size: -1, Name: d})
		default:
			panic(fmt.Sprintf("graph: dim %v of input %q is no int or string", d, name))
		}
	}
	return b.InputOf(name, ty)
}

// InputOf adds an input of any type.
func (b *Builder) InputOf(name string, t Type) ValueID {
	id := b.Graph.NewValue(Value{Name: name, Type: t})
	b.Graph.Inputs = append(b.Graph.Inputs, id)
	return id
}

// Const adds a constant.
func (b *Builder) Const(name string, t *tensor.Tensor) ValueID { return b.Graph.Const(name, t) }

// Capture adds a value of the graph around this body, whose builder is outer.
// The same value captured twice is one.
func (b *Builder) Capture(outer *Builder, id ValueID) ValueID {
	for _, c := range b.Graph.Captures {
		if c.Outer == id {
			return c.Inner
		}
	}
	v := outer.Graph.Values[id]
	inner := b.Graph.NewValue(Value{Name: v.Name, Type: v.Type})
	b.Graph.Captures = append(b.Graph.Captures, Capture{id, inner})
	return inner
}

// Output adds outputs to the graph.
func (b *Builder) Output(ids ...ValueID) { b.Graph.Outputs = append(b.Graph.Outputs, ids...) }

// Node adds a node of the default domain, without outputs yet.
func (b *Builder) Node(op string, inputs ...ValueID) Call {
	b.Graph.Nodes = append(b.Graph.Nodes, Node{Op: op, Version: b.opsets[""], Inputs: slices.Clone(inputs)})
	return Call{b, len(b.Graph.Nodes) - 1}
}

// A Call is a node that a [Builder] has added and that may still be completed.
type Call struct {
	b *Builder
	i int
}

// Node returns the node itself, until the graph gets another.
func (c Call) Node() *Node { return &c.b.Graph.Nodes[c.i] }

// Domain moves the node to another domain.
func (c Call) Domain(domain string) Call {
	n := c.Node()
	n.Domain, n.Version = domain, c.b.opsets[domain]
	return c
}

// Named sets the name of the node.
func (c Call) Named(name string) Call {
	c.Node().Name = name
	return c
}

// Out adds an output and returns it. The first call gives the node's first
// output, the next the second.
func (c Call) Out(name string) ValueID {
	id := c.b.Graph.NewValue(Value{Name: name})
	n := c.Node()
	n.Outputs = append(n.Outputs, id)
	return id
}

// Skip omits an output.
func (c Call) Skip() Call {
	n := c.Node()
	n.Outputs = append(n.Outputs, None)
	return c
}

// Attr sets an attribute: a number, string, tensor, graph or type, or a list
// of them.
func (c Call) Attr(name string, v any) Call {
	a := Attr{Name: name}
	switch v := v.(type) {
	case int:
		a.Kind, a.Int = AttrInt, int64(v)
	case int64:
		a.Kind, a.Int = AttrInt, v
	case float32:
		a.Kind, a.Float = AttrFloat, v
	case float64:
		a.Kind, a.Float = AttrFloat, float32(v)
	case string:
		a.Kind, a.String = AttrString, v
	case []int:
		a.Kind = AttrInts
		for _, x := range v {
			a.Ints = append(a.Ints, int64(x))
		}
	case []int64:
		a.Kind, a.Ints = AttrInts, v
	case []float32:
		a.Kind, a.Floats = AttrFloats, v
	case []string:
		a.Kind, a.Strings = AttrStrings, v
	case *tensor.Tensor:
		a.Kind, a.Tensors = AttrTensor, []*tensor.Tensor{v}
	case []*tensor.Tensor:
		a.Kind, a.Tensors = AttrTensors, v
	case *Graph:
		a.Kind, a.Graphs = AttrGraph, []*Graph{v}
	case []*Graph:
		a.Kind, a.Graphs = AttrGraphs, v
	case Type:
		a.Kind, a.Types = AttrType, []Type{v}
	case []Type:
		a.Kind, a.Types = AttrTypes, v
	default:
		panic(fmt.Sprintf("graph: attribute %q cannot be a %T", name, v))
	}
	c.Node().Set(a)
	return c
}
