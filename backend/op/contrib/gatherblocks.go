package contrib

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// gatherBlocks is GatherBlockQuantized: Gather from a table of few bits (see
// bits.go), widened.
//
//	data [d0 ... dr-1], indices of any shape, scales, zero_points or absent
//	-> [d0 ... indices ... dr-1]
//
// scales has data's shape, but one element for each block along quantize_axis.
// Of uint8, the last dim of data and zero points is packed, and an absent zero
// point is the midst of the range; of int4 and uint4, it is 0. An index beyond
// the axis gives zeros.
type gatherBlocks struct{ bits, block, gather, quantize int }

func newGatherBlocks(n *graph.Node) (op.Op, error) {
	o := gatherBlocks{n.Int("bits", 4), n.Int("block_size", 128), n.Int("gather_axis", 0), n.Int("quantize_axis", 1)}
	return o, checkBits(o.bits, o.block)
}

// table returns the axes and appends the dims of the table, unpacked, to dst.
func (o gatherBlocks) table(dst []int, t tensor.Type, shape []int) (dims []int, gather, quantize int, err error) {
	if gather, err = op.Axis(o.gather, len(shape)); err != nil {
		return nil, 0, 0, err
	}
	if quantize, err = op.Axis(o.quantize, len(shape)); err != nil {
		return nil, 0, 0, err
	}
	dims = append(dst, shape...)
	if t == tensor.Uint8 {
		if gather != 0 || o.bits < 8 && gather == quantize {
			return nil, 0, 0, fmt.Errorf("%w: gather_axis is %d and quantize_axis %d of packed data", op.ErrUnsupported, gather, quantize)
		}
		if d := &dims[len(dims)-1]; *d >= 0 {
			*d *= 8 / o.bits
		}
	}
	return dims, gather, quantize, nil
}

func (o gatherBlocks) Infer(in, out []op.Info) error {
	x, indices, scales := &in[0], &in[1], &in[2]
	out[0].TensorOfRank(scales.Type, -1)
	if len(in) > 3 && in[3].Present() && in[3].Type != x.Type {
		return fmt.Errorf("%w: data is %v, zero points are %v", op.ErrType, x.Type, in[3].Type)
	}
	if !x.Ranked || !indices.Ranked || !scales.Ranked {
		return nil
	}
	var room [8]int
	dims, gather, quantize, err := o.table(room[:0], x.Type, x.Shape)
	if err != nil {
		return err
	}
	if len(scales.Shape) != len(dims) {
		return fmt.Errorf("%w: scales has rank %d, data %d", op.ErrShape, len(scales.Shape), len(dims))
	}
	for i, d := range dims {
		if i == quantize && d >= 0 {
			d = (d + o.block - 1) / o.block
		}
		if op.Clash(d, scales.Shape[i]) {
			return fmt.Errorf("%w: dim %d of scales is %d, want %d", op.ErrShape, i, scales.Shape[i], d)
		}
	}
	out[0].Tensor(scales.Type, dims[:gather]...)
	out[0].Shape = append(append(out[0].Shape, indices.Shape...), dims[gather+1:]...)
	return nil
}

func (o gatherBlocks) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[2].Type {
	case tensor.Float32, tensor.Float16, tensor.BFloat16:
	default:
		return nil, fmt.Errorf("%w: scales are %v", op.ErrUnsupported, in[2].Type)
	}
	switch in[0].Type {
	case tensor.Uint8, tensor.Int4, tensor.Uint4:
		return gatherBlocksKernel{o}, nil
	}
	return nil, fmt.Errorf("%w: blocks of %v", op.ErrUnsupported, in[0].Type)
}

type gatherBlocksKernel struct{ gatherBlocks }

// Elements of Param: the table as [outer, dim, inner], inner after the gather
// axis, and as [.., size, stride] along the quantize axis, with its number of
// blocks.
const (
	tableOuter = iota
	tableDim
	tableInner
	tableSize
	tableStride
	tableBlocks
	tableScales // the last dim of the scales
)

