package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// depthwise is a float32 convolution with one filter for each channel, over one
// or two spatial dims.
type depthwise struct {
	set    *kernels.Set
	c      *conv
	data   []float32 // [kh*kw][lanes]
	bias   []float32
	exact  []float32 // [kh*kw][channels]: for windows of a wider pixel
	kh, kw int
	ch     int
	lanes  int // channels rounded up to 8
}

// isDepthwise reports whether a convolution has one filter for each channel.
func isDepthwise(c *conv, in []op.Info) bool {
	w := in[1].Const
	return w.Rank() >= 3 && w.Rank() <= 4 && w.Shape()[1] == 1 && w.Shape()[0] == c.group && c.group > 1 &&
		(len(in) < 3 || !in[2].Present() || in[2].Const != nil)
}

func newDepthwise(e *op.Env, c *conv, in []op.Info) op.Kernel {
	w := in[1].Const
	s := w.Shape()
	k := &depthwise{set: e.Set, c: c, ch: s[0], kh: 1, kw: s[len(s)-1]}
	if len(s) == 4 {
		k.kh = s[2]
	}
	k.lanes = (k.ch + 7) &^ 7
	taps, src := k.kh*k.kw, tensor.Data[float32](w)
	k.data, k.exact = make([]float32, taps*k.lanes), make([]float32, taps*k.ch)
	for t := range taps {
		for i := range k.ch {
			k.data[t*k.lanes+i] = src[i*taps+t]
			k.exact[t*k.ch+i] = src[i*taps+t]
		}
	}
	k.bias = make([]float32, k.lanes)
	if len(in) > 2 && in[2].Const != nil {
		copy(k.bias, tensor.Data[float32](in[2].Const))
	}
	return k
}

// Packs says which constants are not read from the input any more.
func (k *depthwise) Packs(in int) bool { return in == 1 || in == 2 }

// depthwiseMemo is what a frame of depthwise keeps.
type depthwiseMemo struct {
	w    kernels.Window
	data []float32 // the weights for w.C lanes
}

// slide returns how a kernel row of width kw slides over the rows of x, for c
// lanes.
func slide(g *geometry, x, y *op.Value, c, kw int) kernels.Window {
	n, last := len(x.Shape)-2, len(x.Shape)-1
	left, _ := g.padding(n-1, n, x.Shape[last], kw)
	return kernels.Window{
		C: c, Width: x.Shape[last], OutWidth: y.Shape[last], KernelWidth: kw,
		Stride: one(g.stride, n-1), Dilation: one(g.dilation, n-1), Pad: left,
		InStride: x.PixelStride(), OutStride: y.PixelStride(),
	}
}

// rowTable returns a worker's memory for the offsets of a window's rows.
func rowTable(f *op.Frame, worker int) []int32 { return tensor.View[int32](f.Work(worker))[:0] }

// rows2 returns the height, row stride and stride of the first spatial dim, for
// images and for lines.
func rows2(v *op.Value) (h, stride int) {
	if len(v.Shape) == 3 {
		return 1, 0
	}
	return v.Shape[2], v.Stride[2]
}

func (k *depthwise) Resolve(f *op.Frame) error {
	y := f.Out[0]
	h, _ := rows2(y)
	w := y.Shape[len(y.Shape)-1]
	row := w * k.lanes * k.kh * k.kw / 16 // ns
	bands := op.Chunks(h, h*row)
	f.Param = append(f.Param[:0], bands)
	f.Scratch = 4 * k.kh
	m, _ := f.Memo.(*depthwiseMemo)
	if m == nil {
		m = new(depthwiseMemo)
		f.Memo = m
	}
	m.data = k.exact
	m.w = slide(&k.c.geometry, f.In[0], y, k.ch, k.kw)
	if f.In[0].Lanes >= k.lanes && y.Lanes >= k.lanes {
		m.w.C, m.data = k.lanes, k.data
	}
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: y.Shape[0] * bands, Cost: h * row / bands})
	return nil
}

func (k *depthwise) Run(f *op.Frame, _, chunk, worker int) error {
	x, y := f.In[0], f.Out[0]
	bands := f.Param[0]
	n, n2 := chunk/bands, len(x.Shape)-2
	h, xrow := rows2(x)
	oh, yrow := rows2(y)
	r0, r1 := oh*(chunk%bands)/bands, oh*(chunk%bands+1)/bands
	top, sy, dy := 0, 1, 1
	if n2 == 2 {
		top, _ = k.c.padding(0, 2, h, k.kh)
		sy, dy = one(k.c.stride, 0), one(k.c.dilation, 0)
	}
	m := f.Memo.(*depthwiseMemo)
	w := &m.w
	var res *op.Value
	if k.c.ep.Residual {
		res = f.In[len(f.In)-1]
	}
	lo, hi, clamp := k.c.ep.Clamp()
	if !clamp || res != nil {
		none := op.Epilogue{}
		lo, hi, _ = none.Clamp()
	}
	xs, ys := op.Data[float32](x)[n*x.Stride[0]:], op.Data[float32](y)[n*y.Stride[0]:]
	rows := rowTable(f, worker)
	for r := r0; r < r1; r++ {
		rows = rows[:0]
		for ky := range k.kh {
			if p := r*sy - top + ky*dy; p >= 0 && p < h {
				rows = append(rows, int32(p*xrow))
			} else {
				rows = append(rows, -1)
			}
		}
		dst := ys[r*yrow:]
		k.set.Depthwise(dst, xs, rows, m.data, k.bias, w, lo, hi)
		switch {
		case res != nil:
			_, rrow := rows2(res)
			from := op.Data[float32](res)[n*res.Stride[0]+r*rrow:]
			for i := range w.OutWidth {
				p := dst[i*w.OutStride:][:k.ch]
				k.set.Add(p, p, from[i*res.PixelStride():][:k.ch])
				op.Activate(k.set, k.c.ep.Activation, k.c.ep.Alpha, k.c.ep.Beta, p)
			}
		case !clamp:
			k.c.ep.Rows(k.set, dst, w.OutStride, w.OutWidth, w.C)
		}
	}
	return nil
}
