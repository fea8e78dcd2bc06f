package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// MaxPool, versions 1, 8, 10, 11, 12 and 22, and AveragePool, versions 1, 7, 10,
// 11, 19 and 22: the greatest or mean element of a window that slides over the
// spatial dims.
//
//	X [N C D1...Dn] -> Y [N C E1...En]; MaxPool also Indices, int64, of Y's shape
//
// Indices count elements of X, plane by plane, in row-major order (or
// column-major, by storage_order).
type pool struct {
	geometry
	max       bool
	countPads bool
	columns   bool // storage_order
}

func newMaxPool(n *graph.Node) (op.Op, error) { return newPool(n, true) }

func newAveragePool(n *graph.Node) (op.Op, error) { return newPool(n, false) }

func newPool(n *graph.Node, max bool) (op.Op, error) {
	g, err := newGeometry(n)
	if err != nil {
		return nil, err
	}
	if len(g.kernel) == 0 {
		return nil, fmt.Errorf("%w: kernel_shape is missing", op.ErrAttr)
	}
	return pool{g, max, n.Int("count_include_pad", 0) != 0, n.Int("storage_order", 0) != 0}, nil
}

func (p pool) Infer(in, out []op.Info) error {
	x := &in[0]
	for i := range out {
		t := x.Type
		if i == 1 {
			t = tensor.Int64
		}
		if !x.Ranked {
			out[i].TensorOfRank(t, len(p.kernel)+2)
			continue
		}
		n := len(x.Shape) - 2
		if n != len(p.kernel) {
			return fmt.Errorf("%w: X has rank %d, the kernel %d dims", op.ErrShape, len(x.Shape), len(p.kernel))
		}
		if err := p.check(n); err != nil {
			return err
		}
		out[i].Like(t, x)
		for d := range n {
			if x.Shape[2+d] == 0 {
				return fmt.Errorf("%w: X is %v, without pixels", op.ErrShape, x.Shape)
			}
			s, err := p.size(d, n, x.Shape[2+d], p.kernel[d])
			if err != nil {
				return err
			}
			out[i].Shape[2+d] = s
		}
	}
	return nil
}

func (p pool) Layouts(in []op.Info) []op.Signature {
	if !p.fast(in[0].Type) {
		return []op.Signature{{}}
	}
	cl := []op.Order{op.ChannelsLast}
	return []op.Signature{{In: cl, Out: cl}, {Cost: 4}} // one output at a time is slower than to convert
}

// fast reports whether the channels-last kernels do.
func (p pool) fast(t tensor.Type) bool { return t == tensor.Float32 && len(p.kernel) <= 2 }

func (p pool) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	indices := len(out) > 1 && e.Node.Outputs[1] != graph.None
	if in[0].Order == op.ChannelsLast && !indices {
		return &poolRows{e.Set, &p}, nil
	}
	if in[0].Order == op.ChannelsLast {
		return &poolEach[float32]{&p}, nil
	}
	switch in[0].Type {
	case tensor.Float32:
		return &poolEach[float32]{&p}, nil
	case tensor.Float64:
		return &poolEach[float64]{&p}, nil
	case tensor.Int8:
		return &poolEach[int8]{&p}, nil
	case tensor.Uint8:
		return &poolEach[uint8]{&p}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &poolEach[float32]{&p}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: pooling of %v", op.ErrUnsupported, in[0].Type)
}

// poolRows pools channels-last float32 values, one or two spatial dims.
type poolRows struct {
	set *kernels.Set
	p   *pool
}

type poolMemo struct {
	w      kernels.Window
	counts []float32 // by output row and column, of AveragePool
}

func (k *poolRows) Resolve(f *op.Frame) error {
	x, y := f.In[0], f.Out[0]
	h, w := 1, y.Shape[len(y.Shape)-1]
	if len(y.Shape) == 4 {
		h = y.Shape[2]
	}
	row := w * x.Shape[1] * op.Product(k.p.kernel) / 8
	bands := op.Chunks(h, h*row)
	f.Param = append(f.Param[:0], bands)
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: y.Shape[0] * bands, Cost: h * row / bands})
	f.Scratch = 4 * k.p.kernel[0]
	m, _ := f.Memo.(*poolMemo)
	if m == nil {
		m = new(poolMemo)
		f.Memo = m
	}
	m.w = slide(&k.p.geometry, x, y, x.Shape[1], k.p.kernel[len(k.p.kernel)-1])
	if c := (m.w.C + 7) &^ 7; x.Lanes >= c && y.Lanes >= c {
		m.w.C = c
	}
	if k.p.max {
		return nil
	}
	m.counts = m.counts[:0]
	n := len(x.Shape) - 2
	for oy := range h {
		rows := 1
		if n == 2 {
			rows = k.p.count(0, n, oy, x.Shape[2])
		}
		for ox := range w {
			m.counts = append(m.counts, float32(rows*k.p.count(n-1, n, ox, x.Shape[1+n])))
		}
	}
	return nil
}

// count returns how many taps of output o of a spatial dim are averaged: those
// inside, and those in the padding if it counts.
func (p *pool) count(i, n, o, in int) int {
	begin, end := p.padding(i, n, in, p.kernel[i])
	if !p.countPads {
		begin, end = 0, 0
	}
	lead, _ := p.padding(i, n, in, p.kernel[i])
	c := 0
	for k := range p.kernel[i] {
		if at := o*one(p.stride, i) - lead + k*one(p.dilation, i); at >= -begin && at < in+end {
			c++
		}
	}
	return c
}

func (k *poolRows) Run(f *op.Frame, _, chunk, worker int) error {
	x, y := f.In[0], f.Out[0]
	bands := f.Param[0]
	n, n2 := chunk/bands, len(x.Shape)-2
	h, xrow := rows2(x)
	oh, yrow := rows2(y)
	r0, r1 := oh*(chunk%bands)/bands, oh*(chunk%bands+1)/bands
	top, sy, dy, kh := 0, 1, 1, 1
	if n2 == 2 {
		kh = k.p.kernel[0]
		top, _ = k.p.padding(0, 2, h, kh)
		sy, dy = one(k.p.stride, 0), one(k.p.dilation, 0)
	}
	m := f.Memo.(*poolMemo)
	w := &m.w
	xs, ys := op.Data[float32](x)[n*x.Stride[0]:], op.Data[float32](y)[n*y.Stride[0]:]
	rows := rowTable(f, worker)
	for r := r0; r < r1; r++ {
		rows = rows[:0]
		for ky := range kh {
			if p := r*sy - top + ky*dy; p >= 0 && p < h {
				rows = append(rows, int32(p*xrow))
			} else {
				rows = append(rows, -1)
			}
		}
		if k.p.max {
			k.set.MaxPool(ys[r*yrow:], xs, rows, w)
			continue
		}
		k.set.AveragePool(ys[r*yrow:], xs, rows, m.counts[r*w.OutWidth:][:w.OutWidth], w)
	}
	return nil
}
