package image

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// memoryOrder appends the dims of a tensor of n dims, outermost in memory first.
func memoryOrder(dst []int, n int, order op.Order) []int {
	for i := range n {
		if order != op.ChannelsLast || i != 1 {
			dst = append(dst, i)
		}
	}
	if order == op.ChannelsLast {
		dst = append(dst, 1)
	}
	return dst
}

// nearestKernel copies elements of any type.
type nearestKernel struct {
	r     *resize
	order op.Order
}

func (k *nearestKernel) Strided(in int) bool { return in == 0 }

// nearestMemo holds, by dim in the order of memory, where the elements of each
// output index are in X; -1 outside the region.
type nearestMemo struct {
	axes    []axis
	dims    []int
	offsets [][]int
	inner   bool // the innermost dim changes
	outside []byte
}

func (k *nearestKernel) Resolve(f *op.Frame) (err error) {
	m, _ := f.Memo.(*nearestMemo)
	if m == nil {
		m = new(nearestMemo)
		f.Memo = m
	}
	x, y := f.In[0], f.Out[0]
	if m.axes, err = k.r.tables(m.axes, f.InInfo, x, y); err != nil {
		return err
	}
	n := len(x.Shape)
	m.dims = memoryOrder(m.dims[:0], n, k.order)
	for len(m.offsets) < n {
		m.offsets = append(m.offsets, nil)
	}
	m.inner = n > 0 && x.Stride[m.dims[n-1]] != 1
	for i, d := range m.dims {
		o := m.offsets[i][:0]
		for j := range y.Shape[d] {
			o = append(o, j*x.Stride[d])
		}
		for _, a := range m.axes {
			if a.dim != d {
				continue
			}
			m.inner = m.inner || i == n-1
			for j, at := range a.index {
				if o[j] = at * x.Stride[d]; at < 0 {
					o[j] = -1
				}
			}
		}
		m.offsets[i] = o
	}
	if m.outside == nil && x.Type != tensor.String {
		m.outside = make([]byte, x.Type.Size())
		v := []float32{k.r.outside}
		_ = tensor.ConvertBytes(x.Type, m.outside, tensor.Float32, tensor.Of(v, 1).Bytes(), tensor.ConvertOptions{Saturate: true})
	}
	row := 1
	if n > 0 {
		row = y.Shape[m.dims[n-1]]
	}
	f.Split(y.Len()/max(1, row), float64(row)+10)
	return nil
}

func (k *nearestKernel) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	m := f.Memo.(*nearestMemo)
	switch {
	case x.Type == tensor.String:
		copyNearest(f, m, phase, chunk, y.Strings, x.Strings, "")
	case x.Type.Size() == 1:
		nearestOf[uint8](f, m, phase, chunk)
	case x.Type.Size() == 2:
		nearestOf[uint16](f, m, phase, chunk)
	case x.Type.Size() == 4:
		nearestOf[uint32](f, m, phase, chunk)
	case x.Type.Size() == 8:
		nearestOf[uint64](f, m, phase, chunk)
	default:
		nearestOf[complex128](f, m, phase, chunk)
	}
	return nil
}

func nearestOf[T tensor.Element](f *op.Frame, m *nearestMemo, phase, chunk int) {
	copyNearest(f, m, phase, chunk, op.Data[T](f.Out[0]), op.Data[T](f.In[0]), tensor.View[T](m.outside)[0])
}

// copyNearest fills in the rows of a chunk.
func copyNearest[T any](f *op.Frame, m *nearestMemo, phase, chunk int, dst, src []T, outside T) {
	y := f.Out[0]
	n := len(m.dims)
	if n == 0 {
		dst[0] = src[0]
		return
	}
	last := m.dims[n-1]
	cols := m.offsets[n-1]
	line, step := []int{0}, 0 // the dim before the last
	if n > 1 {
		line, step = m.offsets[n-2], y.Stride[m.dims[n-2]]
	}
	lo, hi := f.Span(phase, chunk, y.Len()/max(1, len(cols)))
	for r := lo; r < hi; {
		from, to, inside := 0, 0, true
		for i, rest := n-3, r/len(line); i >= 0; i-- {
			d := m.dims[i]
			j := rest % y.Shape[d]
			rest /= y.Shape[d]
			from += m.offsets[i][j]
			to += j * y.Stride[d]
			inside = inside && m.offsets[i][j] >= 0
		}
		first := r % len(line)
		part := line[first:min(len(line), first+hi-r)]
		for j, o := range part {
			row := dst[to+(first+j)*step:][:(len(cols)-1)*y.Stride[last]+1]
			switch {
			case !inside || o < 0:
				for i := range row {
					row[i] = outside
				}
			case !m.inner:
				copy(row, src[from+o:])
			default:
				for i, c := range cols {
					if c < 0 {
						row[i] = outside
					} else {
						row[i] = src[from+o+c]
					}
				}
			}
		}
		r += len(part)
	}
}
