package optimize

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestMerge protects which nodes count as the same.
func TestMerge(t *testing.T) {
	b := graph.NewBuilder(18)
	x := b.Input("x", tensor.Float32, 4, 6)
	axes := func(name string, v int64) graph.ValueID { return b.Const(name, tensor.Of([]int64{v}, 1)) }
	sum := func(name string, in ...graph.ValueID) graph.ValueID { return b.Node("Sum", in...).Out(name) }
	a := b.Node("Unsqueeze", x, axes("c0", 0)).Out("a")
	same := b.Node("Unsqueeze", x, axes("c1", 0)).Out("same")
	other := b.Node("Unsqueeze", x, axes("c2", 2)).Out("other")
	l := b.Node("LeakyRelu", a).Attr("alpha", 0.5).Out("l")
	after := b.Node("LeakyRelu", same).Attr("alpha", 0.5).Out("after")
	slope := b.Node("LeakyRelu", a).Attr("alpha", 0.25).Out("slope")
	r1 := b.Node("RandomUniformLike", x).Out("r1")
	r2 := b.Node("RandomUniformLike", x).Out("r2")
	b.Output(sum("y", l, after, slope, a, same), other, b.Node("Add", r1, r2).Out("r"), b.Node("Unsqueeze", x, axes("c3", 0)).Out("out"))
	changed, err := merge(env(), b.Graph)
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, `a = Unsqueeze(x, c0)
other = Unsqueeze(x, c2)
l = LeakyRelu(a) alpha=0.5
slope = LeakyRelu(a) alpha=0.25
r1 = RandomUniformLike(x)
r2 = RandomUniformLike(x)
y = Sum(l, l, slope, a, a)
r = Add(r1, r2)
out = Unsqueeze(x, c3)
return y, other, r, out
`, text(b.Graph))
	changed, err = merge(env(), b.Graph)
	require.NoError(t, err)
	require.False(t, changed)
}

// TestColumns protects when a value is transposed for those who take its
// columns.
func TestColumns(t *testing.T) {
	for _, n := range []int{manyColumns - 1, manyColumns} {
		b := graph.NewBuilder(18)
		x := b.Input("x", tensor.Float32, 50, 3, 10)
		var cols []graph.ValueID
		for i := range n {
			cols = append(cols, b.Node("Gather", x, b.Const("", tensor.Scalar(int64(i-2)))).Attr("axis", -1).Out(""))
		}
		b.Output(b.Node("Sum", cols...).Out("y"), b.Node("Gather", x, b.Const("", tensor.Scalar(int64(0)))).Attr("axis", 1).Out("z"))
		in := []op.Info{info(50, 3, 10)}
		ty, err := Infer(env(), b.Graph, in)
		require.NoError(t, err)
		require.Equal(t, n >= manyColumns, columns(ty))
		if n >= manyColumns {
			require.Equal(t, "Transpose", b.Graph.Nodes[0].Op)
			require.Len(t, b.Graph.Nodes, n+3)
		}
		ty, err = Infer(env(), b.Graph, in)
		require.NoError(t, err)
		require.Equal(t, []int{50, 3}, ty.Infos[b.Graph.Outputs[0]].Shape)
		require.Equal(t, []int{50, 10}, ty.Infos[b.Graph.Outputs[1]].Shape)
	}
}
