package kernels

// Strip is the number of columns of a packed matrix that lie side by side:
// one cache line of float32, two AVX2 vectors, one of AVX-512, four of NEON.
const Strip = 16

// PackedLen returns the length of a packed k×n matrix: k times n, rounded up
// to whole strips.
func PackedLen(k, n int) int { return k * ((n + Strip - 1) / Strip * Strip) }

// Pack copies the k×n matrix B(p,j) = b[p*rs+j*cs] to dst[:PackedLen(k, n)],
// in the order in which Gemm reads it:
//
//	dst[(j/16*k + p)*16 + j%16] = B(p,j)
//
// Each strip of 16 columns is contiguous, and so is each of its rows. Columns
// from n to the end of the last strip are 0.
//
// With cs == 1, b is row-major; with rs == 1 it is the transpose, as of weights
// that are stored as (outputs, inputs).
func Pack(dst []float32, k, n int, b []float32, rs, cs int) {
	if k == 0 || n == 0 {
		return
	}
	dst = dst[:PackedLen(k, n)]
	_ = b[(k-1)*rs+(n-1)*cs]
	for j := 0; j < n; j += Strip {
		strip, first := dst[:k*Strip], b[j*cs:]
		dst = dst[k*Strip:]
		switch w := min(Strip, n-j); {
		case w == Strip && cs == 1:
			packRows(strip, k, first, rs)
		case w == Strip && rs == 1:
			packColumns(strip, k, first, cs)
		default:
			packSome(strip, k, w, first, rs, cs)
		}
	}
}

// packRows copies k rows of 16 adjacent elements.
func packRows(dst []float32, k int, b []float32, rs int) {
	for p := range k {
		*(*[Strip]float32)(dst[p*Strip:]) = *(*[Strip]float32)(b[p*rs:])
	}
}

// packColumns copies 16 columns of k adjacent elements. It walks down all of
// them together, four rows at a time, so that every line of dst is written
// once.
func packColumns(dst []float32, k int, b []float32, cs int) {
	p := 0
	for ; p+4 <= k; p += 4 {
		d := (*[4 * Strip]float32)(dst[p*Strip:])
		for j := range Strip {
			x := (*[4]float32)(b[j*cs+p:])
			d[j], d[Strip+j], d[2*Strip+j], d[3*Strip+j] = x[0], x[1], x[2], x[3]
		}
	}
	packSome(dst[p*Strip:], k-p, Strip, b[min(p, len(b)):], 1, cs)
}

// packSome copies w columns of any strides and clears the rest of the strip.
func packSome(dst []float32, k, w int, b []float32, rs, cs int) {
	for p := range k {
		d := (*[Strip]float32)(dst[p*Strip:])
		for j := range w {
			d[j] = b[p*rs+j*cs]
		}
		clear(d[w:])
	}
}
