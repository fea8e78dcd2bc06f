package kernels

// MaxPool sets every lane of one output row to the greatest value of its taps;
// a NaN among them wins, and no tap at all gives -Inf. rows is as in
// [Set.Depthwise].
func (s *Set) MaxPool(dst, x []float32, rows []int32, w *Window) {
	w.check(dst, x, rows)
	r := poolRow{dst, x, rows, nil, w}
	limit := w.limit(len(rows))
	for o := 0; o < w.OutWidth; {
		p := w.next(o, limit)
		r.max(s.conv.maxPool, p)
		o += p.n
	}
}

// AveragePool sets every lane of output pixel o to the sum of its taps inside
// the image, from +0, rows first, divided by counts[o]: their number, or also
// that of the padding.
func (s *Set) AveragePool(dst, x []float32, rows []int32, counts []float32, w *Window) {
	w.check(dst, x, rows)
	r := poolRow{dst, x, rows, counts[:w.OutWidth], w}
	limit := w.limit(len(rows))
	for o := 0; o < w.OutWidth; {
		p := w.next(o, limit)
		r.average(s.conv.averagePool, p)
		o += p.n
	}
}

// The arguments of maxPoolSpan and averagePoolSpan are those of depthwiseSpan.
type (
	maxPoolSpan     func(dst []float32, ldd int, x []float32, step, tap int, rows []int32, c, taps, n int)
	averagePoolSpan func(dst []float32, ldd int, x []float32, step, tap int, rows []int32, counts []float32, c, taps, n int)
)

// A poolRow holds the arguments of MaxPool and AveragePool.
type poolRow struct {
	dst, x []float32
	rows   []int32
	counts []float32
	w      *Window
}

//go:noinline
func (r *poolRow) max(f maxPoolSpan, p span) {
	w := r.w
	f(r.dst[p.out*w.OutStride:], w.OutStride, r.x[w.input(p):], w.Stride*w.InStride, w.Dilation*w.InStride,
		r.rows, w.C, p.k1-p.k0, p.n)
}

//go:noinline
func (r *poolRow) average(f averagePoolSpan, p span) {
	w := r.w
	f(r.dst[p.out*w.OutStride:], w.OutStride, r.x[w.input(p):], w.Stride*w.InStride, w.Dilation*w.InStride,
		r.rows, r.counts[p.out:], w.C, p.k1-p.k0, p.n)
}

func maxPool(dst []float32, ldd int, x []float32, step, tap int, rows []int32, c, taps, n int) {
	for i := range n {
		y := dst[i*ldd:][:c]
		for j := range y {
			y[j] = -inf32
		}
		for _, row := range rows {
			if row < 0 {
				continue
			}
			for k := range taps {
				for j, v := range x[int(row)+i*step+k*tap:][:c] {
					y[j] = maximum(y[j], v)
				}
			}
		}
	}
}

func averagePool(dst []float32, ldd int, x []float32, step, tap int, rows []int32, counts []float32, c, taps, n int) {
	for i := range n {
		y := dst[i*ldd:][:c]
		clear(y)
		for _, row := range rows {
			if row < 0 {
				continue
			}
			for k := range taps {
				for j, v := range x[int(row)+i*step+k*tap:][:c] {
					y[j] += v
				}
			}
		}
		for j := range y {
			y[j] /= counts[i]
		}
	}
}

// AccumulateRows adds n rows of c elements, ld apart, to dst, one after the
// other: dst[j] += x[i*ld+j]. It is the sum over pixels of a global average.
func (s *Set) AccumulateRows(dst, x []float32, ld, n, c int) {
	const most = 256 << 10 // elements a call, about 50 us from memory
	dst = dst[:c]
	for step := max(1, most/max(c, 1)); n > 0; {
		m := min(n, step)
		s.accumulate(dst, x[:(m-1)*ld+c], ld, m, c)
		if n -= m; n > 0 {
			x = x[m*ld:]
		}
	}
}

//go:noinline
func (s *Set) accumulate(dst, x []float32, ld, n, c int) { s.conv.accumulateRows(dst, x, ld, n, c) }

func accumulateRows(dst, x []float32, ld, n, c int) {
	for i := range n {
		for j, v := range x[i*ld:][:c] {
			dst[j] += v
		}
	}
}