func (k gatherBlocksKernel) Resolve(f *op.Frame) error {
	var room [8]int
	d, gather, quantize, err := k.table(room[:0], f.In[0].Type, f.In[0].Shape)
	if err != nil {
		return err
	}
	inner := op.Product(d[gather+1:])
	f.Param = append(f.Param[:0], op.Product(d[:gather]), d[gather], inner,
		d[quantize], op.Product(d[quantize+1:]), (d[quantize]+k.block-1)/k.block, lastOf(f.In[2].Shape))
	if len(f.In) > 3 && f.In[3] != nil {
		want := f.In[2].Len()
		if f.In[0].Type == tensor.Uint8 {
			want = want / max(1, lastOf(f.In[2].Shape)) * packedLen(lastOf(f.In[2].Shape), k.bits)
		}
		if f.In[3].Len() != want {
			return fmt.Errorf("%w: zero_points is %v, want %d elements", op.ErrShape, f.In[3].Shape, want)
		}
	}
	f.Scratch = 4 * inner
	f.Split(f.Param[tableOuter]*f.In[1].Len(), 2*float64(inner)+20)
	return nil
}

// packedLen returns the bytes of n elements of some bits.
func packedLen(n, bits int) int { return (n*bits + 7) / 8 }

func (k gatherBlocksKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	p, indices := f.Param, f.In[1]
	inner, count := p[tableInner], indices.Len()
	row := tensor.View[float32](f.Work(worker))[:inner]
	lo, hi := f.Span(phase, chunk, p[tableOuter]*count)
	for i := lo; i < hi; i++ {
		at := index(indices, i%count)
		if at < 0 {
			at += p[tableDim]
		}
		if at < 0 || at >= p[tableDim] {
			clear(row)
		} else {
			k.widen(row, f, (i/count*p[tableDim]+at)*inner)
		}
		write(f.Out[0], i*inner, row)
	}
	return nil
}

// index returns an element of int32 or int64.
func index(v *op.Value, i int) int {
	if v.Type == tensor.Int32 {
		return int(op.Data[int32](v)[i])
	}
	return int(op.Data[int64](v)[i])
}

// widen writes the elements of the table from one on.
func (k gatherBlocksKernel) widen(dst []float32, f *op.Frame, from int) {
	p, x := f.Param, f.In[0]
	stride := p[tableStride]
	for i := 0; i < len(dst); {
		e := from + i
		along := e / stride % p[tableSize]
		s := (e/(stride*p[tableSize])*p[tableBlocks]+along/k.block)*stride + e%stride
		n := 1
		if stride == 1 {
			n = min(len(dst)-i, k.block-along%k.block, p[tableSize]-along)
		}
		var scale [1]float32
		read(scale[:], f.In[2], s)
		zero := k.zero(f, s)
		switch x.Type {
		case tensor.Uint8:
			unblock(dst[i:i+n], x.Bytes[e*k.bits/8:], k.bits, e*k.bits%8/k.bits, zero, scale[0])
		case tensor.Int4:
			for j, q := range op.Data[int8](x)[e : e+n] {
				dst[i+j] = (float32(q) - zero) * scale[0]
			}
		default:
			unblock(dst[i:i+n], x.Bytes[e:], 8, 0, zero, scale[0])
		}
		i += n
	}
}

// zero returns the zero point that belongs to a scale.
func (k gatherBlocksKernel) zero(f *op.Frame, s int) float32 {
	z := optional(f, 3)
	switch {
	case z == nil && f.In[0].Type == tensor.Uint8:
		return float32(int(1) << (k.bits - 1))
	case z == nil:
		return 0
	case z.Type == tensor.Int4:
		return float32(op.Data[int8](z)[s])
	case z.Type == tensor.Uint4:
		return float32(z.Bytes[s])
	}
	points := zeroPoints{z, k.bits, f.Param[tableScales]}
	return points.at(s/points.row, s%points.row)
}
