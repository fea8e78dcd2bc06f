package array

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
)

// viewStrides appends the strides with which storage of the given shape and
// strides is read as another shape of as many elements, in row-major order of
// indices; false if no strides do. A dim of the new shape is made of pieces of
// the old dims, innermost first: the pieces must be one run.
func viewStrides(dst, shape, stride, to []int) ([]int, bool) {
	dst = op.PlainStrides(dst, to)
	if count(to) == 0 {
		return dst, true
	}
	i, rest, step := len(shape)-1, 1, 0 // what is left of dim i+1, and its stride
	next := 1                           // stride for dims of size 1
	for j := len(to) - 1; j >= 0; j-- {
		have := 1
		for need := to[j]; need > 1; {
			for rest == 1 {
				rest, step = shape[i], stride[i]
				i--
			}
			piece := min(need, rest)
			if need%piece != 0 || rest%piece != 0 {
				return dst, false
			}
			if have == 1 {
				dst[j] = step
			} else if step != dst[j]*have {
				return dst, false
			}
			have, need, rest, step = have*piece, need/piece, rest/piece, step*piece
		}
		if to[j] == 1 {
			dst[j] = next
		}
		next = dst[j] * to[j]
	}
	return dst, true
}

// relayout copies part chunk of chunks of src to dst, which has another shape of
// as many elements, in row-major order of indices.
func relayout(dst, src *op.Value, chunk, chunks int) {
	var buf [stackRank]int
	if stride, ok := viewStrides(buf[:0], src.Shape, src.Stride, dst.Shape); ok {
		s := window(src, 0, dst.Shape, stride)
		op.CopyChunk(dst, &s, chunk, chunks)
		return
	}
	if stride, ok := viewStrides(buf[:0], dst.Shape, dst.Stride, src.Shape); ok {
		d := window(dst, 0, src.Shape, stride)
		op.CopyChunk(&d, src, chunk, chunks)
		return
	}
	pick(src.Type, relayoutCells[uint8], relayoutCells[uint16], relayoutCells[uint32],
		relayoutCells[uint64], relayoutCells[complex128], relayoutCells[string])(dst, src, chunk, chunks)
}

// relayoutCells is relayout for strides that have no common loop.
func relayoutCells[T cell](dst, src *op.Value, chunk, chunks int) {
	d, s, n := cells[T](dst), cells[T](src), src.Len()
	for i := n * chunk / chunks; i < n*(chunk+1)/chunks; i++ {
		d[offset(i, dst.Shape, dst.Stride)] = s[offset(i, src.Shape, src.Stride)]
	}
}

// offset returns where element i, in row-major order, lies in storage.
func offset(i int, shape, stride []int) int {
	at := 0
	for d := len(shape) - 1; d >= 0; d-- {
		at += i % shape[d] * stride[d]
		i /= shape[d]
	}
	return at
}

// reverse copies part chunk of chunks of what src holds from an offset on with
// strides that may be negative.
func reverse(dst, src *op.Value, offset int, stride []int, chunk, chunks int) {
	pick(src.Type, reverseCells[uint8], reverseCells[uint16], reverseCells[uint32],
		reverseCells[uint64], reverseCells[complex128], reverseCells[string])(dst, src, offset, stride, chunk, chunks)
}

func reverseCells[T cell](dst, src *op.Value, offset int, stride []int, chunk, chunks int) {
	d, s, n := cells[T](dst), cells[T](src), dst.Shape[0]
	for i := n * chunk / chunks; i < n*(chunk+1)/chunks; i++ {
		copyND(d, s, i*dst.Stride[0], offset+i*stride[0], dst.Shape[1:], dst.Stride[1:], stride[1:])
	}
}

// copyND copies an array of elements between strides of any sign, from the given
// first elements on.
func copyND[T cell](d, s []T, at, from int, shape, ds, ss []int) {
	if len(shape) == 0 {
		d[at] = s[from]
		return
	}
	if len(shape) == 1 {
		for range shape[0] {
			d[at] = s[from]
			at, from = at+ds[0], from+ss[0]
		}
		return
	}
	for range shape[0] {
		copyND(d, s, at, from, shape[1:], ds[1:], ss[1:])
		at, from = at+ds[0], from+ss[0]
	}
}
