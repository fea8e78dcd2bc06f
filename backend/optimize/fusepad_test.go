package optimize

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestFusePad protects which padding moves into a convolution, and how.
func TestFusePad(t *testing.T) {
	ints := func(b *graph.Builder, v ...int64) graph.ValueID { return b.Const("", tensor.Of(v, len(v))) }
	conv := func(b *graph.Builder, p graph.ValueID) graph.Call {
		return b.Node("Conv", p, b.Const("w", tensor.New(tensor.Float32, 2, 3, 3, 3)))
	}
	for name, c := range map[string]struct {
		build func(b *graph.Builder, x graph.ValueID) graph.ValueID
		want  string
	}{
		"zero padding adds up": {func(b *graph.Builder, x graph.ValueID) graph.ValueID {
			return conv(b, b.Node("Pad", x, ints(b, 0, 0, 1, 2, 0, 0, 3, 4)).Out("p")).Attr("pads", []int{1, 1, 1, 1}).Out("y")
		}, "y = Conv(x, w) pads=[2 3 4 5]\nreturn y\n"},
		"reflection": {func(b *graph.Builder, x graph.ValueID) graph.ValueID {
			return conv(b, b.Node("Pad", x, ints(b, 0, 0, 1, 1, 0, 0, 1, 1)).Attr("mode", "reflect").Out("p")).Out("y")
		}, "y = Conv(x, w) sardonyx.border=\"reflect\" pads=[1 1 1 1]\nreturn y\n"},
		"by axes": {func(b *graph.Builder, x graph.ValueID) graph.ValueID {
			return conv(b, b.Node("Pad", x, ints(b, 1, 2), graph.None, ints(b, -1)).Out("p")).Attr("auto_pad", "VALID").Out("y")
		}, "y = Conv(x, w) auto_pad=\"NOTSET\" pads=[0 1 0 2]\nreturn y\n"},
		"another user keeps the node": {func(b *graph.Builder, x graph.ValueID) graph.ValueID {
			p := b.Node("Pad", x, ints(b, 0, 0, 1, 1, 0, 0, 1, 1)).Out("p")
			b.Output(p)
			return conv(b, p).Out("y")
		}, "p = Pad(x, %1)\ny = Conv(x, w) pads=[1 1 1 1]\nreturn p, y\n"},
		"another constant": {func(b *graph.Builder, x graph.ValueID) graph.ValueID {
			return conv(b, b.Node("Pad", x, ints(b, 0, 0, 1, 1, 0, 0, 1, 1), b.Const("", tensor.Scalar(float32(1)))).Out("p")).Out("y")
		}, "p = Pad(x, %1, %2)\ny = Conv(p, w)\nreturn y\n"},
		"reflection and zeros": {func(b *graph.Builder, x graph.ValueID) graph.ValueID {
			return conv(b, b.Node("Pad", x, ints(b, 0, 0, 1, 1, 0, 0, 1, 1)).Attr("mode", "reflect").Out("p")).Attr("pads", []int{1, 1, 1, 1}).Out("y")
		}, "p = Pad(x, %1) mode=\"reflect\"\ny = Conv(p, w) pads=[1 1 1 1]\nreturn y\n"},
		"cropped": {func(b *graph.Builder, x graph.ValueID) graph.ValueID {
			return conv(b, b.Node("Pad", x, ints(b, 0, 0, -1, 1, 0, 0, 1, 1)).Out("p")).Out("y")
		}, "p = Pad(x, %1)\ny = Conv(p, w)\nreturn y\n"},
		"channels": {func(b *graph.Builder, x graph.ValueID) graph.ValueID {
			return conv(b, b.Node("Pad", x, ints(b, 0, 1, 0, 0, 0, 0, 0, 0)).Out("p")).Out("y")
		}, "p = Pad(x, %1)\ny = Conv(p, w)\nreturn y\n"},
	} {
		t.Run(name, func(t *testing.T) {
			channels := 3
			if name == "channels" {
				channels = 2
			}
			b := graph.NewBuilder(18)
			x := b.Input("x", tensor.Float32, 1, channels, 8, 8)
			b.Output(c.build(b, x))
			e := env()
			ty, err := Infer(e, b.Graph, []op.Info{info(1, channels, 8, 8)})
			require.NoError(t, err)
			shape := ty.Infos[b.Graph.Outputs[len(b.Graph.Outputs)-1]].Shape
			Fuse(e, ty)
			require.Equal(t, c.want, text(b.Graph))
			ty, err = Infer(e, b.Graph, []op.Info{info(1, channels, 8, 8)})
			require.NoError(t, err)
			require.Equal(t, shape, ty.Infos[b.Graph.Outputs[len(b.Graph.Outputs)-1]].Shape)
		})
	}
}

// TestFuseBatchNormalizationTransposed protects the layout of a ConvTranspose's
// weights, [C M/group k...].
func TestFuseBatchNormalizationTransposed(t *testing.T) {
	b := graph.NewBuilder(17)
	x := b.Input("x", tensor.Float32, 1, 4, 1)
	y := b.Node("ConvTranspose", x, b.Const("w", tensor.Of([]float32{1, 1, 1, 1, 1, 1, 1, 1}, 4, 2, 1))).Attr("group", 2).Out("y")
	v := func(name string, f ...float32) graph.ValueID { return b.Const(name, tensor.Of(f, 4)) }
	b.Output(b.Node("BatchNormalization", y, v("scale", 1, 2, 3, 4), v("B", 5, 6, 7, 8), v("mean", 1, 1, 1, 1), v("var", 1, 1, 1, 1)).Attr("epsilon", 0.0).Out("z"))
	e := env()
	ty, err := Infer(e, b.Graph, []op.Info{info(1, 4, 1)})
	require.NoError(t, err)
	require.True(t, Fuse(e, ty))
	require.Len(t, b.Graph.Nodes, 1)
	n := b.Graph.Nodes[0]
	require.Equal(t, []float32{1, 2, 1, 2, 3, 4, 3, 4}, tensor.Data[float32](b.Graph.ConstOf(n.Inputs[1])))
	require.Equal(t, []float32{4, 4, 4, 4}, tensor.Data[float32](b.Graph.ConstOf(n.Inputs[2])))
}
