package onnxgo

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A builder makes a graph of the engine out of what onnx-go has told.
type builder struct {
	out  *graph.Graph
	ids  map[*value]graph.ValueID
	feed map[*value]*tensor.Tensor
}

// build returns the model as a graph whose inputs are those of feed, and the
// values that the graph puts out, in order.
func (g *Graph) build(feed map[*value]*tensor.Tensor) (*graph.Graph, []*value, error) {
	b := builder{&graph.Graph{Name: "onnx-go"}, map[*value]graph.ValueID{}, feed}
	for _, c := range g.calls {
		if err := b.add(c, g.inputsOf(c)); err != nil {
			return nil, nil, err
		}
	}
	results := g.results()
	for _, v := range results {
		b.out.Outputs = append(b.out.Outputs, b.ids[v])
	}
	return b.out, results, b.out.Sort()
}

// inputsOf returns the nodes that an operation reads; nil where one is omitted.
func (g *Graph) inputsOf(c call) []*Node {
	for _, n := range c.out {
		if !n.omitted() {
			return g.inputs[n.id]
		}
	}
	return nil
}

// add adds an operation to the graph.
func (b *builder) add(c call, inputs []*Node) error {
	n := graph.Node{Op: c.op.Name}
	for _, name := range slices.Sorted(maps.Keys(c.op.Attributes)) {
		a, err := attribute(c.op.Name, name, c.op.Attributes[name])
		if err != nil {
			return err
		}
		n.Attrs = append(n.Attrs, a)
	}
	for _, in := range inputs {
		id, err := b.value(in)
		if err != nil {
			return err
		}
		n.Inputs = append(n.Inputs, id)
	}
	n.Inputs = trim(n.Inputs)
	for _, out := range c.out {
		id, err := b.value(out)
		if err != nil {
			return err
		}
		n.Outputs = append(n.Outputs, id)
		if n.Name == "" && id != graph.None {
			n.Name = out.name // onnx-go keeps the names of nodes to itself
		}
	}
	n.Outputs = trim(n.Outputs)
	b.out.Nodes = append(b.out.Nodes, n)
	return nil
}

// trim returns the values up to the last one that is not omitted.
func trim(ids []graph.ValueID) []graph.ValueID {
	for len(ids) > 0 && ids[len(ids)-1] == graph.None {
		ids = ids[:len(ids)-1]
	}
	return ids
}

// value returns the value that a node stands for: None where it is omitted, or
// one that onnx-go has made up for an operation without inputs.
func (b *builder) value(n *Node) (graph.ValueID, error) {
	if n == nil || n.omitted() || !n.computed && n.data == nil {
		return graph.None, nil
	}
	v := n.value
	if id, ok := b.ids[v]; ok {
		return id, nil
	}
	val := graph.Value{Name: v.name}
	x := b.feed[v]
	switch {
	case x != nil:
		val.Type = inputType(x, v.varies)
	case !v.computed:
		c, err := fromDense(v.data)
		if err != nil {
			return graph.None, fmt.Errorf("constant %q: %w", v.name, err)
		}
		val.Const = c
	}
	id := b.out.NewValue(val)
	if x != nil {
		b.out.Inputs = append(b.out.Inputs, id)
	}
	b.ids[v] = id
	return id, nil
}

// inputType returns the type of an input: that of its first tensor, with sizes
// as long as all tensors have had them.
func inputType(x *tensor.Tensor, varies bool) graph.Type {
	t := graph.Type{Kind: graph.Tensor, Elem: x.Type(), Ranked: true}
	for _, d := range x.Shape() {
		if varies {
			d = -1
		}
		t.Shape = append(t.Shape, graph.Dim{Size: d})
	}
	return t
}

// results returns the values to be computed: those that onnx-go has declared
// types of and that no operation reads, or all that no operation reads if none is
// declared; and those that have been asked for.
func (g *Graph) results() []*value {
	read, declared := map[*value]bool{}, false
	for _, c := range g.calls {
		for _, n := range g.inputsOf(c) {
			if n != nil {
				read[n.value] = true
			}
		}
	}
	ends := func(yield func(*value) bool) {
		for _, c := range g.calls {
			for _, n := range c.out {
				if !n.omitted() && (n.wanted || !read[n.value]) && !yield(n.value) {
					return
				}
			}
		}
	}
	for v := range ends {
		declared = declared || v.data != nil
	}
	var results []*value
	for v := range ends {
		if v.wanted || v.data != nil || !declared {
			v.wanted = true
			results = append(results, v)
		}
	}
	return results
}
