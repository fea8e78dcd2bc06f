package tensor

import (
	"errors"
	"fmt"
	"slices"
)

// ConvertOptions are the attributes of the Cast operator. They matter for the
// float8 kinds only. Note that ONNX's default is Saturate.
type ConvertOptions struct {
	Saturate bool  // out of range becomes the largest finite value, not infinity or NaN
	Round    Round // to float8e8m0
}

// ErrConvert is the cause when there is no conversion between two types, or
// none of a particular string.
var ErrConvert = errors.New("cannot convert")

// Convert returns x with its elements converted to another type by the rules
// of Cast in ONNX, always as a copy:
//
//   - float to float rounds once, to nearest, ties to even
//   - float to integer rounds toward zero; what does not fit becomes the same on
//     every processor, namely what C compiled for amd64 makes of it
//   - integer to integer keeps the low bits
//   - to bool is whether it is not zero, and bool is 0 or 1
//   - NaN stays NaN where there is one and becomes negative zero in the float
//     types of 4 and 6 bits; its sign and payload are not promised
//   - to String is decimal: of floats the shortest plain number that reads back
//     as the same ("0.00001"), or NaN, INF or -INF; of bool, 1 or 0
//   - from String, floats may be plain or scientific, INF, +INF, -INF or NaN in
//     any case; integers must fit, and a fraction is dropped; bool may be true or
//     false in any case; white space around is ignored
//   - complex types convert to each other and from real ones only
func Convert(t Type, x *Tensor, opt ConvertOptions) (*Tensor, error) {
	if !t.Valid() {
		return nil, fmt.Errorf("%w to %v", ErrConvert, t)
	}
	y := &Tensor{typ: t, shape: slices.Clone(x.shape)}
	if t == String {
		y.strings = make([]string, x.Len())
	} else {
		y.bytes = Alloc(x.Len() * t.Size())
	}
	var err error
	switch {
	case t == String && x.typ == String:
		copy(y.strings, x.strings)
	case t == String:
		err = formatElements(y.strings, x)
	case x.typ == String:
		err = parseElements(t, y.bytes, x.strings, opt)
	default:
		err = ConvertBytes(t, y.bytes, x.typ, x.bytes, opt)
	}
	if err != nil {
		return nil, err
	}
	return y, nil
}

// ConvertBytes is [Convert] on storage: it converts the elements of src to as
// many of dst, which must not overlap. Neither type may be String. It
// allocates only to return an error.
func ConvertBytes(dt Type, dst []byte, st Type, src []byte, opt ConvertOptions) error {
	if dt.Size() == 0 || st.Size() == 0 || st.complex() && !dt.complex() {
		return fmt.Errorf("%w %v to %v", ErrConvert, st, dt)
	}
	n := len(src) / st.Size()
	if len(src)%st.Size() != 0 || len(dst)%dt.Size() != 0 || len(dst)/dt.Size() != n {
		return fmt.Errorf("%w %d bytes of %v to %d bytes of %v", ErrConvert, len(src), st, len(dst), dt)
	}
	switch {
	case dt == st:
		copy(dst, src)
	case st.complex():
		convertComplex(dt, dst, src)
	case convertFast(dt, dst, st, src):
	case dt.integer():
		throughInts(dt, dst, st, src)
	default:
		throughFloats(dt, dst, st, src, opt)
	}
	return nil
}

// block is how many elements are widened at a time, in memory on the stack.
const block = 128

// throughInts converts to an integer type or bool: by way of int64, which has
// the low bits of every integer.
func throughInts(dt Type, dst []byte, st Type, src []byte) {
	var ints [block]int64
	var floats [block]float64
	for len(src) > 0 {
		n := min(block, len(src)/st.Size())
		s, d := src[:n*st.Size()], dst[:n*dt.Size()]
		if st.integer() {
			loadInts(ints[:n], st, s)
		} else {
			loadFloats(floats[:n], st, s)
			truncate(ints[:n], dt, floats[:n])
		}
		storeInts(dt, d, ints[:n])
		src, dst = src[len(s):], dst[len(d):]
	}
}

// throughFloats converts to a float or complex type: by way of float64, which
// has the value of every narrower float, and of the integers enough.
func throughFloats(dt Type, dst []byte, st Type, src []byte, opt ConvertOptions) {
	var ints [block]int64
	var floats [block]float64
	exact := dt == Float64 || dt == Complex128
	for len(src) > 0 {
		n := min(block, len(src)/st.Size())
		s, d := src[:n*st.Size()], dst[:n*dt.Size()]
		if st.integer() {
			loadInts(ints[:n], st, s)
			intsToFloats(floats[:n], ints[:n], st == Uint64, exact)
		} else {
			loadFloats(floats[:n], st, s)
		}
		storeFloats(dt, d, floats[:n], opt)
		src, dst = src[len(s):], dst[len(d):]
	}
}

// intsToFloats converts to float64: rounded if that is the result, and such
// that it can be rounded again if not.
func intsToFloats(dst []float64, src []int64, unsigned, final bool) {
	for i, v := range src {
		switch {
		case final && unsigned:
			dst[i] = float64(uint64(v))
		case final:
			dst[i] = float64(v)
		case unsigned:
			dst[i] = stickyUint64(uint64(v))
		default:
			dst[i] = stickyInt64(v)
		}
	}
}

// convertComplex converts the one complex type to the other.
func convertComplex(dt Type, dst, src []byte) {
	if dt == Complex64 {
		storeEach(View[complex64](dst), View[complex128](src), func(v complex128) complex64 { return complex64(v) })
	} else {
		storeEach(View[complex128](dst), View[complex64](src), func(v complex64) complex128 { return complex128(v) })
	}
}

// complex reports whether t is a complex type.
func (t Type) complex() bool { return t == Complex64 || t == Complex128 }

// integer reports whether t is an integer type or bool.
func (t Type) integer() bool {
	switch t {
	case Bool, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Int4, Uint4, Int2, Uint2:
		return true
	}
	return false
}
