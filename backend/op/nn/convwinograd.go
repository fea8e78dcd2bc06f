package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// winograd is a float32 convolution by one of the algorithms of
// kernels.Winograd. Tiles are transformed to rows of as many left matrices as
// there are planes; these are multiplied, and the sums transformed to outputs.
//
// An output depends on its own tile only, so results are the same for all
// divisions of the work.
type winograd struct {
	set     *kernels.Set
	c       *conv
	weights *winogradWeights
	kernel  [2]int
	bias    []float32 // nil or padded
	zero    []float32
}

// winogradMemo is what a frame keeps: the tiles and how they are divided.
type winogradMemo struct {
	rows, cols winogradAxis
	tiles      int  // of all images
	joint      bool // tiles are transformed in a phase of their own, to memory that workers share
	block      int  // tiles of a chunk
}

// newWinograd returns the kernel for weights of a shape, with taps as in
// newWinogradWeights.
func newWinograd(e *op.Env, c *conv, f kernels.Winograd, shape []int, bias []float32, taps func(dst *[16]float32, o, c int)) *winograd {
	return &winograd{
		set: e.Set, c: c, kernel: [2]int{shape[2], shape[3]}, bias: bias,
		weights: newWinogradWeights(f, one(c.stride, 0), shape[2], shape[1], shape[0], taps),
		zero:    make([]float32, shape[1]),
	}
}

// Packs says which constants are not read from the input any more.
func (k *winograd) Packs(in int) bool { return in == 1 || in == 2 }

// winogradMatrix is how the planes of some tiles, or of their sums, lie in
// memory: rows ld apart, planes a line more than their rows take, because all
// would fall on the same places of a cache otherwise.
type winogradMatrix struct{ ld, plane int }

func newWinogradMatrix(rows, width int) winogradMatrix {
	ld := (width + 15) &^ 15
	if ld%512 == 0 {
		ld += 16
	}
	return winogradMatrix{ld, rows*ld + 16}
}

func (k *winograd) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*winogradMemo)
	if m == nil {
		m = new(winogradMemo)
		f.Memo = m
	}
	k.resolve(f, m)
	return nil
}

// resolve divides the work. If there are tiles enough, a chunk is a block of
// them, from inputs to outputs, all in memory of its worker that stays in its
// cache. Otherwise all tiles are transformed first, and then a chunk is a panel
// of output channels, so that the weights, which are most of the memory, are
// read once.
func (k *winograd) resolve(f *op.Frame, m *winogradMemo) {
	w := k.weights
	m.rows.cut(w.f, k.c, 0, f.In[0], f.Out[0], k.kernel[0])
	m.cols.cut(w.f, k.c, 1, f.In[0], f.Out[0], k.kernel[1])
	m.tiles = f.In[0].Shape[0] * len(m.rows.out) * len(m.cols.out)

	m.joint = false
	f.Phases = f.Phases[:0]
	if m.tiles == 0 {
		f.Phases = append(f.Phases, op.Phase{})
		return
	}

	// Nanoseconds for a tile, about.
	planes, panels := w.f.Planes(), w.panels()
	in, multiply, out := planes*w.row()/8, w.before[planes]*w.cout/50, planes*w.cout/12

	// Tiles that make a matrix product efficient, chunks that are worth
	// sharing, and what fits in a second-level cache beside the weights.
	const least, chunks, cache = 24, 8, 448 << 10
	if m.tiles >= chunks*least {
		m.block = max(least, min(m.tiles/chunks, cache/(4*planes*(w.row()+w.widest()))))
		n := (m.tiles + m.block - 1) / m.block
		n += n & 1 // so that two threads get the same
		m.block = (m.tiles + n - 1) / n
		n = (m.tiles + m.block - 1) / m.block
		f.Phases = append(f.Phases, op.Phase{Chunks: n, Cost: m.block * (in + multiply + out)})
		f.Scratch = 4 * planes * (newWinogradMatrix(m.block, w.widest()).plane + newWinogradMatrix(m.block, w.row()).plane)
		return
	}
	n := op.Chunks(m.tiles, m.tiles*in)
	m.joint = true
	f.Shared = 4 * planes * newWinogradMatrix(m.tiles, w.row()).plane
	blocks := max(1, m.tiles*2/(3*least), min(2/panels, m.tiles/16))
	m.block = (m.tiles + blocks - 1) / blocks
	f.Phases = append(f.Phases,
		op.Phase{Chunks: n, Cost: m.tiles * in / n},
		op.Phase{Chunks: blocks * panels, Cost: m.block * (multiply + out) / panels})
	f.Scratch = 4 * planes * newWinogradMatrix(m.block, w.widest()).plane
}

func (k *winograd) Run(f *op.Frame, phase, chunk, worker int) error {
	k.run(f, f.Memo.(*winogradMemo), phase, chunk, worker)
	return nil
}

