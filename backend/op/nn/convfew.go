package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// few is a float32 convolution to at most 4 channels, which would fill a
// fraction of a strip of columns. Here the columns are the taps of a kernel row
// with their channels, and the rows are the pixels of a padded input row:
//
//	P(x, kx*M+m) = Σ over ky and c of X(x, y+ky, c) · W(m, c, ky, kx)
//	Y(x, y, m)   = bias(m) + Σ over kx of P(x+kx, kx*M+m)
//
// so that each of the kx sums is a chain of its own.
type few struct {
	set    *kernels.Set
	c      *conv
	cin    int
	kernel [2]int
	data   []float32 // packed
	bias   [fewChannels]float32
	zero   []float32
}

// fewChannels is how many output channels at most few and transposeFew have.
const fewChannels = 4

// isFew reports whether few is the kernel for a channels-last convolution.
func isFew(c *conv, in []op.Info) bool {
	w := in[1].Const
	if w == nil || w.Rank() != 4 || c.group != 1 || one(c.stride, 1) != 1 || len(in) > 2 && in[2].Present() && in[2].Const == nil {
		return false
	}
	s := w.Shape()
	return s[0] <= fewChannels && s[1] >= 8 && s[3] > 1
}

func newFew(e *op.Env, c *conv, in []op.Info) op.Kernel {
	w := in[1].Const
	s := w.Shape()
	cout, kh, kw := s[0], s[2], s[3]
	k := &few{set: e.Set, c: c, cin: s[1], kernel: [2]int{kh, kw}, bias: fewBias(in), zero: make([]float32, s[1])}
	src, matrix := tensor.Data[float32](w), make([]float32, 0, w.Len())
	for ky := range kh {
		for ch := range k.cin {
			for kx := range kw {
				for m := range cout {
					matrix = append(matrix, src[((m*k.cin+ch)*kh+ky)*kw+kx])
				}
			}
		}
	}
	k.data = make([]float32, kernels.PackedLen(kh*k.cin, kw*cout))
	kernels.Pack(k.data, kh*k.cin, kw*cout, matrix, kw*cout, 1)
	return k
}

// fewBias returns the constant bias of a convolution, 0 for none.
func fewBias(in []op.Info) (b [fewChannels]float32) {
	if len(in) > 2 && in[2].Const != nil {
		copy(b[:], tensor.Data[float32](in[2].Const))
	}
	return b
}

// Packs says which constants are not read from the input any more.
func (k *few) Packs(in int) bool { return in == 1 || in == 2 }

// fewMemo is what a frame keeps.
type fewMemo struct {
	offs   []int32 // by padded input row and pixel: where it is, -1 in the padding
	pixels int     // of a padded row
	ld     int     // of P
	taps   []int   // where in P the terms of an output begin
}

func (k *few) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*fewMemo)
	if m == nil {
		m = new(fewMemo)
		f.Memo = m
	}
	x, y := f.In[0], f.Out[0]
	h, w, cout := x.Shape[2], x.Shape[3], y.Shape[1]
	if x.Shape[2]*x.Stride[2] > math.MaxInt32 {
		panic("nn: feature map is too large for 32-bit offsets")
	}
	top, _ := k.c.padding(0, 2, h, k.kernel[0])
	left, _ := k.c.padding(1, 2, w, k.kernel[1])
	rows := (y.Shape[2]-1)*one(k.c.stride, 0) + (k.kernel[0]-1)*one(k.c.dilation, 0) + 1
	m.pixels = y.Shape[3] + (k.kernel[1]-1)*one(k.c.dilation, 1)
	m.offs = m.offs[:0]
	for r := range rows {
		for p := range m.pixels {
			o := -1
			if iy, ix := k.c.source(r-top, h), k.c.source(p-left, w); iy >= 0 && ix >= 0 {
				o = iy*x.Stride[2] + ix*x.Stride[3]
			}
			m.offs = append(m.offs, int32(o))
		}
	}
	m.ld = (k.kernel[1]*cout + 7) &^ 7
	m.taps = m.taps[:0]
	for kx := range k.kernel[1] {
		m.taps = append(m.taps, kx*(one(k.c.dilation, 1)*m.ld+cout))
	}
	f.Scratch = 4 * (m.pixels*m.ld + fewChannels)
	f.Split(x.Shape[0]*y.Shape[2], float64(m.pixels)*float64(m.ld*k.kernel[0]*k.cin)/50+float64(y.Shape[3]*k.kernel[1]))
	return nil
}

func (k *few) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*fewMemo)
	x, y := f.In[0], f.Out[0]
	p := tensor.View[float32](f.Work(worker))
	from, to := f.Span(phase, chunk, x.Shape[0]*y.Shape[2])
	for i := from; i < to; i++ {
		n, r := i/y.Shape[2], i%y.Shape[2]
		k.set.GemmIndirect(m.pixels, m.ld, op.Data[float32](x)[n*x.Stride[0]:], k.zero, m.offs[r*one(k.c.stride, 0)*m.pixels:],
			one(k.c.dilation, 0)*m.pixels, k.kernel[0], k.cin, k.data, p, m.ld, nil, nil)
		at := n*y.Stride[0] + r*y.Stride[2]
		row := op.Data[float32](y)[at:]
		gather(row, y.Stride[3], y.Shape[3], y.Shape[1], &k.bias, p, m.ld, m.taps)
		finishFew(k.set, &k.c.ep, f, n, r, row)
	}
	return nil
}

// gather adds up the terms of n pixels of at most 4 channels, each at least a
// pixel of ld elements apart:
//
//	dst[i*ld+c] = bias[c] + Σ over t of p[t+i*ldp+c]
func gather(dst []float32, ld, n, channels int, bias *[fewChannels]float32, p []float32, ldp int, taps []int) {
	for i := range n {
		from := p[i*ldp:]
		s0, s1, s2, s3 := bias[0], bias[1], bias[2], bias[3]
		for _, t := range taps {
			v := (*[fewChannels]float32)(from[t:])
			s0, s1, s2, s3 = s0+v[0], s1+v[1], s2+v[2], s3+v[3]
		}
		d := dst[i*ld:]
		switch channels {
		case 4:
			d[3] = s3
			fallthrough
		case 3:
			d[2] = s2
			fallthrough
		case 2:
			d[1] = s1
			fallthrough
		case 1:
			d[0] = s0
		}
	}
}

// finishFew adds the residual to a row of few channels, and activates it.
func finishFew(set *kernels.Set, ep *op.Epilogue, f *op.Frame, image, row int, y []float32) {
	v := f.Out[0]
	pixels, channels, ld := v.Shape[3], v.Shape[1], v.Stride[3]
	if ep.Residual {
		r := f.In[len(f.In)-1]
		from := op.Data[float32](r)[image*r.Stride[0]+row*r.Stride[2]:]
		for i := range pixels {
			for c := range channels {
				y[i*ld+c] += from[i*r.Stride[3]+c]
			}
		}
	}
	if ep.Activation == "" {
		return
	}
	if ld == channels {
		op.Activate(set, ep.Activation, ep.Alpha, ep.Beta, y[:pixels*channels])
		return
	}
	for i := range pixels {
		op.Activate(set, ep.Activation, ep.Alpha, ep.Beta, y[i*ld:][:channels])
	}
}

// Describe implements [op.Describer].
func (k *few) Describe(f *op.Frame) (string, float64) { return "taps as columns", products(f) }
