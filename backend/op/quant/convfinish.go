package quant

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// line computes one output row of a convolution that has a filter for each
// channel.
func (k *convKernel) line(m *convMemo, f *op.Frame, w *filters, chunk int, work []byte) {
	x, y := &m.image, f.Out[0]
	n, r := chunk/m.blocks, chunk%m.blocks
	c, dims := x.Shape[1], len(x.Shape)-2
	kernel := f.In[k.w].Shape[2:]
	table := tensor.View[int32](work)[2*m.rows*c:][:exactDepth]
	rows := table[:1]
	rows[0] = 0
	if dims == 2 {
		s, d, top := k.Step(0, 2, x.Shape[2], kernel[0])
		rows = table[:kernel[0]]
		for i := range rows {
			rows[i] = -1
			if p := r*s - top + i*d; p >= 0 && p < x.Shape[2] {
				rows[i] = int32(p * x.Stride[2])
			}
		}
	}
	acc := tensor.View[float32](work)[:m.rows*c]
	sums := tensor.View[int32](work)[m.rows*c:][:m.rows*c]
	start := m.start
	if !m.fits {
		start = m.zero
	}
	var none op.Epilogue
	lo, hi, _ := none.Clamp()
	k.set.Depthwise(acc, m.at(n, 0), rows, w.data, start, &m.slide, lo, hi)
	if !m.fits || !k.linear {
		collect(sums, acc, true)
		biased(acc, sums, m.bias, 0, c)
	}
	k.finish(m, y, n, r*m.rows, 0, c, acc, sums, m.fits && k.linear)
}

// window returns how a kernel row slides over the rows of the image.
func (k *convKernel) window(m *convMemo, f *op.Frame) kernels.Window {
	x, y, kernel := &m.image, f.Out[0], f.In[k.w].Shape[2:]
	dims, last, c := len(x.Shape)-2, len(x.Shape)-1, x.Shape[1]
	stride, dilation, pad := k.Step(dims-1, dims, x.Shape[last], kernel[dims-1])
	return kernels.Window{
		C: c, Width: x.Shape[last], OutWidth: y.Shape[last], KernelWidth: kernel[dims-1],
		Stride: stride, Dilation: dilation, Pad: pad, InStride: c, OutStride: c,
	}
}

// finish stores rows of sums, pixels from r0 on of channels from ch on, n of
// them, of batch item i. The sums are in acc, and unless they are exact there
// in sums as well.
func (k *convKernel) finish(m *convMemo, y *op.Value, i, r0, ch, n int, acc []float32, sums []int32, exact bool) {
	at, pixel, channel := i*y.Stride[0]+r0*y.PixelStride()+ch*y.Stride[1], y.PixelStride(), y.Stride[1]
	if !k.linear {
		if exact {
			collect(sums, acc, true)
		}
		scatter(op.Data[int32](y)[at:], pixel, channel, sums, n)
		return
	}
	scale := m.scale[ch : ch+n]
	for j := 0; j < len(acc); j += n {
		row := acc[j : j+n]
		k.set.Mul(row, row, scale)
	}
	settle(k.set, y.Type, acc, m.yZero)
	if y.Type == tensor.Int8 {
		scatter(op.Data[int8](y)[at:], pixel, channel, acc, n)
	} else {
		scatter(op.Data[uint8](y)[at:], pixel, channel, acc, n)
	}
}

// scatter stores rows of n whole numbers, pixel apart, their elements channel
// apart. NaN becomes 0.
func scatter[D uint8 | int8 | int32, S float32 | int32](dst []D, pixel, channel int, rows []S, n int) {
	if channel == 1 {
		for r := 0; r*n < len(rows); r++ {
			to := dst[r*pixel:][:n]
			for j, v := range rows[r*n:][:n] {
				if v != v {
					v = 0
				}
				to[j] = D(int32(v))
			}
		}
		return
	}
	for j := range n {
		to := j * channel
		for i := j; i < len(rows); i += n {
			v := rows[i]
			if v != v {
				v = 0
			}
			dst[to] = D(int32(v))
			to += pixel
		}
	}
}
