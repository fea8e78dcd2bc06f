package op

import (
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Widen returns a kernel that converts the inputs of floating-point types
// narrower than another to that one, float32 or float64, runs k on the copies,
// and rounds its outputs back. Inputs and outputs of other types are k's as they
// are. k works on contiguous
// plain values, without abilities.
func Widen(s *kernels.Set, k Kernel, to tensor.Type) Kernel { return &widen{s, k, to} }

type widen struct {
	set *kernels.Set
	k   Kernel
	to  tensor.Type
}

// widenMemo holds the wide copies and the frame the inner kernel sees.
type widenMemo struct {
	f    *Frame
	vals []Value
	buf  [][]byte
}

// narrow reports whether t is narrower than float32.
func narrow(t tensor.Type) bool {
	switch t {
	case tensor.Float16, tensor.BFloat16, tensor.Float8E4M3FN, tensor.Float8E4M3FNUZ, tensor.Float8E5M2, tensor.Float8E5M2FNUZ,
		tensor.Float4E2M1, tensor.Float6E2M3, tensor.Float6E3M2:
		return true
	}
	return false
}

func (w *widen) Resolve(f *Frame) error {
	m, _ := f.Memo.(*widenMemo)
	if m == nil {
		n := len(f.In) + len(f.Out)
		m = &widenMemo{f: NewFrame(len(f.In), len(f.Out)), vals: make([]Value, n), buf: make([][]byte, n)}
		f.Memo = m
	}
	copy(m.f.InInfo, f.InInfo)
	copy(m.f.OutInfo, f.OutInfo)
	for i, v := range f.In {
		m.f.In[i] = w.wide(m, i, v)
	}
	for i, v := range f.Out {
		m.f.Out[i] = w.wide(m, len(f.In)+i, v)
	}
	m.f.Phases, m.f.Scratch, m.f.Shared = append(m.f.Phases[:0], Phase{1, 0}), 0, 0
	if err := w.k.Resolve(m.f); err != nil {
		return err
	}
	f.Scratch, f.Shared = m.f.Scratch, m.f.Shared
	f.Phases = append(f.Phases[:0], conversion(f.In, m.f.In))
	f.Phases = append(append(f.Phases, m.f.Phases...), conversion(f.Out, m.f.Out))
	return nil
}

// conversion returns the phase that converts what differs between the values and
// the ones the inner kernel sees.
func conversion(vals, wide []*Value) Phase {
	const ns, chunk = 0.5, 30e3
	n := 0
	for i, v := range vals {
		if wide[i] != v {
			n += v.Len()
		}
	}
	chunks := max(1, int(ns*float64(n)/chunk))
	return Phase{chunks, int(ns * float64(n) / float64(chunks))}
}

// wide returns v itself, or a wide value of its shape.
func (w *widen) wide(m *widenMemo, i int, v *Value) *Value {
	if v == nil || !narrow(v.Type) && (v.Type != tensor.Float32 || w.to != tensor.Float64) {
		return v
	}
	c := &m.vals[i]
	c.Kind, c.Type, c.Shape = v.Kind, w.to, append(c.Shape[:0], v.Shape...)
	c.SetPlain()
	n := v.Len() * w.to.Size()
	if cap(m.buf[i]) < n {
		m.buf[i] = tensor.Alloc(n)
	}
	c.Bytes = m.buf[i][:n]
	return c
}

func (w *widen) Run(f *Frame, phase, chunk, worker int) error {
	m := f.Memo.(*widenMemo)
	switch phase {
	case 0:
		if chunk == 0 {
			m.f.Run, m.f.Host, m.f.Workers, m.f.Commons = f.Run, f.Host, f.Workers, f.Commons
		}
		for i, v := range f.In {
			if c := m.f.In[i]; c != v {
				if err := w.convert(f, phase, chunk, c, v); err != nil {
					return err
				}
			}
		}
		return nil
	case len(f.Phases) - 1:
		for i, v := range f.Out {
			if c := m.f.Out[i]; c != v {
				if err := w.convert(f, phase, chunk, v, c); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return w.k.Run(m.f, phase-1, chunk, worker)
}

// convert converts a chunk's share of a contiguous value.
func (w *widen) convert(f *Frame, phase, chunk int, to, from *Value) error {
	lo, hi := f.Span(phase, chunk, from.Len())
	t, s := to.Type.Size(), from.Type.Size()
	return Convert(w.set, to.Type, to.Bytes[lo*t:hi*t], from.Type, from.Bytes[lo*s:hi*s], tensor.ConvertOptions{Saturate: true})
}
