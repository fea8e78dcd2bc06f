package image

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// GridSample, versions 16, 20 and 22: samples images at positions of a grid.
//
//	X [N C D1...Dr], grid [N E1...Er r] -> Y [N C E1...Er]
//
// A position is a coordinate for each dim, the last dim first, from -1 to 1.
type gridSample struct {
	mode    string // nearest, linear or cubic
	padding string // zeros, border or reflection
	corners bool   // -1 and 1 are centres of pixels, not their outer edges
}

// maxRank is the number of spatial dims that GridSample takes.
const maxRank = 4

func newGridSample(n *graph.Node) (op.Op, error) {
	g := gridSample{n.Str("mode", "linear"), n.Str("padding_mode", "zeros"), n.Int("align_corners", 0) != 0}
	switch g.mode {
	case "nearest", "linear", "cubic":
	case "bilinear":
		g.mode = "linear"
	case "bicubic":
		g.mode = "cubic"
	default:
		return nil, fmt.Errorf("%w: mode is %q", op.ErrAttr, g.mode)
	}
	if g.padding != "zeros" && g.padding != "border" && g.padding != "reflection" {
		return nil, fmt.Errorf("%w: padding_mode is %q", op.ErrAttr, g.padding)
	}
	return g, nil
}

func (g gridSample) Infer(in, out []op.Info) error {
	x, grid := &in[0], &in[1]
	out[0].TensorOfRank(x.Type, max(x.Rank(), grid.Rank()))
	if !x.Ranked || !grid.Ranked {
		return nil
	}
	n := len(x.Shape)
	if n < 3 || n > 2+maxRank || len(grid.Shape) != n || op.Clash(grid.Shape[n-1], n-2) || op.Clash(grid.Shape[0], x.Shape[0]) {
		return fmt.Errorf("%w: grid is %v for %v", op.ErrShape, grid.Shape, x.Shape)
	}
	copy(out[0].Shape, x.Shape[:2])
	copy(out[0].Shape[2:], grid.Shape[1:])
	return nil
}

func (g gridSample) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32, tensor.Float16, tensor.BFloat16:
		return &gridKernel[float32]{g}, nil
	case tensor.String, tensor.Complex64, tensor.Complex128:
		return nil, fmt.Errorf("%w: GridSample of %v", op.ErrUnsupported, in[0].Type)
	}
	return &gridKernel[float64]{g}, nil
}

// gridKernel computes the taps of a position once for all channels.
type gridKernel[T float32 | float64] struct{ gridSample }

// gridMemo holds the grid, and X and Y where they are of other types.
type gridMemo[T float32 | float64] struct {
	grid   []float64
	x, y   []T
	points int // of an image
}

func (k *gridKernel[T]) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*gridMemo[T])
	if m == nil {
		m = new(gridMemo[T])
		f.Memo = m
	}
	x, y := f.In[0], f.Out[0]
	m.grid = grow(m.grid, f.In[1].Len())
	m.points = op.Product(y.Shape[2:])
	if x.Type != tensor.TypeOf[T]() {
		m.x, m.y = grow(m.x, x.Len()), grow(m.y, y.Len())
	}
	f.Split(x.Shape[0]*m.points, float64(20+x.Shape[1]*8))
	f.Phases = append(f.Phases, f.Phases[0], op.Phase{Chunks: 1, Cost: y.Len()})
	f.Phases[0] = op.Phase{Chunks: 1, Cost: x.Len() + f.In[1].Len()}
	return nil
}

// grow returns n elements, in x's memory if it is large enough.
func grow[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}

