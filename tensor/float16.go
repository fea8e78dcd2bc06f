package tensor

import "math"

// Float32 returns the value of h, exactly. A NaN keeps its sign and the upper
// bits of its payload and becomes quiet, as in hardware.
func (h F16) Float32() float32 {
	sign := uint32(h&0x8000) << 16
	v := uint32(h&0x7fff) << 13 // exponent and mantissa where float32 has them
	switch {
	case v >= 0x7c00<<13:
		v += (255 - 31) << 23 // infinity or NaN
		if v > 0x7f800000 {
			v |= 0x400000
		}
	case v >= 0x0400<<13:
		v += (127 - 15) << 23
	default:
		// Subnormal: with exponent 1 the mantissa reads 2⁻¹⁴ too much.
		f := math.Float32frombits(v + (127-15+1)<<23)
		v = math.Float32bits(f - 0x1p-14)
	}
	return math.Float32frombits(sign | v)
}

// ToF16 rounds x to the nearest float16, ties to even, once. What rounds to
// 65520 or more becomes infinity.
func ToF16(x float64) F16 {
	if x != x {
		return f16(float32(x))
	}
	return F16(formatF16.encode(x, false))
}

// f16 is ToF16 of a float32, faster. A NaN becomes quiet and keeps the upper
// bits of its payload.
func f16(x float32) F16 {
	b := math.Float32bits(x)
	sign := F16(b >> 16 & 0x8000)
	b &= 0x7fffffff
	switch {
	case b > 0x7f800000:
		return sign | 0x7e00 | F16(b>>13&0x3ff)
	case b >= 0x47800000: // 65536; from 65520 on, the carry below gives infinity too
		return sign | 0x7c00
	case b < 0x38800000: // 2⁻¹⁴
		// The unit in the last place of numbers in [0.5, 1) is 2⁻²⁴, that of
		// float16 subnormals: the addition does the rounding.
		return sign | F16(math.Float32bits(math.Float32frombits(b)+0.5)-0x3f000000)
	}
	b += 0xfff + b>>13&1
	return sign | F16((b-(127-15)<<23)>>13)
}
