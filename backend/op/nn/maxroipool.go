package nn

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// MaxRoiPool, versions 1 and 22: the greatest pixels of the bins of regions.
//
//	X [N C H W], rois [R 5] as image x1 y1 x2 y2 -> Y [R C h w]
//
// Corners are rounded to pixels, which are part of the region; empty bins are
// 0.
type maxRoiPool struct {
	h, w  int
	scale float64
}

func newMaxRoiPool(n *graph.Node) (op.Op, error) {
	shape := n.Ints("pooled_shape")
	if len(shape) != 2 || shape[0] < 1 || shape[1] < 1 || shape[0] > maxWindow || shape[1] > maxWindow {
		return nil, fmt.Errorf("%w: pooled_shape is %v", op.ErrAttr, shape)
	}
	return maxRoiPool{shape[0], shape[1], float64(n.Float("spatial_scale", 1))}, nil
}

func (m maxRoiPool) Infer(in, out []op.Info) error {
	return inferRegions(&out[0], &in[0], &in[1], 5, m.h, m.w)
}

func (m maxRoiPool) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &maxRoiKernel[float32]{m}, nil
	case tensor.Float64:
		return &maxRoiKernel[float64]{m}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &maxRoiKernel[float32]{m}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: MaxRoiPool of %v", op.ErrUnsupported, in[0].Type)
}

type maxRoiKernel[T float32 | float64] struct{ maxRoiPool }

func (k *maxRoiKernel[T]) Resolve(f *op.Frame) error {
	y := f.Out[0]
	f.Split(y.Shape[0]*y.Shape[1], float64(op.Product(f.In[0].Shape[2:]))/2+10)
	return nil
}

func (k *maxRoiKernel[T]) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	c, h, w := x.Shape[1], x.Shape[2], x.Shape[3]
	lo, hi := f.Span(phase, chunk, y.Shape[0]*c)
	for i := lo; i < hi; i++ {
		roi := op.Data[T](f.In[1])[i/c*5:][:5]
		b := float64(roi[0])
		if !(b >= 0 && b < float64(x.Shape[0])) {
			return fmt.Errorf("%w: region %d is of image %v of %d", op.ErrInput, i/c, b, x.Shape[0])
		}
		plane := op.Data[T](x)[(int(b)*c+i%c)*h*w:][:h*w]
		for o, dst := 0, op.Data[T](y)[i*k.h*k.w:][:k.h*k.w]; o < len(dst); o++ {
			y0, y1 := k.bin(float64(roi[2]), float64(roi[4]), o/k.w, k.h, h)
			x0, x1 := k.bin(float64(roi[1]), float64(roi[3]), o%k.w, k.w, w)
			dst[o] = 0
			if y0 >= y1 || x0 >= x1 {
				continue
			}
			dst[o] = plane[y0*w+x0]
			for r := y0; r < y1; r++ {
				for _, v := range plane[r*w+x0 : r*w+x1] {
					dst[o] = max(dst[o], v)
				}
			}
		}
	}
	return nil
}

// bin returns the pixels of bin i of n of a region, inside 0...size.
func (m *maxRoiPool) bin(from, to float64, i, n, size int) (lo, hi int) {
	start, end := math.Round(from*m.scale), math.Round(to*m.scale)
	bin := max(end-start+1, 1) / float64(n)
	cut := func(v float64) int {
		if !(v > 0) { // NaN as well
			return 0
		}
		return int(min(float64(size), v))
	}
	return cut(start + math.Floor(float64(i)*bin)), cut(start + math.Ceil(float64(i+1)*bin))
}
