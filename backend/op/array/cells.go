package array

import (
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A cell is what moving elements needs to know of their type: the size. Strings
// are cells of their own.
type cell interface {
	uint8 | uint16 | uint32 | uint64 | complex128 | string
}

// cells returns the storage of v, from the first element on. T must be v's.
func cells[T cell](v *op.Value) []T {
	if s, ok := any(&v.Strings).(*[]T); ok {
		return *s
	}
	var z T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(v.Bytes))), len(v.Bytes)/int(unsafe.Sizeof(z)))
}

// pick returns the function for the cell of an element type, of those for 1, 2,
// 4, 8 and 16 bytes and for strings.
func pick[F any](t tensor.Type, f1, f2, f4, f8, f16, str F) F {
	switch t.Size() {
	case 1:
		return f1
	case 2:
		return f2
	case 4:
		return f4
	case 8:
		return f8
	case 16:
		return f16
	}
	return str
}

// width is the bytes an element takes when it is moved: a string is its header.
func width(t tensor.Type) int {
	if t == tensor.String {
		return int(unsafe.Sizeof(""))
	}
	return t.Size()
}

// moveCost is what moving one byte costs, in nanoseconds, when rows are long.
const moveCost = 0.1

// split divides the moving of n elements of v's type.
func split(f *op.Frame, v *op.Value, n int) {
	f.Split(n, moveCost*float64(width(v.Type)))
}

// window returns v from an element on: another shape and strides over the same
// storage, on the stack of the caller.
func window(v *op.Value, offset int, shape, stride []int) op.Value {
	w := op.Value{Kind: v.Kind, Type: v.Type, Shape: shape, Stride: stride}
	if v.Type == tensor.String {
		w.Strings = v.Strings[min(offset, len(v.Strings)):]
	} else {
		w.Bytes = v.Bytes[min(offset*v.Type.Size(), len(v.Bytes)):]
	}
	return w
}

// same reports whether two values share their first element: an output that was
// placed over its input.
func same(a, b *op.Value) bool {
	if a.Type == tensor.String {
		return unsafe.SliceData(a.Strings) == unsafe.SliceData(b.Strings)
	}
	return unsafe.SliceData(a.Bytes) == unsafe.SliceData(b.Bytes)
}

// copyPart copies part chunk of chunks of src's elements to dst, unless it is
// the same storage; both are contiguous and of one length.
func copyPart(dst, src *op.Value, chunk, chunks int) {
	if same(dst, src) {
		return
	}
	n := src.Len()
	lo, hi := n*chunk/chunks, n*(chunk+1)/chunks
	if src.Type == tensor.String {
		copy(dst.Strings[lo:hi], src.Strings[lo:hi])
		return
	}
	size := src.Type.Size()
	copy(dst.Bytes[lo*size:hi*size], src.Bytes[lo*size:hi*size])
}
