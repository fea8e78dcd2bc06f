package elementwise

import (
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An operand is a value as a loop sees it: rows of contiguous elements of the
// loop's type, from the value's storage itself or through scratch memory.
type operand struct {
	set   *kernels.Set
	bytes []byte
	step  int // elements from one to the next of a row; 0 repeats one
	typ   tensor.Type
	loop  tensor.Type // the type Row takes or gives
	one   bool        // Row takes a single element of it
	buf   []byte      // nil: Row works on the storage
	raw   []byte      // for elements gathered before they are converted
}

func newOperand(s *kernels.Set, v *op.Value, step int, loop tensor.Type, buf, raw []byte) operand {
	o := operand{set: s, bytes: v.Bytes, step: step, typ: v.Type, loop: loop}
	if step != 1 || v.Type != loop {
		o.buf, o.raw = buf, raw
	}
	return o
}

// single says that Row takes one element.
func (o *operand) single() {
	o.one = true
	if o.typ == o.loop {
		o.buf = nil
	}
}

// load returns n elements, at elements from the beginning of the storage.
func (o *operand) load(at, n int) []byte {
	if o.bytes == nil {
		return nil
	}
	size, wide := o.typ.Size(), o.loop.Size()
	if o.step == 0 {
		x := o.bytes[at*size : (at+1)*size]
		if o.buf == nil {
			return x
		}
		if o.typ == o.loop {
			copy(o.buf, x)
		} else {
			o.convert(o.loop, o.buf[:wide], o.typ, x)
		}
		if o.one {
			return o.buf[:wide]
		}
		for have := wide; have < n*wide; have *= 2 {
			copy(o.buf[have:n*wide], o.buf[:have])
		}
		return o.buf[:n*wide]
	}
	switch {
	case o.buf == nil:
		return o.bytes[at*size : (at+n)*size]
	case o.typ == o.loop:
		gather(o.buf[:n*size], o.bytes[at*size:], o.step, size)
	case o.step == 1:
		o.convert(o.loop, o.buf[:n*wide], o.typ, o.bytes[at*size:(at+n)*size])
	default:
		gather(o.raw[:n*size], o.bytes[at*size:], o.step, size)
		o.convert(o.loop, o.buf[:n*wide], o.typ, o.raw[:n*size])
	}
	return o.buf[:n*wide]
}

// dst returns where Row writes n elements that belong at elements from the
// beginning of the storage.
func (o *operand) dst(at, n int) []byte {
	if o.buf != nil {
		return o.buf[:n*o.loop.Size()]
	}
	size := o.typ.Size()
	return o.bytes[at*size : (at+n)*size]
}

// store puts what Row wrote to dst in its place.
func (o *operand) store(at, n int) {
	if o.buf == nil {
		return
	}
	size, wide := o.typ.Size(), o.loop.Size()
	x := o.buf[:n*wide]
	if o.typ != o.loop {
		to := o.raw[:n*size]
		if o.step == 1 {
			to = o.bytes[at*size : (at+n)*size]
		}
		o.convert(o.typ, to, o.loop, x)
		x = to
	}
	if o.step != 1 {
		scatter(o.bytes[at*size:], x, o.step, size)
	}
}

// convert converts elements between a narrow type and the one it is computed in.
func (o *operand) convert(to tensor.Type, dst []byte, from tensor.Type, src []byte) {
	if err := op.Convert(o.set, to, dst, from, src, tensor.ConvertOptions{Saturate: true}); err != nil {
		panic(err) // loops are made for types that convert
	}
}

// gather copies elements of size bytes that are step elements apart.
func gather(dst, src []byte, step, size int) {
	switch size {
	case 1:
		gatherTyped[uint8](dst, src, step)
	case 2:
		gatherTyped[uint16](dst, src, step)
	case 4:
		gatherTyped[uint32](dst, src, step)
	case 8:
		gatherTyped[uint64](dst, src, step)
	case 16:
		gatherTyped[complex128](dst, src, step)
	}
}

func gatherTyped[T tensor.Element](dst, src []byte, step int) {
	d, s := tensor.View[T](dst), tensor.View[T](src)
	if len(d) == 0 {
		return
	}
	_ = s[(len(d)-1)*step]
	at := unsafe.Pointer(unsafe.SliceData(s))
	size := unsafe.Sizeof(*new(T))
	for i := range d {
		d[i] = *(*T)(unsafe.Add(at, uintptr(i*step)*size))
	}
}

// scatter copies elements of size bytes to places that are step elements apart.
func scatter(dst, src []byte, step, size int) {
	for i := 0; i < len(src); i += size {
		copy(dst[i*step:i*step+size], src[i:i+size])
	}
}
