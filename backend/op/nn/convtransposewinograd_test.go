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

// An upLayer is a ConvTranspose to test or to measure.
type upLayer struct {
	n, cin, cout, h, w        int
	k, stride                 int
	pads                      []int // 4
	more                      []int // output_padding
	residual                  bool
	act                       string
	ldx, ldy, lanesX, lanesY  int
	ldr                       int
	data, weights, bias, plus []float32
}

func (l upLayer) String() string {
	return fmt.Sprintf("%dx%d->%d@%dx%d k%d s%d pads %v more %v residual %v %s", l.n, l.cin, l.cout, l.h, l.w, l.k, l.stride, l.pads, l.more, l.residual, l.act)
}

func (l *upLayer) out() (h, w int) {
	return (l.h-1)*l.stride + l.k + l.more[0] - l.pads[0] - l.pads[2], (l.w-1)*l.stride + l.k + l.more[1] - l.pads[1] - l.pads[3]
}

// random fills the layer's data as layer.random does.
func (l *upLayer) random(r *rand.Rand) {
	h, w := l.out()
	c := layer{n: l.n, cin: l.cin, cout: l.cout, h: l.h, w: l.w, k: l.k, stride: 1, dilation: 1, top: l.k, left: l.k}
	c.random(r)
	l.data, l.weights, l.bias = c.data, c.weights, c.bias
	l.plus = make([]float32, l.n*l.cout*h*w)
	for i := range l.plus {
		l.plus[i] = float32(r.NormFloat64())
	}
	l.ldx, l.ldy, l.ldr = (l.cin+7)&^7, (l.cout+7)&^7, (l.cout+7)&^7
	l.lanesX, l.lanesY = l.ldx, l.ldy
}

// kernel prepares the layer, for images of known or unknown size.
func (l *upLayer) kernel(t testing.TB, s *kernels.Set, exact, dynamic bool) op.Kernel {
	ints := func(v []int) (all []int64) {
		for _, x := range v {
			all = append(all, int64(x))
		}
		return all
	}
	n := &graph.Node{Op: "ConvTranspose", Version: 22, Attrs: []graph.Attr{
		{Name: "strides", Kind: graph.AttrInts, Ints: ints([]int{l.stride, l.stride})},
		{Name: "pads", Kind: graph.AttrInts, Ints: ints(l.pads)},
		{Name: "output_padding", Kind: graph.AttrInts, Ints: ints(l.more)},
		{Name: op.AttrAdd, Kind: graph.AttrInt, Int: map[bool]int64{true: 1}[l.residual]},
		{Name: op.AttrAct, Kind: graph.AttrString, String: l.act},
		{Name: op.AttrAlpha, Kind: graph.AttrFloat, Float: 0.5},
		{Name: op.AttrBeta, Kind: graph.AttrFloat, Float: 1.5},
	}}
	o, err := newConvTranspose(n)
	require.NoError(t, err)
	w, b := tensor.Of(l.weights, l.cin, l.cout, l.k, l.k), tensor.Of(l.bias, l.cout)
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
func (l *upLayer) frame(poison float32) *op.Frame {
	f := op.NewFrame(3, 1)
	h, w := l.out()
	f.In[0] = feature(l.data, l.n, l.cin, l.h, l.w, l.ldx, l.lanesX, poison)
	f.In[1] = &op.Value{Kind: graph.Tensor, Type: tensor.Float32, Shape: []int{l.cin, l.cout, l.k, l.k}}
	f.In[2] = &op.Value{Kind: graph.Tensor, Type: tensor.Float32, Shape: []int{l.cout}}
	if l.residual {
		f.In = append(f.In, feature(l.plus, l.n, l.cout, h, w, l.ldr, l.cout, poison))
	}
	f.Out[0] = feature(nil, l.n, l.cout, h, w, l.ldy, l.lanesY, poison)
	return f
}

func (l *upLayer) run(t testing.TB, k op.Kernel, poison float32) []float32 {
	f := l.frame(poison)
	require.NoError(t, op.Execute(k, f))
	return result(f.Out[0])
}

// requireNear fails at the first element of got that is not near that of want.
func requireNear(t *testing.T, want []float64, got []float32, bound float64, of fmt.Stringer) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, w := range want {
		if d := math.Abs(w - float64(got[i])); !(d <= bound) {
			require.FailNow(t, "not near", "%v element %d: %v, want %v", of, i, got[i], w)
		}
	}
}

// backwards runs a frame once more, the chunks of each phase from last to first.
func backwards(k op.Kernel, f *op.Frame) {
	clear(op.Data[float32](f.Out[0]))
	for p := range f.Phases {
		for c := range f.Phases[p].Chunks {
			_ = k.Run(f, p, f.Phases[p].Chunks-1-c, 0)
		}
	}
}

