package optimize

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestFuseGate protects which products move into a convolution.
func TestFuseGate(t *testing.T) {
	weights := func(b *graph.Builder, k int) graph.ValueID {
		return b.Const("w", tensor.New(tensor.Float32, 2, 3, k, k))
	}
	for name, c := range map[string]struct {
		build func(b *graph.Builder, x, s graph.ValueID) graph.ValueID
		want  string
	}{
		"a gate": {func(b *graph.Builder, x, s graph.ValueID) graph.ValueID {
			return b.Node("Conv", b.Node("Mul", x, s).Out("m"), weights(b, 1)).Out("y")
		}, "y = Conv(x, w, _, s) sardonyx.gate=1\nreturn y\n"},
		"the other way round, with a residual": {func(b *graph.Builder, x, s graph.ValueID) graph.ValueID {
			y := b.Node("Conv", b.Node("Mul", s, x).Out("m"), weights(b, 1)).Out("c")
			return b.Node("Add", y, b.Input("r", tensor.Float32, 1, 2, 8, 8)).Out("y")
		}, "y = Conv(x, w, _, s, r) sardonyx.gate=1 sardonyx.add=1\nreturn y\n"},
		"another user": {func(b *graph.Builder, x, s graph.ValueID) graph.ValueID {
			m := b.Node("Mul", x, s).Out("m")
			b.Output(m)
			return b.Node("Conv", m, weights(b, 1)).Out("y")
		}, "m = Mul(x, s)\ny = Conv(m, w)\nreturn m, y\n"},
		"a wider kernel": {func(b *graph.Builder, x, s graph.ValueID) graph.ValueID {
			return b.Node("Conv", b.Node("Mul", x, s).Out("m"), weights(b, 3)).Out("y")
		}, "m = Mul(x, s)\ny = Conv(m, w)\nreturn y\n"},
		"padding": {func(b *graph.Builder, x, s graph.ValueID) graph.ValueID {
			return b.Node("Conv", b.Node("Mul", x, s).Out("m"), weights(b, 1)).Attr("pads", []int{1, 1, 1, 1}).Out("y")
		}, "m = Mul(x, s)\ny = Conv(m, w) pads=[1 1 1 1]\nreturn y\n"},
		"a map for each channel": {func(b *graph.Builder, x, _ graph.ValueID) graph.ValueID {
			return b.Node("Conv", b.Node("Mul", x, b.Input("z", tensor.Float32, 1, 3, 8, 8)).Out("m"), weights(b, 1)).Out("y")
		}, "m = Mul(x, z)\ny = Conv(m, w)\nreturn y\n"},
	} {
		t.Run(name, func(t *testing.T) {
			b := graph.NewBuilder(18)
			x, s := b.Input("x", tensor.Float32, 1, 3, 8, 8), b.Input("s", tensor.Float32, 1, 3, 1, 1)
			b.Output(c.build(b, x, s))
			var in []op.Info
			for _, id := range b.Graph.Inputs {
				var shape []any
				for _, d := range b.Graph.Values[id].Type.Shape {
					shape = append(shape, d.Size)
				}
				in = append(in, info(shape...))
			}
			e := env()
			ty, err := Infer(e, b.Graph, in)
			require.NoError(t, err)
			Fuse(e, ty)
			require.Equal(t, c.want, text(b.Graph))
			_, err = Infer(e, b.Graph, in)
			require.NoError(t, err)
		})
	}
}
