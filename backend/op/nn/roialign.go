package nn

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// RoiAlign, versions 10, 16 and 22: pools regions of feature maps, from samples
// between pixels.
//
//	X [N C H W], rois [R 4] as x1 y1 x2 y2, batch_indices int64 [R] -> Y [R C h w]
//
// In mode max, a sample's candidates are its four pixels, each times its
// weight: that is what implementations agree on.
type roiAlign struct {
	max      bool
	half     bool // coordinates are shifted by half a pixel
	h, w     int
	sampling int // samples of a bin along each dim; 0: as many as it spans pixels
	scale    float64
}

// maxSamples bounds the samples of a bin along a dim, which a region's size
// determines.
const maxSamples = 1 << 12

func newRoiAlign(n *graph.Node) (op.Op, error) {
	r := roiAlign{
		h: n.Int("output_height", 1), w: n.Int("output_width", 1), sampling: n.Int("sampling_ratio", 0), scale: float64(n.Float("spatial_scale", 1)),
		half: n.Version >= 16,
	}
	switch mode := n.Str("mode", "avg"); mode {
	case "avg":
	case "max":
		r.max = true
	default:
		return nil, fmt.Errorf("%w: mode is %q", op.ErrAttr, mode)
	}
	switch mode := n.Str("coordinate_transformation_mode", "half_pixel"); mode {
	case "half_pixel":
	case "output_half_pixel":
		r.half = false
	default:
		return nil, fmt.Errorf("%w: coordinate_transformation_mode is %q", op.ErrAttr, mode)
	}
	if r.h < 1 || r.w < 1 || r.h > maxWindow || r.w > maxWindow || r.sampling < 0 || r.sampling > maxSamples {
		return nil, fmt.Errorf("%w: output of %d by %d, %d samples", op.ErrAttr, r.h, r.w, r.sampling)
	}
	return r, nil
}

func (r roiAlign) Infer(in, out []op.Info) error {
	if len(in) != 3 {
		return fmt.Errorf("%w: %d inputs, want 3", op.ErrInput, len(in))
	}
	rois, batch := &in[1], &in[2]
	if err := inferRegions(&out[0], &in[0], rois, 4, r.h, r.w); err != nil {
		return err
	}
	if rois.Ranked && batch.Ranked && (len(batch.Shape) != 1 || op.Clash(batch.Shape[0], rois.Shape[0])) {
		return fmt.Errorf("%w: batch_indices are %v for %d regions", op.ErrShape, batch.Shape, rois.Shape[0])
	}
	return nil
}

// inferRegions infers the output [R C h w] of pooling regions of n numbers.
func inferRegions(out, x, rois *op.Info, n, h, w int) error {
	if x.Ranked && len(x.Shape) != 4 || rois.Ranked && (len(rois.Shape) != 2 || op.Clash(rois.Shape[1], n)) {
		return fmt.Errorf("%w: X is %v, rois %v", op.ErrShape, x.Shape, rois.Shape)
	}
	out.Tensor(x.Type, op.Unknown, op.Unknown, h, w)
	if rois.Ranked {
		out.Shape[0] = rois.Shape[0]
	}
	if x.Ranked {
		out.Shape[1] = x.Shape[1]
	}
	return nil
}

func (r roiAlign) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &roiAlignKernel[float32]{r}, nil
	case tensor.Float64:
		return &roiAlignKernel[float64]{r}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &roiAlignKernel[float32]{r}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: RoiAlign of %v", op.ErrUnsupported, in[0].Type)
}

// roiAlignKernel pools in float64, one region and channel after the other.
type roiAlignKernel[T float32 | float64] struct{ roiAlign }

func (k *roiAlignKernel[T]) Resolve(f *op.Frame) error {
	y := f.Out[0]
	f.Split(y.Shape[0]*y.Shape[1], float64(k.h*k.w*max(4, k.sampling*k.sampling)*10))
	return nil
}

func (k *roiAlignKernel[T]) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	c, h, w := x.Shape[1], x.Shape[2], x.Shape[3]
	rois, batch := op.Data[T](f.In[1]), op.Data[int64](f.In[2])
	lo, hi := f.Span(phase, chunk, y.Shape[0]*c)
	for i := lo; i < hi; i++ {
		r, ch := i/c, i%c
		b := batch[r]
		if b < 0 || b >= int64(x.Shape[0]) {
			return fmt.Errorf("%w: region %d is of image %d of %d", op.ErrInput, r, b, x.Shape[0])
		}
		left, width, nx, err := k.bins(float64(rois[r*4]), float64(rois[r*4+2]), k.w)
		if err != nil {
			return err
		}
		top, height, ny, err := k.bins(float64(rois[r*4+1]), float64(rois[r*4+3]), k.h)
		if err != nil {
			return err
		}
		plane := op.Data[T](x)[(int(b)*c+ch)*h*w:][:h*w]
		for o, dst := 0, op.Data[T](y)[i*k.h*k.w:][:k.h*k.w]; o < len(dst); o++ {
			y0, x0 := top+float64(o/k.w)*height, left+float64(o%k.w)*width
			sum, greatest := 0.0, math.Inf(-1)
			for s := range ny * nx {
				v, m := bilinear(plane, h, w, y0+(float64(s/nx)+0.5)*height/float64(ny), x0+(float64(s%nx)+0.5)*width/float64(nx))
				sum, greatest = sum+v, max(greatest, m)
			}
			switch {
			case nx*ny == 0:
				dst[o] = 0
			case k.max:
				dst[o] = T(greatest)
			default:
				dst[o] = T(sum / float64(nx*ny))
			}
		}
	}
	return nil
}

// bins divides a side of a region into n bins: where the first one starts, the
// size of a bin, its samples.
func (r *roiAlign) bins(from, to float64, n int) (start, size float64, samples int, err error) {
	start, to = from*r.scale, to*r.scale
	if r.half {
		start, to = start-0.5, to-0.5
	}
	size = to - start
	if !r.half {
		size = max(size, 1)
	}
	size /= float64(n)
	if r.sampling > 0 {
		return start, size, r.sampling, nil
	}
	count := math.Ceil(size)
	if !(count <= maxSamples) {
		return 0, 0, 0, fmt.Errorf("%w: a region from %v to %v takes more than %d samples", op.ErrInput, from, to, maxSamples)
	}
	return start, size, max(0, int(count)), nil
}

// bilinear returns the value at a position, 0 outside, and the greatest of the
// pixels that make it up, each times its weight.
func bilinear[T float32 | float64](plane []T, h, w int, y, x float64) (sum, greatest float64) {
	if !(y >= -1 && y <= float64(h) && x >= -1 && x <= float64(w)) || len(plane) == 0 {
		return 0, 0
	}
	y0, y1, fy := neighbours(y, h)
	x0, x1, fx := neighbours(x, w)
	a, b := float64((1-fy)*(1-fx)*float64(plane[y0*w+x0])), float64((1-fy)*fx*float64(plane[y0*w+x1]))
	c, d := float64(fy*(1-fx)*float64(plane[y1*w+x0])), float64(fy*fx*float64(plane[y1*w+x1]))
	return a + b + c + d, max(a, b, c, d)
}

// neighbours returns the pixels around a position, inside 0...n-1, and the
// weight of the second.
func neighbours(p float64, n int) (i, j int, f float64) {
	p = max(p, 0)
	if i = int(p); i >= n-1 {
		return n - 1, n - 1, 0
	}
	return i, i + 1, p - float64(i)
}
