// Package layout holds the operators that the engine itself puts into graphs:
// Reorder, between plain and channels-last order, and Copy, which makes a
// contiguous value of a strided view, or an output of its own of an input.
package layout

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Ops are the operators of domain "sardonyx".
var Ops = []op.Def{
	{Domain: "sardonyx", Name: "Reorder", Since: 1, New: op.Arity(1, 1, 1, newReorder)},
	{Domain: "sardonyx", Name: "Copy", Since: 1, New: op.Arity(1, 1, 1, newCopy)},
}

func newReorder(n *graph.Node) (op.Op, error) {
	to := n.Int("order", 0)
	if to != int(op.Plain) && to != int(op.ChannelsLast) {
		return nil, fmt.Errorf("%w: order is %d", op.ErrAttr, to)
	}
	return reorder{op.Order(to)}, nil
}

func newCopy(*graph.Node) (op.Op, error) { return Copy{}, nil }

// reorder copies its input into the order of its output.
type reorder struct{ to op.Order }

func (r reorder) Infer(in, out []op.Info) error {
	if in[0].Ranked && len(in[0].Shape) < 3 {
		return fmt.Errorf("%w: rank %d has no channels-last order", op.ErrShape, len(in[0].Shape))
	}
	if in[0].Type == tensor.String {
		return fmt.Errorf("%w: strings have no channels-last order", op.ErrType)
	}
	out[0].Copy(&in[0])
	return nil
}

func (r reorder) Layouts([]op.Info) []op.Signature {
	return []op.Signature{{In: []op.Order{1 - r.to}, Out: []op.Order{r.to}}}
}

func (r reorder) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	if !in[0].Ranked {
		return nil, fmt.Errorf("%w: an unknown rank has no channels-last order", op.ErrUnsupported)
	}
	if in[0].Type == tensor.Float32 {
		return transpose{e.Set, r.to}, nil
	}
	return strided{}, nil
}

// Copy copies its input, of any kind and strides, into an output of the same
// order.
type Copy struct{}

// Infer says that the output is what the input is.
func (Copy) Infer(in, out []op.Info) error {
	out[0].Copy(&in[0])
	out[0].Ints = append(out[0].Ints[:0], in[0].Ints...)
	if len(in[0].Ints) == 0 {
		out[0].Ints = nil
	}
	return nil
}

// Layouts says that any order will do.
func (Copy) Layouts([]op.Info) []op.Signature {
	cl := []op.Order{op.ChannelsLast}
	return []op.Signature{{}, {In: cl, Out: cl}}
}

// Prepare returns the kernel.
func (Copy) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	if in[0].Kind != graph.Tensor {
		return itemCopy{}, nil
	}
	return strided{}, nil
}

// strided copies between any strides.
type strided struct{}

func (strided) Strided(int) bool { return true }
func (strided) StridedOut() bool { return true }

func (strided) Resolve(f *op.Frame) error {
	f.Split(f.Out[0].Len(), 0.5)
	return nil
}

func (strided) Run(f *op.Frame, phase, chunk, _ int) error {
	op.CopyChunk(f.Out[0], f.In[0], chunk, f.Phases[phase].Chunks)
	return nil
}

// itemCopy copies sequences, optionals and maps: the list, not what it holds,
// which nobody changes.
type itemCopy struct{}

func (itemCopy) Resolve(f *op.Frame) error { return nil }

func (itemCopy) Run(f *op.Frame, _, _, _ int) error {
	f.Pass(0, f.In[0])
	return nil
}

// transpose reorders float32 values: for each image, a transposition of
// channels by pixels.
type transpose struct {
	set *kernels.Set
	to  op.Order
}

// pixels is how many pixels a chunk transposes: some 64 KiB for 64 channels.
const pixels = 256

func (k transpose) Resolve(f *op.Frame) error {
	s := f.In[0].Shape
	hw := op.Product(s[2:])
	blocks := (hw + pixels - 1) / pixels
	f.Param = append(f.Param[:0], hw, blocks)
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: s[0] * blocks, Cost: s[1] * pixels / 2})
	return nil
}

func (k transpose) Run(f *op.Frame, _, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	if x.Len() == 0 {
		return nil
	}
	c, hw, blocks := x.Shape[1], f.Param[0], f.Param[1]
	n, lo := chunk/blocks, chunk%blocks*pixels
	hi := min(lo+pixels, hw)
	src, dst := op.Data[float32](x), op.Data[float32](y)
	if k.to == op.ChannelsLast {
		ld := y.PixelStride()
		k.set.Transpose(dst[n*y.Stride[0]+lo*ld:], ld, src[n*c*hw+lo:], hw, c, hi-lo)
		return nil
	}
	ld := x.PixelStride()
	k.set.Transpose(dst[n*c*hw+lo:], hw, src[n*x.Stride[0]+lo*ld:], ld, hi-lo, c)
	return nil
}
