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

// TestConvLayouts holds convolutions with constant weights, in each order that
// they offer to take, to the definition: which algorithm offers an order and
// which one then gets it are two decisions.
func TestConvLayouts(t *testing.T) {
	r := rand.New(rand.NewPCG(63, 64))
	for _, c := range []struct{ cin, cout, group, k, stride int }{
		{12, 12, 12, 1, 1}, {12, 12, 12, 1, 2}, {12, 24, 12, 1, 3}, {12, 12, 12, 3, 2}, {12, 12, 3, 1, 2}, {12, 20, 1, 1, 2}, {3, 20, 1, 5, 2}, {12, 2, 1, 1, 2},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			x, w := tensor.New(tensor.Float32, 2, c.cin, 7, 10), tensor.New(tensor.Float32, c.cout, c.cin/c.group, c.k, c.k)
			for _, v := range []*tensor.Tensor{x, w} {
				for i, d := 0, tensor.Data[float32](v); i < len(d); i++ {
					d[i] = r.Float32() - 0.5
				}
			}
			n := &graph.Node{Op: "Conv", Version: 11, Attrs: []graph.Attr{
				{Name: "strides", Kind: graph.AttrInts, Ints: []int64{int64(c.stride), int64(c.stride)}}, {Name: "group", Kind: graph.AttrInt, Int: int64(c.group)}}}
			o, err := newConv(n)
			require.NoError(t, err)
			infos := []op.Info{op.FromTensor(x).Info(), op.FromTensor(w).Info()}
			infos[0].Const = nil
			for _, s := range append(o.(op.Layouter).Layouts(infos), op.Signature{}) {
				f := op.NewFrame(2, 1)
				f.In[0], f.In[1] = op.FromTensor(x), op.FromTensor(w)
				copy(f.InInfo, infos)
				if len(s.In) > 0 && s.In[0] == op.ChannelsLast {
					f.In[0] = feature(tensor.Data[float32](x), 2, c.cin, 7, 10, (c.cin+7)&^7, c.cin, 0)
					f.InInfo[0].Order = op.ChannelsLast
				}
				require.NoError(t, o.Infer(f.InInfo, f.OutInfo))
				y := f.OutInfo[0].Shape
				f.Out[0] = op.FromTensor(tensor.New(tensor.Float32, y...))
				if len(s.Out) > 0 && s.Out[0] == op.ChannelsLast {
					f.OutInfo[0].Order = op.ChannelsLast
					f.Out[0] = feature(nil, y[0], y[1], y[2], y[3], (y[1]+7)&^7, y[1], 0)
				}
				k, err := o.Prepare(op.NewEnv(n), f.InInfo, f.OutInfo)
				require.NoError(t, err)
				require.NoError(t, op.Execute(k, f))
				got := op.Data[float32](f.Out[0])
				if f.OutInfo[0].Order == op.ChannelsLast {
					got = result(f.Out[0])
				}
				require.InDeltaSlice(t, definition(x, w, c.group, c.stride, y), got, 1e-5, "orders %v to %v", s.In, s.Out)
			}
		})
	}
}

// definition is a convolution without padding, by its formula.
func definition(x, w *tensor.Tensor, group, stride int, shape []int) []float32 {
	xs, ws := tensor.Data[float32](x), tensor.Data[float32](w)
	cin, h, width := x.Shape()[1], x.Shape()[2], x.Shape()[3]
	deep, k := w.Shape()[1], w.Shape()[2]
	var out []float32
	for i := range op.Product(shape) {
		px, py, m, n := i%shape[3], i/shape[3]%shape[2], i/(shape[2]*shape[3])%shape[1], i/(shape[1]*shape[2]*shape[3])
		var sum float32
		for c := range deep {
			plane := n*cin + m/(shape[1]/group)*deep + c
			for a := range k * k {
				sum += xs[(plane*h+py*stride+a/k)*width+px*stride+a%k] * ws[(m*deep+c)*k*k+a]
			}
		}
		out = append(out, sum)
	}
	return out
}
