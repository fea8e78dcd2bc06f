package op

import (
	"unsafe"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// CopyStrided copies the elements of src to dst, which has the same type and
// shape; strides may differ. Storage must not overlap.
func CopyStrided(dst, src *Value) { CopyChunk(dst, src, 0, 1) }

// CopyChunk copies part chunk of chunks of what [CopyStrided] copies, divided
// along the first dim that is not 1. Any part may be empty.
func CopyChunk(dst, src *Value, chunk, chunks int) {
	if src.Len() == 0 {
		return
	}
	if src.Type == tensor.String {
		if chunk == 0 {
			walk(dst, src, 0, 1, func(d, s, n, ds, ss int) {
				for i := range n {
					dst.Strings[d+i*ds] = src.Strings[s+i*ss]
				}
			})
		}
		return
	}
	switch src.Type.Size() {
	case 1:
		copyTyped[uint8](dst, src, chunk, chunks)
	case 2:
		copyTyped[uint16](dst, src, chunk, chunks)
	case 4:
		copyTyped[uint32](dst, src, chunk, chunks)
	case 8:
		copyTyped[uint64](dst, src, chunk, chunks)
	case 16:
		copyTyped[complex128](dst, src, chunk, chunks)
	}
}

func copyTyped[T tensor.Element](dst, src *Value, chunk, chunks int) {
	d, s := tensor.View[T](dst.Bytes), tensor.View[T](src.Bytes)
	walk(dst, src, chunk, chunks, func(dat, sat, n, ds, ss int) {
		if ds == 1 && ss == 1 {
			copy(d[dat:dat+n], s[sat:sat+n])
			return
		}
		if (n-1)*ds+dat >= len(d) || (n-1)*ss+sat >= len(s) {
			panic("op: strides leave the storage")
		}
		dp, sp := unsafe.Pointer(&d[dat]), unsafe.Pointer(&s[sat])
		size := unsafe.Sizeof(*new(T))
		for i := range n {
			*(*T)(unsafe.Add(dp, uintptr(i*ds)*size)) = *(*T)(unsafe.Add(sp, uintptr(i*ss)*size))
		}
	})
}

// maxRank is the number of dims that strided walks keep on the stack. Ranks
// beyond are folded where strides allow and walked on the heap otherwise.
const maxRank = 8

// walk calls f for rows of elements that have constant strides in both dst and
// src: offset of the first element in each, length, strides. Rows are as long
// as merging of dims makes them; the dim with the smallest destination stride
// is innermost.
func walk(dst, src *Value, chunk, chunks int, f func(d, s, n, ds, ss int)) {
	var shapeA, dsA, ssA [maxRank]int
	shape, ds, ss := shapeA[:0], dsA[:0], ssA[:0]
	for i, n := range src.Shape {
		if n != 1 {
			shape, ds, ss = append(shape, n), append(ds, dst.Stride[i]), append(ss, src.Stride[i])
		}
	}
	// Order dims by destination stride, largest first, so that writes are sequential.
	for i := 1; i < len(shape); i++ {
		for j := i; j > 0 && ds[j] > ds[j-1]; j-- {
			shape[j], shape[j-1] = shape[j-1], shape[j]
			ds[j], ds[j-1] = ds[j-1], ds[j]
			ss[j], ss[j-1] = ss[j-1], ss[j]
		}
	}
	// Merge neighbours that are one run in both.
	k := 0
	for i := 1; i < len(shape); i++ {
		if ds[k] == shape[i]*ds[i] && ss[k] == shape[i]*ss[i] {
			shape[k], ds[k], ss[k] = shape[k]*shape[i], ds[i], ss[i]
			continue
		}
		k++
		shape[k], ds[k], ss[k] = shape[i], ds[i], ss[i]
	}
	if len(shape) == 0 {
		if chunk == 0 {
			f(0, 0, 1, 1, 1)
		}
		return
	}
	shape, ds, ss = shape[:k+1], ds[:k+1], ss[:k+1]
	lo, hi := shape[0]*chunk/chunks, shape[0]*(chunk+1)/chunks
	d0, s0 := lo*ds[0], lo*ss[0]
	shape[0] = hi - lo
	if shape[0] == 0 {
		return
	}
	last := len(shape) - 1
	var idxA [maxRank]int
	idx := append(idxA[:0], shape[:last]...)
	for i := range idx {
		idx[i] = 0
	}
	for {
		f(d0, s0, shape[last], ds[last], ss[last])
		i := last - 1
		for ; i >= 0; i-- {
			idx[i]++
			d0 += ds[i]
			s0 += ss[i]
			if idx[i] < shape[i] {
				break
			}
			d0 -= idx[i] * ds[i]
			s0 -= idx[i] * ss[i]
			idx[i] = 0
		}
		if i < 0 {
			return
		}
	}
}
