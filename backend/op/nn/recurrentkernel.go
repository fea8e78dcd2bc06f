package nn

import (
	"fmt"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// recurrentKernel computes a recurrent layer: the products of all inputs of all
// steps with W first, as one matrix product; then step after step the product
// of the states with R, which continues the same sums, and the gates. Members
// of a batch go side by side; each one's results do not depend on the others.
type recurrentKernel[T float32 | float64] struct {
	recurrent
	arithmetic[T]
	weights []weights[T] // by direction; nil: packed in each run
}

// weights of a direction.
type weights[T float32 | float64] struct {
	w, r  []T // packed
	last  []T // packed, GRU: the rows of R for the hidden gate, which r has not
	bias  []T // of the product with W, and of R's where that is the same
	extra []T // GRU, linear_before_reset: R's bias of the hidden gate
	peep  []T // LSTM: of the gates i, o and f
}

func newRecurrentKernel[T float32 | float64](r recurrent, a arithmetic[T], in []op.Info) *recurrentKernel[T] {
	k := &recurrentKernel[T]{recurrent: r, arithmetic: a}
	var values [inPeepholes + 1]*op.Value
	for i := range in {
		if i == 0 || i == inLengths || i == inHidden || i == inCell || !in[i].Present() || i >= len(values) {
			continue
		}
		if in[i].Const == nil {
			return k
		}
		values[i] = op.FromTensor(in[i].Const)
	}
	if in != nil {
		k.weights = make([]weights[T], r.directions())
		for d := range k.weights {
			k.pack(&k.weights[d], values[:], d)
		}
	}
	return k
}

// Packs says which constants are not read from the input any more.
func (k *recurrentKernel[T]) Packs(in int) bool {
	return k.weights != nil && (in == 1 || in == 2 || in == inBias || in == inPeepholes)
}

// pack packs the weights of direction d.
func (k *recurrentKernel[T]) pack(w *weights[T], in []*op.Value, d int) {
	hidden, inputs := in[2].Shape[2], in[1].Shape[2]
	rows := k.gates * hidden
	w.w = k.arithmetic.pack(w.w, inputs, rows, op.Data[T](in[1])[d*rows*inputs:][:rows*inputs])
	r := op.Data[T](in[2])[d*rows*hidden:][:rows*hidden]
	split := rows
	if k.name == "GRU" {
		split = 2 * hidden
		w.last = k.arithmetic.pack(w.last, hidden, hidden, r[split*hidden:])
	}
	w.r = k.arithmetic.pack(w.r, hidden, split, r[:split*hidden])
	w.bias, w.extra = grown(w.bias, rows+kernels.Strip), grown(w.extra, hidden+kernels.Strip)
	clear(w.bias)
	clear(w.extra)
	if len(in) > inBias && in[inBias] != nil {
		b := op.Data[T](in[inBias])[d*2*rows:][:2*rows]
		k.add(w.bias[:rows], b[:rows], b[rows:])
		if k.name == "GRU" && k.linearFirst {
			copy(w.bias[split:rows], b[split:])
			copy(w.extra, b[rows+split:])
		}
	}
	w.peep = w.peep[:0]
	if len(in) > inPeepholes && in[inPeepholes] != nil {
		w.peep = append(w.peep, op.Data[T](in[inPeepholes])[d*3*hidden:][:3*hidden]...)
	}
}

// recurrentMemo is what a frame keeps.
type recurrentMemo[T float32 | float64] struct {
	gates              []T // [D][rows of X][G*H]
	h, c               []T // [D][B][H]
	weights            []weights[T]
	steps, batch       int
	inputs, hidden     int
	rowBlocks, batches int // of rows of X, of the batch
}

const (
	inputRows = 48 // rows of X that a chunk multiplies
	batchRows = 8  // members of a batch that go side by side
)

func (k *recurrentKernel[T]) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*recurrentMemo[T])
	if m == nil {
		m = &recurrentMemo[T]{weights: make([]weights[T], k.directions())}
		f.Memo = m
	}
	x := f.In[0].Shape
	m.steps, m.batch, m.inputs, m.hidden = x[0], x[1], x[2], f.In[2].Shape[2]
	if k.batchFirst {
		m.steps, m.batch = m.batch, m.steps
	}
	d, width, rows := k.directions(), k.gates*m.hidden, m.steps*m.batch
	m.gates = grown(m.gates, d*rows*width)
	m.h, m.c = grown(m.h, d*m.batch*m.hidden), grown(m.c, d*m.batch*m.hidden)
	m.rowBlocks, m.batches = (rows+inputRows-1)/inputRows, (m.batch+batchRows-1)/batchRows
	f.Scratch = batchRows * 2 * m.hidden * int(unsafe.Sizeof(T(0)))
	f.Phases = f.Phases[:0]
	if k.weights == nil {
		f.Phases = append(f.Phases, op.Phase{Chunks: d, Cost: width * (m.inputs + m.hidden)})
	}
	f.Phases = append(f.Phases,
		op.Phase{Chunks: d * m.rowBlocks, Cost: min(rows, inputRows) * width * m.inputs / 40},
		op.Phase{Chunks: d * m.batches, Cost: m.steps * min(m.batch, batchRows) * width * (m.hidden/20 + 1)})
	return nil
}

// grown returns n elements, in x's memory if it is large enough.
func grown[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}

