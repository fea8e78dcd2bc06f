package image

import stdimage "image"

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
	return ResizeCrop(p, w, h, stdimage.Rect(0, 0, w, h), f)
}

// ResizeCrop returns the pixels in r of what Resize(p, w, h, f) would return,
// and does no work for the others: a strip of 1 x 100000 pixels may be scaled
// to a short side of 256. What lies outside w x h is black.
func ResizeCrop(p *Picture, w, h int, r stdimage.Rectangle, f Filter) *Picture {
	inside := r.Intersect(stdimage.Rect(0, 0, w, h))
	if w == p.W && h == p.H || p.W == 0 || p.H == 0 || inside.Empty() {
		return Crop(p, r)
	}
	if inside != r {
		out := New(r.Dx(), r.Dy())
		paste(out, ResizeCrop(p, w, h, inside, f), inside.Min.X-r.Min.X, inside.Min.Y-r.Min.Y)
		return out
	}
	if f == Nearest {
		return nearest(p, w, h, r)
	}
	columns := resampler(p.W, w, r.Min.X, r.Max.X, f)
	rows := resampler(p.H, h, r.Min.Y, r.Max.Y, f)
	if h < p.H && p.H-h > 2*(p.W-w) {
		return resizeRows(resizeColumns(p, rows, 0), columns, 0, r.Dy())
	}
	from, to := rows.span()
	return resizeColumns(resizeRows(p, columns, from, to), rows, from)
}

// taps are the weights of one direction: output i is the sum of k[i][j] times
// input start[i]+j.
type taps struct {
	start []int
	k     [][]int32
}

// span is the range of inputs that are read.
func (t taps) span() (from, to int) {
	last := len(t.start) - 1
	return t.start[0], t.start[last] + len(t.k[last])
}

// resampler returns the taps of outputs from...to, out of as many as take the
// place of in inputs.
func resampler(in, out, from, to int, f Filter) taps {
	if in == out {
		return identity(from, to)
	}
	filter := filters[f]
	scale := float64(in) / float64(out)
	stretch := max(scale, 1)
	radius := float64(filter.radius * stretch) // converted, so that no product is fused into a sum
	t := taps{make([]int, to-from), make([][]int32, to-from)}
	var weights []float64
	for i := range t.start {
		center := float64((float64(from+i) + 0.5) * scale)
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

// identity returns taps that copy inputs from...to: a direction whose size
// stays is not filtered.
func identity(from, to int) taps {
	t := taps{make([]int, to-from), make([][]int32, to-from)}
	one := []int32{1 << precision}
	for i := range t.start {
		t.start[i], t.k[i] = from+i, one
	}
	return t
}

// resizeRows applies t to the rows from...to of p.
func resizeRows(p *Picture, t taps, from, to int) *Picture {
	out := New(len(t.start), to-from)
	for y := range out.H {
		src, dst := p.row(from+y), out.row(y)
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

// resizeColumns applies t to the columns of p, whose first row is number from.
func resizeColumns(p *Picture, t taps, from int) *Picture {
	out := New(p.W, len(t.start))
	sum := make([]int32, 3*p.W)
	for y, k := range t.k {
		for i := range sum {
			sum[i] = 1 << (precision - 1)
		}
		for j, w := range k {
			src := p.row(t.start[y] - from + j)[:len(sum)]
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
func nearest(p *Picture, w, h int, r stdimage.Rectangle) *Picture {
	out := New(r.Dx(), r.Dy())
	columns, rows := steps(p.W, w, r.Min.X, r.Max.X), steps(p.H, h, r.Min.Y, r.Max.Y)
	for y, sy := range rows {
		src, dst := p.row(sy), out.row(y)
		for x, sx := range columns {
			copy(dst[3*x:3*x+3], src[3*sx:])
		}
	}
	return out
}

// steps returns the input index of outputs from...to.
func steps(in, out, from, to int) []int {
	scale := float64(in) / float64(out)
	index := make([]int, 0, to-from)
	pos := scale * 0.5
	for i := range to {
		if i >= from {
			index = append(index, min(int(pos), in-1))
		}
		pos += scale
	}
	return index
}
