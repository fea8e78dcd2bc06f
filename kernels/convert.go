package kernels

import "math"

// convertSet holds the conversions between float32 and the types of 16 bits, and to
// integers, for whole groups of convertGroup elements.
type convertSet struct {
	fromFloat16, fromBFloat16 widen16
	toFloat16, toBFloat16     narrow16
	toInt32                   truncate32
	toBytes                   truncate8
}

type (
	widen16  func(dst []float32, x []uint16)
	narrow16 func(dst []uint16, x []float32)

	truncate32 func(dst []int32, x []float32)
	truncate8  func(dst []byte, x []float32)
)

// convertGroup is what assembly converts at a time; the definitions do the rest.
const convertGroup = 16

var portableConvert = convertSet{fromFloat16: fromFloat16, fromBFloat16: fromBFloat16, toFloat16: toFloat16, toBFloat16: toBFloat16, toInt32: toInt32, toBytes: toBytes}

// FromFloat16 sets dst[i] to the float16 whose bits are x[i], exactly; a NaN
// keeps its sign and payload and becomes quiet. len(dst) elements are converted,
// here and below.
func (s *Set) FromFloat16(dst []float32, x []uint16) {
	n := s.convert.fromFloat16.run(dst, x)
	fromFloat16(dst[n:], x[n:])
}

// FromBFloat16 sets dst[i] to the bfloat16 whose bits are x[i], exactly.
func (s *Set) FromBFloat16(dst []float32, x []uint16) {
	n := s.convert.fromBFloat16.run(dst, x)
	fromBFloat16(dst[n:], x[n:])
}

// ToFloat16 sets dst[i] to the bits of x[i] rounded to float16: to nearest, ties
// to even, out of range to infinity. A NaN keeps its sign and the upper bits of
// its payload and becomes quiet.
func (s *Set) ToFloat16(dst []uint16, x []float32) {
	n := s.convert.toFloat16.run(dst, x)
	toFloat16(dst[n:], x[n:])
}

// ToBFloat16 does as [Set.ToFloat16] for bfloat16.
func (s *Set) ToBFloat16(dst []uint16, x []float32) {
	n := s.convert.toBFloat16.run(dst, x)
	toBFloat16(dst[n:], x[n:])
}

// ToInt32 sets dst[i] to x[i] rounded toward zero; what does not fit and NaN
// become the least integer.
func (s *Set) ToInt32(dst []int32, x []float32) {
	n := s.convert.toInt32.run(dst, x)
	toInt32(dst[n:], x[n:])
}

// ToBytes sets dst[i] to the low bits of what [Set.ToInt32] gives.
func (s *Set) ToBytes(dst []byte, x []float32) {
	n := s.convert.toBytes.run(dst, x)
	toBytes(dst[n:], x[n:])
}

// run converts the whole groups, in blocks, and returns how many elements that
// was.
func (f widen16) run(dst []float32, x []uint16) int {
	n := len(dst) / convertGroup * convertGroup
	x = x[:len(dst)]
	for i := 0; i < n; i += block {
		f.call(dst[i:min(i+block, n)], x[i:min(i+block, n)])
	}
	return n
}

//go:noinline
func (f widen16) call(dst []float32, x []uint16) { f(dst, x) }

func (f narrow16) run(dst []uint16, x []float32) int {
	n := len(dst) / convertGroup * convertGroup
	x = x[:len(dst)]
	for i := 0; i < n; i += block {
		f.call(dst[i:min(i+block, n)], x[i:min(i+block, n)])
	}
	return n
}

//go:noinline
func (f narrow16) call(dst []uint16, x []float32) { f(dst, x) }

func (f truncate32) run(dst []int32, x []float32) int {
	n := len(dst) / convertGroup * convertGroup
	x = x[:len(dst)]
	for i := 0; i < n; i += block {
		f.call(dst[i:min(i+block, n)], x[i:min(i+block, n)])
	}
	return n
}

//go:noinline
func (f truncate32) call(dst []int32, x []float32) { f(dst, x) }

func (f truncate8) run(dst []byte, x []float32) int {
	n := len(dst) / convertGroup * convertGroup
	x = x[:len(dst)]
	for i := 0; i < n; i += block {
		f.call(dst[i:min(i+block, n)], x[i:min(i+block, n)])
	}
	return n
}

//go:noinline
func (f truncate8) call(dst []byte, x []float32) { f(dst, x) }

func fromFloat16(dst []float32, x []uint16) {
	for i := range dst {
		h := uint32(x[i])
		v := h & 0x7fff << 13 // exponent and mantissa where float32 has them
		switch {
		case v >= 0x7c00<<13: // infinity or NaN
			v += (255 - 31) << 23
			if v > 0x7f800000 {
				v |= 0x400000
			}
		case v >= 0x0400<<13:
			v += (127 - 15) << 23
		default: // subnormal: with exponent 1 the mantissa reads 2⁻¹⁴ too much
			v = math.Float32bits(math.Float32frombits(v+(127-15+1)<<23) - 0x1p-14)
		}
		dst[i] = math.Float32frombits(h&0x8000<<16 | v)
	}
}

func fromBFloat16(dst []float32, x []uint16) {
	for i := range dst {
		dst[i] = math.Float32frombits(uint32(x[i]) << 16)
	}
}

func toFloat16(dst []uint16, x []float32) {
	for i := range dst {
		b := math.Float32bits(x[i])
		sign := b >> 16 & 0x8000
		b &= 0x7fffffff
		switch {
		case b > 0x7f800000:
			b = 0x7e00 | b>>13&0x3ff
		case b >= 0x47800000: // 65536; from 65520 on, the carry below gives infinity too
			b = 0x7c00
		case b < 0x38800000: // 2⁻¹⁴: in [0.5, 1) the last place is 2⁻²⁴, that of subnormals
			b = math.Float32bits(math.Float32frombits(b)+0.5) - 0x3f000000
		default:
			b += 0xfff + b>>13&1
			b = (b - (127-15)<<23) >> 13
		}
		dst[i] = uint16(sign | b)
	}
}

func toBFloat16(dst []uint16, x []float32) {
	for i := range dst {
		b := math.Float32bits(x[i])
		if b&0x7fffffff > 0x7f800000 {
			b |= 0x400000
		} else {
			b += 0x7fff + b>>16&1 // a carry out of the mantissa is right, up to infinity
		}
		dst[i] = uint16(b >> 16)
	}
}

func toInt32(dst []int32, x []float32) {
	for i := range dst {
		dst[i] = truncate(x[i])
	}
}

func toBytes(dst []byte, x []float32) {
	for i := range dst {
		dst[i] = byte(truncate(x[i]))
	}
}

func truncate(x float32) int32 {
	if x >= -0x1p31 && x < 0x1p31 {
		return int32(x)
	}
	return math.MinInt32
}
