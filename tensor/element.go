package tensor

import "fmt"

// Full returns a tensor whose elements are all v.
func Full[T Element](v T, shape ...int) *Tensor {
	x := New(TypeOf[T](), shape...)
	for i, data := 0, Data[T](x); i < len(data); i++ {
		data[i] = v
	}
	return x
}

// At returns the element at an index a dim; of a scalar, without one. It
// panics when T is not the element type or an index is out of range. For loops
// over elements, [Data] is faster.
func At[T Element](x *Tensor, index ...int) T { return Data[T](x)[x.Offset(index...)] }

// Offset returns the number of the element at an index a dim, counted in
// storage order. It panics when an index is out of range.
func (x *Tensor) Offset(index ...int) int {
	if len(index) != len(x.shape) {
		panic(fmt.Sprintf("tensor: %d indices for rank %d", len(index), len(x.shape)))
	}
	offset := 0
	for axis, i := range index {
		if i < 0 || i >= x.shape[axis] {
			panic(fmt.Sprintf("tensor: index %d of axis %d, which has %d", i, axis, x.shape[axis]))
		}
		offset = offset*x.shape[axis] + i
	}
	return offset
}
