package onnxgo_test

import (
	"context"
	"testing"

	"github.com/owulveryck/onnx-go"
	engine "github.com/owulveryck/onnx-go/backend"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/graph/simple"
	"gorgonia.org/tensor"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/integrations/onnxgo"
)

var (
	_ engine.ComputationBackend = (*onnxgo.Graph)(nil)
	_ onnx.Namer                = (*onnxgo.Node)(nil)
	_ onnx.DataCarrier          = (*onnxgo.Node)(nil)
)

func vector(v ...float32) tensor.Tensor {
	return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v))
}

func names(s ...string) []string { return s }

// compute loads a file, gives it inputs and returns what all outputs hold.
func compute(t *testing.T, b []byte, inputs ...tensor.Tensor) []any {
	t.Helper()
	g, model, err := load(b)
	require.NoError(t, err)
	got, err := run(g, model, inputs)
	require.NoError(t, err)
	var data []any
	for _, x := range got {
		data = append(data, x.Data())
	}
	return data
}

// What a graph of single edges between single nodes cannot say by itself is not
// lost: an input read twice, an input that is omitted, in the middle or with an
// output, an output that is also read, is an input, or is mentioned before.
func TestTopology(t *testing.T) {
	x, y := input("x", float32s, 2), output("y", float32s, 2)
	for name, c := range map[string]struct {
		file []byte
		want []any
	}{
		"repeated":        {file(x, y, node("Sub", names("x", "x"), names("y"))), []any{[]float32{0, 0}}},
		"omitted input":   {file(x, y, scalar("two", 2), node("Clip", names("x", "", "two"), names("y"))), []any{[]float32{1, 2}}},
		"order of inputs": {file(x, y, floats("one", 1, 1), node("Sub", names("one", "x"), names("y"))), []any{[]float32{0, -2}}},
		"read output": {file(x, output("s", float32s, 2), y, node("Add", names("x", "x"), names("s")), node("Neg", names("s"), names("y"))),
			[]any{[]float32{2, 6}, []float32{-2, -6}}},
		"input as output":    {file(x, output("x", float32s, 2), y, node("Neg", names("x"), names("y"))), []any{[]float32{1, 3}, []float32{-1, -3}}},
		"constant as output": {file(x, y, output("one", float32s, 1), floats("one", 1), node("Neg", names("x"), names("y"))), []any{[]float32{-1, -3}, float32(1)}},
		"declared twice": {file(x, info("x", float32s, 2), info("h", float32s, 2), y, node("Neg", names("x"), names("h")), node("Neg", names("h"), names("y"))),
			[]any{[]float32{1, 3}}},
		"constant as input":    {file(x, input("one", float32s, 1), y, floats("one", 1), node("Add", names("x", "one"), names("y"))), []any{[]float32{2, 4}}},
		"not in order":         {file(x, y, node("Neg", names("h"), names("y")), node("Add", names("x", "x"), names("h"))), []any{[]float32{-2, -6}}},
		"operation on nothing": {file(x, y, node("Constant", nil, names("c"), 5, msg(1, "value", 5, msg(1, 2, 2, 1, 4, float32(5), 4, float32(6)), 20, 4)), node("Add", names("x", "c"), names("y"))), []any{[]float32{6, 9}}},
		"omitted input and output": {file(x, y, cube("w", 1, 2), cube("r", 10), cube("h", 0.5), node("Unsqueeze", names("x"), names("x3"), 5, attrInts("axes", 0, 1)),
			node("RNN", names("x3", "w", "r", "", "", "h"), names("", "y"), 5, attrInt("hidden_size", 1), 5, msg(1, "activations", 9, "Relu", 20, 8))),
			[]any{[]float32{1 + 2*3 + 10*0.5}}},
		"unread second output":  {file(x, y, node("Dropout", names("x"), names("y", "mask"))), []any{[]float32{1, 3}}},
		"undeclared type":       {file(x, msg(12, msg(1, "y")), node("Neg", names("x"), names("y"))), []any{[]float32{-1, -3}}},
		"sizes only known late": {file(input("x", float32s, -1), output("y", float32s, -1), node("Neg", names("x"), names("y"))), []any{[]float32{-1, -3}}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, compute(t, c.file, vector(1, 3)))
		})
	}
}

