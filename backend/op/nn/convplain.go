package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// plainProduct is a float32 convolution of values whose rank is known only when
// the model runs, and which are therefore plain: it copies the image to
// channels-last order, multiplies, and copies the result back.
type plainProduct struct{ k op.Kernel }

// plainMemo is the frame that the inner kernel sees, and its values.
type plainMemo struct {
	f       *op.Frame
	x, y, r op.Value // r is the residual, input 3
	buf     [3][]byte
}

func (p plainProduct) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*plainMemo)
	if m == nil {
		m = &plainMemo{f: op.NewFrame(len(f.In), len(f.Out))}
		f.Memo = m
	}
	copy(m.f.In, f.In)
	m.f.In[0], m.f.Out[0] = m.channelsLast(&m.x, f.In[0], 0), m.channelsLast(&m.y, f.Out[0], 1)
	if len(f.In) > 3 {
		m.f.In[3] = m.channelsLast(&m.r, f.In[3], 2)
	}
	m.f.Phases, m.f.Scratch, m.f.Shared = append(m.f.Phases[:0], op.Phase{Chunks: 1}), 0, 0
	if err := p.k.Resolve(m.f); err != nil {
		return err
	}
	f.Scratch, f.Shared = m.f.Scratch, m.f.Shared
	f.Phases = append(append(append(f.Phases[:0], op.Phase{Chunks: 1}), m.f.Phases...), op.Phase{Chunks: 1})
	return nil
}

// channelsLast makes c a value of v's shape with storage of its own.
func (m *plainMemo) channelsLast(c, v *op.Value, i int) *op.Value {
	c.Kind, c.Type, c.Shape = v.Kind, v.Type, append(c.Shape[:0], v.Shape...)
	c.SetChannelsLast((v.Shape[1] + 7) &^ 7)
	n := c.Shape[0] * c.Stride[0] * c.Type.Size()
	if cap(m.buf[i]) < n {
		m.buf[i] = tensor.Alloc(n)
	}
	c.Bytes = m.buf[i][:n]
	return c
}

func (p plainProduct) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*plainMemo)
	switch phase {
	case 0:
		m.f.Run, m.f.Host, m.f.Workers, m.f.Commons = f.Run, f.Host, f.Workers, f.Commons
		op.CopyStrided(&m.x, f.In[0])
		if len(f.In) > 3 {
			op.CopyStrided(&m.r, f.In[3])
		}
		return nil
	case len(f.Phases) - 1:
		op.CopyStrided(f.Out[0], &m.y)
		return nil
	}
	return p.k.Run(m.f, phase-1, chunk, worker)
}
