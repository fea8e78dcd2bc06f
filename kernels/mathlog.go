package kernels

import "math"

// logPoly is (log(1+f) - f)/f**2 for f in [-1/3, 1/3].
var logPoly = []float32{-0x1p-01, 0x1.5554fap-02, -0x1.ffff94p-03, 0x1.99d58cp-03, -0x1.557e26p-03, 0x1.1e828ep-03, -0x1.f6b69ap-04, 0x1.1fef4ap-03, -0x1.ff9a6cp-04}

const (
	twoThirdsBits = 0x3f2aaaab // of 2/3: a number is split into 2**k times [2/3, 4/3)
	exponentMask  = 0xff800000
)

// logReduced returns i ln 2 + log(1+f).
func logReduced(f, i float32) float32 {
	return Fma32(i, ln2, Fma32(horner(logPoly, f), float32(f*f), f))
}

// Log32 returns the natural logarithm: NaN below zero, -Inf at zero. Error:
// 0.95 ulp.
func Log32(x float32) float32 {
	switch {
	case x == 0:
		return -inf32
	case x < 0 || x != x:
		return nan32
	case x > math.MaxFloat32:
		return x
	}
	var bias float32
	if x < 0x1p-126 {
		x, bias = float32(x*0x1p23), -23
	}
	e := (math.Float32bits(x) - twoThirdsBits) & exponentMask
	f := math.Float32frombits(math.Float32bits(x)-e) - 1
	return logReduced(f, Fma32(float32(int32(e)), 0x1p-23, bias))
}

// Log1p32 returns log(1+u), accurate near zero. Error: 1.5 ulp.
func Log1p32(u float32) float32 {
	switch {
	case u == -1:
		return -inf32
	case u < -1 || u != u:
		return nan32
	case u > math.MaxFloat32 || u == 0:
		return u
	}
	e := (math.Float32bits(1+u) - twoThirdsBits) & exponentMask
	i := float32(int32(e) >> 23)
	if i >= 127 { // 2**-k would be denormal, and 1 does not count
		return logReduced(math.Float32frombits(math.Float32bits(u)-e)-1, i)
	}
	s := math.Float32frombits(oneBits - e) // 2**-k
	return logReduced(Fma32(s, u, s-1), i)
}

// Softplus32 returns log(1 + e**x). Error: 1.9 ulp.
func Softplus32(x float32) float32 {
	return positive(x) + Log1p32(expBounded(atLeast(-104, negAbs32(x))))
}
