package quant

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// packGroups packs the pieces of each group: B(tap*run+c, m) = rows[m, c, tap].
func (w *filters) packGroups(groups int) {
	depth := w.taps * w.cin
	w.group = kernels.PackedLen(depth, w.cout)
	w.data = grow(w.data, groups*w.group)
	at := 0
	for g := range groups {
		rows := w.rows[g*w.cout*depth:]
		for p := w.next(piece{}); p.taps > 0 && p.run > 0; p = w.next(p) {
			n := kernels.PackedLen(p.taps*p.run, w.cout)
			dst := w.data[at:][:n]
			clear(dst)
			for s := 0; s < w.cout; s += kernels.Strip {
				strip := dst[s*p.taps*p.run:]
				for o := s; o < min(s+kernels.Strip, w.cout); o++ {
					for t := range p.taps {
						for c := range p.run {
							strip[(t*p.run+c)*kernels.Strip+o-s] = rows[o*depth+(p.c+c)*w.taps+p.tap+t]
						}
					}
				}
			}
			at += n
		}
	}
}

// convKernel computes blocks of output pixels of a group: the differences from
// the input's zero point are an image of float32 in channels-last order, and
// the filters slide over it.
type convKernel struct {
	set *kernels.Set
	conv
	weights *filters // nil: packed in each run
}

// Packs says which constants are not read from the input any more.
func (k *convKernel) Packs(in int) bool { return in == k.w && k.weights != nil }

type convMemo struct {
	image   op.Value // of one batch item, channels-last
	data    []float32
	offs    []int32
	zero    []float32 // the padding's pixel
	weights filters
	scale   []float32 // by output channel, of QLinearConv
	yZero   float32
	wScale  []float32
	bias    []int32
	fits    bool           // the biases fit into exact sums
	start   []float32      // biases, or zeros, and room for a whole strip
	pixels  int            // of the output
	blocks  int            // of output pixels
	rows    int            // of a block
	slide   kernels.Window // of a depthwise convolution
}

// pixelBlock is how many pixels of the input are converted by a chunk.
const pixelBlock = 256

func (k *convKernel) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*convMemo)
	if m == nil {
		m = new(convMemo)
		f.Memo = m
	}
	x, w, y := f.In[0], f.In[k.w], f.Out[0]
	c, hw := x.Shape[1], op.Product(x.Shape[2:])
	m.image.Shape = append(m.image.Shape[:0], x.Shape...)
	m.image.SetChannelsLast(c)
	m.data = grow(m.data, x.Shape[0]*c*hw)
	m.zero = grow(m.zero, max(c, w.Shape[1]))
	m.pixels = op.Product(y.Shape[2:])
	groups := k.Group()
	shape := filters{taps: op.Product(w.Shape[2:]), cin: w.Shape[1], cout: w.Shape[0] / groups}
	depth := shape.taps * shape.cin
	if shape.depthwise(groups, len(w.Shape)-2) {
		width := y.Shape[len(y.Shape)-1]
		m.rows, groups, shape.cout = width, 1, c
		m.slide = k.window(m, f)
	} else {
		m.offs = k.Offsets(m.offs[:0], &m.image, w.Shape[2:], y.Shape[2:])
		m.rows = rowBlock
	}
	m.blocks = (m.pixels + m.rows - 1) / max(m.rows, 1)
	f.Scratch = 2*4*m.rows*shape.cout + 4*exactDepth
	pieces := (hw + pixelBlock - 1) / pixelBlock
	cost := m.rows * shape.cout * (depth + 60) / 30
	f.Phases = append(f.Phases[:0],
		op.Phase{Chunks: 1, Cost: 5 * w.Shape[0]},
		op.Phase{Chunks: x.Shape[0] * pieces, Cost: c * pixelBlock},
		op.Phase{Chunks: x.Shape[0] * groups * m.blocks, Cost: cost})
	return nil
}

// Describe implements [op.Describer].
func (k *convKernel) Describe(f *op.Frame) (string, float64) {
	w := f.In[k.w].Shape
	return "differences, product", 2 * float64(f.Out[0].Len()) * float64(op.Product(w[1:]))
}

