package tensor

import "math"

// Float32 returns the value of h, exactly: h is the upper half of it.
func (h BF16) Float32() float32 { return math.Float32frombits(uint32(h) << 16) }

// ToBF16 rounds x to the nearest bfloat16, ties to even, once. What is out of
// range becomes infinity.
func ToBF16(x float64) BF16 {
	if x != x {
		return bf16(float32(x))
	}
	return BF16(formatBF16.encode(x, false))
}

// bf16 is ToBF16 of a float32, faster. A NaN becomes quiet and keeps the upper
// bits of its payload. A carry out of the mantissa is right as it stands, up to
// infinity.
func bf16(x float32) BF16 {
	b := math.Float32bits(x)
	if x != x {
		return BF16(b>>16 | 0x40)
	}
	return BF16((b + 0x7fff + b>>16&1) >> 16)
}
