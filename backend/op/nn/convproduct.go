package nn

import (
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// product is a float32 convolution as a matrix product: rows are the output
// pixels of an image, columns the output channels of a group, and the left
// matrix is not stored but read through a table of offsets, one for each kernel
// position (tap) and pixel. A 1x1 kernel with stride 1 needs no table.
//
// Output (n, pixel, channel) is one chain: the bias, then taps in order, each
// with its channels in order.
type product struct {
	set     *kernels.Set
	c       *conv
	weights *packed // nil: input 1 is packed in each run
	bias    []float32
	zero    []float32 // the padding's pixel
	hasBias bool
}

// packed holds the weights of all groups in strips, each [tap][channel] deep.
type packed struct {
	data       []float32
	cin, cout  int // of a group
	taps       int
	groupBytes int // elements of a group
}

// productMemo is what a frame of product keeps: the table, and weights that are
// not constant.
type productMemo struct {
	offs    []int32
	weights packed
	bias    []float32
	zero    []float32
	rows    int // output pixels of an image
	columns int // columns of a chunk
	rowsN   int // chunks along rows
	colsN   int // chunks along columns
	tap     int // first tap that reaches a pixel of the image
	taps    int // and how many from there to the last one that does
}

func newProduct(e *op.Env, c *conv, in []op.Info) *product {
	k := &product{set: e.Set, c: c, hasBias: len(in) > 2 && in[2].Present()}
	if w := in[1].Const; w != nil {
		k.weights = new(packed)
		k.weights.pack(op.Data[float32](op.FromTensor(w)), w.Shape(), c.group)
		k.zero = make([]float32, k.weights.cin)
	}
	if k.hasBias && in[2].Const != nil {
		k.bias = padded(op.Data[float32](op.FromTensor(in[2].Const)), nil)
	}
	return k
}

// Packs says which constants are not read from the input any more.
func (k *product) Packs(in int) bool { return in == 1 && k.weights != nil || in == 2 && k.bias != nil }

// padded returns a bias with room for the last strip to read a whole one.
func padded(b, dst []float32) []float32 {
	dst = append(dst[:0], b...)
	for range kernels.Strip {
		dst = append(dst, 0)
	}
	return dst
}

// pack packs W [M C/group k...]: B(tap*cin+c, m) = W[m, c, tap].
func (p *packed) pack(w []float32, shape []int, group int) {
	p.cout, p.cin, p.taps = shape[0]/group, shape[1], op.Product(shape[2:])
	depth := p.taps * p.cin
	p.groupBytes = kernels.PackedLen(depth, p.cout)
	if n := group * p.groupBytes; len(p.data) < n {
		p.data = tensor.AllocOf[float32](n)
	}
	for g := range group {
		dst, src := p.data[g*p.groupBytes:][:p.groupBytes], w[g*p.cout*depth:][:p.cout*depth]
		if p.taps == 1 {
			kernels.Pack(dst, depth, p.cout, src, 1, depth)
			continue
		}
		for s := 0; s < p.cout; s += kernels.Strip {
			n := min(kernels.Strip, p.cout-s)
			strip := dst[s*depth:]
			for c := range p.cin {
				for t := range p.taps {
					at := strip[(t*p.cin+c)*kernels.Strip:][:kernels.Strip]
					from := s*depth + c*p.taps + t
					for j := range n {
						at[j] = src[from+j*depth]
					}
				}
			}
		}
	}
}

// kernel writes the taps of output channel o and input channel c, of one group.
func (p *packed) kernel(dst *[16]float32, o, c int) {
	strip := p.data[o/kernels.Strip*kernels.Strip*p.taps*p.cin:]
	for t := range p.taps {
		dst[t] = strip[(t*p.cin+c)*kernels.Strip+o%kernels.Strip]
	}
}

// pointwise reports whether the left matrix is the image itself.
func (k *product) pointwise(f *op.Frame) bool {
	n := len(f.In[0].Shape) - 2
	for i, d := range f.In[1].Shape[2:] {
		begin, end := k.c.padding(i, n, f.In[0].Shape[2+i], d)
		if d != 1 || one(k.c.stride, i) != 1 || begin != 0 || end != 0 {
			return false
		}
	}
	return true
}

// Products a chunk computes, about: some 30 microseconds, enough to hide what a
// chunk costs. Small products are cut finer, into up to smallChunks pieces, so
// that threads can share them.
const (
	chunkProducts = 3 << 20
	leastProducts = 1 << 20
	smallChunks   = 8
	leastRows     = 24 // that make a product efficient
)

// rowBlocks returns into how many blocks to cut rows of this many products each,
// if there are panels of columns beside: an even number, so that two threads get
// the same.
func rowBlocks(rows, products, panels int) int {
	total := rows * products
	n := max(total/chunkProducts, min(total/leastProducts, smallChunks/panels))
	if n = min(n, rows/leastRows); n < 2 {
		return 1
	}
	return n &^ 1
}

// span returns the rows of a block.
func (m *productMemo) span(block int) (from, to int) {
	return m.rows * block / m.rowsN, m.rows * (block + 1) / m.rowsN
}

// Bytes of packed weights that a chunk may stream through a core's own cache.
const panelBytes = 256 << 10

func (k *product) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*productMemo)
	if m == nil {
		m = new(productMemo)
		f.Memo = m
	}
	k.resolve(f, m)
	return nil
}

