package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A layer is a convolution to test or to measure.
type layer struct {
	n, cin, cout, h, w        int
	k, stride, dilation       int
	top, left, bottom, right  int
	residual                  bool
	act                       string
	ldx, ldy, lanesX, lanesY  int // pixel strides and lanes
	data, weights, bias, plus []float32
}

func (l layer) String() string {
	return fmt.Sprintf("%dx%d->%d@%dx%d k%d s%d d%d pads %d %d %d %d residual %v %s", l.n, l.cin, l.cout, l.h, l.w, l.k, l.stride, l.dilation,
		l.top, l.left, l.bottom, l.right, l.residual, l.act)
}

func (l layer) out() (h, w int) {
	span := l.dilation*(l.k-1) + 1
	return (l.h+l.top+l.bottom-span)/l.stride + 1, (l.w+l.left+l.right-span)/l.stride + 1
}

// random fills the layer's data: inputs like those after a ReLU, He weights.
func (l *layer) random(r *rand.Rand) {
	values := func(n int, f func() float64) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(f())
		}
		return v
	}
	scale := math.Sqrt(2 / float64(l.cin*l.k*l.k))
	h, w := l.out()
	l.data = values(l.n*l.cin*l.h*l.w, func() float64 { return max(0, r.NormFloat64()) })
	l.weights = values(l.cout*l.cin*l.k*l.k, func() float64 { return scale * r.NormFloat64() })
	l.bias = values(l.cout, r.NormFloat64)
	l.plus = values(l.n*l.cout*h*w, r.NormFloat64)
	l.ldx, l.ldy = (l.cin+7)&^7, (l.cout+7)&^7
	l.lanesX, l.lanesY = l.ldx, l.ldy
}

// feature returns a channels-last value with plain data, and poison elsewhere.
func feature(plain []float32, n, c, h, w, ld, lanes int, poison float32) *op.Value {
	v := &op.Value{Kind: graph.Tensor, Type: tensor.Float32, Shape: []int{n, c, h, w}}
	v.SetChannelsLast(ld)
	v.Lanes = lanes
	v.Bytes = tensor.Alloc(4 * n * h * w * ld)
	data := op.Data[float32](v)
	for i := range data {
		data[i] = poison
	}
	for i, x := range plain {
		p, img := i%(h*w), i/(h*w)
		data[((img/c)*h*w+p)*ld+img%c] = x
	}
	return v
}

// kernel prepares the convolution, for images of known or unknown size.
func (l *layer) kernel(t testing.TB, s *kernels.Set, exact, dynamic bool) op.Kernel {
	n := &graph.Node{Op: "Conv", Version: 22, Attrs: []graph.Attr{
		{Name: "strides", Kind: graph.AttrInts, Ints: []int64{int64(l.stride), int64(l.stride)}},
		{Name: "dilations", Kind: graph.AttrInts, Ints: []int64{int64(l.dilation), int64(l.dilation)}},
		{Name: "pads", Kind: graph.AttrInts, Ints: []int64{int64(l.top), int64(l.left), int64(l.bottom), int64(l.right)}},
		{Name: op.AttrAdd, Kind: graph.AttrInt, Int: map[bool]int64{true: 1}[l.residual]},
		{Name: op.AttrAct, Kind: graph.AttrString, String: l.act},
		{Name: op.AttrAlpha, Kind: graph.AttrFloat, Float: 0.5},
		{Name: op.AttrBeta, Kind: graph.AttrFloat, Float: 1.5},
	}}
	o, err := newConv(n)
	require.NoError(t, err)
	w, b := tensor.Of(l.weights, l.cout, l.cin, l.k, l.k), tensor.Of(l.bias, l.cout)
	in := []op.Info{{}, op.FromTensor(w).Info(), op.FromTensor(b).Info()}
	if dynamic {
		in[0].Tensor(tensor.Float32, op.Unknown-1, l.cin, op.Unknown-2, op.Unknown-3)
	} else {
		in[0].Tensor(tensor.Float32, op.Unknown-1, l.cin, l.h, l.w)
	}
	in[0].Order = op.ChannelsLast
	if l.residual {
		in = append(in, op.Info{})
	}
	out := make([]op.Info, 1)
	require.NoError(t, o.Infer(in, out))
	e := op.NewEnv(n)
	e.Set, e.Exact = s, exact
	k, err := o.Prepare(e, in, out)
	require.NoError(t, err)
	return k
}