func (k *convKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*convMemo)
	switch {
	case phase == 0:
		return k.prologue(m, f)
	case phase == 1 && f.In[0].Len() > 0:
		return k.convert(m, f, chunk)
	case phase == 1 || f.Out[0].Len() == 0:
		return nil
	}
	w := k.weights
	if w == nil {
		w = &m.weights
	}
	work := f.Work(worker)
	if w.depthwise(k.Group(), len(f.In[0].Shape)-2) {
		k.line(m, f, w, chunk, work)
		return nil
	}
	groups := k.Group()
	r0 := chunk % m.blocks * m.rows
	g, n := chunk/m.blocks%groups, chunk/m.blocks/groups
	rows := min(m.rows, m.pixels-r0)
	acc := tensor.View[float32](work)[:rows*w.cout]
	sums := tensor.View[int32](work)[m.rows*w.cout:][:rows*w.cout]
	image := m.at(n, g*w.cin)
	b := w.data[g*w.group:]
	exact := m.fits && w.taps*w.cin <= exactDepth
	e := kernels.Epilogue{}
	if exact {
		e.Bias = m.start[g*w.cout:]
	}
	first := true
	for p := w.next(piece{}); p.taps > 0 && p.run > 0; p = w.next(p) {
		k.set.GemmIndirect(rows, w.cout, image[min(p.c, len(image)):], m.zero, m.offs[p.tap*m.pixels+r0:], m.pixels, p.taps, p.run, b, acc, w.cout, nil, &e)
		b = b[kernels.PackedLen(p.taps*p.run, w.cout):]
		if !exact {
			collect(sums, acc, first)
		}
		first = false
	}
	if first {
		clear(sums)
	}
	if !exact {
		biased(acc, sums, m.bias, g*w.cout, w.cout)
	}
	k.finish(m, f.Out[0], n, r0, g*w.cout, w.cout, acc, sums, exact)
	return nil
}

// at returns the image of batch item n, from a channel on.
func (m *convMemo) at(n, channel int) []float32 {
	if len(m.data) == 0 {
		return nil
	}
	return m.data[n*m.image.Stride[0]+channel:]
}

// biased adds the biases of n channels to rows of sums, and converts those.
func biased(acc []float32, sums, bias []int32, ch, n int) {
	for i := 0; i < len(sums); i += n {
		row := sums[i : i+n]
		if bias != nil {
			for j, b := range bias[ch : ch+n] {
				row[j] += b
			}
		}
		for j, v := range row {
			acc[i+j] = float32(v)
		}
	}
}

// prologue packs weights that are not constant, and reads scales and biases.
func (k *convKernel) prologue(m *convMemo, f *op.Frame) (err error) {
	cout := f.In[k.w].Shape[0]
	if k.weights == nil {
		var zero *op.Value
		if k.wZero < len(f.In) {
			zero = f.In[k.wZero]
		}
		if err := m.weights.pack(f.In[k.w], zero, k.Group()); err != nil {
			return err
		}
	}
	m.start = grow(m.start, cout+kernels.Strip)
	clear(m.start)
	m.bias, m.fits = nil, true
	if !k.linear {
		return nil
	}
	if len(f.In) > bias && f.In[bias] != nil {
		m.bias = op.Data[int32](f.In[bias])[:cout]
		depth := op.Product(f.In[k.w].Shape[1:])
		for i, b := range m.bias {
			m.start[i] = float32(b)
			m.fits = m.fits && depth <= exactDepth && math.Abs(float64(b)) <= float64(maxExact-depth*maxProduct)
		}
	}
	if m.wScale, err = widened(m.wScale, f.In[wScale]); err != nil {
		return err
	}
	xs, ys := op.Data[float32](f.In[xScale])[0], op.Data[float32](f.In[yScale])[0]
	m.yZero = float32(zeroPoint(f.In[yZero]))
	m.scale = grow(m.scale, cout)
	for i := range m.scale {
		m.scale[i] = float32(xs*line(m.wScale, 0, cout, i)) / ys
	}
	return nil
}

// convert writes a block of pixels of the image.
func (k *convKernel) convert(m *convMemo, f *op.Frame, chunk int) error {
	x := f.In[0]
	zero := int32(0)
	if k.xZero < len(f.In) {
		zero = zeroPoint(f.In[k.xZero])
	}
	c, hw := x.Shape[1], op.Product(x.Shape[2:])
	pieces := (hw + pixelBlock - 1) / pixelBlock
	n, lo := chunk/pieces, chunk%pieces*pixelBlock
	hi := min(lo+pixelBlock, hw)
	dst := m.data[(n*hw+lo)*c : (n*hw+hi)*c]
	at, pixel := n*x.Stride[0]+lo*x.PixelStride(), x.PixelStride()
	if x.Type == tensor.Int8 {
		gather(dst, op.Data[int8](x)[at:], pixel, x.Stride[1], c, zero)
	} else {
		gather(dst, x.Bytes[at:], pixel, x.Stride[1], c, zero)
	}
	return nil
}

// zeroPoint returns an 8-bit zero point; 0 where it is absent.
func zeroPoint(v *op.Value) int32 {
	switch {
	case v == nil:
		return 0
	case v.Type == tensor.Int8:
		return int32(op.Data[int8](v)[0])
	}
	return int32(v.Bytes[0])
}

// gather copies pixels of c channels to rows, less zero.
func gather[T uint8 | int8](dst []float32, src []T, pixel, channel, c int, zero int32) {
	if channel == 1 {
		for i := 0; i*c < len(dst); i++ {
			row := dst[i*c : (i+1)*c]
			for j, v := range src[i*pixel:][:c] {
				row[j] = float32(int32(v) - zero)
			}
		}
		return
	}
	for j := range c {
		from := j * channel
		for i := j; i < len(dst); i += c {
			dst[i] = float32(int32(src[from]) - zero)
			from += pixel
		}
	}
}