func (k *recurrentKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*recurrentMemo[T])
	all := k.weights
	if all == nil {
		if all = m.weights; phase == 0 {
			k.pack(&m.weights[chunk], f.In, chunk)
			return nil
		}
	}
	if phase == len(f.Phases)-1 {
		d, b := chunk/m.batches, chunk%m.batches*batchRows
		return k.walk(m, f, &all[d], d, b, min(b+batchRows, m.batch), tensor.View[T](f.Work(worker)))
	}
	d, r0 := chunk/m.rowBlocks, chunk%m.rowBlocks*inputRows
	rows, width := m.steps*m.batch, k.gates*m.hidden
	k.multiply(min(inputRows, rows-r0), width, m.inputs, op.Data[T](f.In[0])[r0*m.inputs:], m.inputs, all[d].w, m.gates[(d*rows+r0)*width:], width, all[d].bias)
	return nil
}

// A step is one time step of n members of a batch.
type step[T float32 | float64] struct {
	*weights[T]
	acts   []activation
	n      int
	hidden int
	gates  []T // rows, ld apart: the products with W
	ld     int
	h, c   []T // states [n][hidden]
	work   []T // [2][n][hidden]
}

// walk computes all steps of members b0...b1-1 of the batch in direction d.
func (k *recurrentKernel[T]) walk(m *recurrentMemo[T], f *op.Frame, w *weights[T], d, b0, b1 int, work []T) error {
	longest, equal := m.steps, true
	length := func(b int) int {
		if len(f.In) <= inLengths || f.In[inLengths] == nil {
			return m.steps
		}
		return int(op.Data[int32](f.In[inLengths])[b])
	}
	for b := b0; b < b1; b++ {
		n := length(b)
		if n < 0 || n > m.steps {
			return fmt.Errorf("%w: sequence %d has length %d of %d steps", op.ErrInput, b, n, m.steps)
		}
		if b == b0 {
			longest = n
		}
		equal = equal && n == longest
		longest = max(longest, n)
		k.load(m, f, d, b)
	}
	s := step[T]{weights: w, acts: k.activations[d], hidden: m.hidden, work: work}
	for i := range m.steps {
		if i%64 == 0 {
			if err := f.Run.Canceled(); err != nil {
				return err
			}
		}
		switch {
		case i >= longest:
			k.blank(m, f, d, i, b0, b1)
		case equal:
			k.step(m, f, &s, d, k.time(d, i, longest), b0, b1)
		default:
			for b := b0; b < b1; b++ {
				if n := length(b); i < n {
					k.step(m, f, &s, d, k.time(d, i, n), b, b+1)
				} else {
					k.blank(m, f, d, i, b, b+1)
				}
			}
		}
	}
	for b := b0; b < b1; b++ {
		at, to := (d*m.batch+b)*m.hidden, k.state(m, d, b)
		for i, src := range [2][]T{m.h, m.c} {
			if len(f.Out) > 1+i && f.Out[1+i] != nil {
				copy(op.Data[T](f.Out[1+i])[to:][:m.hidden], src[at:])
			}
		}
	}
	return nil
}

// time returns the step that is the i-th of a sequence of n in direction d.
func (k *recurrentKernel[T]) time(d, i, n int) int {
	if k.reversed(d) {
		return n - 1 - i
	}
	return i
}

// state returns where a state of member b is in an input or output.
func (k *recurrentKernel[T]) state(m *recurrentMemo[T], d, b int) int {
	if k.batchFirst {
		return (b*k.directions() + d) * m.hidden
	}
	return (d*m.batch + b) * m.hidden
}

// load sets the states of member b to the initial ones.
func (k *recurrentKernel[T]) load(m *recurrentMemo[T], f *op.Frame, d, b int) {
	at, from := (d*m.batch+b)*m.hidden, k.state(m, d, b)
	for i, dst := range [2][]T{m.h, m.c} {
		dst = dst[at:][:m.hidden]
		if in := inHidden + i; in < len(f.In) && f.In[in] != nil {
			copy(dst, op.Data[T](f.In[in])[from:])
		} else {
			clear(dst)
		}
	}
}

// row returns where the hidden state of step t of member b is in Y.
func (k *recurrentKernel[T]) row(m *recurrentMemo[T], d, t, b int) int {
	if k.batchFirst {
		return ((b*m.steps+t)*k.directions() + d) * m.hidden
	}
	return ((t*k.directions()+d)*m.batch + b) * m.hidden
}

// blank clears step t of Y.
func (k *recurrentKernel[T]) blank(m *recurrentMemo[T], f *op.Frame, d, t, b0, b1 int) {
	for b := b0; b < b1 && f.Out[0] != nil; b++ {
		clear(op.Data[T](f.Out[0])[k.row(m, d, t, b):][:m.hidden])
	}
}

// step computes step t of members b0...b1-1.
func (k *recurrentKernel[T]) step(m *recurrentMemo[T], f *op.Frame, s *step[T], d, t, b0, b1 int) {
	width := k.gates * m.hidden
	row := t*m.batch + b0
	s.ld = width
	if k.batchFirst {
		row, s.ld = b0*m.steps+t, m.steps*width
	}
	at := (d*m.batch + b0) * m.hidden
	s.n = b1 - b0
	s.gates = m.gates[(d*m.steps*m.batch+row)*width:]
	s.h, s.c = m.h[at:][:s.n*m.hidden], m.c[at:][:s.n*m.hidden]
	switch k.name {
	case "LSTM":
		k.lstm(s)
	case "GRU":
		k.gru(s)
	default:
		k.rnn(s)
	}
	for b := b0; b < b1 && f.Out[0] != nil; b++ {
		copy(op.Data[T](f.Out[0])[k.row(m, d, t, b):][:m.hidden], s.h[(b-b0)*m.hidden:])
	}
}

// squash limits a row of gates and applies an activation.
func (k *recurrentKernel[T]) squash(a activation, row []T) {
	if k.recurrent.clip > 0 {
		k.arithmetic.clip(row, k.recurrent.clip)
	}
	k.activate(a, row)
}
