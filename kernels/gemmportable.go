package kernels

import "math"

// portablePanel is the definition of gemmSet.panel.
func portablePanel(p product, j, cols int) {
	for i := range p.m {
		for q := 0; q < cols; q += Strip {
			p.strip(i, j+q, min(Strip, cols-q))
		}
	}
}

// strip computes w <= Strip elements of row i, from column j.
func (p *product) strip(i, j, w int) {
	c := p.rowOf(p.c, p.ldc, i)[j:][:w]
	var acc [Strip]float32
	switch {
	case p.Load:
		copy(acc[:], c)
	case p.Bias != nil:
		copy(acc[:], p.Bias[j:][:w])
	}

	b := p.b[j*p.depth:]
	for t := range p.taps {
		fmaRun(&acc, p.tap(i, t), b[t*p.run*Strip:])
	}

	if p.Residual != nil {
		for q, v := range p.rowOf(p.Residual, p.Ldr, i)[j:][:w] {
			acc[q] += v
		}
	}
	if p.Clamp {
		for q, v := range acc {
			if p.Lo > v {
				v = p.Lo
			}
			if p.Hi < v {
				v = p.Hi
			}
			acc[q] = v
		}
	}
	copy(c, acc[:])
}

// rowOf returns the row of output i in c or in what is laid out like it.
func (p *product) rowOf(c []float32, ld, i int) []float32 {
	if p.outs != nil {
		return c[p.outs[i]:]
	}
	return c[i*ld:]
}

// tap returns the run of elements of A in row i and tap t.
func (p *product) tap(i, t int) []float32 {
	if p.offs == nil {
		return p.x[min(len(p.x), i*p.lda):][:p.run]
	}
	if o := p.offs[t*p.ldo+i]; o != -1 {
		return p.x[o:][:p.run]
	}
	return p.zero[:p.run]
}

// fmaRun adds a·B to 16 sums, where B is len(a) rows of a strip:
//
//	acc[q] = Fma32(a[r], b[r*16+q], acc[q])
//
// Fma32 is written out, because the compiler does not inline it.
func fmaRun(acc *[Strip]float32, a, b []float32) {
	for r, v := range a {
		row := (*[Strip]float32)(b[r*Strip:])
		for q := range row {
			x, y := float64(v)*float64(row[q]), float64(acc[q])
			s := x + y
			if math.Float64bits(s)<<36 == 0 {
				s = sumOdd(x, y)
			}
			acc[q] = float32(s)
		}
	}
}
