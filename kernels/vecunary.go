package kernels

import "math"

// Exp sets dst[i] = e**x[i]; see [Exp32]. In this and in all elementwise
// kernels, len(dst) elements are computed and dst may be any of the operands,
// exactly; a NaN in an operand gives a NaN unless said otherwise.
func (s *Set) Exp(dst, x []float32) { s.vec.exp.run(dst, x) }

// Log sets dst[i] = log x[i]; see [Log32].
func (s *Set) Log(dst, x []float32) { s.vec.log.run(dst, x) }

// Tanh sets dst[i] = tanh x[i]; see [Tanh32].
func (s *Set) Tanh(dst, x []float32) { s.vec.tanh.run(dst, x) }

// Sigmoid sets dst[i] = 1/(1 + e**-x[i]); see [Sigmoid32].
func (s *Set) Sigmoid(dst, x []float32) { s.vec.sigmoid.run(dst, x) }

// Silu sets dst[i] = x[i]/(1 + e**-x[i]); see [Silu32].
func (s *Set) Silu(dst, x []float32) { s.vec.silu.run(dst, x) }

// Gelu sets dst[i] to x[i] times its normal distribution; see [Gelu32].
func (s *Set) Gelu(dst, x []float32) { s.vec.gelu.run(dst, x) }

// GeluTanh is the tanh approximation of Gelu; see [GeluTanh32].
func (s *Set) GeluTanh(dst, x []float32) { s.vec.geluTanh.run(dst, x) }

// Erf sets dst[i] = erf x[i]; see [Erf32].
func (s *Set) Erf(dst, x []float32) { s.vec.erf.run(dst, x) }

// Softplus sets dst[i] = log(1 + e**x[i]); see [Softplus32].
func (s *Set) Softplus(dst, x []float32) { s.vec.softplus.run(dst, x) }

// Sqrt sets dst[i] to the square root of x[i], rounded correctly.
func (s *Set) Sqrt(dst, x []float32) { s.vec.sqrt.run(dst, x) }

// Reciprocal sets dst[i] = 1/x[i], rounded correctly.
func (s *Set) Reciprocal(dst, x []float32) { s.vec.reciprocal.run(dst, x) }

// Neg sets dst[i] = -x[i].
func (s *Set) Neg(dst, x []float32) { s.vec.neg.run(dst, x) }

// Abs sets dst[i] = |x[i]|.
func (s *Set) Abs(dst, x []float32) { s.vec.abs.run(dst, x) }

// Relu sets dst[i] = max(x[i], 0). Of -0 it is +0.
func (s *Set) Relu(dst, x []float32) { s.vec.relu.run(dst, x) }

// Floor sets dst[i] to the greatest integer not above x[i].
func (s *Set) Floor(dst, x []float32) { s.vec.floor.run(dst, x) }

// Ceil sets dst[i] to the least integer not below x[i].
func (s *Set) Ceil(dst, x []float32) { s.vec.ceil.run(dst, x) }

// Round sets dst[i] to the integer nearest to x[i], halves to even.
func (s *Set) Round(dst, x []float32) { s.vec.round.run(dst, x) }

// Sin sets dst[i] = sin x[i]; see [Sin32].
func (s *Set) Sin(dst, x []float32) { s.vec.sin.run(dst, x) }

// Cos sets dst[i] = cos x[i]; see [Cos32].
func (s *Set) Cos(dst, x []float32) { s.vec.cos.run(dst, x) }

// HardSwish sets dst[i] = x[i] max(0, min(1, x[i]/6 + 1/2)).
func (s *Set) HardSwish(dst, x []float32) { s.vec.hardSwish.run(dst, x) }

// HardSigmoid sets dst[i] = max(0, min(1, alpha x[i] + beta)), the sum fused.
func (s *Set) HardSigmoid(dst, x []float32, alpha, beta float32) {
	s.vec.hardSigmoid.run(dst, x, alpha, beta)
}

// Clip sets dst[i] = min(hi, max(lo, x[i])); hi wins where lo > hi.
func (s *Set) Clip(dst, x []float32, lo, hi float32) { s.vec.clip.run(dst, x, lo, hi) }

// LeakyRelu sets dst[i] = x[i], or alpha x[i] where that is negative.
func (s *Set) LeakyRelu(dst, x []float32, alpha float32) { s.vec.leakyRelu.run(dst, x, alpha) }

// Elu sets dst[i] = x[i], or alpha (e**x[i] - 1) where that is not positive;
// see [Elu32].
func (s *Set) Elu(dst, x []float32, alpha float32) { s.vec.elu.run(dst, x, alpha) }

func reciprocal(x float32) float32 { return 1 / x }
func neg(x float32) float32        { return -x }
func floor(x float32) float32      { return float32(math.Floor(float64(x))) }
func ceil(x float32) float32       { return float32(math.Ceil(float64(x))) }
func round(x float32) float32      { return float32(math.RoundToEven(float64(x))) }

func hardSwish(x float32) float32 {
	return float32(atLeast(0, atMost(1, Fma32(x, 1./6, 0.5))) * x)
}

func relu(dst, x []float32) {
	for i, v := range x {
		dst[i] = atLeast(0, v) + 0 // the sum makes -0 +0
	}
}

func hardSigmoid(dst, x []float32, alpha, beta float32) {
	for i, v := range x {
		dst[i] = atLeast(0, atMost(1, Fma32(v, alpha, beta)))
	}
}

func clip(dst, x []float32, lo, hi float32) {
	for i, v := range x {
		dst[i] = atMost(hi, atLeast(lo, v))
	}
}

func leakyRelu(dst, x []float32, alpha float32) {
	for i, v := range x {
		dst[i] = prelu(v, alpha)
	}
}

func elu(dst, x []float32, alpha float32) {
	for i, v := range x {
		dst[i] = Elu32(v, alpha)
	}
}