// Values that are read by others are computed once they are asked for, and stay
// right afterwards.
func TestReadOutputAgain(t *testing.T) {
	g, model, err := load(file(input("x", float32s, 2), output("s", float32s, 2), output("y", float32s, 2),
		node("Add", names("x", "x"), names("s")), node("Neg", names("s"), names("y"))))
	require.NoError(t, err)
	for _, x := range []float32{1, 5, 7} {
		got, err := run(g, model, []tensor.Tensor{vector(x, 0)})
		require.NoError(t, err)
		require.Equal(t, []float32{2 * x, 0}, got[0].Data())
	}
}

// Inputs may be written in place, whether they have been set or are the zeros that
// onnx-go declares.
func TestInputsInPlace(t *testing.T) {
	b := file(input("x", float32s, 2), output("y", float32s, 2), node("Neg", names("x"), names("y")))
	for _, set := range []bool{false, true} {
		g, model, err := load(b)
		require.NoError(t, err)
		if set {
			require.NoError(t, model.SetInput(0, vector(0, 0)))
		}
		for _, x := range []float32{2, 3} {
			model.GetInputTensors()[0].Data().([]float32)[1] = x
			require.NoError(t, g.Run())
			got, err := model.GetOutputTensors()
			require.NoError(t, err)
			require.Equal(t, -x, got[0].Data().([]float32)[1])
		}
	}
}

// A graph takes inputs of other sizes and ranks than those before.
func TestInputsOfManySizes(t *testing.T) {
	g, model, err := load(file(input("x", float32s, -1), output("y", float32s, -1), node("Neg", names("x"), names("y"))))
	require.NoError(t, err)
	for _, shape := range [][]int{{2}, {3}, {7}, {2, 3}, {1, 1, 4}, {2}} {
		x := tensor.New(tensor.WithShape(shape...), tensor.Of(tensor.Float32))
		x.Memset(float32(1))
		got, err := run(g, model, []tensor.Tensor{x})
		require.NoError(t, err)
		require.Equal(t, shape, []int(got[0].Shape()))
		for _, y := range got[0].Data().([]float32) {
			require.Equal(t, float32(-1), y)
		}
	}
}

// An input of another type than the model declares is taken if nothing is lost.
func TestInputTypes(t *testing.T) {
	b := file(input("x", float32s, 4), input("i", int64s, 2), output("y", float32s, 2), node("Gather", names("x", "i"), names("y")))
	x := vector(5, 6, 7, 8)
	require.Equal(t, []any{[]float32{8, 5}}, compute(t, b, x, vector(3, 0)))
	require.Equal(t, []any{[]float32{8, 5}}, compute(t, b, x, tensor.New(tensor.WithBacking([]int{3, 0}))))

	g, model, err := load(b)
	require.NoError(t, err)
	_, err = run(g, model, []tensor.Tensor{x, vector(1.5, 0)})
	require.EqualError(t, err, `input "i": elements of type float32, which change when converted to int64`)
	_, err = run(g, model, []tensor.Tensor{x, vector(1, 0)})
	require.NoError(t, err, "a graph goes on after an error")
}

