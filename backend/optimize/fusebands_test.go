package optimize

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestFuseBands protects which chains of convolutions are joined: those around a
// map that a cache would not hold.
func TestFuseBands(t *testing.T) {
	for name, c := range map[string]struct {
		size   any
		middle bool // the map between has another user
		output bool // the depthwise map has another user
		want   []string
	}{
		"large":                {size: 112, want: []string{"Bands"}},
		"small":                {size: 28, want: []string{"Conv", "Conv", "Conv"}},
		"of any size":          {size: "H", want: []string{"Conv", "Conv", "Conv", "Add"}},
		"another user between": {size: 112, middle: true, want: []string{"Conv", "Bands", "Neg"}},
		"another user behind":  {size: 112, output: true, want: []string{"Bands", "Conv", "Neg"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := graph.NewBuilder(18)
			x := b.Input("x", tensor.Float32, "N", 16, c.size, c.size)
			weights := func(name string, shape ...int) graph.ValueID {
				return b.Const(name, tensor.New(tensor.Float32, shape...))
			}
			wide := b.Node("Relu", b.Node("Conv", x, weights("w0", 96, 16, 1, 1)).Out("a")).Out("wide")
			deep := b.Node("Conv", wide, weights("w1", 96, 1, 3, 3)).Attr("group", 96).Attr("pads", []int{1, 1, 1, 1}).Out("b")
			deep = b.Node("Relu", deep).Out("deep")
			y := b.Node("Conv", deep, weights("w2", 16, 96, 1, 1)).Out("c")
			b.Output(b.Node("Add", y, x).Out("y"))
			if c.middle {
				b.Output(b.Node("Neg", wide).Out("other"))
			}
			if c.output {
				b.Output(b.Node("Neg", deep).Out("other"))
			}
			e := env()
			in := []op.Info{info("N", 16, c.size, c.size)}
			ty, err := Infer(e, b.Graph, in)
			require.NoError(t, err)
			require.True(t, Fuse(e, ty))
			var got []string
			for i := range b.Graph.Nodes {
				got = append(got, b.Graph.Nodes[i].Op)
			}
			require.Equal(t, c.want, got)
			want := ty.Infos[b.Graph.Outputs[0]].Shape
			ty, err = Infer(e, b.Graph, in)
			require.NoError(t, err)
			require.Equal(t, want, ty.Infos[b.Graph.Outputs[0]].Shape)
		})
	}
}
