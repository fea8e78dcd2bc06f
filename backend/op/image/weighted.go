package image

import (
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// weightedKernel samples in linear or cubic mode: one pass for each dim that
// changes, innermost in memory first, each from one buffer to the next. Values
// are converted before and after where types or strides ask for it.
type weightedKernel[T float32 | float64] struct {
	r *resize
	blend[T]
	order op.Order
}

// blend is the inner loops.
type blend[T float32 | float64] interface {
	// rows sets dst to the sum of rows of x, n apart from each other at the
	// given indices, times their weights.
	rows(dst, x, work []T, index []int, weight []float64)
	// line samples a row of pixels of that many lanes.
	line(dst, x, work []T, lanes int, a *axis)
}

type weightedMemo[T float32 | float64] struct {
	axes    []axis
	dims    []int
	buf     [2][]T
	passes  []pass
	size    int // elements of X as read, lanes included
	last    int // elements of Y
	direct  bool
	outputs bool // the last pass writes Y itself
	lanes   int  // of a pixel in buffers
	rows    rowsPlan
}

// A pass samples one dim of a buffer [outer in inner].
type pass struct{ axis, outer, in, out, inner int }

func (k *weightedKernel[T]) Resolve(f *op.Frame) (err error) {
	m, _ := f.Memo.(*weightedMemo[T])
	if m == nil {
		m = new(weightedMemo[T])
		f.Memo = m
	}
	x, y := f.In[0], f.Out[0]
	if m.axes, err = k.r.tables(m.axes, f.InInfo, x, y); err != nil {
		return err
	}
	n := len(x.Shape)
	m.dims = memoryOrder(m.dims[:0], n, k.order)
	m.lanes = 0
	same := x.Type == tensor.TypeOf[T]()
	m.direct, m.outputs = same, same
	if k.order == op.ChannelsLast {
		c := x.Shape[1]
		if m.lanes = c; same && k.changed(m, 1) < 0 && x.PixelStride() == y.PixelStride() && min(x.Lanes, y.Lanes) == x.PixelStride() {
			m.lanes = x.PixelStride() // what is in the lanes beyond does not matter
		}
		m.direct = m.direct && x.PixelStride() == m.lanes
		m.outputs = m.outputs && y.PixelStride() == m.lanes
	}
	k.plan(m, x)
	if len(m.passes) == 0 { // nothing changes: from X to a buffer to Y
		m.direct, m.outputs = false, false
	}
	if k.planRows(m, x, y); m.rows.use {
		row := y.Shape[3] * m.lanes
		f.Scratch = 8 * (m.rows.ring + 1) * row
		f.Phases = append(f.Phases[:0], op.Phase{Chunks: x.Shape[0] * m.rows.chunks, Cost: m.rows.chunk * row})
		return nil
	}
	f.Phases = append(f.Phases[:0], op.Phase{Chunks: 1, Cost: m.size})
	largest, rows := 0, 0
	for _, p := range m.passes {
		items := p.outer * p.out
		cost := float64(p.inner*m.axes[p.axis].taps)*0.5 + 10
		chunks := op.Chunks(items, int(float64(items)*cost))
		f.Phases = append(f.Phases, op.Phase{Chunks: chunks, Cost: int(float64(items) * cost / float64(chunks))})
		largest, rows = max(largest, items*p.inner), max(rows, p.inner)
		m.last = items * p.inner
	}
	if len(m.passes) == 0 {
		m.last = m.size
	}
	f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: m.last})
	f.Scratch = 8 * max(rows, 1)
	for i := range m.buf {
		if need := max(largest, m.size); cap(m.buf[i]) < need {
			m.buf[i] = make([]T, need)
		}
	}
	return nil
}

// changed returns which of the axes changes a dim, -1 for none.
func (k *weightedKernel[T]) changed(m *weightedMemo[T], dim int) int {
	for i := range m.axes {
		if m.axes[i].dim == dim {
			return i
		}
	}
	return -1
}

// plan lists the passes.
func (k *weightedKernel[T]) plan(m *weightedMemo[T], x *op.Value) {
	m.passes = m.passes[:0]
	size := func(i int) int { // of dim i in the order of memory
		if m.dims[i] == 1 && m.lanes > 0 {
			return m.lanes
		}
		return x.Shape[m.dims[i]]
	}
	m.size = 1
	for i := range m.dims {
		m.size *= size(i)
	}
	inner := 1
	for i := len(m.dims) - 1; i >= 0; i-- {
		a := k.changed(m, m.dims[i])
		if a < 0 {
			inner *= size(i)
			continue
		}
		outer := 1
		for j := range i {
			outer *= size(j)
		}
		m.passes = append(m.passes, pass{a, outer, m.axes[a].in, m.axes[a].out, inner})
		inner *= m.axes[a].out
	}
}

