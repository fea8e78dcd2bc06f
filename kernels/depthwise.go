package kernels

// Depthwise computes one output row of a convolution that has one filter per
// channel.
//
// rows[k] is the offset in x of the input row under kernel row k, or -1 where
// that is padding. weights is [len(rows)][KernelWidth][C], bias is [C]. Per
// output pixel and lane, a chain of fused steps starts with the bias and takes
// the taps inside the image, rows first; the result is limited to lo...hi, as
// min(hi, max(lo, v)), and a NaN passes. Without an activation, lo and hi are
// the infinities. dst and x may not overlap.
func (s *Set) Depthwise(dst, x []float32, rows []int32, weights, bias []float32, w *Window, lo, hi float32) {
	w.check(dst, x, rows)
	r := depthwiseRow{dst, x, rows, weights[:len(rows)*w.KernelWidth*w.C], bias[:w.C], w, lo, hi}
	quads := s.conv.quads(w)
	limit := w.limit(len(rows))
	for o := 0; o < w.OutWidth; {
		p := w.next(o, limit)
		o += p.n
		if quads == nil || p.n < 4 {
			r.run(s.conv.depthwise, p)
			continue
		}
		rest := p.from(p.n &^ 3)
		r.run(quads, span{p.out, p.n &^ 3, p.k0, p.k1})
		switch rest.n {
		case 1, 2:
			r.run(s.conv.depthwise, rest)
		case 3: // computing one pixel again is faster than three one by one
			r.run(quads, p.from(p.n-4))
		}
	}
}

// A depthwiseRow holds the arguments of Depthwise.
type depthwiseRow struct {
	dst, x        []float32
	rows          []int32
	weights, bias []float32
	w             *Window
	lo, hi        float32
}

// run computes p. It is not inlined: its prologue is where a goroutine can be
// preempted.
//
//go:noinline
func (r *depthwiseRow) run(f depthwiseSpan, p span) {
	w := r.w
	f(r.dst[p.out*w.OutStride:], w.OutStride, r.x[w.input(p):], w.Stride*w.InStride, w.Dilation*w.InStride, r.rows,
		r.weights[p.k0*w.C:], w.KernelWidth, r.bias, w.C, p.k1-p.k0, p.n, r.lo, r.hi)
}

// A depthwiseSpan computes n output pixels that have the same taps: dst and x
// begin at the first one's output and first tap, whose distance is step from
// pixel to pixel and tap within one. weights begins at the first tap and has
// rowTaps taps for every kernel row.
type depthwiseSpan func(dst []float32, ldd int, x []float32, step, tap int, rows []int32,
	weights []float32, rowTaps int, bias []float32, c, taps, n int, lo, hi float32)

// quads returns the kernel that computes pixels by fours, or nil.
func (s *convSet) quads(w *Window) depthwiseSpan {
	switch {
	case w.Dilation != 1:
	case w.KernelWidth == 3 && w.Stride == 1:
		return s.depthwise3x1
	case w.KernelWidth == 3 && w.Stride == 2:
		return s.depthwise3x2
	case w.KernelWidth == 5 && w.Stride == 1:
		return s.depthwise5x1
	case w.KernelWidth == 5 && w.Stride == 2:
		return s.depthwise5x2
	case w.KernelWidth == 7 && w.Stride == 1:
		return s.depthwise7x1
	}
	return nil
}

func depthwise(dst []float32, ldd int, x []float32, step, tap int, rows []int32,
	weights []float32, rowTaps int, bias []float32, c, taps, n int, lo, hi float32) {
	for i := range n {
		y := dst[i*ldd:][:c]
		copy(y, bias)
		for r, row := range rows {
			if row < 0 {
				continue
			}
			for k := range taps {
				in := x[int(row)+i*step+k*tap:][:c]
				f := weights[(r*rowTaps+k)*c:][:c]
				for j, v := range in {
					y[j] = Fma32(v, f[j], y[j])
				}
			}
		}
		for j, v := range y {
			y[j] = atMost(hi, atLeast(lo, v))
		}
	}
}
