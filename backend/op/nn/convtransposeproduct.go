package nn

import (
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// transposeProduct is a float32 ConvTranspose as matrix products. Output pixels
// are divided into phases: those whose distance from the first one, padding
// included, leaves the same remainders when divided by the strides. A tap
// reaches the pixels of one phase only, so that each phase is a convolution of
// stride 1 with its own few taps, and nothing is added up in memory.
//
// Output (n, pixel, channel) is one chain: the bias, then the phase's taps in
// order, each with its channels in order.
type transposeProduct struct {
	set     *kernels.Set
	c       *convTranspose
	weights *phaseWeights // nil: packed in each run
	bias    []float32
	hasBias bool
}

// maxPhases bounds the product of strides: beyond, phases would be too small.
const maxPhases = 4096

func (c *convTranspose) phases() int { return op.Product(c.stride) }

// phaseWeights holds the weights by group and phase, packed, each [tap][channel]
// deep.
type phaseWeights struct {
	taps      [][]int // by phase
	at        []int   // by phase: where in a group's data
	data      []float32
	group     int // elements of a group
	cin, cout int // of a group
	zero      []float32
	matrix    []float32
}

func newTransposeProduct(e *op.Env, c *convTranspose, in []op.Info) op.Kernel {
	k := &transposeProduct{set: e.Set, c: c, hasBias: len(in) > 2 && in[2].Present()}
	if w := in[1].Const; w != nil {
		k.weights = new(phaseWeights)
		k.weights.plan(c, w.Shape())
		k.weights.pack(c, op.FromTensor(w))
	}
	if k.hasBias && in[2].Const != nil {
		k.bias = padded(op.Data[float32](op.FromTensor(in[2].Const)), nil)
	}
	return k
}

// Packs says which constants are not read from the input any more.
func (k *transposeProduct) Packs(in int) bool {
	return in == 1 && k.weights != nil || in == 2 && k.bias != nil
}

// plan divides the taps of W [C M/group k...] into phases.
func (p *phaseWeights) plan(c *convTranspose, shape []int) {
	kernel := shape[2:]
	taps := op.Product(kernel)
	p.cin, p.cout = shape[0]/c.group, shape[1]
	if p.taps == nil {
		p.taps, p.at = make([][]int, c.phases()), make([]int, c.phases())
	}
	for i := range p.taps {
		p.taps[i] = p.taps[i][:0]
	}
	for t := range taps {
		phase, rest := 0, t
		place := 1
		for i := len(kernel) - 1; i >= 0; i-- {
			s := one(c.stride, i)
			phase += rest % kernel[i] * one(c.dilation, i) % s * place
			rest, place = rest/kernel[i], place*s
		}
		p.taps[phase] = append(p.taps[phase], t)
	}
	p.group = 0
	for i, t := range p.taps {
		p.at[i] = p.group
		p.group += kernels.PackedLen(len(t)*p.cin, p.cout)
	}
	p.zero = grown(p.zero, p.cin)
}

// pack packs W after plan.
func (p *phaseWeights) pack(c *convTranspose, w *op.Value) {
	taps, src := op.Product(w.Shape[2:]), op.Data[float32](w)
	p.data = grown(p.data, c.group*p.group)
	if len(src) == 0 {
		return
	}
	for g := range c.group {
		for i, list := range p.taps {
			depth := len(list) * p.cin
			p.matrix = grown(p.matrix, depth*p.cout)
			for j, t := range list {
				for ch := range p.cin {
					row := p.matrix[(j*p.cin+ch)*p.cout:][:p.cout]
					from := src[(g*p.cin+ch)*p.cout*taps+t:]
					for m := range row {
						row[m] = from[m*taps]
					}
				}
			}
			kernels.Pack(p.data[g*p.group+p.at[i]:][:kernels.PackedLen(depth, p.cout)], depth, p.cout, p.matrix, p.cout, 1)
		}
	}
}

// A phaseBlock is rows of a phase: output pixels that a chunk computes.
type phaseBlock struct{ phase, row, rows, of, offs int }

type transposeMemo struct {
	outs    []int32 // by phase and row: where the output pixel is
	offs    []int32 // by phase, tap and row: where the input pixel is, or -1
	blocks  []phaseBlock
	starts  []int // by phase: its first row
	weights phaseWeights
	bias    []float32
}

func (k *transposeProduct) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*transposeMemo)
	if m == nil {
		m = new(transposeMemo)
		f.Memo = m
	}
	w := k.weights
	if w == nil {
		w = &m.weights
		w.plan(k.c, f.In[1].Shape)
	}
	x, y := f.In[0], f.Out[0]
	if op.Product(x.Shape) > math.MaxInt32 || op.Product(y.Shape) > math.MaxInt32 {
		panic("nn: feature map is too large for 32-bit offsets")
	}
	k.tables(m, w, x, y, f.In[1].Shape[2:])
	depth := op.Product(f.In[1].Shape[2:]) * w.cin / max(1, len(w.taps))
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: 1, Cost: 100},
		op.Phase{Chunks: x.Shape[0] * k.c.group * len(m.blocks), Cost: transposeRows * w.cout * (depth + 4) / 50})
	return nil
}

