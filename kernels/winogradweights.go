package kernels

// WinogradWeights transforms a kernel of r×r taps, row by row, to the a*a
// elements of u, row by row, in float64. G of each algorithm is that of the
// points named at its constant, scaled so that the other transforms have small
// factors.
func WinogradWeights(f Winograd, u, w []float64) {
	a, r := f.Inputs(), f.Taps()
	var t [6][3]float64
	for j := range r {
		var c [6]float64
		for i := range r {
			c[i] = w[i*r+j]
		}
		f.weights(&c)
		for i := range a {
			t[i][j] = c[i]
		}
	}
	for i := range a {
		c := [6]float64{t[i][0], t[i][1], t[i][2]}
		f.weights(&c)
		copy(u[i*a:][:a], c[:])
	}
}

// weights applies G to r taps.
func (f Winograd) weights(c *[6]float64) {
	x, y, z := c[0], c[1], c[2]
	switch f {
	case F43:
		even, odd := x+z, y
		c[0], c[1], c[2] = x/4, -(even+odd)/6, -(even-odd)/6
		even, odd = x/24+z/6, y/12
		c[3], c[4], c[5] = even+odd, even-odd, z
	case F23:
		even, odd := (x+z)/2, y/2
		c[0], c[1], c[2], c[3] = x, even+odd, even-odd, z
	case F42:
		c[0], c[1], c[2], c[3], c[4] = x/2, -(x+y)/2, (y-x)/6, x/6+y/3, y
	case F22:
		c[0], c[1], c[2] = x, x+y, y
	}
}
