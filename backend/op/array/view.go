package array

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// stackRank is the rank up to which strides are kept on the stack.
const stackRank = 8

// A viewing knows how the outputs of an operator lie in its first input.
type viewing interface {
	// window appends the strides with which output i is read from the first
	// input and returns them with the offset of its first element; false if no
	// strides do. Strides may be negative.
	window(f *op.Frame, i int, stride []int) ([]int, int, bool)
}

// viewer is the kernel of operators whose outputs are windows of their input:
// views where possible, strided copies elsewhere, in any order of memory.
type viewer struct {
	viewing
	set *kernels.Set // where copies are likely to exchange dims
}

func (viewer) Strided(int) bool { return true }
func (viewer) StridedOut() bool { return true }

func (k viewer) View(f *op.Frame) bool {
	in := f.In[0]
	for i, out := range f.Out {
		if out == nil {
			continue
		}
		stride, offset, ok := k.window(f, i, f.Param[:0])
		f.Param = stride
		if !ok || negative(stride) {
			return false
		}
		if f.OutInfo[i].Order == op.ChannelsLast && !channelsLast(out.Shape, stride) {
			return false
		}
		out.Stride, f.Offset[i] = append(out.Stride[:0], stride...), offset
		if len(out.Shape) > 1 {
			out.Lanes = out.Shape[1]
			if f.InInfo[0].Order == op.ChannelsLast && offset == 0 && len(in.Shape) == len(out.Shape) && in.Shape[1] == out.Shape[1] {
				out.Lanes = in.Lanes
			}
		}
	}
	return true
}

// noWindow is the offset of a window that strides do not describe.
const noWindow = -1

// Resolve leaves in Param, for each output, the offset and strides of its window.
func (k viewer) Resolve(f *op.Frame) error {
	n := 0
	f.Param = f.Param[:0]
	for i, out := range f.Out {
		if out == nil {
			continue
		}
		n += out.Len()
		at := len(f.Param)
		p := append(f.Param, 0)
		stride, offset, ok := k.window(f, i, p[at+1:])
		f.Param = append(p, stride...) // moves nothing where there was room
		f.Param[at] = offset
		if !ok {
			f.Param[at] = noWindow
		}
	}
	split(f, f.In[0], n)
	return nil
}

func (k viewer) Run(f *op.Frame, phase, chunk, _ int) error {
	in, chunks, p := f.In[0], f.Phases[phase].Chunks, f.Param
	for _, out := range f.Out {
		if out == nil {
			continue
		}
		rank := len(out.Shape)
		offset, stride := p[0], p[1:1+rank]
		p = p[1+rank:]
		switch {
		case out.Len() == 0:
		case offset == noWindow:
			relayout(out, in, chunk, chunks)
		case negative(stride):
			reverse(out, in, offset, stride, chunk, chunks)
		default:
			src := window(in, offset, out.Shape, stride)
			if k.set == nil || !exchange(k.set, out, &src, chunk, chunks) {
				op.CopyChunk(out, &src, chunk, chunks)
			}
		}
	}
	return nil
}

func negative(stride []int) bool {
	for _, s := range stride {
		if s < 0 {
			return true
		}
	}
	return false
}

// channelsLast reports whether strides are those of channels-last order with
// some pixel stride, which may be more than the channels but without other gaps.
// It gives dims of size 1, whose strides mean nothing, the strides of that order.
func channelsLast(shape, stride []int) bool {
	ld, n := 0, 1
	for i := len(shape) - 1; i >= 1; i-- {
		d := i
		if i == 1 {
			d = 0 // the images come after the pixels
		}
		if shape[d] != 1 && ld == 0 {
			ld = stride[d] / n
		}
		n *= max(shape[d], 1)
	}
	if ld == 0 {
		ld = shape[1]
	}
	if ld < shape[1] || shape[1] != 1 && stride[1] != 1 {
		return false
	}
	n = ld
	for i := len(shape) - 1; i >= 1; i-- {
		d := i
		if i == 1 {
			d = 0
		}
		if shape[d] != 1 && stride[d] != n {
			return false
		}
		stride[d] = n
		n *= max(shape[d], 1)
	}
	stride[1] = 1
	return true
}
