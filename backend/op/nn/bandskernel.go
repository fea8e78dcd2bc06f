package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// bandsKernel computes [bands]. A chunk is a band of output rows; in it a worker
// computes a few rows at a time: the rows of the widened map that these need and
// that it does not have from before, the depthwise rows, and their products.
type bandsKernel struct {
	set           *kernels.Set
	before, after *product // nil where missing
	middle        *depthwise
	residual      int // input, or -1
}

type bandsMemo struct {
	w       kernels.Window // of the depthwise convolution
	weights []float32      // for w.C lanes
	height  int            // of the map that it reads
	source  int            // elements of a row of that map
	row     int            // elements of a row that it writes
	step    int            // output rows at a time
	held    int            // rows of the widened map that a worker has
	bands   int
}

// bandBytes is what a worker's rows may take: half of the smallest private
// caches of today.
const bandBytes = 384 << 10

// Packs says which constants are not read from the inputs any more.
func (k *bandsKernel) Packs(in int) bool { return in > 0 && in != k.residual }

func (k *bandsKernel) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*bandsMemo)
	if m == nil {
		m = new(bandsMemo)
		f.Memo = m
	}
	x, y, d := f.In[0], f.Out[0], k.middle
	h, wide, stride := x.Shape[2], x.Shape[3], one(d.c.stride, 0)
	m.height = h
	left, _ := d.c.padding(1, 2, wide, d.kw)
	m.w = kernels.Window{
		C: d.lanes, Width: wide, OutWidth: y.Shape[3], KernelWidth: d.kw,
		Stride: one(d.c.stride, 1), Dilation: one(d.c.dilation, 1), Pad: left,
		InStride: d.lanes, OutStride: d.lanes,
	}
	m.weights = d.data
	if k.before == nil {
		m.w.InStride = x.PixelStride()
	}
	if k.after == nil {
		m.w.OutStride = y.PixelStride()
	}
	if k.before == nil && x.Lanes < d.lanes || k.after == nil && y.Lanes < d.lanes {
		m.w.C, m.weights = d.ch, d.exact
	}
	m.source, m.row = wide*m.w.InStride, y.Shape[3]*m.w.OutStride
	span := (d.kh-1)*one(d.c.dilation, 0) + 1
	overlaps := 0 // rows that two bands have in common
	if k.before != nil {
		overlaps = max(0, span-stride)
	}

	// Bytes of n output rows.
	bytes := func(n int) int {
		b := 0
		if k.before != nil {
			b += (n-1)*stride + span
			b *= m.source
		}
		if k.after != nil {
			b += n * m.row
		}
		return 4 * b
	}
	m.step = 1
	for m.step < y.Shape[2] && bytes(m.step+1) <= bandBytes {
		m.step++
	}
	m.held = (m.step-1)*stride + span
	f.Scratch = bytes(m.step) + 4*d.kh

	// Two bands, or more if what is computed twice remains a sixth of the map.
	cost := k.cost(f)
	m.bands = op.Chunks(min(y.Shape[2], max(2, y.Shape[2]*stride/max(1, 6*overlaps))), cost/4)
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: y.Shape[0] * m.bands, Cost: cost / m.bands})
	return nil
}

// cost returns the nanoseconds that an image takes, about.
func (k *bandsKernel) cost(f *op.Frame) int {
	x, y, d := f.In[0], f.Out[0], k.middle
	in, out := x.Shape[2]*x.Shape[3], y.Shape[2]*y.Shape[3]
	ns := out * d.lanes * d.kh * d.kw / 16
	if k.before != nil {
		ns += in * d.lanes * (x.Shape[1] + 4) / 50
	}
	if k.after != nil {
		ns += out * y.Shape[1] * (d.lanes + 4) / 50
	}
	return ns
}