// transposeRows is how many output pixels a chunk computes at most.
const transposeRows = 240

// tables fills in where output pixels of each phase and their inputs are.
func (k *transposeProduct) tables(m *transposeMemo, w *phaseWeights, x, y *op.Value, kernel []int) {
	n := len(kernel)
	m.starts = grown(m.starts, len(w.taps)+1)
	m.outs, m.offs, m.blocks = m.outs[:0], m.offs[:0], m.blocks[:0]
	var first, count, pixel, at [8]int
	for phase, taps := range w.taps {
		rows, rest := 1, phase
		for i := n - 1; i >= 0; i-- {
			s := one(k.c.stride, i)
			_, pad := k.c.spatial(i, n, x.Shape[2+i], kernel[i])
			first[i] = ((rest%s-pad)%s + s) % s
			rest /= s
			count[i] = max(0, (y.Shape[2+i]-first[i]+s-1)/s)
			rows *= count[i]
		}
		start, table := len(m.outs), len(m.offs)
		pixel = [8]int{}
		for range rows {
			to := 0
			for i := range n {
				to += (first[i] + pixel[i]*one(k.c.stride, i)) * y.Stride[2+i]
			}
			m.outs = append(m.outs, int32(to))
			advance(pixel[:n], count[:n])
		}
		for _, t := range taps {
			for i, rest := n-1, t; i >= 0; i-- {
				s := one(k.c.stride, i)
				_, pad := k.c.spatial(i, n, x.Shape[2+i], kernel[i])
				at[i] = (first[i] + pad - rest%kernel[i]*one(k.c.dilation, i)) / s // exact
				rest /= kernel[i]
			}
			pixel = [8]int{}
			for range rows {
				from, inside := 0, true
				for i := range n {
					p := at[i] + pixel[i]
					inside = inside && p >= 0 && p < x.Shape[2+i]
					from += p * x.Stride[2+i]
				}
				if !inside {
					from = -1
				}
				m.offs = append(m.offs, int32(from))
				advance(pixel[:n], count[:n])
			}
		}
		for r := 0; r < rows; r += transposeRows {
			m.blocks = append(m.blocks, phaseBlock{phase, start + r, min(transposeRows, rows-r), rows, table + r})
		}
	}
}

// advance counts up an index over dims of these sizes, the last one fastest.
func advance(index, size []int) {
	for i := len(index) - 1; i >= 0; i-- {
		if index[i]++; index[i] < size[i] {
			return
		}
		index[i] = 0
	}
}

func (k *transposeProduct) Run(f *op.Frame, phase, chunk, _ int) error {
	m := f.Memo.(*transposeMemo)
	if phase == 0 {
		if k.weights == nil {
			m.weights.pack(k.c, f.In[1])
		}
		if k.hasBias && k.bias == nil {
			m.bias = padded(op.Data[float32](f.In[2])[:f.In[2].Len()], m.bias)
		}
		return nil
	}
	w, bias := k.weights, k.bias
	if w == nil {
		w = &m.weights
	}
	if k.hasBias && bias == nil {
		bias = m.bias
	}
	x, y := f.In[0], f.Out[0]
	if y.Len() == 0 {
		return nil
	}
	b := m.blocks[chunk%len(m.blocks)]
	g, n := chunk/len(m.blocks)%k.c.group, chunk/len(m.blocks)/k.c.group
	e := kernels.Epilogue{}
	if bias != nil {
		e.Bias = bias[g*w.cout:]
	}
	taps := w.taps[b.phase]
	var offs []int32
	if len(taps) > 0 {
		offs = m.offs[b.offs:]
	}
	xs := op.Data[float32](x)
	if x.Len() > 0 {
		xs = xs[n*x.Stride[0]+g*w.cin:]
	}
	k.set.GemmIndirect(b.rows, w.cout, xs, w.zero, offs, b.of, len(taps), w.cin,
		w.data[g*w.group+w.at[b.phase]:], op.Data[float32](y)[n*y.Stride[0]+g*w.cout:], 0, m.outs[b.row:b.row+b.rows], &e)
	return nil
}
