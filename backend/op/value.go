package op

import (
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Value at run time is storage and a strided window on it. Strings, and the
// items of sequences, optionals and maps, live on the Go heap.
type Value struct {
	Kind   graph.Kind
	Type   tensor.Type
	Shape  []int  // ONNX order
	Stride []int  // elements, ONNX order
	Bytes  []byte // from the first element on
	// Lanes, of a channels-last value, is how many lanes of each pixel may be
	// read and written: C, or up to the pixel stride where the row is all its
	// own. What the lanes beyond C hold is undefined.
	Lanes   int
	Strings []string
	Items   []Value // of a sequence; of an optional (none or one); a map's keys and values
}

// Data returns the storage as a slice of T, from the first element on. T must
// fit v.Type.
func Data[T tensor.Element](v *Value) []T { return tensor.View[T](v.Bytes) }

// Len returns the number of elements.
func (v *Value) Len() int {
	n := 1
	for _, d := range v.Shape {
		n *= d
	}
	return n
}

// Contiguous reports whether the elements are row-major without gaps.
func (v *Value) Contiguous() bool {
	n := 1
	for i := len(v.Shape) - 1; i >= 0; i-- {
		if v.Shape[i] != 1 && v.Stride[i] != n {
			return v.Len() == 0
		}
		n *= v.Shape[i]
	}
	return true
}

// Extent returns how many elements lie between the first one and the end of
// the last one.
func (v *Value) Extent() int {
	n := 1
	for i, d := range v.Shape {
		if d == 0 {
			return 0
		}
		n += (d - 1) * v.Stride[i]
	}
	return n
}

// SetPlain gives v the row-major strides of its shape.
func (v *Value) SetPlain() {
	v.Stride = PlainStrides(v.Stride[:0], v.Shape)
}

// PlainStrides appends the row-major strides of a shape.
func PlainStrides(dst, shape []int) []int {
	at := len(dst)
	dst = append(dst, shape...)
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		dst[at+i] = n
		n *= max(shape[i], 1)
	}
	return dst
}

// SetChannelsLast gives v the strides of channels-last order with pixel stride
// ld, all lanes its own.
func (v *Value) SetChannelsLast(ld int) {
	v.Stride = append(v.Stride[:0], v.Shape...)
	n := ld
	for i := len(v.Shape) - 1; i >= 2; i-- {
		v.Stride[i] = n
		n *= max(v.Shape[i], 1)
	}
	v.Stride[1], v.Stride[0], v.Lanes = 1, n, ld
}

// PixelStride returns ld of a channels-last value of at least 3 dims.
func (v *Value) PixelStride() int { return v.Stride[len(v.Stride)-1] }

// Tensor returns v as a tensor over the same storage; v must be contiguous.
func (v *Value) Tensor() *tensor.Tensor {
	t := new(tensor.Tensor)
	v.Fill(t)
	return t
}

// Fill makes t a tensor over v's storage, without allocating once t has held a
// shape of this rank; v must be contiguous.
func (v *Value) Fill(t *tensor.Tensor) {
	if v.Type == tensor.String {
		t.Reset(v.Type, v.Shape, nil, v.Strings[:v.Len()])
		return
	}
	t.Reset(v.Type, v.Shape, v.Bytes[:v.Len()*v.Type.Size()], nil)
}

// Set makes v a view of a tensor.
func (v *Value) Set(t *tensor.Tensor) {
	v.Kind, v.Type, v.Bytes, v.Strings, v.Items = graph.Tensor, t.Type(), t.Bytes(), t.Strings(), nil
	v.Shape = append(v.Shape[:0], t.Shape()...)
	v.SetPlain()
}

// FromTensor returns a value over a tensor's storage.
func FromTensor(t *tensor.Tensor) *Value {
	v := new(Value)
	v.Set(t)
	return v
}

// Clone returns a contiguous copy on the Go heap, items included: what a
// sequence keeps of a tensor whose storage will be used again.
func (v *Value) Clone() Value {
	c := Value{Kind: v.Kind, Type: v.Type, Shape: append([]int(nil), v.Shape...)}
	for i := range v.Items {
		c.Items = append(c.Items, v.Items[i].Clone())
	}
	if v.Kind != graph.Tensor {
		return c
	}
	c.SetPlain()
	if v.Type == tensor.String {
		c.Strings = append([]string(nil), v.Strings[:v.Len()]...)
		return c
	}
	c.Bytes = tensor.Alloc(v.Len() * v.Type.Size())
	CopyStrided(&c, v)
	return c
}
