package kernels

// WinogradWeights transforms a kernel of r×r taps, row by row, to a×a elements
// u[i][j], in float64. G of each algorithm is that of the
// points named at its constant, scaled so that the other transforms have small
// factors.
func WinogradWeights(f Winograd, u *[6][6]float64, w *[9]float64) {
	a, r, g := f.Inputs(), f.Taps(), weightTransforms[f]
	var t [3][6]float64 // columns
	for j := range r {
		z := 0.
		if r == 3 {
			z = w[6+j]
		}
		c := &t[j]
		c[0], c[1], c[2], c[3], c[4], c[5] = g(w[j], w[r+j], z)
	}
	for i := range a {
		c := &u[i]
		c[0], c[1], c[2], c[3], c[4], c[5] = g(t[0][i], t[1][i], t[2][i])
	}
}

// G of each algorithm, for two or three taps; results beyond a are 0.
var weightTransforms = [winograds]func(x, y, z float64) (a, b, c, d, e, f float64){
	F43: func(x, y, z float64) (a, b, c, d, e, f float64) {
		u, v, even, odd := (x+z)*(-1./6), y*(1./6), x*(1./24)+z*(1./6), y*(1./12)
		return x / 4, u - v, u + v, even + odd, even - odd, z
	},
	F23: func(x, y, z float64) (a, b, c, d, e, f float64) {
		u, v := (x+z)/2, y/2
		return x, u + v, u - v, z, 0, 0
	},
	F42: func(x, y, _ float64) (a, b, c, d, e, f float64) {
		return x / 2, -(x + y) / 2, (y - x) * (1. / 6), x*(1./6) + y*(1./3), y, 0
	},
	F22: func(x, y, _ float64) (a, b, c, d, e, f float64) {
		return x, x + y, y, 0, 0, 0
	},
}
