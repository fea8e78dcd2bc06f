package kernels

import "math"

// The scalar functions of this package define the vector kernels: one
// straight-line program a function, whose every step rounds once. A fused step
// is written as Fma32; every other product that meets a sum is converted
// explicitly, because Go may otherwise fuse the two on some architectures. So
// the bits are the same everywhere, except that a NaN may have another payload
// or sign.
//
// Errors are given in ulp, units in the last place of the exact result.

const (
	signBit = 1 << 31
	oneBits = 0x3f800000 // of 1.0
	nanBits = 0x7fc00000
)

var (
	inf32 = float32(math.Inf(1))
	nan32 = math.Float32frombits(nanBits)
)

func abs32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ signBit) }

// negAbs32 returns -|x|.
func negAbs32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) | signBit) }

// withSign returns y with its sign bit set where that of x is.
func withSign(y, x float32) float32 {
	return math.Float32frombits(math.Float32bits(y) | math.Float32bits(x)&signBit)
}

// pow2 returns 2**k for -127 < k < 128.
func pow2(k int32) float32 { return math.Float32frombits(uint32(k+127) << 23) }

// atMost returns x, or c where that is less. A NaN in x passes, and so does
// the sign of a zero equal to c.
func atMost(c, x float32) float32 {
	if c < x {
		return c
	}
	return x
}

// atLeast returns x, or c where that is greater. A NaN in x passes.
func atLeast(c, x float32) float32 {
	if c > x {
		return c
	}
	return x
}

// positive returns x > 0 ? x : +0, also for a NaN.
func positive(x float32) float32 {
	if x > 0 {
		return x
	}
	return 0
}

// horner evaluates a polynomial, lowest coefficient first.
func horner(c []float32, x float32) float32 {
	y := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		y = Fma32(y, x, c[i])
	}
	return y
}
