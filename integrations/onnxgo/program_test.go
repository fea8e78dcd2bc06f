package onnxgo

import (
	"testing"

	"github.com/owulveryck/onnx-go"
	"github.com/stretchr/testify/require"
	gorgonia "gorgonia.org/tensor"
)

// A decoder does to a graph what onnx-go does when it reads a file.
type decoder struct{ *Graph }

func (d decoder) value(name string, x gorgonia.Tensor) *Node {
	n := d.NewNode().(*Node)
	n.SetName(name)
	d.AddNode(n)
	if x != nil {
		if err := n.SetTensor(x); err != nil {
			panic(err)
		}
	}
	return n
}

func (d decoder) apply(op string, in []*Node, out, second *Node) {
	for _, o := range []*Node{out, second} {
		for i, n := range in {
			d.SetWeightedEdge(d.NewWeightedEdge(o, n, float64(i)))
		}
	}
	if err := d.ApplyOperation(onnx.Operation{Name: op}, out, second); err != nil {
		panic(err)
	}
}

func ones() gorgonia.Tensor {
	return gorgonia.New(gorgonia.WithShape(2), gorgonia.WithBacking([]float32{1, 1}))
}

// Constants are told from inputs, whether the file lists them among its inputs or
// not, so that they are folded and packed. Results that nobody has declared are
// not computed until they are asked for, so that they prevent no rewrite; what
// then cannot be given is nil, and an error of Run.
func TestProgram(t *testing.T) {
	d := decoder{NewGraph()}
	x, listed, y := d.value("x", ones()), d.value("listed", ones()), d.value("y", ones())
	bad := d.value("bad", ones())
	unlisted, seven := d.value("unlisted", ones()), d.value("seven", gorgonia.New(gorgonia.WithBacking([]int64{7})))
	require.NoError(t, listed.SetTensor(ones()))
	mask, dead := d.value("mask", nil), d.value("dead", nil)
	sum, none := d.value("sum", nil), d.value("", nil)
	d.apply("Sum", []*Node{x, listed, unlisted}, sum, none)
	d.apply("Dropout", []*Node{sum}, y, mask)
	d.apply("Gather", []*Node{sum, seven}, bad, none)
	d.apply("Neg", []*Node{bad}, dead, none)

	require.NoError(t, d.Run())
	require.Len(t, d.program.types, 1)
	require.Contains(t, d.program.types, x.value)
	require.Equal(t, []*value{y.value}, d.program.results)
	require.Equal(t, []float32{3, 3}, y.GetTensor().Data())

	require.NoError(t, x.SetTensor(gorgonia.New(gorgonia.WithShape(2), gorgonia.WithBacking([]float32{2, 3}))))
	require.Equal(t, []bool{true, true}, mask.GetTensor().Data())
	require.Equal(t, []float32{3, 3}, sum.GetTensor().Data(), "it is of the inputs of the last run")
	require.NoError(t, d.Run())
	require.Equal(t, []float32{4, 5}, sum.GetTensor().Data())

	require.Nil(t, bad.GetTensor())
	require.ErrorContains(t, d.Run(), "7")
}
