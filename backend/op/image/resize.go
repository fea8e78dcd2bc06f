package image

import (
	"fmt"
	"math"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// resize is Resize, versions 10, 11, 13, 18 and 19, or Upsample, versions 1, 7
// and 9: samples a tensor at other sizes of some or all dims.
//
//	X [...], roi, scales, sizes -> Y [...] of as many dims
//
// In version 10, and in Upsample, the inputs are X and scales, and positions
// are asymmetric; before that, scales are attributes. Integers are computed as
// floats, limited to their range and rounded toward zero.
type resize struct {
	mode      string // nearest, linear or cubic
	transform string // of coordinates
	nearest   string // how a position is rounded
	policy    string // of sizes that do not keep the aspect ratio
	axes      []int  // nil: all
	fixed     []float32
	cubic     float64 // coefficient a
	outside   float32 // value of positions outside a region of interest
	antialias bool
	exclude   bool // samples outside have no weight

	roi, scales, sizes int // inputs, -1 where there is none
}

func newResize(n *graph.Node) (op.Op, error) {
	r := &resize{
		mode: n.Str("mode", "nearest"), transform: n.Str("coordinate_transformation_mode", "half_pixel"),
		nearest: n.Str("nearest_mode", "round_prefer_floor"), policy: n.Str("keep_aspect_ratio_policy", "stretch"),
		axes: n.Ints("axes"), cubic: float64(n.Float("cubic_coeff_a", -0.75)), outside: n.Float("extrapolation_value", 0),
		antialias: n.Int("antialias", 0) != 0, exclude: n.Int("exclude_outside", 0) != 0,
		roi: 1, scales: 2, sizes: 3,
	}
	if n.Version < 11 {
		r.transform, r.nearest, r.roi, r.scales, r.sizes = "asymmetric", "simple", -1, 1, -1
	}
	return r, r.checkModes()
}

func newUpsample(n *graph.Node) (op.Op, error) {
	r := &resize{mode: n.Str("mode", "nearest"), transform: "asymmetric", nearest: "floor", policy: "stretch", cubic: -0.75, roi: -1, scales: 1, sizes: -1}
	if r.mode == "bilinear" {
		r.mode = "linear"
	}
	switch {
	case n.Version < 7:
		r.fixed, r.scales = []float32{1, 1, n.Float("height_scale", 0), n.Float("width_scale", 0)}, -1
	case n.Version < 9:
		r.fixed, r.scales = n.Floats("scales"), -1
	}
	return r, r.checkModes()
}

func (r *resize) checkModes() error {
	for _, a := range []struct{ name, value, allowed string }{
		{"mode", r.mode, "nearest linear cubic"},
		{"coordinate_transformation_mode", r.transform, "half_pixel half_pixel_symmetric pytorch_half_pixel align_corners asymmetric tf_half_pixel_for_nn tf_crop_and_resize"},
		{"nearest_mode", r.nearest, "round_prefer_floor round_prefer_ceil floor ceil simple"},
		{"keep_aspect_ratio_policy", r.policy, "stretch not_larger not_smaller"},
	} {
		found := false
		for _, s := range strings.Fields(a.allowed) {
			found = found || s == a.value
		}
		if !found {
			return fmt.Errorf("%w: %s is %q", op.ErrAttr, a.name, a.value)
		}
	}
	return nil
}

// Reads: the region, the scales and the sizes.
func (r *resize) Reads() []int {
	var in []int
	for _, i := range []int{r.roi, r.scales, r.sizes} {
		if i >= 0 {
			in = append(in, i)
		}
	}
	return in
}

// A scaling is how the dims of X change: for each of the axes, a scale or a
// size.
type scaling struct {
	scales []float32      // nil: sizes
	sizes  []int          // may hold symbols
	roi    *tensor.Tensor // nil: not known yet

	cropped bool // there is a roi
}

// scaling reads the inputs; ok is false if they are not known yet.
func (r *resize) scaling(in []op.Info) (s scaling, ok bool, err error) {
	given := func(i int) *op.Info {
		if i < 0 || i >= len(in) || !in[i].Present() || in[i].Ranked && in[i].Len() == 0 {
			return nil
		}
		return &in[i]
	}
	if x := given(r.roi); x != nil {
		s.roi, s.cropped = x.Const, true
	}
	scales, sizes := given(r.scales), given(r.sizes)
	switch {
	case r.fixed != nil:
		s.scales = r.fixed
	case sizes != nil:
		if _, known := sizes.Integers(); !known && sizes.Ints == nil {
			return s, false, nil
		}
		s.sizes = sizes.Ints
		return s, true, nil
	case scales == nil:
		return s, false, fmt.Errorf("%w: neither scales nor sizes", op.ErrInput)
	case scales.Type != tensor.Float32:
		return s, false, fmt.Errorf("%w: scales are %v", op.ErrType, scales.Type)
	case scales.Const == nil:
		return s, false, nil
	default:
		s.scales = tensor.Data[float32](scales.Const)
	}
	for _, v := range s.scales {
		if !(v > 0) || math.IsInf(float64(v), 0) {
			return s, false, fmt.Errorf("%w: scale %v", op.ErrInput, v)
		}
	}
	return s, true, nil
}

func (r *resize) Infer(in, out []op.Info) error {
	x, y := &in[0], &out[0]
	y.TensorOfRank(x.Type, x.Rank())
	if !x.Ranked {
		return nil
	}
	s, ok, err := r.scaling(in)
	if err != nil || !ok {
		return err
	}
	n := len(x.Shape)
	axes := n
	if r.axes != nil {
		axes = len(r.axes)
	}
	if got := max(len(s.scales), len(s.sizes)); got != axes {
		return fmt.Errorf("%w: %d scales or sizes for %d axes", op.ErrShape, got, axes)
	}
	copy(y.Shape, x.Shape)
	for i := range axes {
		d, err := r.axis(i, n)
		if err != nil {
			return err
		}
		if y.Shape[d], err = r.size(&s, x.Shape, d, i, axes); err != nil {
			return err
		}
	}
	return nil
}

// axis returns the dim that scale i of a tensor of n dims is for.
func (r *resize) axis(i, n int) (int, error) {
	if r.axes == nil {
		return i, nil
	}
	return op.Axis(r.axes[i], n)
}

// maxSize bounds the sizes that scales make.
const maxSize = 1 << 30

// size returns the new size of dim d, whose scale is the i-th.
func (r *resize) size(s *scaling, shape []int, d, i, axes int) (int, error) {
	in := shape[d]
	if s.scales == nil {
		if r.policy != "stretch" {
			scale, err := r.common(s, shape, axes)
			if err != nil || scale != scale || in < 0 {
				return op.Unknown, err
			}
			return int(math.Floor(scale*float64(in) + 0.5)), nil
		}
		v := s.sizes[i]
		if op.Known(v) && v < 0 {
			return 0, fmt.Errorf("%w: size %d of dim %d", op.ErrInput, v, d)
		}
		return v, nil
	}
	if s.scales[i] == 1 && r.transform != "tf_crop_and_resize" {
		return in, nil
	}
	if in < 0 {
		return op.Unknown, nil
	}
	start, end, ok, err := r.region(s, i, axes)
	if err != nil || !ok {
		return op.Unknown, err
	}
	size := float64(float32(in) * s.scales[i])
	if r.transform == "tf_crop_and_resize" {
		size = float64(in) * (end - start) * float64(s.scales[i])
	}
	if !(size >= 0 && size <= maxSize) {
		return 0, fmt.Errorf("%w: dim %d of %d elements times %v", op.ErrShape, d, in, s.scales[i])
	}
	return int(size), nil
}

// common returns the scale of all axes that keeps the aspect ratio; NaN if it
// is not known yet.
func (r *resize) common(s *scaling, shape []int, axes int) (float64, error) {
	scale := math.NaN()
	for i := range axes {
		d, _ := r.axis(i, len(shape))
		if shape[d] < 0 || !op.Known(s.sizes[i]) {
			return math.NaN(), nil
		}
		v := float64(s.sizes[i]) / float64(shape[d])
		if !(v >= 0 && v <= maxSize) {
			return 0, fmt.Errorf("%w: size %d of dim %d with %d elements", op.ErrInput, s.sizes[i], d, shape[d])
		}
		if i == 0 || r.policy == "not_larger" && v < scale || r.policy == "not_smaller" && v > scale {
			scale = v
		}
	}
	return scale, nil
}

// region returns the region of interest along axis i; ok is false if it is not
// known yet.
func (r *resize) region(s *scaling, i, axes int) (start, end float64, ok bool, err error) {
	if r.transform != "tf_crop_and_resize" {
		return 0, 1, true, nil
	}
	if !s.cropped {
		return 0, 1, false, fmt.Errorf("%w: roi is missing", op.ErrInput)
	}
	if s.roi == nil {
		return 0, 1, false, nil
	}
	if s.roi.Len() != 2*axes {
		return 0, 1, false, fmt.Errorf("%w: roi has %d elements for %d axes", op.ErrShape, s.roi.Len(), axes)
	}
	at := func(j int) float64 {
		switch s.roi.Type() {
		case tensor.Float64:
			return tensor.Data[float64](s.roi)[j]
		case tensor.Float16:
			return float64(tensor.Data[tensor.F16](s.roi)[j].Float32())
		case tensor.Float32:
			return float64(tensor.Data[float32](s.roi)[j])
		}
		return 0
	}
	return at(i), at(axes + i), true, nil
}

// Layouts: any order will do.
func (r *resize) Layouts(in []op.Info) []op.Signature {
	if in[0].Rank() < 3 {
		return []op.Signature{{}}
	}
	cl := make([]op.Order, len(in))
	cl[0] = op.ChannelsLast
	return []op.Signature{{}, {In: cl, Out: cl[:1]}}
}

func (r *resize) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	if r.mode == "nearest" {
		return &nearestKernel{r, in[0].Order}, nil
	}
	switch in[0].Type {
	case tensor.Float32, tensor.Float16, tensor.BFloat16, tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Uint16:
		return &weightedKernel[float32]{r, blend32{e.Set}, in[0].Order}, nil
	case tensor.Float64, tensor.Int32, tensor.Int64, tensor.Uint32, tensor.Uint64:
		return &weightedKernel[float64]{r, blend64{}, in[0].Order}, nil
	}
	return nil, fmt.Errorf("%w: Resize of %v in mode %s", op.ErrUnsupported, in[0].Type, r.mode)
}
