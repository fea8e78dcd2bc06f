package nn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestConvGate holds convolutions of gated images to those of images that have
// been multiplied before, to the bit: images of more pixels than are gated at a
// time, channels that are no multiple of a vector, output channels that are
// several chunks, with a residual behind.
func TestConvGate(t *testing.T) {
	r := rand.New(rand.NewPCG(71, 72))
	for _, c := range []struct{ n, cin, cout, h, w int }{
		{1, 96, 24, 14, 14}, {2, 10, 20, 7, 9}, {3, 5, 8, 1, 2}, {1, 600, 330, 5, 5},
	} {
		for _, residual := range []bool{false, true} {
			t.Run(fmt.Sprintf("%+v residual=%v", c, residual), func(t *testing.T) {
				random := func(shape ...int) *tensor.Tensor {
					x := tensor.New(tensor.Float32, shape...)
					for i, d := 0, tensor.Data[float32](x); i < len(d); i++ {
						d[i] = r.Float32() - 0.5
					}
					return x
				}
				x, w, gate := random(c.n, c.cin, c.h, c.w), random(c.cout, c.cin, 1, 1), random(c.n, c.cin, 1, 1)
				product := tensor.New(tensor.Float32, x.Shape()...)
				for i, d := 0, tensor.Data[float32](product); i < len(d); i++ {
					d[i] = tensor.Data[float32](x)[i] * tensor.Data[float32](gate)[i/(c.h*c.w)]
				}
				more, attrs := []*op.Value{nil}, []graph.Attr{{Name: op.AttrAct, Kind: graph.AttrString, String: "Relu"}}
				gated := []*op.Value{nil, feature(tensor.Data[float32](gate), c.n, c.cin, 1, 1, (c.cin+7)&^7, c.cin, 0)}
				if residual {
					v := random(c.n, c.cout, c.h, c.w)
					res := feature(tensor.Data[float32](v), c.n, c.cout, c.h, c.w, (c.cout+7)&^7, c.cout, 0)
					more, gated = append(more, res), append(gated, res)
					attrs = append(attrs, graph.Attr{Name: op.AttrAdd, Kind: graph.AttrInt, Int: 1})
				}
				want := convolveWith(t, product, w, more, op.ChannelsLast, 1, attrs...)
				attrs = append(attrs, graph.Attr{Name: op.AttrGate, Kind: graph.AttrInt, Int: 1})
				require.Equal(t, want, convolveWith(t, x, w, gated, op.ChannelsLast, 1, attrs...))
			})
		}
	}
}
