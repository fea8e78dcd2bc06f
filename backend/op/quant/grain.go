package quant

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// granularity is which scale belongs to which element: attributes axis and
// block_size.
type granularity struct {
	axis, block int
}

func newGranularity(n *graph.Node) (granularity, error) {
	g := granularity{n.Int("axis", 1), n.Int("block_size", 0)}
	if g.block < 0 {
		return g, fmt.Errorf("%w: block_size is %d", op.ErrAttr, g.block)
	}
	return g, nil
}

// check compares the shapes of x, the scale and the zero point (which may be
// absent), as far as they are known.
func (g granularity) check(x, scale, zero *op.Info) error {
	if zero.Present() && zero.Ranked && scale.Ranked && op.Clash(zero.Len(), scale.Len()) {
		return fmt.Errorf("%w: scale is %v but zero point is %v", op.ErrShape, scale.Shape, zero.Shape)
	}
	if !scale.Ranked || !x.Ranked || !op.Clash(scale.Len(), 1) {
		return nil // one scale for all, as far as is known
	}
	if g.block == 0 && len(scale.Shape) == 0 {
		return nil
	}
	axis, err := op.Axis(g.axis, len(x.Shape))
	if err != nil {
		return err
	}
	if g.block == 0 {
		if len(scale.Shape) != 1 || op.Clash(scale.Shape[0], x.Shape[axis]) {
			return fmt.Errorf("%w: scale is %v for axis %d of %v", op.ErrShape, scale.Shape, axis, x.Shape)
		}
		return nil
	}
	if len(scale.Shape) != len(x.Shape) {
		return fmt.Errorf("%w: scale has rank %d, input %d, in blocks", op.ErrShape, len(scale.Shape), len(x.Shape))
	}
	for i, d := range x.Shape {
		if i == axis && d >= 0 {
			d = (d + g.block - 1) / g.block
		}
		if op.Clash(d, scale.Shape[i]) {
			return fmt.Errorf("%w: scale is %v for %v in blocks of %d along axis %d", op.ErrShape, scale.Shape, x.Shape, g.block, axis)
		}
	}
	return nil
}

// layouts accepts channels-last order where a scale belongs to the whole tensor
// or to a channel.
func (g granularity) layouts(in []op.Info) []op.Signature {
	plain := op.Signature{}
	if in[0].Rank() < 3 || g.block > 0 || !in[1].Ranked || in[1].Len() != 1 && g.axis != 1 && g.axis != 1-in[0].Rank() {
		return []op.Signature{plain}
	}
	cl := make([]op.Order, len(in))
	cl[0] = op.ChannelsLast
	return []op.Signature{plain, {In: cl, Out: []op.Order{op.ChannelsLast}}}
}

// grain is a granularity on actual shapes. Elements are counted in the order of
// memory; rows are the elements that are next to each other whatever the
// strides.
type grain struct {
	n          int // elements
	outer      int // elements of one index of the dims before axis
	inner      int // elements of one index of axis
	dim        int // of axis
	block      int // 0: none
	blocks     int // of axis
	single     bool
	row        int // elements without gaps
	xRow, yRow int // from one row to the next, in x and y
}

func (g granularity) on(x, y, scale *op.Value, order op.Order) grain {
	r := grain{n: x.Len(), single: scale.Len() == 1}
	r.row, r.xRow, r.yRow = r.n, r.n, r.n
	if order == op.ChannelsLast {
		c := x.Shape[1]
		r.outer, r.inner, r.dim = c, 1, c
		r.row, r.xRow, r.yRow = c, x.PixelStride(), y.PixelStride()
		if r.single && x.PixelStride() == y.PixelStride() && min(x.Lanes, y.Lanes) == x.PixelStride() {
			// The lanes beyond are all ours: one row of everything.
			r.n = r.n / max(c, 1) * x.PixelStride()
			r.row, r.xRow, r.yRow = r.n, r.n, r.n
		}
		return r
	}
	if r.single {
		return r
	}
	axis, _ := op.Axis(g.axis, len(x.Shape))
	r.dim, r.inner, r.block = x.Shape[axis], op.Product(x.Shape[axis+1:]), g.block
	r.outer = r.dim * r.inner
	if g.block > 0 {
		r.blocks = (r.dim + g.block - 1) / g.block
	}
	return r
}

// A run is elements that take the same scale (step 0) or scales that follow
// each other (step 1).
type run struct {
	n     int // elements
	x, y  int // where they are
	scale int // index of the first scale
	step  int
}

// next returns the run that starts at an element and ends before hi, of at most
// limit elements.
func (g *grain) next(at, hi, limit int) run {
	row, in := at/g.row, at%g.row
	r := run{n: min(hi-at, g.row-in, limit), x: row*g.xRow + in, y: row*g.yRow + in}
	if g.single {
		return r
	}
	a, i := at%g.outer/g.inner, at%g.inner
	switch {
	case g.block > 0 && g.inner > 1:
		r.scale, r.step = (at/g.outer*g.blocks+a/g.block)*g.inner+i, 1
		r.n = min(r.n, g.inner-i)
	case g.block > 0:
		r.scale = at/g.outer*g.blocks + a/g.block
		r.n = min(r.n, g.block-a%g.block, g.dim-a)
	case g.inner > 1:
		r.scale = a
		r.n = min(r.n, g.inner-i)
	default:
		r.scale, r.step = a, 1
		r.n = min(r.n, g.dim-a)
	}
	return r
}

// scales returns the values of v that a run needs, as float32: v's own storage
// or buf.
func (r *run) scales(buf []float32, v *op.Value) ([]float32, error) {
	n := 1
	if r.step == 1 {
		n = r.n
	}
	if v.Type == tensor.Float32 {
		return op.Data[float32](v)[r.scale:][:n], nil
	}
	size := v.Type.Size()
	err := tensor.ConvertBytes(tensor.Float32, floatBytes(buf[:n]), v.Type, v.Bytes[r.scale*size:][:n*size], tensor.ConvertOptions{})
	return buf[:n], err
}