// Callers tell what is not supported by the type of the error, as with gorgonnx,
// and are told the operator. What is unsupported is no other error, and no other
// error is that.
func TestErrors(t *testing.T) {
	x, y := input("x", float32s, 2), output("y", float32s, 2)
	refused := func(b []byte) error {
		g, model, err := load(b)
		require.NoError(t, err)
		_, err = run(g, model, []tensor.Tensor{vector(1, 2)})
		require.Error(t, err)
		return err
	}
	err := refused(file(x, y, node("Frobnicate", names("x"), names("y"))))
	require.IsType(t, &onnx.ErrNotImplemented{}, err)
	require.Equal(t, "Frobnicate", err.(*onnx.ErrNotImplemented).Operator)

	err = refused(file(x, y, node("Elu", names("x"), names("y"), 5, attrUnknown("alpha", "1"))))
	require.IsType(t, &onnx.ErrNotImplemented{}, err)
	require.Equal(t, "alpha", err.(*onnx.ErrNotImplemented).AttributeName)

	err = refused(file(x, y, floats("w", 1, 2, 3), node("Add", names("x", "w"), names("y"))))
	require.ErrorIs(t, err, backend.ErrShape)
	require.ErrorContains(t, err, `node "y" (Add`)

	err = refused(file(x, y, node("Add", names("x"), names("y"))))
	require.ErrorContains(t, err, `node "y" (Add-12): bad input: input 1 ("B") is missing`)

	err = refused(file(x, y, node("Neg", names("y2"), names("y")), node("Neg", names("y"), names("y2"))))
	require.ErrorContains(t, err, "nodes wait for each other")

	err = refused(file(x, y, node("Cast", names("x"), names("y"), 5, attrInt("to", 10))))
	require.EqualError(t, err, `output "y": elements of type float16, which gorgonia does not have`)
}

// A run ends when its context does.
func TestContext(t *testing.T) {
	g, model, err := load(file(input("x", float32s, 2), output("y", float32s, 2), node("Neg", names("x"), names("y"))))
	require.NoError(t, err)
	require.NoError(t, model.SetInput(0, vector(1, 2)))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, g.RunContext(ctx), context.Canceled)
	require.NoError(t, g.Run())
}

// A graph may be made by hand, without names and types. What does not make sense
// is an error, not a panic.
func TestByHand(t *testing.T) {
	g := onnxgo.NewGraph()
	x, y := g.NewNode(), (*onnxgo.Node)(nil)
	g.AddNode(x)
	y = g.NewNode().(*onnxgo.Node)
	g.AddNode(y)
	require.ErrorContains(t, g.Run(), "without operations")
	g.SetWeightedEdge(g.NewWeightedEdge(y, x, 0))
	g.SetWeightedEdge(g.NewWeightedEdge(y, x, 1))
	require.NoError(t, g.ApplyOperation(onnx.Operation{Name: "Mul"}, y))
	require.NoError(t, x.(*onnxgo.Node).SetTensor(vector(2, 3)))
	require.NoError(t, g.Run())
	require.Equal(t, []float32{4, 9}, y.GetTensor().Data())
	require.Empty(t, y.GetName())

	require.ErrorContains(t, y.SetTensor(vector(1)), "is computed")
	require.ErrorContains(t, y.SetTensor(nil), "no tensor")
	require.ErrorContains(t, g.ApplyOperation(onnx.Operation{Name: "Neg"}, y), "output of two operations")
	require.ErrorContains(t, g.ApplyOperation(onnx.Operation{Name: "Neg"}, simple.Node(3)), "node of type simple.Node")

	for want, do := range map[string]func(g *onnxgo.Graph, n *onnxgo.Node){
		"node 0 is added twice": func(g *onnxgo.Graph, n *onnxgo.Node) { g.AddNode(n) },
		"edge of weight 0.5":    func(g *onnxgo.Graph, n *onnxgo.Node) { g.SetWeightedEdge(g.NewWeightedEdge(n, n, 0.5)) },
		"edge between nodes":    func(g *onnxgo.Graph, n *onnxgo.Node) { g.SetWeightedEdge(g.NewWeightedEdge(n, simple.Node(7), 0)) },
		"wait for each other": func(g *onnxgo.Graph, n *onnxgo.Node) {
			g.SetWeightedEdge(g.NewWeightedEdge(n, n, 0))
			require.NoError(t, g.ApplyOperation(onnx.Operation{Name: "Neg"}, n))
		},
	} {
		g := onnxgo.NewGraph()
		n := g.NewNode().(*onnxgo.Node)
		g.AddNode(n)
		do(g, n)
		require.ErrorContains(t, g.Run(), want)
	}
}
