package graph

import (
	"testing"

	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/stretchr/testify/require"
)

// A graph that only has numbers prints as passes are documented.
func TestTextOfNumbers(t *testing.T) {
	g := &Graph{
		Values:  make([]Value, 2),
		Nodes:   []Node{{Op: "Relu", Inputs: []ValueID{0}, Outputs: []ValueID{1}}},
		Inputs:  []ValueID{0},
		Outputs: []ValueID{1},
	}
	require.Equal(t, "%1 = Relu(%0)\nreturn %1\n", g.String())
}

// Text shows every kind of attribute, and tells apart what looks alike.
func TestText(t *testing.T) {
	b := NewBuilder(20)
	b.Import("my.domain", 3)
	x := b.InputOf("x", Type{Kind: Sequence, Of: &Type{Kind: Optional, Of: &Type{Kind: Tensor, Elem: tensor.Float16}}})
	m := b.InputOf("a name", Type{Kind: Map, Key: tensor.String, Elem: tensor.Int64})
	d := b.Input("d", tensor.Int32, "", "batch size", 3)
	b.Graph.Values[d].Const = tensor.New(tensor.Int32, 1, 3, 3)
	again := b.Const("x", tensor.OfStrings([]string{"p", "q"}, 2))
	c := b.Node("Op", x, None, m, again).Domain("my.domain").
		Attr("i", 1).Attr("f", 0.5).Attr("s", "a b").Attr("is", []int{1, 2}).Attr("fs", []float32{1, 2.5}).
		Attr("ss", []string{"u", "v"}).Attr("t", tensor.Of([]int8{-1, 2}, 2)).Attr("ty", Type{Kind: SparseTensor, Elem: tensor.Bool})
	c.Node().Overload = "fast"
	c.Node().Set(Attr{Name: "r", Kind: AttrInt, Ref: "outer"})
	y := c.Skip().Out("")
	b.Output(y)
	b.Graph.Name = "main"
	f := NewBuilder(20)
	f.Output(f.Node("Neg", f.InputOf("v", Type{})).Out("w"))
	b.Graph.Functions = []*Function{{Domain: "my.domain", Name: "Op", Overload: "fast", Attrs: []string{"i"},
		Defaults: []Attr{{Name: "f", Kind: AttrFloat, Float: 2}}, Body: f.Graph, Opsets: map[string]int{"": 18}}}
	f.Graph.Opsets = nil

	require.Equal(t, `graph "main" opset ai.onnx 20, my.domain 3
x = input sequence(optional(float16))
"a name" = input map(string, int64)
d = input int32[? "batch size" 3] default int32[1 3 3]
x%3 = const string[2] ["p" "q"]
_, %4 = my.domain.Op:fast(x, _, "a name", x%3) i=1 f=0.5 s="a b" is=[1 2] fs=[1 2.5] ss=["u" "v"] t=int8[2] [-1 2] ty=sparse(bool) r=@outer
return %4
function my.domain.Op:fast(v) i f=2 opset ai.onnx 18
    w = Neg(v)
    return w
`, b.Graph.String())
}