// frame returns a frame with inputs and room for the output.
func (l *layer) frame(poison float32) *op.Frame {
	f := op.NewFrame(3, 1)
	h, w := l.out()
	f.In[0] = feature(l.data, l.n, l.cin, l.h, l.w, l.ldx, l.lanesX, poison)
	f.In[1] = &op.Value{Kind: graph.Tensor, Type: tensor.Float32, Shape: []int{l.cout, l.cin, l.k, l.k}}
	f.In[2] = &op.Value{Kind: graph.Tensor, Type: tensor.Float32, Shape: []int{l.cout}}
	if l.residual {
		f.In = append(f.In, feature(l.plus, l.n, l.cout, h, w, l.ldy, l.lanesY, poison))
	}
	f.Out[0] = feature(nil, l.n, l.cout, h, w, l.ldy, l.lanesY, poison)
	return f
}

// result returns the output in plain order.
func result(v *op.Value) []float32 {
	var out []float32
	data := op.Data[float32](v)
	for n := range v.Shape[0] {
		for c := range v.Shape[1] {
			for y := range v.Shape[2] {
				for x := range v.Shape[3] {
					out = append(out, data[n*v.Stride[0]+c+y*v.Stride[2]+x*v.Stride[3]])
				}
			}
		}
	}
	return out
}

func (l *layer) run(t testing.TB, k op.Kernel, poison float32) []float32 {
	f := l.frame(poison)
	require.NoError(t, op.Execute(k, f))
	return result(f.Out[0])
}

// algorithmOf returns the algorithm a kernel uses.
func algorithmOf(k op.Kernel) (kernels.Winograd, bool) {
	if w, ok := k.(*winograd); ok {
		return w.weights.f, true
	}
	return 0, false
}

// layers returns random layers of all sorts that an algorithm can do.
func layers(r *rand.Rand, n int) []layer {
	var all []layer
	for len(all) < n {
		l := layer{
			n: 1 + r.IntN(2), cin: 16 + r.IntN(30), cout: 16 + r.IntN(150), h: 5 + r.IntN(30), w: 5 + r.IntN(30), k: 3, stride: 1, dilation: 1,
			top: r.IntN(3), left: r.IntN(3), bottom: r.IntN(3), right: r.IntN(3), residual: r.IntN(2) == 0,
			act: []string{"", "Relu", "Clip", "HardSwish"}[r.IntN(4)],
		}
		switch r.IntN(4) {
		case 0:
			l.dilation = 2 + r.IntN(2)
			l.h, l.w = l.h+4, l.w+4
		case 1:
			l.stride, l.h, l.w = 2, 2*l.h, 2*l.w
		case 2:
			l.k, l.stride, l.h, l.w = 4, 2, 2*l.h, 2*l.w
		}
		if h, w := l.out(); h < 1 || w < 1 {
			continue
		}
		l.random(r)
		if r.IntN(3) == 0 { // windows of wider pixels
			l.ldx, l.ldy = l.cin+r.IntN(20), l.cout+r.IntN(20)
			l.lanesX, l.lanesY = l.cin, l.cout
		}
		all = append(all, l)
	}
	return all
}

// blocks are layers of so many tiles that chunks transform and multiply their
// own: whole networks have no others where images are large.
func blocks(r *rand.Rand) []layer {
	all := []layer{
		{n: 1, cin: 17, cout: 20, h: 60, w: 58, k: 3, stride: 1, dilation: 1, top: 1, left: 1, bottom: 1, right: 1, act: "Relu", residual: true},
		{n: 1, cin: 16, cout: 40, h: 110, w: 130, k: 3, stride: 2, dilation: 1, top: 1, left: 1, bottom: 1, right: 1, act: "HardSwish"},
		{n: 13, cin: 16, cout: 70, h: 8, w: 7, k: 3, stride: 1, dilation: 1, top: 1, left: 1, bottom: 1, right: 1},
		{n: 13, cin: 20, cout: 16, h: 16, w: 15, k: 4, stride: 2, dilation: 1, top: 1, left: 1, bottom: 1, right: 1},
	}
	for i := range all {
		all[i].random(r)
	}
	return all
}

