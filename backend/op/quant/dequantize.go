package quant

import (
	"fmt"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// DequantizeLinear, versions 10, 13, 19, 21, 23, 24, 25 and 28.
//
//	x [...] quantized, x_scale, x_zero_point or absent -> y like x
//
//	y = (x - x_zero_point) * x_scale
//
// computed in float32 and rounded to y's type, which is output_dtype or that of
// the scale.
type dequantize struct {
	granularity
	to tensor.Type // Undefined: the scale's
}

func newDequantize(n *graph.Node) (op.Op, error) {
	g, err := newGranularity(n)
	return dequantize{g, tensor.Type(n.Int("output_dtype", 0))}, err
}

func (d dequantize) Infer(in, out []op.Info) error {
	t := d.to
	if t == tensor.Undefined {
		t = in[1].Type
	}
	out[0].Like(t, &in[0])
	zero := third(in)
	if zero.Present() && zero.Type != in[0].Type {
		return fmt.Errorf("%w: x is %v but x_zero_point is %v", op.ErrType, in[0].Type, zero.Type)
	}
	return d.check(&in[0], &in[1], zero)
}

// absent is an input that is not there.
var absent op.Info

// third returns the third input, the zero point.
func third(in []op.Info) *op.Info {
	if len(in) < 3 {
		return &absent
	}
	return &in[2]
}

func (d dequantize) Layouts(in []op.Info) []op.Signature { return d.layouts(in) }

func (d dequantize) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	switch out[0].Type {
	case tensor.Float32, tensor.Float16, tensor.BFloat16:
	default:
		return nil, fmt.Errorf("%w: DequantizeLinear to %v", op.ErrUnsupported, out[0].Type)
	}
	return &dequantizeKernel{e.Set, d.granularity, in[0].Order}, nil
}

type dequantizeKernel struct {
	set *kernels.Set
	granularity
	order op.Order
}

// block is how many elements are converted at a time: they stay in the first
// cache.
const block = 1024

func (k *dequantizeKernel) Resolve(f *op.Frame) error {
	f.Scratch = 3 * 4 * block
	f.Split(k.on(f.In[0], f.Out[0], f.In[1], k.order).n, 1.2)
	return nil
}

func (k *dequantizeKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	x, y := f.In[0], f.Out[0]
	g := k.on(x, y, f.In[1], k.order)
	work := tensor.View[float32](f.Work(worker))
	scaleBuf, zeroBuf, values := work[:block], work[block:2*block], work[2*block:3*block]
	xs, ys := x.Type.Size(), y.Type.Size()
	lo, hi := f.Span(phase, chunk, g.n)
	for at := lo; at < hi; {
		r := g.next(at, hi, block)
		at += r.n
		dst := values[:r.n]
		if y.Type == tensor.Float32 {
			dst = op.Data[float32](y)[r.y:][:r.n]
		}
		if err := tensor.ConvertBytes(tensor.Float32, floatBytes(dst), x.Type, x.Bytes[r.x*xs:][:r.n*xs], tensor.ConvertOptions{}); err != nil {
			return err
		}
		if len(f.In) > 2 && f.In[2] != nil {
			zero, err := r.scales(zeroBuf, f.In[2])
			if err != nil {
				return err
			}
			if r.step == 0 {
				k.set.SubScalar(dst, dst, zero[0])
			} else {
				k.set.Sub(dst, dst, zero)
			}
		}
		scale, err := r.scales(scaleBuf, f.In[1])
		if err != nil {
			return err
		}
		if r.step == 0 {
			k.set.MulScalar(dst, dst, scale[0])
		} else {
			k.set.Mul(dst, dst, scale)
		}
		if y.Type != tensor.Float32 {
			if err := tensor.ConvertBytes(y.Type, y.Bytes[r.y*ys:][:r.n*ys], tensor.Float32, floatBytes(dst), tensor.ConvertOptions{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// floatBytes returns x as bytes.
func floatBytes(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}
