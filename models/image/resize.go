package image

// Resizing as Pillow does it (src/libImaging/Resample.c): a convolution along
// rows, then along columns, with weights in fixed point and 8-bit samples in
// between. Each output sample is a sum of integers, so results are the same on
// every machine. Rounding in between makes the order of the passes matter: since
// Pillow 13, columns go first when the height loses more than twice what the
// width does.

// Weights have 22 bits after the point: 32 less 8 of a sample, less 2 for the
// overshoot of filters with negative lobes.
const precision = 22

// Resize returns p at w x h pixels, both at least 1; proportions may change.
func Resize(p *Picture, w, h int, f Filter) *Picture {
	if w == p.W && h == p.H {
		return p
	}
	if p.W == 0 || p.H == 0 {
		return New(w, h)
	}
	if f == Nearest {
		return nearest(p, w, h)
	}
	columns, rows := resampler(p.W, w, f), resampler(p.H, h, f)
	if h < p.H && p.H-h > 2*(p.W-w) {
		return resizeRows(resizeColumns(p, rows), columns)
	}
	return resizeColumns(resizeRows(p, columns), rows)
}

// taps are the weights of one direction: output i is the sum of k[i][j] times
// input start[i]+j.
type taps struct {
	start []int
	k     [][]int32
}

// resampler returns the taps that make out samples of in samples.
func resampler(in, out int, f Filter) taps {
	filter := filters[f]
	scale := float64(in) / float64(out)
	stretch := max(scale, 1)
	radius := filter.radius * stretch
	t := taps{make([]int, out), make([][]int32, out)}
	var weights []float64
	for i := range out {
		center := (float64(i) + 0.5) * scale
		lo := max(0, int(center-radius+0.5))
		hi := min(in, int(center+radius+0.5))
		weights = weights[:0]
		sum := 0.0
		for x := lo; x < hi; x++ {
			w := filter.weight((float64(x) - center + 0.5) * (1 / stretch))
			weights = append(weights, w)
			sum += w
		}
		k := make([]int32, len(weights))
		for j, w := range weights {
			if sum != 0 {
				w /= sum
			}
			w *= 1 << precision
			if w < 0 {
				k[j] = int32(w - 0.5)
			} else {
				k[j] = int32(w + 0.5)
			}
		}
		t.start[i], t.k[i] = lo, k
	}
	return t
}

// resizeRows makes the rows of p as long as t has outputs.
func resizeRows(p *Picture, t taps) *Picture {
	if len(t.start) == p.W {
		return p
	}
	out := New(len(t.start), p.H)
	for y := range out.H {
		src, dst := p.row(y), out.row(y)
		for i, k := range t.k {
			r, g, b := int32(1<<(precision-1)), int32(1<<(precision-1)), int32(1<<(precision-1))
			s := src[3*t.start[i]:][:3*len(k)]
			for _, w := range k {
				r += int32(s[0]) * w
				g += int32(s[1]) * w
				b += int32(s[2]) * w
				s = s[3:]
			}
			d := dst[3*i : 3*i+3]
			d[0], d[1], d[2] = clip8(r>>precision), clip8(g>>precision), clip8(b>>precision)
		}
	}
	return out
}

// resizeColumns makes the columns of p as long as t has outputs.
func resizeColumns(p *Picture, t taps) *Picture {
	if len(t.start) == p.H {
		return p
	}
	out := New(p.W, len(t.start))
	sum := make([]int32, 3*p.W)
	for y, k := range t.k {
		for i := range sum {
			sum[i] = 1 << (precision - 1)
		}
		for j, w := range k {
			src := p.row(t.start[y] + j)[:len(sum)]
			for i := range sum {
				sum[i] += int32(src[i]) * w
			}
		}
		dst := out.row(y)[:len(sum)]
		for i, v := range sum {
			dst[i] = clip8(v >> precision)
		}
	}
	return out
}

// nearest adds up positions step by step, as Pillow does: where a product
// would round otherwise, another pixel would be taken.
func nearest(p *Picture, w, h int) *Picture {
	out := New(w, h)
	columns, rows := steps(p.W, w), steps(p.H, h)
	for y, sy := range rows {
		src, dst := p.row(sy), out.row(y)
		for x, sx := range columns {
			copy(dst[3*x:3*x+3], src[3*sx:])
		}
	}
	return out
}

// steps returns the input index of each output.
func steps(in, out int) []int {
	scale := float64(in) / float64(out)
	index := make([]int, out)
	pos := scale * 0.5
	for i := range index {
		index[i] = min(int(pos), in-1)
		pos += scale
	}
	return index
}