// TestWinograd holds every algorithm to the plain product, within its error,
// and all sets, image sizes known when compiling or not, batches and contents of
// undefined lanes to the same bits.
func TestWinograd(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	used := map[kernels.Winograd]int{}
	for _, l := range append(layers(r, 24), blocks(r)...) {
		k := l.kernel(t, kernels.Best(), false, false)
		f, ok := algorithmOf(k)
		if !ok {
			continue
		}
		used[f]++
		got := l.run(t, k, float32(math.NaN()))
		want := l.run(t, l.kernel(t, kernels.Best(), true, false), 0)
		bound := map[kernels.Winograd]float64{kernels.F43: 1e-4, kernels.F42: 1e-4, kernels.F23: 2e-5, kernels.F22: 2e-5}[f]
		for i := range want {
			require.InDelta(t, want[i], got[i], bound, "%v element %d", l, i)
		}
		require.Equal(t, got, l.run(t, k, 1e30), "undefined lanes of %v", l)
		require.Equal(t, got, l.run(t, l.kernel(t, kernels.Best(), false, true), 0), "unknown size of %v", l)
		for _, s := range kernels.All() {
			require.Equal(t, got, l.run(t, l.kernel(t, s, false, false), 0), "%s: %v", s.Name(), l)
		}
		h, w := l.out()
		one := l
		one.n, one.data, one.plus = 1, l.data[:l.cin*l.h*l.w], l.plus[:l.cout*h*w]
		require.Equal(t, got[:l.cout*h*w], one.run(t, k, 0), "one image of %v", l)
	}
	require.Len(t, used, 4, "not every algorithm was chosen: %v", used)
}

// TestWinogradAllocations checks that a frame that has seen its shapes allocates
// nothing when they alternate, also between algorithms.
func TestWinogradAllocations(t *testing.T) {
	l := layer{n: 1, cin: 16, cout: 24, h: 20, w: 20, k: 3, stride: 1, dilation: 1, top: 1, left: 1, bottom: 1, right: 1}
	l.random(rand.New(rand.NewPCG(33, 34)))
	k, f := l.kernel(t, kernels.Best(), false, true), l.frame(0)
	all := f.In[0].Shape
	run := func() {
		for _, size := range []int{20, 8, 4} { // F43, F23 and the plain product
			all[2], all[3] = size, size
			f.Out[0].Shape[2], f.Out[0].Shape[3] = size, size
			f.In[0].SetChannelsLast(l.ldx)
			f.Out[0].SetChannelsLast(l.ldy)
			if err := op.Execute(k, f); err != nil {
				t.Error(err)
			}
		}
	}
	run()
	require.Zero(t, testing.AllocsPerRun(10, run))
	forms := &k.(*adaptive).forms
	require.NotNil(t, forms[kernels.F43].k)
	require.NotNil(t, forms[kernels.F23].k)
}

// TestWinogradEmptyBatch checks that no image is no work.
func TestWinogradEmptyBatch(t *testing.T) {
	l := layer{cin: 16, cout: 24, h: 8, w: 8, k: 4, stride: 2, dilation: 1, top: 4, left: 4, bottom: 4, right: 4}
	l.random(rand.New(rand.NewPCG(35, 36)))
	k := l.kernel(t, kernels.Best(), false, false)
	_, ok := algorithmOf(k)
	require.True(t, ok)
	require.Empty(t, l.run(t, k, 0))
}

// TestAlgorithm pins the choice for layers of known networks.
func TestAlgorithm(t *testing.T) {
	for _, c := range []struct {
		cin, cout, out, k, stride, dilation int
		want                                string
	}{
		{64, 64, 56, 3, 1, 1, "F43"}, {128, 128, 28, 3, 1, 1, "F43"}, {256, 256, 14, 3, 1, 1, "F23"}, {512, 512, 7, 3, 1, 1, "F23"},
		{64, 64, 14, 3, 1, 1, "F43"}, {512, 512, 28, 3, 1, 1, "F43"}, {256, 256, 28, 3, 1, 2, "F43"}, {64, 64, 5, 3, 1, 1, ""},
		{256, 256, 14, 3, 1, 2, "F23"}, {256, 256, 14, 3, 1, 12, ""},
		{64, 128, 28, 3, 2, 1, "F42"}, {128, 256, 14, 3, 2, 1, "F22"}, {256, 512, 7, 3, 2, 1, ""},
		{64, 128, 64, 4, 2, 1, "F42"}, {256, 512, 16, 4, 2, 1, "F22"}, {512, 512, 8, 4, 2, 1, "F22"}, {512, 512, 4, 4, 2, 1, ""},
	} {
		conv := conv{geometry: geometry{stride: []int{c.stride, c.stride}, dilation: []int{c.dilation, c.dilation}}}
		f, ok := conv.algorithm(c.k, c.cin, c.cout, c.out, c.out)
		got := ""
		if ok {
			got = fmt.Sprintf("F%d%d", f.Outputs(), f.Taps())
		}
		require.Equal(t, c.want, got, "%+v", c)
	}
}