func (k *product) resolve(f *op.Frame, m *productMemo) {
	x, w, y := f.In[0], f.In[1], f.Out[0]
	cin, cout, taps := w.Shape[1], w.Shape[0]/k.c.group, op.Product(w.Shape[2:])
	depth := cin * taps
	m.rows = op.Product(y.Shape[2:])
	m.offs = m.offs[:0]
	if !k.pointwise(f) {
		m.offs = offsets(m.offs, k.c, x, w.Shape[2:], y.Shape[2:])
	}
	m.trim(taps)
	m.columns = max(1, cout)
	if 4*depth*cout > 2*panelBytes {
		parts := 2 * max(1, 4*depth*cout/(2*panelBytes)) // even, for two threads
		m.columns = max(32, ((cout+parts-1)/parts+31)/32*32)
	}
	m.colsN = (cout + m.columns - 1) / m.columns
	m.rowsN = rowBlocks(m.rows, depth*m.columns, max(1, m.colsN))
	chunks := x.Shape[0] * k.c.group * m.rowsN * m.colsN
	cost := int(float64(m.rows) / float64(m.rowsN) * float64(min(m.columns, cout)) * float64(depth+4) / 50)
	f.Phases = f.Phases[:0]
	if k.weights == nil || k.hasBias && k.bias == nil {
		f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: depth * cout})
	}
	f.Phases = append(f.Phases, op.Phase{Chunks: chunks, Cost: cost})
	f.Scratch = 0
	if k.c.gate {
		f.Scratch = 4 * passRows * cin
	}
}

// passRows is how many rows are computed at a time if something is done to them
// before or after: they stay in a core's first caches.
const passRows = 48

func (k *product) Run(f *op.Frame, phase, chunk, worker int) error {
	return k.run(f, f.Memo.(*productMemo), phase, chunk, worker)
}

func (k *product) run(f *op.Frame, m *productMemo, phase, chunk, worker int) error {
	if phase < len(f.Phases)-1 {
		if k.weights == nil {
			m.weights.pack(op.Data[float32](f.In[1]), f.In[1].Shape, k.c.group)
			if len(m.zero) < m.weights.cin {
				m.zero = make([]float32, m.weights.cin)
			}
		}
		if k.hasBias && k.bias == nil {
			m.bias = padded(op.Data[float32](f.In[2])[:f.In[2].Len()], m.bias)
		}
		return nil
	}
	weights, bias, zero := k.weights, k.bias, k.zero
	if weights == nil {
		weights, zero = &m.weights, m.zero
	}
	if k.hasBias && bias == nil {
		bias = m.bias
	}
	x, y := f.In[0], f.Out[0]
	r0, r1 := m.span(chunk % m.rowsN)
	chunk /= m.rowsN
	c0 := chunk % m.colsN * m.columns
	chunk /= m.colsN
	g, n := chunk%k.c.group, chunk/k.c.group
	c1 := min(c0+m.columns, weights.cout)
	if r0 >= r1 {
		return nil
	}
	ld, ldx := y.PixelStride(), x.PixelStride()
	var res *op.Value
	if k.c.ep.Residual {
		res = f.In[len(f.In)-1]
	}
	if k.c.group == 1 && c1 == weights.cout { // the lanes beyond are ours to write
		lanes := y.Lanes
		if res != nil {
			lanes = min(lanes, res.Lanes)
		}
		c1 = min((c1+7)&^7, max(c1, lanes))
	}
	depth := weights.cin * weights.taps
	lo, hi, clamp := k.c.ep.Clamp()
	e := kernels.Epilogue{Clamp: clamp && k.c.ep.Activation != "", Lo: lo, Hi: hi}
	ch := g*weights.cout + c0 // first channel
	if bias != nil {
		e.Bias = bias[ch:]
	}
	b := weights.data[g*weights.groupBytes+c0*depth:]
	xs := op.Data[float32](x)[n*x.Stride[0]+g*weights.cin:]
	ys := op.Data[float32](y)[n*y.Stride[0]+ch:]
	step := r1 - r0
	if !clamp || k.c.gate {
		step = passRows
	}
	for r := r0; r < r1; r += step {
		rows := min(step, r1-r)
		if res != nil {
			e.Ldr = res.PixelStride()
			e.Residual = op.Data[float32](res)[n*res.Stride[0]+ch+r*e.Ldr:]
		}
		switch {
		case k.c.gate:
			k.set.Gemm(rows, c1-c0, depth, k.gated(f, worker, xs[r*ldx:], n, rows), depth, b, ys[r*ld:], ld, &e)
		case len(m.offs) == 0:
			k.set.Gemm(rows, c1-c0, depth, xs[r*ldx:], ldx, b, ys[r*ld:], ld, &e)
		default:
			k.indirect(m, rows, c1-c0, xs, zero, r, weights, b, ys[r*ld:], ld, &e)
		}
		k.c.ep.Rows(k.set, ys[r*ld:], ld, rows, c1-c0)
	}
	return nil
}

