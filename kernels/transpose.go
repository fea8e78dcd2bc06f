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

// transposeBand transposes by blocks of 8x8 and treats the edges by blocks that
// overlap others.
func (s *Set) transposeBand(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	switch {
	case rows == 3 && ldd == 3 && cols >= 8:
		n := cols &^ 7
		s.interleave(dst, src, lds, n)
		transpose(dst[3*n:], ldd, src[n:], lds, rows, cols-n)
		return
	case cols == 3 && lds == 3 && rows >= 8:
		n := rows &^ 7
		s.deinterleave(dst, src, ldd, n)
		transpose(dst[n:], ldd, src[3*n:], lds, rows-n, cols)
		return
	case rows < 8 || cols < 8:
		transpose(dst, ldd, src, lds, rows, cols)
		return
	}
	i, j := rows&^7, cols&^7
	s.transposeBlocks(dst, ldd, src, lds, i, j)
	if i < rows {
		s.transposeBlocks(dst[rows-8:], ldd, src[(rows-8)*lds:], lds, 8, j)
	}
	if j < cols {
		s.transposeBlocks(dst[(cols-8)*ldd:], ldd, src[cols-8:], lds, i, 8)
	}
	if i < rows && j < cols {
		s.transposeBlocks(dst[(cols-8)*ldd+rows-8:], ldd, src[(rows-8)*lds+cols-8:], lds, 8, 8)
	}
}

//go:noinline
func (s *Set) transposeBlocks(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	s.conv.transpose(dst, ldd, src, lds, rows, cols)
}

//go:noinline
func (s *Set) interleave(dst, x []float32, plane, n int) { s.conv.interleave3(dst, x, plane, n) }

//go:noinline
func (s *Set) deinterleave(dst, x []float32, plane, n int) { s.conv.deinterleave3(dst, x, plane, n) }

func transpose(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	for i := range rows {
		for j, v := range src[i*lds:][:cols] {
			dst[j*ldd+i] = v
		}
	}
}

// interleave3 sets dst[3*i+k] = x[k*plane+i] for three planes of n elements:
// the pixels of a planar RGB image.
func interleave3(dst, x []float32, plane, n int) {
	a, b, c := x[:n], x[plane:][:n], x[2*plane:][:n]
	dst = dst[:3*n]
	for i := range a {
		dst[3*i], dst[3*i+1], dst[3*i+2] = a[i], b[i], c[i]
	}
}

// deinterleave3 is the inverse: dst[k*plane+i] = x[3*i+k].
func deinterleave3(dst, x []float32, plane, n int) {
	a, b, c := dst[:n], dst[plane:][:n], dst[2*plane:][:n]
	x = x[:3*n]
	for i := range a {
		a[i], b[i], c[i] = x[3*i], x[3*i+1], x[3*i+2]
	}
}