// upLayers returns random layers of all sorts that some kernel can do.
func upLayers(r *rand.Rand, n int) []upLayer {
	var all []upLayer
	for len(all) < n {
		l := upLayer{n: 1 + r.IntN(2), cin: 16 + r.IntN(30), cout: 16 + r.IntN(60), h: 1 + r.IntN(30), w: 1 + r.IntN(30), k: 4, stride: 2,
			pads: []int{r.IntN(4), r.IntN(4), r.IntN(4), r.IntN(4)}, more: []int{r.IntN(2), r.IntN(2)},
			residual: r.IntN(2) == 0, act: []string{"", "Relu", "Clip", "HardSwish"}[r.IntN(4)]}
		switch r.IntN(6) {
		case 0:
			l.k = 2 + r.IntN(2)
		case 1:
			l.cout = 1 + r.IntN(4)
		case 2:
			l.cin, l.cout, l.h, l.w = 190, 180, min(l.h, 12), min(l.w, 12)
		}
		if h, w := l.out(); h < 1 || w < 1 {
			continue
		}
		l.random(r)
		if r.IntN(3) == 0 { // windows of wider pixels
			l.ldx, l.ldy, l.ldr = l.cin+r.IntN(20), l.cout+r.IntN(20), l.cout+r.IntN(20)
			l.lanesX, l.lanesY = l.cin, l.cout
		}
		all = append(all, l)
	}
	return all
}

// TestConvTransposeKernels holds every kernel to the definition, within its
// error, and all sets, image sizes known when compiling or not, batches and
// contents of undefined lanes to the same bits.
func TestConvTransposeKernels(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	used := map[string]int{}
	large := upLayer{n: 1, cin: 17, cout: 20, h: 62, w: 50, k: 4, stride: 2, pads: []int{1, 1, 1, 1}, more: []int{0, 0}, act: "Relu"}
	large.random(r) // chunks transform their own tiles
	for _, l := range append(upLayers(r, 24), large) {
		k := l.kernel(t, kernels.Best(), false, false)
		got := l.run(t, k, float32(math.NaN()))
		f := l.frame(0)
		require.NoError(t, op.Execute(k, f))
		name, _ := k.(op.Describer).Describe(f)
		used[name]++
		bound := map[string]float64{"Winograd F(4,2)": 1e-4, "Winograd F(2,2)": 2e-5}[name] + 2e-5
		requireNear(t, l.defined(), got, 2*bound, l)
		backwards(k, f)
		require.Equal(t, got, result(f.Out[0]), "chunks in another order of %v", l)
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
	require.Len(t, used, 4, "not every kernel was chosen: %v", used)
}

// defined computes the layer in float64, input pixel by input pixel.
func (l *upLayer) defined() []float64 {
	h, w := l.out()
	y := make([]float64, l.n*l.cout*h*w)
	for i := range y {
		y[i] = float64(l.bias[i/(h*w)%l.cout])
	}
	for i, v := range l.data {
		n, c, py, px := i/(l.h*l.w*l.cin), i/(l.h*l.w)%l.cin, i/l.w%l.h, i%l.w
		for o := range l.cout {
			for ky := range l.k {
				for kx := range l.k {
					oy, ox := py*l.stride+ky-l.pads[0], px*l.stride+kx-l.pads[1]
					if oy >= 0 && oy < h && ox >= 0 && ox < w {
						y[((n*l.cout+o)*h+oy)*w+ox] += float64(v) * float64(l.weights[((c*l.cout+o)*l.k+ky)*l.k+kx])
					}
				}
			}
		}
	}
	for i, v := range y {
		if l.residual {
			v += float64(l.plus[i])
		}
		switch l.act {
		case "Relu":
			v = max(v, 0)
		case "Clip":
			v = min(max(v, 0.5), 1.5)
		case "HardSwish":
			v *= min(max(v/6+0.5, 0), 1)
		}
		y[i] = v
	}
	return y
}

// TestConvTransposeAllocations checks that a frame that has seen its shapes
// allocates nothing when they alternate, also between algorithms.
func TestConvTransposeAllocations(t *testing.T) {
	l := upLayer{n: 1, cin: 16, cout: 40, h: 20, w: 20, k: 4, stride: 2, pads: []int{1, 1, 1, 1}, more: []int{0, 0}, act: "Tanh"}
	l.random(rand.New(rand.NewPCG(43, 44)))
	k, f := l.kernel(t, kernels.Best(), false, true), l.frame(0)
	run := func() {
		for _, size := range []int{20, 8, 2} { // F42, F22 and products
			f.In[0].Shape[2], f.In[0].Shape[3] = size, size
			f.Out[0].Shape[2], f.Out[0].Shape[3] = 2*size, 2*size
			f.In[0].SetChannelsLast(l.ldx)
			f.Out[0].SetChannelsLast(l.ldy)
			if err := op.Execute(k, f); err != nil {
				t.Error(err)
			}
		}
	}
	run()
	require.Zero(t, testing.AllocsPerRun(10, run))
	forms := &k.(*transposeAdaptive).forms
	require.NotNil(t, forms[kernels.F42].k)
	require.NotNil(t, forms[kernels.F22].k)
}