func (k *winograd) run(f *op.Frame, m *winogradMemo, phase, chunk, worker int) {
	w := k.weights
	panels := w.panels()
	switch {
	case !m.joint:
		from, to := chunk*m.block, min((chunk+1)*m.block, m.tiles)
		sums, tiles := k.scratch(f, m, worker)
		at := newWinogradMatrix(m.block, w.row())
		k.input(f, m, tiles, at, from, from, to)
		for q := range panels {
			k.multiply(f, m, tiles, at, sums, q, from, from, to)
		}
	case phase == 0:
		from, to := f.Span(0, chunk, m.tiles)
		k.input(f, m, tensor.View[float32](f.Common()), newWinogradMatrix(m.tiles, w.row()), 0, from, to)
	default:
		from := chunk / panels * m.block
		sums, _ := k.scratch(f, m, worker)
		k.multiply(f, m, tensor.View[float32](f.Common()), newWinogradMatrix(m.tiles, w.row()), sums, chunk%panels, 0, from, min(from+m.block, m.tiles))
	}
}

// scratch returns a worker's memory for the sums of a panel, and the rest of it.
func (k *winograd) scratch(f *op.Frame, m *winogradMemo, worker int) (sums, rest []float32) {
	all := tensor.View[float32](f.Work(worker))
	n := k.weights.f.Planes() * newWinogradMatrix(m.block, k.weights.widest()).plane
	return all[:n], all[n:]
}

// place returns where tile t is: its image and its place along each dim.
func (m *winogradMemo) place(t int) (image, row, col int) {
	row, col = t/len(m.cols.out), t%len(m.cols.out)
	return row / len(m.rows.out), row % len(m.rows.out), col
}

// input transforms tiles from...to-1 to rows of v, whose first is tile origin.
func (k *winograd) input(f *op.Frame, m *winogradMemo, v []float32, at winogradMatrix, origin, from, to int) {
	x, w := f.In[0], k.weights
	data := op.Data[float32](x)
	stride, a := one(k.c.stride, 0), w.f.Inputs()
	for t := from; t < to; t++ {
		n, r, c := m.place(t)
		for i, img := range w.images {
			k.set.WinogradInput(w.f, v[(t-origin)*at.ld+i*w.cin:], at.plane, data[n*x.Stride[0]:],
				m.rows.inputs(r*stride+img.y, a), m.cols.inputs(c*stride+img.x, a), k.zero, w.cin)
		}
	}
}

// multiply computes the output channels of panel q for tiles from...to-1.
func (k *winograd) multiply(f *op.Frame, m *winogradMemo, v []float32, at winogradMatrix, sums []float32, q, origin, from, to int) {
	w := k.weights
	c0, c1 := w.columns(q)
	cols := c1 - c0
	sum := newWinogradMatrix(m.block, w.widest())
	for p := range w.f.Planes() {
		var e kernels.Epilogue
		if p == w.f.BiasPlane() && k.bias != nil {
			e.Bias = k.bias[c0:]
		}
		k.set.Gemm(to-from, (cols+7)&^7, w.depth[p], v[p*at.plane+(from-origin)*at.ld+w.first[p]:], at.ld,
			w.strip(p, c0), sums[p*sum.plane:], sum.ld, &e)
	}

	y, d := f.Out[0], one(k.c.dilation, 0)
	tile := kernels.WinogradTile{Row: y.Stride[2] * d, Pixel: y.Stride[3] * d, Lo: float32(math.Inf(-1)), Hi: float32(math.Inf(1))}
	if lo, hi, ok := k.c.ep.Clamp(); ok {
		tile.Lo, tile.Hi = lo, hi
	}
	var res *op.Value
	if k.c.ep.Residual {
		res = f.In[len(f.In)-1]
		tile.ResidualRow, tile.ResidualPixel = res.Stride[2]*d, res.Stride[3]*d
	}
	data := op.Data[float32](y)
	for t := from; t < to; t++ {
		n, r, c := m.place(t)
		oy, ox := m.rows.out[r], m.cols.out[c]
		tile.Rows, tile.Cols = m.rows.size[r], m.cols.size[c]
		if res != nil {
			tile.Residual = op.Data[float32](res)[n*res.Stride[0]+oy*res.Stride[2]+ox*res.Stride[3]+c0:]
		}
		dst := data[n*y.Stride[0]+oy*y.Stride[2]+ox*y.Stride[3]+c0:]
		k.set.WinogradOutput(w.f, dst, sums[(t-from)*sum.ld:], sum.plane, cols, &tile)
		for i := range tile.Rows {
			k.c.ep.Rows(k.set, dst[i*tile.Row:], tile.Pixel, tile.Cols, cols)
		}
	}
}
