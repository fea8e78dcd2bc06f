package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// stem is a float32 convolution of plain images of few channels. Each image is
// copied once, channels-last and with its padding; then the taps of a kernel
// row are one run of adjacent elements, and the product has one tap for each
// kernel row.
type stem struct {
	set  *kernels.Set
	c    *conv
	data []float32 // packed, depth [ky][kx][channel]
	bias []float32
	ch   int // input channels
	cout int
	kh   int
	kw   int
}

// isStem reports whether a convolution is one: two spatial dims, constant
// weights, fewer than 8 channels, no groups, taps of a row adjacent.
func isStem(c *conv, in []op.Info) bool {
	return in[0].Type == tensor.Float32 && in[1].Const != nil && in[1].Rank() == 4 && c.group == 1 && !c.gate && in[1].Shape[1] < 8 &&
		one(c.dilation, 1) == 1 && (len(in) < 3 || !in[2].Present() || in[2].Const != nil)
}

type stemMemo struct {
	offs   []int32
	images []float32
	rowsN  int
}

func newStem(e *op.Env, c *conv, in []op.Info) op.Kernel {
	w := in[1].Const
	s := w.Shape()
	k := &stem{set: e.Set, c: c, cout: s[0], ch: s[1], kh: s[2], kw: s[3]}
	depth := k.ch * k.kh * k.kw
	src, m := tensor.Data[float32](w), make([]float32, depth*k.cout)
	for o := range k.cout {
		for i := range k.ch {
			for t := range k.kh * k.kw {
				m[(t*k.ch+i)*k.cout+o] = src[(o*k.ch+i)*k.kh*k.kw+t]
			}
		}
	}
	k.data = make([]float32, kernels.PackedLen(depth, k.cout))
	kernels.Pack(k.data, depth, k.cout, m, k.cout, 1)
	if len(in) > 2 && in[2].Const != nil {
		k.bias = padded(tensor.Data[float32](in[2].Const), nil)
	}
	return k
}

// Packs says which constants are not read from the input any more.
func (k *stem) Packs(in int) bool { return in == 1 || in == 2 && k.bias != nil }

// Strided says that images of any strides will do.
func (k *stem) Strided(in int) bool { return in == 0 }

// geometry of a padded image.
func (k *stem) image(x *op.Value) (top, left, h, w int) {
	top, bottom := k.c.padding(0, 2, x.Shape[2], k.kh)
	left, right := k.c.padding(1, 2, x.Shape[3], k.kw)
	return top, left, x.Shape[2] + top + bottom, x.Shape[3] + left + right
}

func (k *stem) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*stemMemo)
	if m == nil {
		m = new(stemMemo)
		f.Memo = m
	}
	x, y := f.In[0], f.Out[0]
	_, _, h, w := k.image(x)
	n := x.Shape[0] * h * w * k.ch
	if cap(m.images) < n {
		m.images = make([]float32, n)
	}
	m.images = m.images[:n]
	oh, ow := y.Shape[2], y.Shape[3]
	m.offs = m.offs[:0]
	for ky := range k.kh {
		for oy := range oh {
			row := (oy*one(k.c.stride, 0) + ky*one(k.c.dilation, 0)) * w
			for ox := range ow {
				m.offs = append(m.offs, int32((row+ox*one(k.c.stride, 1))*k.ch))
			}
		}
	}
	depth := k.ch * k.kh * k.kw
	m.rowsN = rowBlocks(oh*ow, depth*k.cout, 1)
	f.Phases = append(f.Phases[:0],
		op.Phase{Chunks: x.Shape[0] * ((h + copyRows - 1) / copyRows), Cost: copyRows * w * k.ch / 2},
		op.Phase{Chunks: x.Shape[0] * m.rowsN, Cost: oh * ow / m.rowsN * k.cout * depth / 50})
	return nil
}

// copyRows is how many rows of an image a chunk copies.
const copyRows = 16

func (k *stem) Run(f *op.Frame, phase, chunk, _ int) error {
	m := f.Memo.(*stemMemo)
	x, y := f.In[0], f.Out[0]
	top, left, h, w := k.image(x)
	if phase == 0 {
		per := (h + copyRows - 1) / copyRows
		n, r0 := chunk/per, chunk%per*copyRows
		k.copy(m.images[n*h*w*k.ch:][:h*w*k.ch], op.Data[float32](x), x, n, r0, min(r0+copyRows, h), top, left, w)
		return nil
	}
	rows := y.Shape[2] * y.Shape[3]
	n, c := chunk/m.rowsN, chunk%m.rowsN
	r0, r1 := rows*c/m.rowsN, rows*(c+1)/m.rowsN
	if r0 >= r1 {
		return nil
	}
	ld, cols := y.PixelStride(), k.cout
	var res *op.Value
	lanes := y.Lanes
	if k.c.ep.Residual {
		res = f.In[len(f.In)-1]
		lanes = min(lanes, res.Lanes)
	}
	cols = min((cols+7)&^7, max(cols, lanes))
	lo, hi, clamp := k.c.ep.Clamp()
	e := kernels.Epilogue{Bias: k.bias, Clamp: clamp && k.c.ep.Activation != "", Lo: lo, Hi: hi}
	ys := op.Data[float32](y)[n*y.Stride[0]:]
	step := r1 - r0
	if !clamp {
		step = 48
	}
	img := m.images[n*h*w*k.ch:][:h*w*k.ch]
	for r := r0; r < r1; r += step {
		c := min(step, r1-r)
		if res != nil {
			e.Ldr = res.PixelStride()
			e.Residual = op.Data[float32](res)[n*res.Stride[0]+r*e.Ldr:]
		}
		k.set.GemmIndirect(c, cols, img, img, m.offs[r:], rows, k.kh, k.kw*k.ch, k.data, ys[r*ld:], ld, nil, &e)
		k.c.ep.Rows(k.set, ys[r*ld:], ld, c, cols)
	}
	return nil
}

// copy fills rows r0...r1-1 of a padded channels-last image from plane-wise x.
func (k *stem) copy(dst, src []float32, x *op.Value, n, r0, r1, top, left, w int) {
	for r := r0; r < r1; r++ {
		row := dst[r*w*k.ch:][:w*k.ch]
		clear(row)
		sy := k.c.source(r-top, x.Shape[2])
		if sy < 0 {
			continue
		}
		// negative padding crops
		from, to := max(0, -left), min(x.Shape[3], w-left)
		if to <= from {
			continue
		}
		at := n*x.Stride[0] + sy*x.Stride[2] + from*x.Stride[3]
		if x.Stride[3] == 1 {
			k.set.Transpose(row[(left+from)*k.ch:], k.ch, src[at:], x.Stride[1], k.ch, to-from)
		} else {
			for i := range to - from {
				for c := range k.ch {
					row[(left+from+i)*k.ch+c] = src[at+c*x.Stride[1]+i*x.Stride[3]]
				}
			}
		}
		if k.c.border != "" {
			k.repeat(row, left, x.Shape[3], w)
		}
	}
}

// repeat fills the padding of a row, which is not negative, with the pixels that
// it repeats.
func (k *stem) repeat(row []float32, left, size, w int) {
	for i := range w {
		if p := left + k.c.source(i-left, size); p != i {
			copy(row[i*k.ch:][:k.ch], row[p*k.ch:])
		}
	}
}
