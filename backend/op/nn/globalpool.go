package nn

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// GlobalAveragePool and GlobalMaxPool, versions 1 and 22: the mean or greatest
// element of each plane.
//
//	X [N C D1...Dn] -> Y [N C 1...1]
//
// Y is plain even if X is channels-last: with single pixels the two are one.
type global struct{ max bool }

func newGlobalAverage(*graph.Node) (op.Op, error) { return global{}, nil }

func newGlobalMax(*graph.Node) (op.Op, error) { return global{true}, nil }

func (g global) Infer(in, out []op.Info) error {
	out[0].Like(in[0].Type, &in[0])
	if in[0].Ranked && len(in[0].Shape) < 2 {
		return fmt.Errorf("%w: X has rank %d", op.ErrShape, len(in[0].Shape))
	}
	for i := 2; i < len(out[0].Shape); i++ {
		out[0].Shape[i] = 1
	}
	return nil
}

func (g global) Layouts(in []op.Info) []op.Signature {
	if in[0].Type != tensor.Float32 {
		return []op.Signature{{}}
	}
	return []op.Signature{{In: []op.Order{op.ChannelsLast}}, {}}
}

func (g global) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &globalKernel{e.Set, g.max, in[0].Order}, nil
	case tensor.Float64:
		return &globalEach{g.max}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &globalKernel{e.Set, g.max, op.Plain}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: global pooling of %v", op.ErrUnsupported, in[0].Type)
}

// globalKernel pools float32 values: plane by plane, or pixel by pixel.
type globalKernel struct {
	set   *kernels.Set
	max   bool
	order op.Order
}

func (k *globalKernel) Resolve(f *op.Frame) error {
	s := f.In[0].Shape
	cost := s[1] * op.Product(s[2:]) / 8
	parts := op.Chunks((s[1]+channelBlock-1)/channelBlock, cost)
	f.Param = append(f.Param[:0], parts)
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: s[0] * parts, Cost: cost / parts})
	return nil
}

// channelBlock is what the channels that a chunk pools are a multiple of: the
// cache lines of a pixel that two threads would fetch both otherwise.
const channelBlock = 32

func (k *globalKernel) Run(f *op.Frame, _, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	hw, parts := op.Product(x.Shape[2:]), f.Param[0]
	n, part := chunk/parts, chunk%parts
	blocks := (x.Shape[1] + channelBlock - 1) / channelBlock
	c0, c1 := blocks*part/parts*channelBlock, min(x.Shape[1], blocks*(part+1)/parts*channelBlock)
	c := c1 - c0
	dst := op.Data[float32](y)[n*x.Shape[1]+c0:][:c]
	if hw == 0 {
		for i := range dst {
			if dst[i] = float32(math.NaN()); k.max {
				dst[i] = float32(math.Inf(-1))
			}
		}
		return nil
	}
	if c == 0 {
		return nil
	}
	xs := op.Data[float32](x)[n*x.Stride[0]+c0*x.Stride[1]:]
	switch {
	case k.order == op.ChannelsLast && k.max:
		ld := x.PixelStride()
		for i := range dst {
			dst[i] = float32(math.Inf(-1))
		}
		for p := range hw {
			k.set.Max(dst, dst, xs[p*ld:][:c])
		}
	case k.order == op.ChannelsLast:
		clear(dst)
		k.set.AccumulateRows(dst, xs, x.PixelStride(), hw, c)
		k.set.DivScalar(dst, dst, float32(hw))
	default:
		for i := range dst {
			p := xs[i*hw:][:hw]
			switch {
			case !k.max:
				dst[i] = k.set.Sum(p) / float32(hw)
			case k.set.AnyNaN(p):
				dst[i] = float32(math.NaN())
			default:
				dst[i] = k.set.MaxOf(p)
			}
		}
	}
	return nil
}

// globalEach pools float64 planes.
type globalEach struct{ max bool }

func (k *globalEach) Resolve(*op.Frame) error { return nil }

func (k *globalEach) Run(f *op.Frame, _, _, _ int) error {
	hw := op.Product(f.In[0].Shape[2:])
	xs := op.Data[float64](f.In[0])
	for i, dst := 0, op.Data[float64](f.Out[0]); i < f.Out[0].Len(); i++ {
		s := 0.0
		if k.max {
			s = math.Inf(-1)
		}
		for _, v := range xs[i*hw:][:hw] {
			if k.max {
				s = math.Max(s, v)
			} else {
				s += v
			}
		}
		if !k.max {
			s /= float64(hw)
		}
		dst[i] = s
	}
	return nil
}
