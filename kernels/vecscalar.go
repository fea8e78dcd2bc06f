package kernels

// AddScalar sets dst[i] = x[i] + a.
func (s *Set) AddScalar(dst, x []float32, a float32) { s.vec.addScalar.run(dst, x, a) }

// SubScalar sets dst[i] = x[i] - a.
func (s *Set) SubScalar(dst, x []float32, a float32) { s.vec.subScalar.run(dst, x, a) }

// RSubScalar sets dst[i] = a - x[i].
func (s *Set) RSubScalar(dst, x []float32, a float32) { s.vec.rsubScalar.run(dst, x, a) }

// MulScalar sets dst[i] = x[i] a.
func (s *Set) MulScalar(dst, x []float32, a float32) { s.vec.mulScalar.run(dst, x, a) }

// DivScalar sets dst[i] = x[i] / a.
func (s *Set) DivScalar(dst, x []float32, a float32) { s.vec.divScalar.run(dst, x, a) }

// RDivScalar sets dst[i] = a / x[i].
func (s *Set) RDivScalar(dst, x []float32, a float32) { s.vec.rdivScalar.run(dst, x, a) }

func addScalar(dst, x []float32, a float32) {
	for i, v := range x {
		dst[i] = v + a
	}
}

func subScalar(dst, x []float32, a float32) {
	for i, v := range x {
		dst[i] = v - a
	}
}

func rsubScalar(dst, x []float32, a float32) {
	for i, v := range x {
		dst[i] = a - v
	}
}

func mulScalar(dst, x []float32, a float32) {
	for i, v := range x {
		dst[i] = v * a
	}
}

func divScalar(dst, x []float32, a float32) {
	for i, v := range x {
		dst[i] = v / a
	}
}

func rdivScalar(dst, x []float32, a float32) {
	for i, v := range x {
		dst[i] = a / v
	}
}
