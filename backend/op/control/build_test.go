package control_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// builder makes graphs by names of values.
type builder struct {
	*graph.Graph
	ids map[string]graph.ValueID
}

func newBuilder() *builder {
	return &builder{&graph.Graph{Name: "test", Opsets: map[string]int{"": 17}}, map[string]graph.ValueID{"": graph.None}}
}

func (b *builder) id(name string) graph.ValueID {
	if id, ok := b.ids[name]; ok {
		return id
	}
	b.ids[name] = b.NewValue(graph.Value{Name: name})
	return b.ids[name]
}

// input declares a tensor of any shape; dims may be given.
func (b *builder) input(name string, t tensor.Type, dims ...int) {
	id := b.id(name)
	ty := graph.Type{Kind: graph.Tensor, Elem: t, Ranked: true}
	for _, d := range dims {
		ty.Shape = append(ty.Shape, graph.Dim{Size: d})
	}
	b.Values[id].Type = ty
	b.Inputs = append(b.Inputs, id)
}

func (b *builder) constant(name string, t *tensor.Tensor) { b.ids[name] = b.Graph.Const(name, t) }

// capture makes a value of the graph around known by its name.
func (b *builder) capture(outer *builder, name string) {
	b.Captures = append(b.Captures, graph.Capture{Outer: outer.id(name), Inner: b.id(name)})
}

func (b *builder) node(op string, in, out []string, attrs ...graph.Attr) {
	n := graph.Node{Name: op, Op: op, Version: 17, Attrs: attrs}
	for _, name := range in {
		n.Inputs = append(n.Inputs, b.id(name))
	}
	for _, name := range out {
		n.Outputs = append(n.Outputs, b.id(name))
	}
	b.Nodes = append(b.Nodes, n)
}

func (b *builder) output(names ...string) {
	for _, name := range names {
		b.Outputs = append(b.Outputs, b.id(name))
	}
}

func body(name string, b *builder) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrGraph, Graphs: []*graph.Graph{b.Graph}}
}

func list(names ...string) []string { return names }

// run compiles and runs a graph.
func run(t testing.TB, b *builder, o backend.Options, in ...tensor.Value) ([]tensor.Value, error) {
	t.Helper()
	m, err := backend.Compile(b.Graph, o)
	require.NoError(t, err)
	return m.NewSession().Run(context.Background(), in)
}

func f32(v ...float32) *tensor.Tensor { return tensor.Of(v, len(v)) }
func i64(v int64) *tensor.Tensor      { return tensor.Scalar(v) }
func yes(v bool) *tensor.Tensor       { return tensor.Scalar(v) }
