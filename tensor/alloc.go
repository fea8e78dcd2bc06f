package tensor

import "unsafe"

// Align is the alignment in bytes of the storage that [Alloc] returns.
const Align = 64

// hugePage is the size of the larger pages that processors translate addresses
// of with one entry: weights streamed through a cache miss less.
const hugePage = 2 << 20

// Alloc returns n zero bytes that start at a multiple of [Align]. Large storage
// asks the system for huge pages, where it has them.
func Alloc(n int) []byte {
	if n == 0 {
		return []byte{}
	}
	if n >= 2*hugePage {
		b := aligned(n, hugePage)
		adviseHuge(b)
		return b
	}
	return aligned(n, Align)
}

// AllocOf returns n zero elements, allocated by [Alloc].
func AllocOf[T Element](n int) []T { return View[T](Alloc(n * int(unsafe.Sizeof(*new(T))))) }

// aligned returns n bytes that start at a multiple of a power of two.
func aligned(n, align int) []byte {
	b := make([]byte, n+align-1)
	off := int(-uintptr(unsafe.Pointer(unsafe.SliceData(b))) & uintptr(align-1))
	return b[off : off+n : off+n]
}
