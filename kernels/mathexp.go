package kernels

import "math"

// The exponential and what is made of it. The argument is reduced by multiples
// of ln 2, which is split in two so that the first product is exact (Cody and
// Waite, 1980); the polynomials are minimax fits on the reduced interval.

const (
	magic = 0x1.8p23 // adding it rounds to an integer, left in the low bits
	log2e = 0x1.715476p+0
	ln2Hi = 0x1.62e400p-1 // 15 bits: k*ln2Hi is exact
	ln2Lo = 0x1.7f7d1cp-20
	ln2   = 0x1.62e430p-1
)

// expPoly is e**r for |r| <= ln 2 / 2.
var expPoly = []float32{1, 1, 0x1.fffffcp-02, 0x1.555494p-03, 0x1.555886p-05, 0x1.12384ep-07, 0x1.6a7aa6p-10}

// expm1Poly is ((e**2r - 1)/2 - r)/r**2 for |r| <= ln 2 / 4.
var expm1Poly = []float32{0x1.fffffep-01, 0x1.555494p-01, 0x1.55574ep-02, 0x1.123e44p-03, 0x1.6b398ap-05}

// expBounded returns e**x for x in [-104, 89] or NaN.
func expBounded(x float32) float32 {
	t := Fma32(x, log2e, magic)
	k := t - magic
	r := Fma32(k, -ln2Hi, x)
	r = Fma32(k, -ln2Lo, r)
	y := horner(expPoly, r)
	n := int32(math.Float32bits(t)<<9) >> 9 // k
	h := n >> 1
	return float32(float32(y*pow2(h)) * pow2(n-h)) // the first product is exact
}

// Exp32 returns e**x. Overflow gives +Inf, results below 2**-126 are denormal.
// Error: 0.90 ulp.
func Exp32(x float32) float32 { return expBounded(atLeast(-104, atMost(89, x))) }

// sigmoidParts returns n and d with 1/(1+e**-x) = n + n*d: with e = e**-|x|, n
// is 1 or e, and d = -e/(1+e). The sum keeps an ulp that n/(1+e) loses.
func sigmoidParts(x float32) (n, d float32) {
	e := expBounded(atLeast(-104, negAbs32(x)))
	n = 1
	if math.Float32bits(x)&signBit != 0 {
		n = e
	}
	return n, e / (-1 - e)
}

// Sigmoid32 returns 1/(1 + e**-x). Error: 1.7 ulp.
func Sigmoid32(x float32) float32 {
	n, d := sigmoidParts(x)
	return Fma32(n, d, n)
}

// Silu32 returns x/(1 + e**-x), also called swish. Error: 2.7 ulp. Of -Inf it
// is NaN.
func Silu32(x float32) float32 {
	n, d := sigmoidParts(x)
	return float32(Fma32(n, d, n) * x)
}

// GeluTanh32 returns x/2 (1 + tanh(sqrt(2/pi)(x + 0.044715 x**3))), the
// approximation of [Gelu32] that some models were trained with.
func GeluTanh32(x float32) float32 {
	// (1 + tanh u)/2 = sigmoid(2u)
	n, d := sigmoidParts(float32(Fma32(float32(x*x), geluTanh3, geluTanh1) * x))
	return float32(Fma32(n, d, n) * x)
}

const (
	geluTanh1 = 0x1.988454p+0 // 2 sqrt(2/pi)
	geluTanh3 = 0x1.2444f2p-4 // 0.044715 times that
)

// halfExpm1 returns s*(e**2a - 1)/2 for a in [-9.02, 0] or NaN, where s is 1
// or -1. Below, the result is -1/2 in float32.
func halfExpm1(a, s float32) float32 {
	t := Fma32(a, 2*log2e, magic)
	k := t - magic
	r := Fma32(k, -ln2Hi/2, a)
	r = Fma32(k, -ln2Lo/2, r)
	q := Fma32(float32(r*r), horner(expm1Poly, r), r)
	p := float32(s * pow2(int32(math.Float32bits(t)<<9)>>9))
	return Fma32(p, q, Fma32(p, 0.5, -0.5*s))
}

// Tanh32 returns the hyperbolic tangent. Error: 2 ulp.
func Tanh32(x float32) float32 {
	h := halfExpm1(atLeast(-9.02, negAbs32(x)), -1) // (1 - e**-2|x|)/2
	return withSign(Fma32(h, h/(1-h), h), x)
}

// Elu32 returns x where it is positive, else alpha*(e**x - 1).
func Elu32(x, alpha float32) float32 {
	if x > 0 {
		return x
	}
	h := halfExpm1(atLeast(-9.02, float32(0.5*x)), 1)
	return float32((h + h) * alpha)
}
