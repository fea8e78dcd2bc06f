package kernels

// Transpose sets dst[j*ldd+i] = src[i*lds+j] for i < rows, j < cols. With few
// rows or few columns it is the change between planar and channels-last images.
// dst and src may not overlap.
func (s *Set) Transpose(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	if rows <= 0 || cols <= 0 {
		return
	}
	_, _ = dst[:(cols-1)*ldd+rows], src[:(rows-1)*lds+cols]
	// Bands that one call finishes soon, and whose lines stay in a cache.
	const most = 16 << 10
	if rows >= cols {
		step := max(64, most/cols) &^ 63
		for i := 0; i < rows; i += step {
			s.transposeBand(dst[i:], ldd, src[i*lds:], lds, min(step, rows-i), cols)
		}
		return
	}
	step := max(64, most/rows) &^ 63
	for j := 0; j < cols; j += step {
		s.transposeBand(dst[j*ldd:], ldd, src[j:], lds, rows, min(step, cols-j))
	}
}

//go:noinline
func (s *Set) transposeBand(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	s.conv.transpose(dst, ldd, src, lds, rows, cols)
}

func transpose(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	for i := range rows {
		for j, v := range src[i*lds:][:cols] {
			dst[j*ldd+i] = v
		}
	}
}
