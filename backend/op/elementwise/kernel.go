package elementwise

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

const (
	grain = 64   // elements: chunks begin at multiples of it
	block = 256  // elements that go through scratch memory at a time
	tile  = 4096 // elements after which the loop's After follows, while they are in the cache

	area = block * 16 // bytes of scratch for an operand, of the widest type
)

// A kernel runs a [Loop] over two or three operands, or folds any number of
// operands with it from the left, one phase each.
type kernel struct {
	set   *kernels.Set
	loop  Loop
	after func(dst []byte) // what follows on finished rows; nil for nothing
	tail  func(x, y int) int
	pairs []op.Pair
	// inputs of the operator that the loop sees, and how many at a time
	inputs, first int
}

// state is what a frame keeps: a plan for each phase.
type state struct {
	plans []Plan
	in    [3]*op.Value
}

// InPlace allows the output over either operand of the first phase.
func (k *kernel) InPlace() []op.Pair { return k.pairs }

// Strided says that inputs may have any strides.
func (k *kernel) Strided(int) bool { return true }

// StridedOut says that outputs may have any strides.
func (k *kernel) StridedOut() bool { return true }

// phases returns the number of phases.
func (k *kernel) phases() int { return max(1, 1+k.inputs-k.first) }

// Resolve plans the loops and divides them.
func (k *kernel) Resolve(f *op.Frame) error {
	s, _ := f.Memo.(*state)
	n := k.phases()
	if s == nil {
		s = &state{plans: make([]Plan, n)}
		f.Memo = s
	}
	lanes := 0
	if k.loop.Safe && k.tail == nil {
		lanes = wholeLanes(f, f.In[:k.inputs])
	}
	for i := range n {
		in := append(s.in[:0], f.In[:k.first]...)
		tail := 0
		if i > 0 {
			in = append(s.in[:0], f.Out[0], f.In[i+1])
		}
		if k.tail != nil && len(in) > 1 {
			tail = k.tail(len(in[0].Shape), len(in[1].Shape))
		}
		s.plans[i].Set(f.Out[0], in, tail, lanes)
	}
	f.Scratch = (maxOperands + 1) * area
	f.Split((s.plans[0].Len+grain-1)/grain, grain*k.loop.Cost)
	for range n - 1 {
		f.Phases = append(f.Phases, f.Phases[0])
	}
	return nil
}

// wholeLanes returns the pixel stride of channels-last values if lanes beyond
// the channels may be computed with the others, so that pixels merge into one
// row; else 0.
func wholeLanes(f *op.Frame, in []*op.Value) int {
	out := f.Out[0]
	if f.OutInfo[0].Order != op.ChannelsLast || out.Shape[1] == 1 {
		return 0
	}
	ld := out.PixelStride()
	if ld == out.Shape[1] || out.Lanes < ld {
		return 0
	}
	for i, v := range in {
		if v == nil {
			continue
		}
		c := len(v.Shape) - len(out.Shape) + 1 // its dim of channels
		repeats := c < 0 || v.Shape[c] == 1
		if !repeats && (f.InInfo[i].Order != op.ChannelsLast || v.Lanes < ld) {
			return 0
		}
	}
	return ld
}

// Run computes one chunk of one operand of the fold.
func (k *kernel) Run(f *op.Frame, phase, chunk, worker int) error {
	p := &f.Memo.(*state).plans[phase]
	lo, hi := f.Span(phase, chunk, (p.Len+grain-1)/grain)
	lo, hi = lo*grain, min(hi*grain, p.Len)
	if lo >= hi {
		return nil
	}

	work := f.Work(worker)
	var in [3]operand
	n := k.first
	for i := range n {
		v, t := f.In[i], k.loop.in(i)
		if phase > 0 && i == 0 {
			v = f.Out[0]
		} else if phase > 0 {
			v = f.In[phase+1]
		}
		if v == nil {
			continue
		}
		in[i] = newOperand(k.set, v, p.step(1+i), t, work[(1+i)*area:(2+i)*area], work[maxOperands*area:])
	}
	row := k.loop.Row
	switch {
	case n == 2 && p.row() > 1 && p.step(2) == 0 && k.loop.Right != nil:
		row = k.loop.Right
		in[1].single()
	case n == 2 && p.row() > 1 && p.step(1) == 0 && k.loop.Left != nil:
		row = k.loop.Left
		in[0].single()
	}
	out := newOperand(k.set, f.Out[0], p.step(0), k.loop.Out, work[:area], work[maxOperands*area:])

	after := k.after
	if phase < len(f.Phases)-1 {
		after = nil
	}
	most := p.row()
	switch {
	case out.buf != nil || in[0].buf != nil || in[1].buf != nil || in[2].buf != nil:
		most = block
	case after != nil:
		most = tile
	}
	for c := p.Range(lo, hi); c.Next(); {
		for i := 0; i < c.N; i += most {
			m := min(most, c.N-i)
			dst := out.dst(c.At[0]+i*out.step, m)
			x := in[0].load(c.At[1]+i*in[0].step, m)
			y := in[1].load(c.At[2]+i*in[1].step, m)
			z := in[2].load(c.At[3]+i*in[2].step, m)
			if err := row(dst, x, y, z); err != nil {
				return err
			}
			if after != nil {
				after(dst)
			}
			out.store(c.At[0]+i*out.step, m)
		}
	}
	return nil
}

// copyRow is the loop of a fold of one operand.
func copyRow(dst, x, _, _ []byte) error {
	copy(dst, x)
	return nil
}

// Keep is the loop that copies elements of type t.
func Keep(t tensor.Type) Loop {
	return Loop{In: []tensor.Type{t}, Out: t, Row: copyRow, Safe: true, Cost: 0.2}
}
