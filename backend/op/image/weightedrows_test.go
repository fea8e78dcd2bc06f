package image_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestResizeRows holds images that are sampled in both dims at once, in several
// chunks, to the bits of the plain order.
func TestResizeRows(t *testing.T) {
	x := pixels(t, tensor.Float32, 2, 16, 41, 9)
	for _, scale := range []float32{0.4, 1.7, 3} {
		for _, mode := range []string{"linear", "cubic"} {
			for _, transform := range []string{"half_pixel", "align_corners", "asymmetric"} {
				n := optest.Node("Resize", 19, 3, optest.Str("mode", mode), optest.Str("coordinate_transformation_mode", transform))
				scales := tensor.Of([]float32{1, 1, scale, 2}, 4)
				want, err := optest.Eval(registry, n, x, nil, scales)
				require.NoError(t, err)
				got, err := optest.EvalChannelsLast(registry, n, nil, x, nil, scales)
				require.NoError(t, err)
				require.True(t, bytes.Equal(want[0].Bytes(), got[0].Bytes()), "%v %s %s", scale, mode, transform)
			}
		}
	}
}

// BenchmarkResize measures doubling of a channels-last image, on one thread: the
// shortest time.
func BenchmarkResize(b *testing.B) {
	for _, mode := range []string{"nearest", "linear"} {
		b.Run(mode, func(b *testing.B) {
			n := optest.Node("Resize", 19, 3, optest.Str("mode", mode))
			o, err := registry.New(n)
			require.NoError(b, err)
			f := op.NewFrame(3, 1)
			f.In[2] = op.FromTensor(tensor.Of([]float32{1, 1, 2, 2}, 4))
			f.InInfo[2] = f.In[2].Info()
			f.InInfo[0].Tensor(tensor.Float32, 1, 64, 128, 128)
			f.InInfo[0].Order = op.ChannelsLast
			require.NoError(b, o.Infer(f.InInfo, f.OutInfo))
			f.OutInfo[0].Order = op.ChannelsLast
			for i, size := range []int{128, 256} {
				v := &op.Value{Kind: graph.Tensor, Type: tensor.Float32, Shape: []int{1, 64, size, size}}
				v.SetChannelsLast(64)
				v.Bytes = tensor.Alloc(4 * v.Len())
				for j, d := 0, op.Data[float32](v); j < len(d); j++ {
					d[j] = 1
				}
				if i == 0 {
					f.In[0] = v
				} else {
					f.Out[0] = v
				}
			}
			k, err := o.Prepare(op.NewEnv(n), f.InInfo, f.OutInfo)
			require.NoError(b, err)
			require.NoError(b, op.Execute(k, f))
			shortest := time.Hour
			for b.Loop() {
				start := time.Now()
				for p := range f.Phases {
					for c := range f.Phases[p].Chunks {
						_ = k.Run(f, p, c, 0)
					}
				}
				shortest = min(shortest, time.Since(start))
			}
			b.ReportMetric(float64(shortest.Nanoseconds())/1000, "best-us")
		})
	}
}
