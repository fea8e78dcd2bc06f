package nn

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// strideRows is a float32 convolution of single taps that skips rows of plain
// images: only the rows it reads are reordered to channels-last, into memory
// that workers share, and the product goes over those.
type strideRows struct {
	set   *kernels.Set
	sy    int
	inner *product
}

// isStrideRows reports whether a convolution is one.
func isStrideRows(c *conv, in []op.Info) bool {
	if in[1].Const == nil || in[1].Rank() != 4 || isDepthwise(c, in) || len(c.stride) != 2 || c.stride[0] < 2 || c.border != "" || c.autoPad != "NOTSET" {
		return false
	}
	for _, p := range c.pads {
		if p != 0 {
			return false
		}
	}
	s := in[1].Const.Shape()
	return s[2] == 1 && s[3] == 1
}

func newStrideRows(e *op.Env, c *conv, in []op.Info) op.Kernel {
	rows := *c
	rows.stride = []int{1, c.stride[1]}
	return &strideRows{e.Set, c.stride[0], newProduct(e, &rows, in)}
}

// Packs says which constants are not read from the input any more.
func (k *strideRows) Packs(in int) bool { return k.inner.Packs(in) }

// strideRowsMemo is the frame that the product sees, and its image.
type strideRowsMemo struct {
	f *op.Frame
	x op.Value
}

func (k *strideRows) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*strideRowsMemo)
	if m == nil {
		m = &strideRowsMemo{f: op.NewFrame(len(f.In), len(f.Out))}
		f.Memo = m
	}
	x, y := f.In[0], f.Out[0]
	copy(m.f.In, f.In)
	copy(m.f.Out, f.Out)
	m.x.Kind, m.x.Type = x.Kind, x.Type
	m.x.Shape = append(m.x.Shape[:0], x.Shape[0], x.Shape[1], y.Shape[2], x.Shape[3])
	m.x.SetChannelsLast((x.Shape[1] + 7) &^ 7)
	m.f.In[0] = &m.x
	m.f.Phases, m.f.Scratch, m.f.Shared = append(m.f.Phases[:0], op.Phase{Chunks: 1}), 0, 0
	if err := k.inner.Resolve(m.f); err != nil {
		return err
	}
	f.Scratch, f.Shared = m.f.Scratch, 4*m.x.Shape[0]*m.x.Stride[0]
	rows := m.x.Shape[0] * m.x.Shape[2]
	f.Phases = append(append(f.Phases[:0], op.Phase{Chunks: max(1, rows), Cost: x.Shape[1] * x.Shape[3] / 4}), m.f.Phases...)
	return nil
}

func (k *strideRows) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*strideRowsMemo)
	x, h := f.In[0], m.x.Shape[2]
	image := tensor.View[float32](f.Common())
	if phase == 0 {
		if chunk == 0 { // for the phases to come
			m.x.Bytes, m.f.Workers, m.f.Commons, m.f.Run = f.Common(), f.Workers, f.Commons, f.Run
		}
		if m.x.Len() == 0 {
			return nil
		}
		n, r := chunk/h, chunk%h
		src := op.Data[float32](x)[n*x.Stride[0]+r*k.sy*x.Stride[2]:]
		k.set.Transpose(image[n*m.x.Stride[0]+r*m.x.Stride[2]:], m.x.PixelStride(), src, x.Stride[1], x.Shape[1], x.Shape[3])
		return nil
	}
	return k.inner.Run(m.f, phase-1, chunk, worker)
}
