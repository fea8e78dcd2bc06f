package nn

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestConvBorder holds convolutions whose padding repeats pixels, by every
// algorithm, to those of images that have been padded before.
func TestConvBorder(t *testing.T) {
	r := rand.New(rand.NewPCG(61, 62))
	for _, c := range []struct {
		name                      string
		cin, cout, size, k, s, by int
		order                     op.Order
	}{
		{"stem", 3, 20, 12, 9, 1, 4, op.Plain}, {"few", 9, 3, 12, 5, 1, 2, op.ChannelsLast}, {"product", 12, 20, 12, 5, 2, 3, op.ChannelsLast},
		{"Winograd", 16, 20, 21, 3, 1, 1, op.ChannelsLast}, {"stride 2", 16, 20, 42, 4, 2, 3, op.ChannelsLast}, {"far", 12, 20, 3, 3, 1, 5, op.ChannelsLast},
	} {
		for _, border := range []string{"reflect", "edge"} {
			g := geometry{border: border}
			x := tensor.New(tensor.Float32, 2, c.cin, c.size, c.size+1)
			for i, d := 0, tensor.Data[float32](x); i < len(d); i++ {
				d[i] = r.Float32()
			}
			padded := tensor.New(tensor.Float32, 2, c.cin, c.size+2*c.by, c.size+1+2*c.by)
			for i, d := 0, tensor.Data[float32](padded); i < len(d); i++ {
				h, w := c.size+2*c.by, c.size+1+2*c.by
				py, px := g.source(i/w%h-c.by, c.size), g.source(i%w-c.by, c.size+1)
				d[i] = tensor.Data[float32](x)[(i/(h*w)*c.size+py)*(c.size+1)+px]
			}
			w := tensor.New(tensor.Float32, c.cout, c.cin, c.k, c.k)
			for i, d := 0, tensor.Data[float32](w); i < len(d); i++ {
				d[i] = (r.Float32() - 0.5) / 8
			}
			by := int64(c.by)
			got := convolve(t, x, w, c.order, c.s, graph.Attr{Name: op.AttrBorder, Kind: graph.AttrString, String: border},
				graph.Attr{Name: "pads", Kind: graph.AttrInts, Ints: []int64{by, by, by, by}})
			want := convolve(t, padded, w, c.order, c.s)
			require.Len(t, got, len(want), "%s %s", c.name, border)
			require.InDeltaSlice(t, want, got, 2e-5, "%s %s", c.name, border)
		}
	}
}

// convolve returns a convolution, in plain order.
func convolve(t *testing.T, x, w *tensor.Tensor, order op.Order, stride int, attrs ...graph.Attr) []float32 {
	return convolveWith(t, x, w, nil, order, stride, attrs...)
}

// convolveWith does so with further inputs, from the third on.
func convolveWith(t *testing.T, x, w *tensor.Tensor, more []*op.Value, order op.Order, stride int, attrs ...graph.Attr) []float32 {
	n := &graph.Node{Op: "Conv", Version: 11, Attrs: append(attrs, graph.Attr{Name: "strides", Kind: graph.AttrInts, Ints: []int64{int64(stride), int64(stride)}})}
	o, err := newConv(n)
	require.NoError(t, err)
	f := op.NewFrame(2+len(more), 1)
	f.In[0], f.In[1] = op.FromTensor(x), op.FromTensor(w)
	for i, v := range more {
		if f.In[2+i] = v; v != nil {
			f.InInfo[2+i] = v.Info()
		}
	}
	f.InInfo[0], f.InInfo[1] = f.In[0].Info(), f.In[1].Info()
	f.InInfo[0].Const, f.InInfo[0].Order = nil, order
	if s := x.Shape(); order == op.ChannelsLast {
		f.In[0] = feature(tensor.Data[float32](x), s[0], s[1], s[2], s[3], (s[1]+7)&^7, s[1], 0)
	}
	require.NoError(t, o.Infer(f.InInfo, f.OutInfo))
	s := f.OutInfo[0].Shape
	f.Out[0] = feature(nil, s[0], s[1], s[2], s[3], (s[1]+7)&^7, s[1], 0)
	k, err := o.Prepare(op.NewEnv(n), f.InInfo, f.OutInfo)
	require.NoError(t, err)
	require.NoError(t, op.Execute(k, f))
	return result(f.Out[0])
}

// TestSource pins what padding repeats, as Pad defines it.
func TestSource(t *testing.T) {
	for border, want := range map[string][]int{
		"":        {-1, -1, -1, -1, 0, 1, 2, -1, -1, -1},
		"edge":    {0, 0, 0, 0, 0, 1, 2, 2, 2, 2},
		"reflect": {0, 1, 2, 1, 0, 1, 2, 1, 0, 1},
	} {
		g := geometry{border: border}
		for i, w := range want {
			require.Equal(t, w, g.source(i-4, 3), "%q at %d", border, i-4)
		}
	}
}
