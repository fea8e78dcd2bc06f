package nn

import (
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

// phaseWeights holds the weights by group, phase and tap, each tap packed by
// itself: near the edges of a feature map taps are left out.
type phaseWeights struct {
	taps      [][]int // by phase
	first     []int   // by phase: its first tap, in this order
	data      []float32
	cin, cout int // of a group
	zero      []float32
	matrix    []float32
}

func newTransposeProduct(e *op.Env, c *convTranspose, in []op.Info) *transposeProduct {
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
		p.taps = make([][]int, c.phases())
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
	p.first = grown(p.first, len(p.taps))
	n := 0
	for i, t := range p.taps {
		p.first[i] = n
		n += len(t)
	}
	p.zero = grown(p.zero, p.cin)
}

// pack packs W after plan.
func (p *phaseWeights) pack(c *convTranspose, w *op.Value) {
	taps, src := op.Product(w.Shape[2:]), op.Data[float32](w)
	p.data = grown(p.data, c.group*taps*p.tapLen())
	p.matrix = grown(p.matrix, p.cin*p.cout)
	if len(src) == 0 {
		return
	}
	for g := range c.group {
		for i, list := range p.taps {
			for j, t := range list {
				from := src[g*p.cin*p.cout*taps+t:]
				for k := range p.matrix {
					p.matrix[k] = from[k*taps]
				}
				kernels.Pack(p.data[(g*taps+p.first[i]+j)*p.tapLen():], p.cin, p.cout, p.matrix, p.cout, 1)
			}
		}
	}
}

// tapLen returns the length of a packed tap.
func (p *phaseWeights) tapLen() int { return kernels.PackedLen(p.cin, p.cout) }

// kernel writes the taps of output channel o and input channel c, of one group.
func (p *phaseWeights) kernel(dst *[16]float32, o, c int) {
	at := (o/kernels.Strip*p.cin+c)*kernels.Strip + o%kernels.Strip
	for i, list := range p.taps {
		for j, t := range list {
			dst[t] = p.data[(p.first[i]+j)*p.tapLen()+at]
		}
	}
}

type transposeMemo struct {
	transposeTables
	weights phaseWeights
	bias    []float32
}

func (k *transposeProduct) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*transposeMemo)
	if m == nil {
		m = new(transposeMemo)
		f.Memo = m
	}
	k.resolve(f, m)
	return nil
}

func (k *transposeProduct) resolve(f *op.Frame, m *transposeMemo) {
	w := k.weights
	if w == nil {
		w = &m.weights
		w.plan(k.c, f.In[1].Shape)
	}
	m.fill(k.c, w, f.In[0], f.Out[0], f.In[1].Shape[2:])
	cost := 0
	for _, b := range m.blocks {
		cost += w.cout * w.cin * max(b.rows*(b.to-b.from)/50, (b.to-b.from)/5)
	}
	f.Phases = f.Phases[:0]
	if k.weights == nil || k.hasBias && k.bias == nil {
		f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: f.In[1].Len()})
	}
	f.Phases = append(f.Phases, op.Phase{Chunks: f.In[0].Shape[0] * k.c.group * len(m.blocks), Cost: cost / max(1, len(m.blocks))})
}

func (k *transposeProduct) Run(f *op.Frame, phase, chunk, _ int) error {
	return k.run(f, f.Memo.(*transposeMemo), phase, chunk)
}

func (k *transposeProduct) run(f *op.Frame, m *transposeMemo, phase, chunk int) error {
	if phase < len(f.Phases)-1 {
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
	outs := m.outs[b.row : b.row+b.rows]
	xs, ys := op.Data[float32](x), op.Data[float32](y)[n*y.Stride[0]+g*w.cout:]
	if x.Len() > 0 {
		xs = xs[n*x.Stride[0]+g*w.cin:]
	}
	ep := &k.c.ep
	lo, hi, clamp := ep.Clamp()
	clamp = clamp && ep.Activation != "" && !ep.Residual
	e := kernels.Epilogue{Clamp: clamp, Lo: lo, Hi: hi}
	if bias != nil {
		e.Bias = bias[g*w.cout:]
	}
	if b.from == b.to {
		k.set.GemmIndirect(b.rows, w.cout, nil, nil, nil, 0, 0, 0, nil, ys, 0, outs, &e)
	}
	taps := op.Product(f.In[1].Shape[2:])
	for i := b.from; i < b.to; i++ {
		t := m.used[i]
		e.Clamp = clamp && i == b.to-1
		k.set.GemmIndirect(b.rows, w.cout, xs, w.zero, m.offs[b.table+t*b.of:], b.of, 1, w.cin,
			w.data[(g*taps+w.first[b.phase]+t)*w.tapLen():], ys, 0, outs, &e)
		e.Load = true
	}
	if ep.Residual {
		res := f.In[len(f.In)-1]
		rs := op.Data[float32](res)[n*res.Stride[0]+g*w.cout:]
		for _, o := range outs {
			row := ys[o:][:w.cout]
			k.set.Add(row, row, rs[moved(int(o), y, res):][:w.cout])
		}
	}
	if !clamp && ep.Activation != "" {
		for _, o := range outs {
			op.Activate(k.set, ep.Activation, ep.Alpha, ep.Beta, ys[o:][:w.cout])
		}
	}
	return nil
}

// moved returns where the pixel at offset o of an image of y is in r, which has
// the same shape and other strides.
func moved(o int, y, r *op.Value) int {
	at := 0
	for i := 2; i < len(y.Shape); i++ {
		at += o / y.Stride[i] * r.Stride[i]
		o %= y.Stride[i]
	}
	return at
}
