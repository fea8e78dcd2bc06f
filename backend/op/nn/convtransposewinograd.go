package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// transposeWinograd is a float32 ConvTranspose of 4×4 taps and stride 2 by one of
// the algorithms of kernels.Winograd for 2×2 taps. Each of the four phases of
// output pixels (see transposeProduct) is a convolution of 2×2 taps whose
// outputs are two pixels apart, as with dilation 2.
type transposeWinograd struct {
	c      *convTranspose
	phases [4]*winograd // by remainder of the row, then of the column
}

// A phaseTiles is a range of a phase's tiles.
type phaseTiles struct{ phase, from, to int }

type transposeWinogradMemo struct {
	phases [4]winogradMemo
	blocks []phaseTiles
	tiles  [4]int // where the transformed tiles of a phase are in memory that workers share
	joint  bool   // they are: a phase of its own has transformed them
}

// newTransposeWinograd returns the kernel for weights of a shape [C M 4 4];
// taps writes those of output channel o and input channel c.
func newTransposeWinograd(e *op.Env, c *convTranspose, f kernels.Winograd, shape []int, bias []float32, taps func(dst *[16]float32, o, c int)) *transposeWinograd {
	t := &transposeWinograd{c: c}
	inner := &conv{geometry: geometry{dilation: []int{2, 2}}, group: 1, ep: c.ep}
	zero := make([]float32, shape[0])
	for p := range t.phases {
		t.phases[p] = &winograd{set: e.Set, c: inner, bias: bias, zero: zero,
			weights: newWinogradWeights(f, 1, 2, shape[0], shape[1], func(dst *[16]float32, o, ch int) {
				var all [16]float32
				taps(&all, o, ch)
				at := p/2*4 + p%2 // first tap of the phase; the last one reaches back furthest
				*dst = [16]float32{all[at+10], all[at+8], all[at+2], all[at]}
			})}
	}
	return t
}

// cutPhase divides the output pixels of remainder r along dim i of two.
func (x *winogradAxis) cutPhase(f kernels.Winograd, c *convTranspose, i, r int, in, out *op.Value) {
	x.out, x.size, x.in = x.out[:0], x.size[:0], x.in[:0]
	size, outs := in.Shape[2+i], out.Shape[2+i]
	if in.Stride[2+i]*size > math.MaxInt32 {
		panic("nn: feature map is too large for 32-bit offsets")
	}
	_, pad := c.spatial(i, 2, size, 4)
	first := (r + pad) & 1
	from := (first+pad-r)/2 - 1 // input of the first output
	for o := first; o < outs; o += 2 * f.Outputs() {
		x.out = append(x.out, o)
		x.size = append(x.size, min(f.Outputs(), (outs-o+1)/2))
		for t := range f.Inputs() {
			at := -1
			if p := from + o/2 + t; p >= 0 && p < size {
				at = p * in.Stride[2+i]
			}
			x.in = append(x.in, int32(at))
		}
	}
}

// Packs says which constants are not read from the input any more.
func (k *transposeWinograd) Packs(in int) bool { return in == 1 || in == 2 }

func (k *transposeWinograd) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*transposeWinogradMemo)
	if m == nil {
		m = new(transposeWinogradMemo)
		f.Memo = m
	}
	k.resolve(f, m)
	return nil
}

// resolve divides the work as winograd.resolve does, but there is four times as
// much of it: every phase has tiles and weights of its own.
func (k *transposeWinograd) resolve(f *op.Frame, m *transposeWinogradMemo) {
	w := k.phases[0].weights
	planes, panels := w.f.Planes(), w.panels()
	const cache = 1 << 20
	least := 24
	if w.cin*w.cout > 1<<15 { // the weights are in no cache: read them less often
		least = 64
	}
	fit := max(least, cache/(4*planes*(w.row()+w.widest())))
	block := 0
	m.blocks = m.blocks[:0]
	for p := range m.phases {
		tiles := &m.phases[p]
		tiles.rows.cutPhase(w.f, k.c, 0, p/2, f.In[0], f.Out[0])
		tiles.cols.cutPhase(w.f, k.c, 1, p%2, f.In[0], f.Out[0])
		tiles.tiles = f.In[0].Shape[0] * len(tiles.rows.out) * len(tiles.cols.out)
		n := (tiles.tiles + fit - 1) / fit
		for i := range n {
			b := phaseTiles{p, i * tiles.tiles / n, (i + 1) * tiles.tiles / n}
			m.blocks = append(m.blocks, b)
			block = max(block, b.to-b.from)
		}
	}
	in, multiply, out := planes*w.row()/8, w.before[planes]*w.cout/50, planes*w.cout/12
	n := len(m.blocks)
	m.joint = n < 8 && panels > 1
	f.Phases = f.Phases[:0]
	f.Scratch = 4 * planes * newWinogradMatrix(block, w.widest()).plane
	if !m.joint {
		f.Phases = append(f.Phases, op.Phase{Chunks: n, Cost: block * (in + multiply + out)})
		f.Scratch += 4 * planes * newWinogradMatrix(block, w.row()).plane
	} else {
		f.Phases = append(f.Phases, op.Phase{Chunks: n, Cost: block * in}, op.Phase{Chunks: n * panels, Cost: block * (multiply + out) / panels})
	}
	for p := range m.phases {
		m.phases[p].block = block
		if m.joint {
			m.tiles[p] = f.Shared / 4
			f.Shared += 4 * planes * newWinogradMatrix(m.phases[p].tiles, w.row()).plane
		}
	}
}

func (k *transposeWinograd) Run(f *op.Frame, phase, chunk, worker int) error {
	k.run(f, f.Memo.(*transposeWinogradMemo), phase, chunk, worker)
	return nil
}

func (k *transposeWinograd) run(f *op.Frame, m *transposeWinogradMemo, phase, chunk, worker int) {
	panels := k.phases[0].weights.panels()
	b := chunk
	if phase == 1 {
		b /= panels
	}
	p, from, to := m.blocks[b].phase, m.blocks[b].from, m.blocks[b].to
	w, tiles := k.phases[p], &m.phases[p]
	switch {
	case !m.joint:
		sums, v := w.scratch(f, tiles, worker)
		at := newWinogradMatrix(tiles.block, w.weights.row())
		w.input(f, tiles, v, at, from, from, to)
		for q := range panels {
			w.multiply(f, tiles, v, at, sums, q, from, from, to)
		}
	case phase == 0:
		w.input(f, tiles, tensor.View[float32](f.Common())[m.tiles[p]:], newWinogradMatrix(tiles.tiles, w.weights.row()), 0, from, to)
	default:
		sums, _ := w.scratch(f, tiles, worker)
		w.multiply(f, tiles, tensor.View[float32](f.Common())[m.tiles[p]:], newWinogradMatrix(tiles.tiles, w.weights.row()), sums, chunk%panels, 0, from, to)
	}
}