func (k *bandsKernel) Run(f *op.Frame, _, chunk, worker int) error {
	m := f.Memo.(*bandsMemo)
	x, y, d := f.In[0], f.Out[0], k.middle
	n, band := chunk/m.bands, chunk%m.bands
	r0, r1 := y.Shape[2]*band/m.bands, y.Shape[2]*(band+1)/m.bands
	image, result := op.Data[float32](x)[n*x.Stride[0]:], op.Data[float32](y)[n*y.Stride[0]:]

	work := f.Work(worker)
	table := tensor.View[int32](work[len(work)-4*d.kh:])
	held := tensor.View[float32](work[:len(work)-4*d.kh])
	rows := held
	if k.before != nil {
		rows = held[m.held*m.source:]
	}
	first, end := 0, 0 // rows of the widened map that are held
	stride, dilation := one(d.c.stride, 0), one(d.c.dilation, 0)
	top, _ := d.c.padding(0, 2, m.height, d.kh)
	for r := r0; r < r1; r += m.step {
		to := min(r+m.step, r1)
		source, base := image, 0
		if k.before != nil {
			from := max(0, r*stride-top)
			until := min(m.height, (to-1)*stride-top+(d.kh-1)*dilation+1)
			if from < end {
				copy(held, held[(from-first)*m.source:(end-first)*m.source])
			} else {
				end = from
			}
			first = from
			if until > end {
				k.before.pixels(image[end*x.Stride[2]:], x.PixelStride(), held[(end-first)*m.source:], d.lanes, d.lanes, (until-end)*m.w.Width, nil, 0)
				end = until
			}
			source, base = held, first
		}
		for q := r; q < to; q++ {
			taps := table[:0]
			for ky := range d.kh {
				if p := q*stride - top + ky*dilation; p >= 0 && p < m.height {
					taps = append(taps, int32((p-base)*m.source))
				} else {
					taps = append(taps, -1)
				}
			}
			dst := result[q*y.Stride[2]:]
			if k.after != nil {
				dst = rows[(q-r)*m.row:]
			}
			k.depthwiseRow(m, dst, source, taps)
		}
		if k.after != nil {
			k.project(f, m, rows, result, n, r, to)
		}
	}
	return nil
}

// depthwiseRow computes a row of the depthwise convolution.
func (k *bandsKernel) depthwiseRow(m *bandsMemo, dst, source []float32, taps []int32) {
	ep := &k.middle.c.ep
	lo, hi, clamp := ep.Clamp()
	if !clamp {
		none := op.Epilogue{}
		lo, hi, _ = none.Clamp()
	}
	k.set.Depthwise(dst, source, taps, m.weights, k.middle.bias, &m.w, lo, hi)
	ep.Rows(k.set, dst, m.w.OutStride, m.w.OutWidth, m.w.C)
}

// project computes output rows r...to-1 of image n from depthwise rows.
func (k *bandsKernel) project(f *op.Frame, m *bandsMemo, rows, result []float32, n, r, to int) {
	y := f.Out[0]
	lanes := y.Lanes
	var res []float32
	ldr := 0
	if k.residual >= 0 {
		v := f.In[k.residual]
		lanes, ldr = min(lanes, v.Lanes), v.PixelStride()
		res = op.Data[float32](v)[n*v.Stride[0]+r*v.Stride[2]:]
	}
	cols := min((y.Shape[1]+7)&^7, max(y.Shape[1], lanes))
	k.after.pixels(rows, m.w.OutStride, result[r*y.Stride[2]:], y.PixelStride(), cols, (to-r)*m.w.OutWidth, res, ldr)
}

// pixels computes a 1×1 convolution of n pixels ldx apart, to pixels ld apart of
// cols lanes, with constant weights.
func (k *product) pixels(x []float32, ldx int, y []float32, ld, cols, n int, res []float32, ldr int) {
	lo, hi, clamp := k.c.ep.Clamp()
	e := kernels.Epilogue{Bias: k.bias, Clamp: clamp && k.c.ep.Activation != "", Lo: lo, Hi: hi, Ldr: ldr}
	step := n
	if !clamp {
		step = passRows
	}
	for r := 0; r < n; r += step {
		rows := min(step, n-r)
		if res != nil {
			e.Residual = res[r*ldr:]
		}
		k.set.Gemm(rows, cols, k.weights.cin, x[r*ldx:], ldx, k.weights.data, y[r*ld:], ld, &e)
		k.c.ep.Rows(k.set, y[r*ld:], ld, rows, cols)
	}
}

// Describe implements [op.Describer].
func (k *bandsKernel) Describe(f *op.Frame) (string, float64) {
	x, y, d := f.In[0], f.Out[0], k.middle
	in, out := float64(x.Shape[0]*x.Shape[2]*x.Shape[3]), float64(y.Shape[0]*y.Shape[2]*y.Shape[3])
	flops := 2 * out * float64(d.ch*d.kh*d.kw)
	if k.before != nil {
		flops += 2 * in * float64(d.ch*x.Shape[1])
	}
	if k.after != nil {
		flops += 2 * out * float64(d.ch*y.Shape[1])
	}
	return "bands", flops
}
