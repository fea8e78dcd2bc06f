package train_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/sardonyx-go/sardonyx/train"
)

// two is a model of two layers, of which the first has no gradient.
func two(middle string) *graph.Builder {
	b := graph.NewBuilder(18)
	x := b.Input("x", tensor.Float32, "N", 2)
	w := b.Const("w", tensor.Of([]float32{1, 2, 3, 4}, 2, 2))
	h := b.Node(middle, x).Named("first").Out("h")
	b.Output(b.Node("MatMul", h, w).Named("second").Out("y"))
	return b
}

// What the xs do not need gets no nodes: no gradient of x, none of the operator
// that has none.
func TestPrune(t *testing.T) {
	g, err := train.Gradient(two("Hardmax").Graph, "y", "w")
	require.NoError(t, err)
	require.Contains(t, g.String(), "h = Hardmax(x) # first\ny = MatMul(h, w) # second\n", "the model itself")
	ops := map[string]int{}
	for _, n := range g.Nodes {
		ops[n.Op]++
	}
	require.Equal(t, map[string]int{"Hardmax": 1, "MatMul": 2, "Shape": 1, "ConstantOfShape": 1, "Transpose": 1, "Identity": 1}, ops)
}

// Errors name every node in the way, or the value that is not there.
func TestErrors(t *testing.T) {
	_, err := train.Gradient(two("Hardmax").Graph, "y", "x")
	require.ErrorIs(t, err, backend.ErrUnsupported)
	require.EqualError(t, err, `node "first" (Hardmax-18): unsupported: it has no gradient`)

	b := graph.NewBuilder(18)
	x := b.Input("x", tensor.Float32, 3, 2, 2)
	b.Output(b.Node("Hardmax", b.Node("Tanh", b.Node("Det", x).Named("a").Out("")).Out("")).Named("b").Out("y"))
	_, err = train.Gradient(b.Graph, "y", "x")
	require.ErrorContains(t, err, `node "a" (Det-18)`)
	require.ErrorContains(t, err, `node "b" (Hardmax-18)`)

	g := two("Relu").Graph
	_, err = train.Gradient(g, "z", "x")
	require.EqualError(t, err, `bad input: no value is named "z"`)
	_, err = train.Gradient(g, "y", "x", "x")
	require.ErrorIs(t, err, backend.ErrInput)

	b = graph.NewBuilder(18)
	x = b.InputOf("x", graph.Type{Kind: graph.Tensor, Elem: tensor.Float32})
	b.Output(b.Node("MatMul", x, x).Out("y"))
	_, err = train.Gradient(b.Graph, "y", "x")
	require.EqualError(t, err, `node "y" (MatMul-18): unsupported: it has no gradient: the rank of "x" is not known`)

	b = graph.NewBuilder(18)
	i := b.Input("i", tensor.Int64, 2)
	b.Output(b.Node("Cast", i).Attr("to", int(tensor.Float32)).Out("y"))
	_, err = train.Gradient(b.Graph, "y", "i")
	require.EqualError(t, err, `bad input: "i" is int64[2], a gradient is of floating-point numbers`)
}

// A value that y does not depend on, or only through its shape, has gradient 0;
// a value that is used twice has the sum. The model itself stays as it was.
func TestUses(t *testing.T) {
	b := graph.NewBuilder(18)
	x, u := b.Input("x", tensor.Float32, "N"), b.Input("u", tensor.Float32, "M")
	count := b.Node("Cast", b.Node("Size", x).Out("")).Attr("to", int(tensor.Float32)).Out("")
	b.Node("Exp", u).Out("unused")
	b.Output(b.Node("Mul", b.Node("Add", x, x).Out(""), count).Out("y"))
	before := b.Graph.String()
	g, err := train.Gradient(b.Graph, "y", "x", "u")
	require.NoError(t, err)
	require.Equal(t, before, b.Graph.String())
	m, err := backend.Compile(g, backend.Options{})
	require.NoError(t, err)
	out, err := m.Run(context.Background(), map[string]tensor.Value{"x": tensor.Of([]float32{1, 2, 3}, 3), "u": tensor.Of([]float32{5, 6}, 2)})
	require.NoError(t, err)
	require.Equal(t, []float32{6, 6, 6}, tensor.Data[float32](out["dy/dx"]))
	require.Equal(t, []float32{0, 0}, tensor.Data[float32](out["dy/du"]))
}

// Functions of the model are expanded, twice over without a clash of names.
func TestFunctionCalls(t *testing.T) {
	body := graph.NewBuilder(18)
	v := body.Input("v", tensor.Float32)
	body.Output(body.Node("Mul", body.Node("Neg", v).Out("n"), v).Out("s"))
	body.Graph.Opsets = nil
	b := graph.NewBuilder(18)
	b.Import("own", 1)
	b.Graph.Functions = []*graph.Function{{Domain: "own", Name: "F", Body: body.Graph, Opsets: map[string]int{"": 18}}}
	x := b.Input("x", tensor.Float32, 2)
	h := b.Node("F", x).Domain("own").Named("f").Out("h")
	b.Output(b.Node("F", h).Domain("own").Named("f").Out("y"))
	g, err := train.Gradient(b.Graph, "y", "x")
	require.NoError(t, err)
	m, err := backend.Compile(g, backend.Options{})
	require.NoError(t, err)
	out, err := m.Run(context.Background(), map[string]tensor.Value{"x": tensor.Of([]float32{1, 2}, 2)})
	require.NoError(t, err)
	require.Equal(t, []float32{-4, -32}, tensor.Data[float32](out["dy/dx"])) // y = -x⁴
}

// float16 gradients have the type of their values.
func TestNarrow(t *testing.T) {
	b := graph.NewBuilder(18)
	x := b.Input("x", tensor.Float16, "N")
	b.Output(b.Node("Sigmoid", x).Out("y"))
	g, err := train.Gradient(b.Graph, "y", "x")
	require.NoError(t, err)
	m, err := backend.Compile(g, backend.Options{})
	require.NoError(t, err)
	out, err := m.Run(context.Background(), map[string]tensor.Value{"x": tensor.New(tensor.Float16, 3)})
	require.NoError(t, err)
	require.Equal(t, tensor.Float16, out["dy/dx"].(*tensor.Tensor).Type())
}
