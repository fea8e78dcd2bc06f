package kernels

import "math"

// Minimax fits; neither function needs an exponential or a division.
var (
	erfNear = []float32{0x1.06eba8p-03, -0x1.812734p-02, 0x1.ce2aa6p-04, -0x1.b7cdep-06, 0x1.52ac24p-08, -0x1.9a3dep-11, 0x1.2f80b4p-14}                            // (erf(t)-t)/t in t*t
	erfFar  = []float32{0x1.00258ep+00, -0x1.2673a2p-03, -0x1.065dbap-04, -0x1.159faep-07, 0x1.6a51fcp-07, -0x1.cf4488p-10, 0x1.dd57e8p-18, 0x1.95cbfep-17}         // erfc(t)**(1/8)
	geluQ   = []float32{0x1p+00, -0x1.98844ep-04, -0x1.1d3532p-05, -0x1.82d11ep-11, 0x1.af812p-10, 0x1.1d02fcp-15, -0x1.0ea6c4p-14, 0x1.0a8dd6p-17, -0x1.49ed8p-22} // erfc(t/sqrt 2)**(1/8)
)

const (
	erfSplit = 1.1  // erfNear below, erfFar above
	erfOne   = 3.95 // from here on erf is 1
	geluZero = 9.4  // geluQ has turned negative before
)

// Erf32 returns the error function. Error: 1.8 ulp.
func Erf32(x float32) float32 {
	t := abs32(x)
	var y float32
	if t < erfSplit {
		y = Fma32(horner(erfNear, float32(x*x)), t, t)
	} else {
		q := horner(erfFar, atMost(erfOne, t))
		q = float32(q * q)
		q = float32(q * q)
		y = Fma32(q, 0-q, 1)
	}
	return withSign(y, x)
}

// Gelu32 returns x times the normal distribution function of x, as max(x,0) -
// |x|/2 erfc(|x|/sqrt 2). Absolute error for negative x: 1.1e-7. Of -Inf it is
// +0.
func Gelu32(x float32) float32 {
	t := atMost(geluZero, abs32(x))
	q := atLeast(0, horner(geluQ, t))
	q = float32(q * q)
	q = float32(q * q)
	q = float32(q * q)
	return Fma32(float32(t*-0.5), q, positive(x))
}

// Sqrt32 returns the square root, rounded correctly.
func Sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }
