package tensor

import "math"

// A Round says how a number becomes a power of two (float8e8m0), which is the
// scale of a block in the OCP Microscaling formats.
type Round uint8

// The rounding modes, by their names in the Cast operator.
const (
	RoundUp      Round = iota // to the next power of two that is not smaller
	RoundDown                 // to the next power of two that is not larger
	RoundNearest              // to the nearest, up from halfway (1.5·2ⁿ)
)

// Float32 returns the value of h, exactly: 2^(h-127), or NaN for 255.
func (h E8M0) Float32() float32 {
	switch h {
	case 0:
		return 0x1p-127 // a float32 subnormal
	case 255:
		return float32(math.NaN())
	}
	return math.Float32frombits(uint32(h) << 23)
}

// ToE8M0 rounds x to a power of two. What is below 2⁻¹²⁷, zero included, or
// above 2¹²⁷, also by rounding, becomes that limit if saturate is set and NaN
// if not. Negative numbers, which ONNX leaves open, become NaN: no scale is
// one, and a wrong scale would go unseen.
func ToE8M0(x float64, round Round, saturate bool) E8M0 {
	const nan, most = 255, 254
	switch {
	case x != x || x < 0:
		return nan
	case x < 0x1p-127 && saturate:
		return 0
	case x < 0x1p-127 || x > 0x1p127 && !saturate:
		return nan
	case x > 0x1p127:
		return most
	}
	b := math.Float64bits(x)
	code := E8M0(b>>52 - 1023 + 127)
	fraction := b & (1<<52 - 1)
	if round == RoundUp && fraction > 0 || round == RoundNearest && fraction >= 1<<51 {
		code++
	}
	return code
}
