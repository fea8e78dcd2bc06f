package image

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
)

// An axis is how a dim is sampled: for each output index, taps input indices
// and as many weights. It is empty where the dim stays as it is.
type axis struct {
	dim     int
	in, out int
	scale   float64
	width   float64 // the output size before it became whole
	taps    int
	index   []int     // [out][taps]; -1: outside the region
	weight  []float64 // [out][taps]; none for nearest
}

// tables computes the tables of all dims that change. dst keeps its memory.
func (r *resize) tables(dst []axis, infos []op.Info, x, y *op.Value) ([]axis, error) {
	s, ok, err := r.scaling(infos)
	if err != nil {
		return dst, err
	}
	n := len(x.Shape)
	count := n
	if r.axes != nil {
		count = len(r.axes)
	}
	if !ok || max(len(s.scales), len(s.sizes)) != count {
		return dst, fmt.Errorf("%w: scales or sizes are not known", op.ErrInput)
	}
	dst = dst[:0]
	for i := range count {
		d, err := r.axis(i, n)
		if err != nil {
			return dst, err
		}
		if len(dst) < cap(dst) {
			dst = dst[:len(dst)+1]
		} else {
			dst = append(dst, axis{})
		}
		a := &dst[len(dst)-1]
		a.dim, a.in, a.out = d, x.Shape[d], y.Shape[d]
		if s.scales != nil {
			a.scale = float64(s.scales[i])
			a.width = a.scale * float64(a.in)
		} else {
			a.scale, a.width = float64(a.out)/float64(max(a.in, 1)), float64(a.out)
			if r.policy != "stretch" {
				if a.scale, err = r.common(&s, x.Shape, count); err != nil {
					return dst, err
				}
				a.width = a.scale * float64(a.in)
			}
		}
		start, end, known, err := r.region(&s, i, count)
		if err != nil {
			return dst, err
		}
		if !known {
			return dst, fmt.Errorf("%w: roi is not known", op.ErrInput)
		}
		if a.in == 0 && a.out > 0 {
			return dst, fmt.Errorf("%w: dim %d has no elements to make %d of", op.ErrShape, d, a.out)
		}
		if r.transform != "tf_crop_and_resize" && a.scale == 1 && a.in == a.out {
			dst = dst[:len(dst)-1]
			continue
		}
		r.table(a, start, end)
	}
	return dst, nil
}

// position returns where output index i is in the input.
func (r *resize) position(a *axis, i int, start, end float64) float64 {
	x, in := float64(i), float64(a.in)
	switch r.transform {
	case "asymmetric":
		return r.over(x, a.scale)
	case "align_corners":
		if a.width == 1 {
			return 0
		}
		return x * (in - 1) / (a.width - 1)
	case "pytorch_half_pixel":
		if a.out <= 1 {
			return 0
		}
	case "tf_half_pixel_for_nn":
		return r.over(x+0.5, a.scale)
	case "half_pixel_symmetric":
		offset := r.single(in / 2 * r.single(1-r.single(float64(a.out)/r.single(a.width))))
		return r.single(r.single(offset+r.over(x+0.5, a.scale)) - 0.5)
	case "tf_crop_and_resize":
		if a.out <= 1 {
			return 0.5 * (start + end) * (in - 1)
		}
		return float64(start*(in-1)) + x*(end-start)*(in-1)/(a.width-1)
	}
	return r.single(r.over(x+0.5, a.scale) - 0.5)
}

// over divides by a scale.
func (r *resize) over(x, scale float64) float64 { return r.single(x / scale) }

// single rounds to float32 where the nearest pixel is sought: scales are float32, so
// that 3/(1/3) in float64 would lie before 9; in float32 it is 9.
func (r *resize) single(x float64) float64 {
	if r.mode == "nearest" {
		return float64(float32(x))
	}
	return x
}

// table fills in the indices and weights of an axis.
func (r *resize) table(a *axis, start, end float64) {
	a.index, a.weight = a.index[:0], a.weight[:0]
	stretch := 1.0 // of the filter
	if r.antialias && r.mode != "nearest" {
		stretch = min(a.scale, 1)
	}
	support := 1.0
	if r.mode == "cubic" {
		support = 2
	}
	first := int(math.Floor(-support/stretch) + 1) // of the taps, from the one before the position
	a.taps = 2 - 2*first
	if r.mode == "nearest" {
		a.taps = 1
	}
	for i := range a.out {
		p := r.position(a, i, start, end)
		if r.transform == "tf_crop_and_resize" && !(p >= 0 && p <= float64(a.in-1)) {
			for range a.taps {
				a.index = append(a.index, -1)
				if r.mode != "nearest" {
					a.weight = append(a.weight, 0)
				}
			}
			continue
		}
		if r.mode == "nearest" {
			a.index = append(a.index, max(0, min(a.in-1, r.round(p, a.scale))))
			continue
		}
		before := math.Ceil(p) - 1
		ratio, sum, at := p-before, 0.0, len(a.weight)
		for t := range a.taps {
			j := first + t
			w := r.filter((float64(j) - ratio) * stretch)
			q := int(before) + j
			if r.exclude && (q < 0 || q >= a.in) {
				w = 0
			}
			a.index, a.weight = append(a.index, max(0, min(a.in-1, q))), append(a.weight, w)
			sum += w
		}
		if r.exclude || stretch < 1 {
			for t := range a.weight[at:] {
				a.weight[at+t] /= sum
			}
		}
	}
}

// round returns the index that is nearest to a position.
func (r *resize) round(p, scale float64) int {
	switch r.nearest {
	case "ceil":
		p = math.Ceil(p)
	case "floor":
		p = math.Floor(p)
	case "round_prefer_ceil":
		p = math.Floor(p + 0.5)
	case "simple": // as ONNX Runtime does in version 10, whose text is silent
		if scale < 1 {
			p = math.Ceil(p)
		} else {
			p = math.Floor(p)
		}
	default:
		p = math.Ceil(p - 0.5)
	}
	return int(max(-1, min(maxSize, p)))
}

// filter is the weight of a sample at a distance.
func (r *resize) filter(x float64) float64 {
	if r.mode == "linear" {
		return max(0, 1-math.Abs(x))
	}
	return cubicWeight(x, r.cubic)
}

// cubicWeight is the filter of cubic interpolation with coefficient a (Keys,
// IEEE Transactions on Acoustics, Speech and Signal Processing 29(6), 1981).
func cubicWeight(x, a float64) float64 {
	x = math.Abs(x)
	switch {
	case x <= 1:
		return float64((float64((a+2)*x)-(a+3))*x*x) + 1
	case x < 2:
		return float64((float64((float64(a*x)-5*a)*x)+8*a)*x) - 4*a
	}
	return 0
}