func (k *gridKernel[T]) Run(f *op.Frame, phase, chunk, _ int) error {
	m := f.Memo.(*gridMemo[T])
	x, grid, y := f.In[0], f.In[1], f.Out[0]
	own, t := x.Type == tensor.TypeOf[T](), tensor.TypeOf[T]()
	switch phase {
	case 0:
		if err := tensor.ConvertBytes(tensor.Float64, asBytes(m.grid), grid.Type, grid.Bytes[:grid.Len()*grid.Type.Size()], tensor.ConvertOptions{}); err != nil || own {
			return err
		}
		return tensor.ConvertBytes(t, asBytes(m.x), x.Type, x.Bytes[:x.Len()*x.Type.Size()], tensor.ConvertOptions{})
	case 2:
		if own {
			return nil
		}
		limit(m.y, y.Type)
		return tensor.ConvertBytes(y.Type, y.Bytes[:y.Len()*y.Type.Size()], t, asBytes(m.y), tensor.ConvertOptions{Saturate: true})
	}
	src, dst := m.x, m.y
	if own {
		src, dst = op.Data[T](x), op.Data[T](y)
	}
	r, c := len(x.Shape)-2, x.Shape[1]
	plane := op.Product(x.Shape[2:])
	lo, hi := f.Span(phase, chunk, x.Shape[0]*m.points)
	var s samples
	for i := lo; i < hi; i++ {
		n, p := i/max(1, m.points), i%max(1, m.points)
		k.taps(&s, x.Shape[2:], m.grid[i*r:][:r])
		for ch := range c {
			sum, from := 0.0, src[(n*c+ch)*plane:][:plane]
			for j := range s.n {
				if at := s.offset[j]; at >= 0 {
					sum += float64(float64(from[at]) * s.weight[j])
				}
			}
			dst[(n*c+ch)*m.points+p] = T(sum)
		}
	}
	return nil
}

// samples are the pixels that make up a position, -1 for zero, and their
// weights.
type samples struct {
	n      int
	offset [256]int // 4 taps in each of 4 dims
	weight [256]float64
}

// taps finds the pixels of a position: those of the dims before, times those of
// the next dim.
func (k *gridSample) taps(s *samples, size []int, position []float64) {
	s.n, s.offset[0], s.weight[0] = 1, 0, 1
	for d, n := range size {
		var weight [4]float64
		p := k.place(position[len(size)-1-d], n)
		first, taps := int(math.Floor(p)), 1
		ratio := p - math.Floor(p)
		switch k.mode {
		case "nearest":
			weight[0] = 1
		case "linear":
			weight[0], weight[1], taps = 1-ratio, ratio, 2
		default:
			first, taps = first-1, 4
			for j := range weight {
				weight[j] = cubicWeight(float64(j-1)-ratio, -0.75)
			}
		}
		for j := taps - 1; j >= 0; j-- {
			at := k.pixel(first+j, n)
			for i := range s.n {
				offset := -1
				if s.offset[i] >= 0 && at >= 0 {
					offset = s.offset[i]*n + at
				}
				s.offset[j*s.n+i], s.weight[j*s.n+i] = offset, s.weight[i]*weight[j]
			}
		}
		s.n *= taps
	}
}

// place returns where a coordinate is along a dim of n pixels.
func (k *gridSample) place(v float64, n int) float64 {
	if k.corners {
		v = (v + 1) / 2 * float64(n-1)
	} else {
		v = (float64((v+1)*float64(n)) - 1) / 2
	}
	if k.mode == "nearest" {
		v = math.RoundToEven(v)
	}
	switch k.padding {
	case "border":
		if k.mode != "cubic" { // its four pixels are clamped one by one
			v = max(0, min(float64(n-1), v))
		}
	case "reflection":
		v = k.reflect(v, n)
	}
	if v != v {
		v = -2
	}
	return max(-1<<30, min(1<<30, v))
}

// reflect folds a position back between the ends of a dim.
func (k *gridSample) reflect(v float64, n int) float64 {
	lo, hi := -0.5, float64(n)-0.5
	if k.corners {
		lo, hi = 0, float64(n-1)
	}
	if hi <= lo || v >= lo && v <= hi || math.IsInf(v, 0) {
		return max(lo, min(hi, v))
	}
	r := math.Mod(math.Abs(v-lo), 2*(hi-lo)) // periodic and even about lo
	if r > hi-lo {
		r = 2*(hi-lo) - r
	}
	return lo + r
}

// pixel returns the pixel that stands for index i of n, -1 for zero.
func (k *gridSample) pixel(i, n int) int {
	if i >= 0 && i < n {
		return i
	}
	if k.padding == "zeros" || n == 0 {
		return -1
	}
	if k.padding == "reflection" {
		i = int(k.reflect(float64(i), n))
	}
	return max(0, min(n-1, i))
}
