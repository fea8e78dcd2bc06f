package tensor

import (
	"fmt"
	"math"
	"slices"
	"unsafe"
)

// A Tensor is a dense array of one element type, row-major. Its shape and
// storage may be read by any number of goroutines; whoever writes elements
// must be alone.
type Tensor struct {
	typ     Type
	shape   []int
	bytes   []byte   // fixed-size elements, little endian
	strings []string // elements of a String tensor
}

// New returns a tensor of zeros (empty strings for [String]). The shape is
// copied; a scalar has none. New panics on a negative dim, an invalid type or
// a size that overflows: sizes from files go through [Elements] first.
func New(t Type, shape ...int) *Tensor {
	n, ok := Elements(shape)
	if !ok || !t.Valid() {
		panic(fmt.Sprintf("tensor: bad type or shape: %v %v", t, shape))
	}
	x := &Tensor{typ: t, shape: slices.Clone(shape)}
	if t == String {
		x.strings = make([]string, n)
	} else {
		x.bytes = Alloc(n * t.Size())
	}
	return x
}

// Of returns a tensor over data itself, without copying it. The number of
// elements must be the product of the shape.
func Of[T Element](data []T, shape ...int) *Tensor {
	t := TypeOf[T]()
	n, ok := Elements(shape)
	if !ok || n != len(data) {
		panic(fmt.Sprintf("tensor: shape %v does not hold %d elements", shape, len(data)))
	}
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), n*t.Size())
	return &Tensor{typ: t, shape: slices.Clone(shape), bytes: b}
}

// OfStrings returns a String tensor over data itself.
func OfStrings(data []string, shape ...int) *Tensor {
	if n, ok := Elements(shape); !ok || n != len(data) {
		panic(fmt.Sprintf("tensor: shape %v does not hold %d elements", shape, len(data)))
	}
	return &Tensor{typ: String, shape: slices.Clone(shape), strings: data}
}

// Scalar returns a tensor of rank 0.
func Scalar[T Element](v T) *Tensor { return Of([]T{v}) }

// FromBytes returns a tensor over b itself: elements as in memory, little
// endian, any alignment.
func FromBytes(t Type, b []byte, shape ...int) (*Tensor, error) {
	n, ok := Elements(shape)
	switch {
	case !t.Valid() || t == String:
		return nil, fmt.Errorf("element type %v has no bytes", t)
	case !ok:
		return nil, fmt.Errorf("bad shape %v", shape)
	case len(b)/t.Size() != n || len(b)%t.Size() != 0:
		return nil, fmt.Errorf("shape %v of %v takes %d bytes, have %d", shape, t, n*t.Size(), len(b))
	}
	return &Tensor{typ: t, shape: slices.Clone(shape), bytes: b}, nil
}

// Type returns the element type.
func (x *Tensor) Type() Type { return x.typ }

// Shape returns the dims, which the caller must not change.
func (x *Tensor) Shape() []int { return x.shape }

// Rank returns the number of dims.
func (x *Tensor) Rank() int { return len(x.shape) }

// Len returns the number of elements.
func (x *Tensor) Len() int {
	n := 1
	for _, d := range x.shape {
		n *= d
	}
	return n
}

// Bytes returns the storage itself; nil for [String].
func (x *Tensor) Bytes() []byte { return x.bytes }

// Strings returns the elements of a String tensor, the storage itself.
func (x *Tensor) Strings() []string { return x.strings }

// Reset makes x a tensor over the given storage, reusing its shape slice: for
// owners that hand out the same header again and again without allocating.
// Exactly one of bytes and strings is used, by type.
func (x *Tensor) Reset(t Type, shape []int, bytes []byte, strings []string) {
	x.typ, x.bytes, x.strings = t, bytes, strings
	x.shape = append(x.shape[:0], shape...)
}

// Reshape returns a tensor over the same storage with another shape of as many
// elements; it panics if the numbers differ.
func (x *Tensor) Reshape(shape ...int) *Tensor {
	if n, ok := Elements(shape); !ok || n != x.Len() {
		panic(fmt.Sprintf("tensor: shape %v does not hold %d elements", shape, x.Len()))
	}
	return &Tensor{typ: x.typ, shape: slices.Clone(shape), bytes: x.bytes, strings: x.strings}
}

// Clone returns a copy that shares nothing with x.
func (x *Tensor) Clone() *Tensor {
	y := &Tensor{typ: x.typ, shape: slices.Clone(x.shape), strings: slices.Clone(x.strings)}
	if x.typ != String {
		y.bytes = Alloc(len(x.bytes))
		copy(y.bytes, x.bytes)
	}
	return y
}

// String describes the tensor without its elements, as in "float32[1 3 224 224]".
func (x *Tensor) String() string { return fmt.Sprintf("%v%v", x.typ, x.shape) }

// Data returns the elements of a tensor as a slice of T over the storage
// itself. It panics when v is no tensor or T is not its element type.
func Data[T Element](v Value) []T {
	x, ok := v.(*Tensor)
	if !ok {
		panic(fmt.Sprintf("tensor: a %T is no tensor", v))
	}
	if t := TypeOf[T](); t != x.typ {
		panic(fmt.Sprintf("tensor: elements are %v, not %v", x.typ, t))
	}
	return View[T](x.bytes)
}

// View returns b as a slice of T, without a copy; a last partial element is
// left out. Any alignment will do on the architectures Go runs on here.
func View[T Element](b []byte) []T {
	var z T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(z)))
}

// Storage returns the bytes of x, the inverse of [View].
func Storage[T Element](x []T) []byte {
	var z T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(z)))
}

// Elements returns the product of the dims, and false when one is negative or
// the product, times the largest element, does not fit an int.
func Elements(shape []int) (int, bool) {
	n, zero := 1, false
	for _, d := range shape {
		if d < 0 {
			return 0, false
		}
		if d == 0 {
			zero = true
			continue
		}
		if n > math.MaxInt/16/d {
			return 0, false
		}
		n *= d
	}
	if zero {
		return 0, true
	}
	return n, true
}
