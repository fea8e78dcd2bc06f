package graph

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/stretchr/testify/require"
)

// What the builder sets, the accessors return; what is absent has its default.
func TestAttrs(t *testing.T) {
	x, body := tensor.Scalar(int64(3)), &Graph{}
	c := NewBuilder(17).Node("Op").
		Attr("i", 2).Attr("i64", int64(3)).Attr("f", float32(1.5)).Attr("f64", 2.5).Attr("s", "text").
		Attr("is", []int{1, 2}).Attr("is64", []int64{3}).Attr("fs", []float32{4}).Attr("ss", []string{"a"}).
		Attr("t", x).Attr("ts", []*tensor.Tensor{x, x}).Attr("g", body).Attr("gs", []*Graph{body, body}).
		Attr("ty", Type{Kind: Map}).Attr("tys", []Type{{Kind: Map}, {}})
	n := c.Node()
	require.Equal(t, 2, n.Int("i", 9))
	require.Equal(t, 3, n.Int("i64", 9))
	require.Equal(t, float32(1.5), n.Float("f", 9))
	require.Equal(t, float32(2.5), n.Float("f64", 9))
	require.Equal(t, "text", n.Str("s", ""))
	require.Equal(t, []int{1, 2}, n.Ints("is"))
	require.Equal(t, []int{3}, n.Ints("is64"))
	require.Equal(t, []float32{4}, n.Floats("fs"))
	require.Equal(t, []string{"a"}, n.Strs("ss"))
	require.Same(t, x, n.Tensor("t"))
	require.Len(t, n.Attr("ts").Tensors, 2)
	require.Same(t, body, n.Body("g"))
	require.Len(t, n.Attr("gs").Graphs, 2)
	require.Equal(t, Map, n.Attr("ty").Types[0].Kind)
	require.Equal(t, AttrTypes, n.Attr("tys").Kind)

	c.Attr("i", "replaced")
	require.Equal(t, "replaced", n.Str("i", ""))
	require.Len(t, n.Attrs, 15)

	require.False(t, n.Has("none"))
	require.Equal(t, 9, n.Int("none", 9))
	require.Equal(t, float32(9), n.Float("none", 9))
	require.Equal(t, "d", n.Str("none", "d"))
	require.Nil(t, n.Ints("none"))
	require.Nil(t, n.Floats("none"))
	require.Nil(t, n.Strs("none"))
	require.Nil(t, n.Tensor("none"))
	require.Nil(t, n.Body("none"))
	require.Panics(t, func() { c.Attr("bad", struct{}{}) })
	require.Panics(t, func() { NewBuilder(17).Input("x", tensor.Float32, 1.5) })
}

// A pass adds to a graph it did not make, with the versions of its model.
func TestExtend(t *testing.T) {
	b := NewBuilder(17)
	x := b.Input("x", tensor.Float32)
	e := Extend(b.Graph, map[string]int{"": 17, "my": 3})
	y := e.Node("Op", x, b.Const("k", tensor.Scalar(float32(1)))).Domain("my").Out("y")
	e.Output(y)
	require.NoError(t, b.Graph.Check())
	require.Equal(t, 3, b.Graph.Nodes[0].Version)
	require.NotNil(t, b.Graph.ConstOf(b.Graph.Nodes[0].Inputs[1]))
	require.Nil(t, b.Graph.ConstOf(None))
}