// gated returns rows of image n times the gate, in memory of the worker.
func (k *product) gated(f *op.Frame, worker int, x []float32, n, rows int) []float32 {
	gate, ld := f.In[gateInput], f.In[0].PixelStride()
	c := gate.Shape[1]
	by := op.Data[float32](gate)[n*gate.Stride[0]:][:c]
	dst := tensor.View[float32](f.Work(worker))
	for r := range rows {
		k.set.Mul(dst[r*c:][:c], x[r*ld:][:c], by)
	}
	return dst
}

// trim leaves out the first and last taps that only read padding, of which tiny
// images have many.
func (m *productMemo) trim(taps int) {
	m.tap, m.taps = 0, taps
	const tiny = 4
	if len(m.offs) == 0 || m.rows > tiny {
		return
	}
	empty := func(t int) bool { return slices.Max(m.offs[t*m.rows:][:m.rows]) < 0 }
	for m.taps > 1 && empty(m.tap) {
		m.tap++
		m.taps--
	}
	for m.taps > 1 && empty(m.tap+m.taps-1) {
		m.taps--
	}
}

// indirect computes rows of the product, from row r on. Strips of a trimmed
// product are not adjacent.
func (k *product) indirect(m *productMemo, rows, cols int, x, zero []float32, r int, w *packed, b, y []float32, ld int, e *kernels.Epilogue) {
	offs := m.offs[m.tap*m.rows+r:]
	if m.taps == w.taps {
		k.set.GemmIndirect(rows, cols, x, zero, offs, m.rows, w.taps, w.cin, b, y, ld, nil, e)
		return
	}
	part := *e
	for c := 0; c < cols; c += kernels.Strip {
		if e.Bias != nil {
			part.Bias = e.Bias[c:]
		}
		if e.Residual != nil {
			part.Residual = e.Residual[c:]
		}
		k.set.GemmIndirect(rows, min(kernels.Strip, cols-c), x, zero, offs, m.rows, m.taps, w.cin,
			b[c*w.taps*w.cin+m.tap*w.cin*kernels.Strip:], y[c:], ld, nil, &part)
	}
}

// offsets appends, for each tap and output pixel, the offset of the input pixel
// in its image, -1 in the padding.
func offsets(dst []int32, c *conv, x *op.Value, kernel, out []int) []int32 {
	n := len(kernel)
	rows, taps := op.Product(out), op.Product(kernel)
	at := len(dst)
	if cap(dst)-at < rows*taps {
		grown := make([]int32, at, at+rows*taps)
		copy(grown, dst)
		dst = grown
	}
	dst = dst[:at+rows*taps]
	o := dst[at:]
	if op.Product(x.Shape) > math.MaxInt32 {
		panic("nn: feature map is too large for 32-bit offsets")
	}
	var tap, pixel [maxSpatial]int
	for t := range taps {
		for i, rest := n-1, t; i >= 0; i-- {
			tap[i], rest = rest%kernel[i], rest/kernel[i]
		}
		pixel = [maxSpatial]int{}
		for r := 0; r < rows; {
			base, inside := 0, true
			for i := range n - 1 {
				begin, _ := c.padding(i, n, x.Shape[2+i], kernel[i])
				p := c.source(pixel[i]*one(c.stride, i)-begin+tap[i]*one(c.dilation, i), x.Shape[2+i])
				inside = inside && p >= 0
				base += p * x.Stride[2+i]
			}
			i := n - 1
			begin, _ := c.padding(i, n, x.Shape[2+i], kernel[i])
			p, step, size, ld := tap[i]*one(c.dilation, i)-begin, one(c.stride, i), x.Shape[2+i], x.Stride[2+i]
			for range out[i] {
				if q := c.source(p, size); inside && q >= 0 {
					o[t*rows+r] = int32(base + q*ld)
				} else {
					o[t*rows+r] = -1
				}
				p += step
				r++
			}
			for i := n - 2; i >= 0; i-- {
				if pixel[i]++; pixel[i] < out[i] {
					break
				}
				pixel[i] = 0
			}
		}
	}
	return dst
}
