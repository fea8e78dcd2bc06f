package attention

import (
	"math"
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// visible returns the keys that a query may attend to, lo ≤ key < hi, for its
// position among the keys and the number of keys that count.
func (o *attention) visible(position, valid int) (lo, hi int) {
	lo, hi = 0, valid
	if o.causal {
		hi = min(hi, position+1)
	}
	if o.right >= 0 {
		hi = min(hi, position+o.right+1)
	}
	if o.left >= 0 {
		lo = max(lo, position-o.left)
	}
	hi = max(hi, 0)
	return min(lo, hi), hi
}

// mask applies the mask to the scores of a query: minus infinity where a boolean
// one is false, else its addition. Keys beyond its end are not visible.
func (k *kernel[T]) mask(f *op.Frame, p *plan[T], w *scratch[T], b, head, i, lo, hi int, row []T) (int, int, error) {
	m := input(f, inMask)
	if m == nil {
		return lo, hi, nil
	}
	rank, at := len(m.Shape), 0
	for d, index := range [3]int{b, head, i} {
		if axis := rank - 4 + d; axis >= 0 && m.Shape[axis] != 1 {
			at += index * m.Stride[axis]
		}
	}
	hi = min(hi, m.Shape[rank-1])
	lo = min(lo, hi)
	x := row[lo:hi]
	switch m.Type {
	case tensor.Bool:
		for j, keep := range op.Data[bool](m)[at+lo : at+hi] {
			if !keep {
				x[j] = minusInf[T]()
			}
		}
	case tensor.TypeOf[T]():
		k.l.add(x, op.Data[T](m)[at+lo:at+hi])
	default:
		wide := w.mask[:hi-lo]
		size := m.Type.Size()
		if err := tensor.ConvertBytes(tensor.TypeOf[T](), bytesOf(wide), m.Type, m.Bytes[(at+lo)*size:(at+hi)*size], tensor.ConvertOptions{}); err != nil {
			return lo, hi, err
		}
		k.l.add(x, wide)
	}
	return lo, hi, nil
}

func minusInf[T number]() T { return T(math.Inf(-1)) }

func fill[T any](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}

// bytesOf returns the storage of x.
func bytesOf[T number](x []T) []byte {
	var z T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(z)))
}
