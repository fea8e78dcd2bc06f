package kernels

// Add sets dst[i] = x[i] + y[i].
func (s *Set) Add(dst, x, y []float32) { s.vec.add.run(dst, x, y) }

// Sub sets dst[i] = x[i] - y[i].
func (s *Set) Sub(dst, x, y []float32) { s.vec.sub.run(dst, x, y) }

// Mul sets dst[i] = x[i] y[i].
func (s *Set) Mul(dst, x, y []float32) { s.vec.mul.run(dst, x, y) }

// Div sets dst[i] = x[i] / y[i].
func (s *Set) Div(dst, x, y []float32) { s.vec.div.run(dst, x, y) }

// Max sets dst[i] = x[i], or y[i] where x[i] is not greater.
func (s *Set) Max(dst, x, y []float32) { s.vec.max.run(dst, x, y) }

// Min sets dst[i] = x[i], or y[i] where x[i] is not less.
func (s *Set) Min(dst, x, y []float32) { s.vec.min.run(dst, x, y) }

// Pow sets dst[i] = x[i]**y[i]; see [Pow32].
func (s *Set) Pow(dst, x, y []float32) { s.vec.pow.run(dst, x, y) }

// PRelu sets dst[i] = x[i], or slope[i] x[i] where x[i] is negative.
func (s *Set) PRelu(dst, x, slope []float32) { s.vec.prelu.run(dst, x, slope) }

// Affine sets dst[i] = x[i] scale[i] + shift[i], fused.
func (s *Set) Affine(dst, x, scale, shift []float32) { s.vec.affine.run(dst, x, scale, shift) }

func add(dst, x, y []float32) {
	for i, v := range x {
		dst[i] = v + y[i]
	}
}

func sub(dst, x, y []float32) {
	for i, v := range x {
		dst[i] = v - y[i]
	}
}

func mul(dst, x, y []float32) {
	for i, v := range x {
		dst[i] = v * y[i]
	}
}

func div(dst, x, y []float32) {
	for i, v := range x {
		dst[i] = v / y[i]
	}
}

func maximum(x, y float32) float32 {
	if x > y || x != x {
		return x
	}
	return y
}

func minimum(x, y float32) float32 {
	if x < y || x != x {
		return x
	}
	return y
}

func prelu(x, slope float32) float32 {
	if x < 0 {
		return float32(x * slope)
	}
	return x
}

func affine(dst, x, scale, shift []float32) {
	for i, v := range x {
		dst[i] = Fma32(v, scale[i], shift[i])
	}
}
