package kernels

// inputTransform is Bᵀ for a inputs of a row or column, in place. Assembly does
// the same steps in the same order; products are fused, and all factors but 5
// are powers of two.
func (f Winograd) inputTransform(d *[6]float32) {
	switch f {
	case F43:
		p, q, r, s := Fma32(-4, d[2], d[4]), Fma32(-4, d[1], d[3]), d[4]-d[2], d[3]-d[1]
		d[0] = Fma32(-5, d[2], Fma32(4, d[0], d[4]))
		d[5] = Fma32(-5, d[3], Fma32(4, d[1], d[5]))
		d[1], d[2] = p+q, p-q
		d[3], d[4] = Fma32(2, s, r), Fma32(-2, s, r)
	case F23:
		d[0], d[1], d[2], d[3] = d[0]-d[2], d[1]+d[2], d[2]-d[1], d[3]-d[1]
	case F42:
		p, q := d[3]-d[2], d[3]-d[1]
		d[0] = Fma32(2, d[0]-d[2], q)
		d[4] = Fma32(-2, q, d[4]-d[2])
		d[1], d[2] = Fma32(-2, d[1], p), Fma32(2, d[1]-d[2], p)
		d[3] = q
	case F22:
		d[0], d[2] = d[0]-d[1], d[2]-d[1]
	}
}

// outputTransform is Aᵀ: a sums of a row or column become m outputs, in place.
func (f Winograd) outputTransform(d *[6]float32) {
	switch f {
	case F43:
		p, q, r, s := d[1]+d[2], d[1]-d[2], d[3]+d[4], d[3]-d[4]
		d[0] = d[0] + p + r
		d[1] = Fma32(2, s, q)
		d[2] = Fma32(4, r, p)
		d[3] = Fma32(8, s, d[5]+q)
	case F23:
		d[0], d[1] = d[0]+d[1]+d[2], d[1]-d[2]+d[3]
	case F42:
		p, q, r := d[1]+d[2], d[1]-d[2], d[3]
		d[0] = d[0] + p + r
		d[1] = Fma32(2, r, q)
		d[2] = Fma32(4, r, p)
		d[3] = Fma32(8, r, d[4]+q)
	case F22:
		d[0], d[1] = d[0]+d[1], d[1]+d[2]
	}
}

// transform applies one of the two to the columns of a tile of one channel and
// then to its rows.
func (f Winograd) transform(t *[6][6]float32, output bool) {
	apply := func(d *[6]float32) {
		if output {
			f.outputTransform(d)
		} else {
			f.inputTransform(d)
		}
	}
	a := f.Inputs()
	for j := range a {
		var d [6]float32
		for i := range a {
			d[i] = t[i][j]
		}
		apply(&d)
		for i := range a {
			t[i][j] = d[i]
		}
	}
	for i := range a {
		apply(&t[i])
	}
}

func inputOf(f Winograd) winogradInput {
	return func(dst []float32, plane int, x []float32, rows, cols []int32, zero []float32, n int) {
		transformInput(f, dst, plane, x, rows, cols, zero, n)
	}
}

func outputOf(f Winograd) winogradOutput {
	return func(dst []float32, row, pixel int, m []float32, plane, n, ny, nx int, res []float32, resRow, resPixel int, lo, hi float32) {
		transformOutput(f, dst, row, pixel, m, plane, n, ny, nx, res, resRow, resPixel, lo, hi)
	}
}

// transformInput is the definition of winogradSet.input.
func transformInput(f Winograd, dst []float32, plane int, x []float32, rows, cols []int32, zero []float32, n int) {
	a := f.Inputs()
	for c := range n {
		var t [6][6]float32
		for i, r := range rows[:a] {
			for j, q := range cols[:a] {
				if r < 0 || q < 0 {
					t[i][j] = zero[c]
				} else {
					t[i][j] = x[int(r)+int(q)+c]
				}
			}
		}
		f.transform(&t, false)
		for i := range a {
			for j := range a {
				dst[(i*a+j)*plane+c] = t[i][j]
			}
		}
	}
}

// transformOutput is the definition of winogradSet.output.
func transformOutput(f Winograd, dst []float32, row, pixel int, m []float32, plane, n, ny, nx int, res []float32, resRow, resPixel int, lo, hi float32) {
	a := f.Inputs()
	for c := range n {
		var t [6][6]float32
		for i := range a {
			for j := range a {
				t[i][j] = m[(i*a+j)*plane+c]
			}
		}
		f.transform(&t, true)
		for y := range ny {
			for x := range nx {
				v := t[y][x]
				if res != nil {
					v += res[y*resRow+x*resPixel+c]
				}
				if lo > v {
					v = lo
				}
				if hi < v {
					v = hi
				}
				dst[y*row+x*pixel+c] = v
			}
		}
	}
}
