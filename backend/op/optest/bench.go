package optest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Bench runs a node on one goroutine, b.N times. Inputs whose index is in
// constant are constants of the model.
func Bench(b *testing.B, r *op.Registry, n *graph.Node, constant []int, in ...*tensor.Tensor) {
	b.Helper()
	o, err := r.New(n)
	require.NoError(b, err)
	f := op.NewFrame(len(in), len(n.Outputs))
	f.Run = &op.Run{}
	for i, x := range in {
		f.In[i] = op.FromTensor(x)
		f.InInfo[i] = f.In[i].Info()
		if !contains(constant, i) {
			f.InInfo[i].Const = nil
		}
	}
	require.NoError(b, o.Infer(f.InInfo, f.OutInfo))
	k, err := o.Prepare(op.NewEnv(n), f.InInfo, f.OutInfo)
	require.NoError(b, err)
	for i := range f.Out {
		f.Out[i] = op.FromTensor(tensor.New(f.OutInfo[i].Type, f.OutInfo[i].Shape...))
	}
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, op.Execute(k, f))
	}
}
