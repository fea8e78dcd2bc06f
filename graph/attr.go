package graph

import (
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// An AttrKind says which field of an [Attr] holds. The numbers are those of
// AttributeProto.AttributeType.
type AttrKind uint8

// The kinds of attribute.
const (
	AttrFloat         AttrKind = 1
	AttrInt           AttrKind = 2
	AttrString        AttrKind = 3
	AttrTensor        AttrKind = 4
	AttrGraph         AttrKind = 5
	AttrFloats        AttrKind = 6
	AttrInts          AttrKind = 7
	AttrStrings       AttrKind = 8
	AttrTensors       AttrKind = 9
	AttrGraphs        AttrKind = 10
	AttrSparseTensor  AttrKind = 11
	AttrSparseTensors AttrKind = 12
	AttrType          AttrKind = 13
	AttrTypes         AttrKind = 14
)

// An Attr is a named constant of a node. In a function's body Ref, if set,
// names the attribute of the call whose value is meant.
type Attr struct {
	Name    string
	Kind    AttrKind
	Ref     string
	Float   float32
	Int     int64
	String  string
	Floats  []float32
	Ints    []int64
	Strings []string
	Tensors []*tensor.Tensor // also the one tensor; sparse ones made dense
	Graphs  []*Graph         // also the one graph
	Types   []Type           // also the one type
}

// Attr returns the attribute of that name, or nil.
func (n *Node) Attr(name string) *Attr {
	i := slices.IndexFunc(n.Attrs, func(a Attr) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &n.Attrs[i]
}

// Has reports whether the node has the attribute.
func (n *Node) Has(name string) bool { return n.Attr(name) != nil }

// Int returns an integer attribute, cut to the range of an int, or def where it
// is absent.
func (n *Node) Int(name string, def int) int {
	if a := n.Attr(name); a != nil {
		return toInt(a.Int)
	}
	return def
}

// toInt cuts to the range of an int, which has 32 bits on some machines.
func toInt(v int64) int { return int(max(math.MinInt, min(v, math.MaxInt))) }

// Float returns a float attribute, or def where it is absent.
func (n *Node) Float(name string, def float32) float32 {
	if a := n.Attr(name); a != nil {
		return a.Float
	}
	return def
}

// Str returns a string attribute, or def where it is absent.
func (n *Node) Str(name, def string) string {
	if a := n.Attr(name); a != nil {
		return a.String
	}
	return def
}

// Ints returns an integer list attribute as ints, nil where it is absent.
func (n *Node) Ints(name string) []int {
	a := n.Attr(name)
	if a == nil {
		return nil
	}
	x := make([]int, len(a.Ints))
	for i, v := range a.Ints {
		x[i] = toInt(v)
	}
	return x
}

// Floats returns a float list attribute, nil where it is absent.
func (n *Node) Floats(name string) []float32 {
	if a := n.Attr(name); a != nil {
		return a.Floats
	}
	return nil
}

// Strs returns a string list attribute, nil where it is absent.
func (n *Node) Strs(name string) []string {
	if a := n.Attr(name); a != nil {
		return a.Strings
	}
	return nil
}

// Tensor returns a tensor attribute, or nil.
func (n *Node) Tensor(name string) *tensor.Tensor {
	if a := n.Attr(name); a != nil && len(a.Tensors) > 0 {
		return a.Tensors[0]
	}
	return nil
}

// Body returns a graph attribute, or nil.
func (n *Node) Body(name string) *Graph {
	if a := n.Attr(name); a != nil && len(a.Graphs) > 0 {
		return a.Graphs[0]
	}
	return nil
}

// Set adds or replaces an attribute.
func (n *Node) Set(a Attr) {
	if old := n.Attr(a.Name); old != nil {
		*old = a
		return
	}
	n.Attrs = append(n.Attrs, a)
}
