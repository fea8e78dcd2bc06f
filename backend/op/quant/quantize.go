package quant

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// QuantizeLinear, versions 10, 13, 19, 21, 23, 24, 25 and 28.
//
//	x [...], y_scale, y_zero_point or absent -> y like x, quantized
//
//	y = saturate(round(x / y_scale) + y_zero_point)
//
// rounded half to even; not rounded if y is a float of few bits, which then is
// the nearest one. The division is in float32, and its result is rounded to
// the precision asked for. NaN becomes the integer 0.
type quantize struct {
	granularity
	to        tensor.Type // Undefined: the zero point's, or uint8
	precision tensor.Type // Undefined: the scale's
	saturate  bool
}

func newQuantize(n *graph.Node) (op.Op, error) {
	g, err := newGranularity(n)
	return quantize{g, tensor.Type(n.Int("output_dtype", 0)), tensor.Type(n.Int("precision", 0)), n.Int("saturate", 1) != 0}, err
}

func (q quantize) Infer(in, out []op.Info) error {
	zero, t := third(in), q.to
	switch {
	case zero.Present() && t != tensor.Undefined && zero.Type != t:
		return fmt.Errorf("%w: output_dtype is %v but y_zero_point is %v", op.ErrType, t, zero.Type)
	case zero.Present():
		t = zero.Type
	case t == tensor.Undefined:
		t = tensor.Uint8
	}
	out[0].Like(t, &in[0])
	return q.check(&in[0], &in[1], zero)
}

func (q quantize) Layouts(in []op.Info) []op.Signature { return q.layouts(in) }

// limits returns the range of an integer type of at most 16 bits; ok is false
// for other types.
func limits(t tensor.Type) (lo, hi float32, ok bool) {
	switch t {
	case tensor.Uint8:
		return 0, 255, true
	case tensor.Int8:
		return -128, 127, true
	case tensor.Uint16:
		return 0, 65535, true
	case tensor.Int16:
		return -32768, 32767, true
	case tensor.Uint4:
		return 0, 15, true
	case tensor.Int4:
		return -8, 7, true
	case tensor.Uint2:
		return 0, 3, true
	case tensor.Int2:
		return -2, 1, true
	}
	return 0, 0, false
}

// narrowFloat reports whether t is a float of at most 8 bits.
func narrowFloat(t tensor.Type) bool {
	switch t {
	case tensor.Float8E4M3FN, tensor.Float8E4M3FNUZ, tensor.Float8E5M2, tensor.Float8E5M2FNUZ, tensor.Float4E2M1, tensor.Float6E2M3,
		tensor.Float6E3M2:
		return true
	}
	return false
}

func (q quantize) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	if _, _, ok := limits(out[0].Type); !ok && !narrowFloat(out[0].Type) {
		return nil, fmt.Errorf("%w: QuantizeLinear to %v", op.ErrUnsupported, out[0].Type)
	}
	k := &quantizeKernel{set: e.Set, q: q, order: in[0].Order}
	precision := q.precision
	if precision == tensor.Undefined {
		precision = in[1].Type
	}
	if precision == tensor.Float16 || precision == tensor.BFloat16 {
		k.round = precision
	}
	return k, nil
}

type quantizeKernel struct {
	set   *kernels.Set
	q     quantize
	round tensor.Type // to which quotients are rounded; Undefined: float32
	order op.Order
}

func (k *quantizeKernel) Resolve(f *op.Frame) error {
	f.Scratch = 4 * 4 * block
	f.Split(k.q.on(f.In[0], f.Out[0], f.In[1], k.order).n, 2)
	return nil
}

func (k *quantizeKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	x, y := f.In[0], f.Out[0]
	g := k.q.on(x, y, f.In[1], k.order)
	work := tensor.View[float32](f.Work(worker))
	scaleBuf, zeroBuf, values, narrow := work[:block], work[block:2*block], work[2*block:3*block], work[3*block:]
	size := x.Type.Size()
	lo, hi := f.Span(phase, chunk, g.n)
	for at := lo; at < hi; {
		r := g.next(at, hi, block)
		at += r.n
		v := values[:r.n]
		if err := tensor.ConvertBytes(tensor.Float32, floatBytes(v), x.Type, x.Bytes[r.x*size:][:r.n*size], tensor.ConvertOptions{}); err != nil {
			return err
		}
		scale, err := r.scales(scaleBuf, f.In[1])
		if err != nil {
			return err
		}
		if r.step == 0 {
			k.set.DivScalar(v, v, scale[0])
		} else {
			k.set.Div(v, v, scale)
		}
		if k.round != tensor.Undefined {
			b := floatBytes(narrow)[:2*r.n]
			if err := tensor.ConvertBytes(k.round, b, tensor.Float32, floatBytes(v), tensor.ConvertOptions{}); err != nil {
				return err
			}
			if err := tensor.ConvertBytes(tensor.Float32, floatBytes(v), k.round, b, tensor.ConvertOptions{}); err != nil {
				return err
			}
		}
		zero := []float32(nil)
		if len(f.In) > 2 && f.In[2] != nil {
			if zero, err = r.scales(zeroBuf, f.In[2]); err != nil {
				return err
			}
		}
		if err := store(k.set, y, r.y, v, zero, k.q.saturate); err != nil {
			return err
		}
	}
	return nil
}

// store quantizes quotients v, which it overwrites, to elements of y from one
// on: rounds them, adds one zero point or one for each, limits them and
// converts them to y's type.
func store(s *kernels.Set, y *op.Value, at int, v, zero []float32, saturate bool) error {
	lo, hi, integer := limits(y.Type)
	if integer {
		s.Round(v, v)
	}
	switch len(zero) {
	case 0:
	case 1:
		s.AddScalar(v, v, zero[0])
	default:
		s.Add(v, v, zero)
	}
	if !integer {
		size := y.Type.Size()
		return tensor.ConvertBytes(y.Type, y.Bytes[at*size:][:len(v)*size], tensor.Float32, floatBytes(v), tensor.ConvertOptions{Saturate: saturate})
	}
	s.Clip(v, v, lo, hi)
	switch {
	case y.Type == tensor.Uint16:
		narrow(op.Data[uint16](y)[at:][:len(v)], v)
	case y.Type == tensor.Int16:
		narrow(op.Data[int16](y)[at:][:len(v)], v)
	case lo < 0:
		narrow(op.Data[int8](y)[at:][:len(v)], v)
	default:
		narrow(op.Data[uint8](y)[at:][:len(v)], v)
	}
	return nil
}

// narrow converts whole numbers within T's range. NaN becomes 0.
func narrow[T uint8 | int8 | uint16 | int16](dst []T, v []float32) {
	for i, x := range v {
		if x != x {
			x = 0
		}
		dst[i] = T(int32(x))
	}
}
