package graph

import (
	"maps"
	"slices"
)

// Clone returns a copy that shares nothing with g but tensors, which nobody
// writes: bodies and functions are copied, too.
func (g *Graph) Clone() *Graph {
	if g == nil {
		return nil
	}
	c := *g
	c.Values = slices.Clone(g.Values)
	for i := range c.Values {
		c.Values[i].Type = c.Values[i].Type.clone()
	}
	c.Nodes = slices.Clone(g.Nodes)
	for i := range c.Nodes {
		n := &c.Nodes[i]
		n.Inputs, n.Outputs = slices.Clone(n.Inputs), slices.Clone(n.Outputs)
		n.Attrs = cloneAttrs(n.Attrs)
	}
	c.Inputs, c.Outputs, c.Captures = slices.Clone(g.Inputs), slices.Clone(g.Outputs), slices.Clone(g.Captures)
	c.Opsets, c.Metadata = maps.Clone(g.Opsets), maps.Clone(g.Metadata)
	c.Functions = slices.Clone(g.Functions)
	for i, f := range c.Functions {
		f := *f
		f.Attrs, f.Defaults = slices.Clone(f.Attrs), cloneAttrs(f.Defaults)
		f.Body, f.Opsets = f.Body.Clone(), maps.Clone(f.Opsets)
		c.Functions[i] = &f
	}
	return &c
}

func cloneAttrs(attrs []Attr) []Attr {
	attrs = slices.Clone(attrs)
	for i := range attrs {
		a := &attrs[i]
		a.Floats, a.Ints, a.Strings = slices.Clone(a.Floats), slices.Clone(a.Ints), slices.Clone(a.Strings)
		a.Tensors, a.Graphs, a.Types = slices.Clone(a.Tensors), slices.Clone(a.Graphs), slices.Clone(a.Types)
		for j := range a.Graphs {
			a.Graphs[j] = a.Graphs[j].Clone()
		}
		for j := range a.Types {
			a.Types[j] = a.Types[j].clone()
		}
	}
	return attrs
}

func (t Type) clone() Type {
	t.Shape = slices.Clone(t.Shape)
	if t.Of != nil {
		of := t.Of.clone()
		t.Of = &of
	}
	return t
}