func (k *weightedKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*weightedMemo[T])
	if m.rows.use {
		k.sampleRows(m, f, chunk, worker)
		return nil
	}
	x, y := f.In[0], f.Out[0]
	switch phase {
	case 0:
		if m.direct {
			return nil
		}
		return k.load(m, x)
	case len(f.Phases) - 1:
		if m.outputs {
			return nil
		}
		return k.store(m, y)
	}
	p := m.passes[phase-1]
	src, dst := m.buf[(phase-1)%2], m.buf[phase%2]
	if phase == 1 && m.direct {
		src = op.Data[T](x)
	}
	if phase == len(m.passes) && m.outputs {
		dst = op.Data[T](y)
	}
	a := &m.axes[p.axis]
	work := tensor.View[T](f.Work(worker))
	lo, hi := f.Span(phase, chunk, p.outer*p.out)
	for i := lo; i < hi; i++ {
		o, j := i/p.out, i%p.out
		row := dst[i*p.inner:][:p.inner]
		index, weight := a.index[j*a.taps:][:a.taps], a.weight[j*a.taps:][:a.taps]
		switch {
		case index[0] < 0:
			for c := range row {
				row[c] = T(k.r.outside)
			}
		case p.inner == 1:
			line := src[o*p.in:][:p.in]
			sum := T(line[index[0]] * T(weight[0]))
			for t, at := range index[1:] {
				sum += T(line[at] * T(weight[1+t]))
			}
			row[0] = sum
		default:
			k.rows(row, src[o*p.in*p.inner:][:p.in*p.inner], work[:p.inner], index, weight)
		}
	}
	// A region that is outside along an earlier dim stays outside, because the
	// weights of a sample add up to 1 and its neighbours are outside as well.
	return nil
}

// load converts X to the first buffer, dense in the order of memory.
func (k *weightedKernel[T]) load(m *weightedMemo[T], x *op.Value) error {
	dst, size := m.buf[0][:m.size], x.Type.Size()
	n, ld := k.rowsOf(m, x, m.size)
	for i := 0; i*n < len(dst); i++ {
		row := asBytes(dst[i*n:][:n])
		if err := tensor.ConvertBytes(tensor.TypeOf[T](), row, x.Type, x.Bytes[i*ld*size:][:n*size], tensor.ConvertOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf returns the length of rows of n elements in all, and how far they are
// apart in a value.
func (k *weightedKernel[T]) rowsOf(m *weightedMemo[T], v *op.Value, n int) (length, ld int) {
	if k.order == op.ChannelsLast {
		return v.Shape[1], v.PixelStride()
	}
	return max(n, 1), n
}

// store converts the last buffer to Y.
func (k *weightedKernel[T]) store(m *weightedMemo[T], y *op.Value) error {
	src, size := m.buf[len(m.passes)%2][:m.last], y.Type.Size()
	limit(src, y.Type)
	n, ld := k.rowsOf(m, y, m.last)
	for i := 0; i*n < len(src); i++ {
		row := asBytes(src[i*n:][:n])
		if err := tensor.ConvertBytes(y.Type, y.Bytes[i*ld*size:][:n*size], tensor.TypeOf[T](), row, tensor.ConvertOptions{Saturate: true}); err != nil {
			return err
		}
	}
	return nil
}

// asBytes returns x as bytes.
func asBytes[T float32 | float64](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(T(0))))
}

// limit cuts values to the range of an integer type.
func limit[T float32 | float64](x []T, t tensor.Type) {
	var lo, hi T
	switch t {
	case tensor.Uint8:
		hi = 255
	case tensor.Int8:
		lo, hi = -128, 127
	case tensor.Uint16:
		hi = 65535
	case tensor.Int16:
		lo, hi = -32768, 32767
	case tensor.Int32:
		lo, hi = -1<<31, 1<<31-1
	case tensor.Uint32:
		hi = 1<<32 - 1
	case tensor.Uint64:
		hi = 1<<64 - 1<<11 // the greatest float64 in range
	default:
		return
	}
	for i, v := range x {
		x[i] = max(lo, min(hi, v))
	}
}

type blend32 struct{ *kernels.Set }

func (s blend32) rows(dst, x, work []float32, index []int, weight []float64) {
	n := len(dst)
	s.MulScalar(dst, x[index[0]*n:][:n], float32(weight[0]))
	for t, at := range index[1:] {
		s.MulScalar(work, x[at*n:][:n], float32(weight[1+t]))
		s.Add(dst, dst, work)
	}
}

type blend64 struct{}

func (blend64) rows(dst, x, _ []float64, index []int, weight []float64) {
	n := len(dst)
	clear(dst)
	for t, at := range index {
		w := weight[t]
		for i, v := range x[at*n:][:n] {
			dst[i] += float64(v * w)
		}
	}
}
