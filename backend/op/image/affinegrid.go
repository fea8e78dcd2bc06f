package image

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// AffineGrid, version 20: a grid of positions (see GridSample) that affine
// matrices make of a regular one.
//
//	theta [N r r+1], size [r+2] int64 -> grid [N E1...Er r], r 2 or 3
//
// with E the spatial dims that size ends with.
type affineGrid struct{ corners bool }

func newAffineGrid(n *graph.Node) (op.Op, error) {
	return affineGrid{n.Int("align_corners", 0) != 0}, nil
}

// Reads: the size.
func (affineGrid) Reads() []int { return []int{1} }

func (a affineGrid) Infer(in, out []op.Info) error {
	theta, size := &in[0], in[1].Ints
	if known, ok := in[1].Integers(); ok {
		size = known
	}
	r := len(size) - 2
	if size == nil {
		r = -1
		if in[1].Ranked && len(in[1].Shape) == 1 && in[1].Shape[0] >= 0 {
			r = in[1].Shape[0] - 2
		}
	}
	if size == nil && r < 0 {
		out[0].TensorOfRank(theta.Type, -1)
		return nil
	}
	if r != 2 && r != 3 {
		return fmt.Errorf("%w: size has %d elements, want 4 or 5", op.ErrShape, r+2)
	}
	if theta.Ranked && (len(theta.Shape) != 3 || op.Clash(theta.Shape[1], r) || op.Clash(theta.Shape[2], r+1)) {
		return fmt.Errorf("%w: theta is %v for %d spatial dims", op.ErrShape, theta.Shape, r)
	}
	out[0].TensorOfRank(theta.Type, r+2)
	y := out[0].Shape
	y[r+1] = r
	if theta.Ranked {
		y[0] = theta.Shape[0]
	}
	for i := range size {
		if size[i] < 0 && op.Known(size[i]) || i == 0 && op.Clash(size[0], y[0]) {
			return fmt.Errorf("%w: size is %v for %d matrices", op.ErrShape, size, y[0])
		}
		if i >= 2 {
			y[i-1] = size[i]
		}
	}
	return nil
}

func (a affineGrid) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32, tensor.Float64, tensor.Float16, tensor.BFloat16:
		return affineKernel{a}, nil
	}
	return nil, fmt.Errorf("%w: AffineGrid of %v", op.ErrUnsupported, in[0].Type)
}

// affineKernel computes in float64 and rounds once.
type affineKernel struct{ affineGrid }

type affineMemo struct{ theta, grid []float64 }

func (k affineKernel) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*affineMemo)
	if m == nil {
		m = new(affineMemo)
		f.Memo = m
	}
	m.theta, m.grid = grow(m.theta, f.In[0].Len()), grow(m.grid, f.Out[0].Len())
	f.One(10 * f.Out[0].Len())
	return nil
}

func (k affineKernel) Run(f *op.Frame, _, _, _ int) error {
	m := f.Memo.(*affineMemo)
	theta, y := f.In[0], f.Out[0]
	if err := tensor.ConvertBytes(tensor.Float64, asBytes(m.theta), theta.Type, theta.Bytes[:theta.Len()*theta.Type.Size()], tensor.ConvertOptions{}); err != nil {
		return err
	}
	r := len(y.Shape) - 2
	points := op.Product(y.Shape[1 : r+1])
	for i := range y.Len() / r {
		matrix := m.theta[i/points*r*(r+1):][:r*(r+1)]
		var at [3]float64 // the last dim first
		for d, rest := 0, i%points; d < r; d++ {
			n := y.Shape[r-d]
			at[d] = k.place(rest%n, n)
			rest /= n
		}
		for j := range r {
			sum := 0.0
			for d := range r {
				sum += float64(matrix[j*(r+1)+d] * at[d])
			}
			m.grid[i*r+j] = sum + matrix[j*(r+1)+r]
		}
	}
	return tensor.ConvertBytes(y.Type, y.Bytes[:y.Len()*y.Type.Size()], tensor.Float64, asBytes(m.grid), tensor.ConvertOptions{})
}

// place returns the coordinate of pixel i of n.
func (a affineGrid) place(i, n int) float64 {
	if !a.corners {
		return (2*float64(i)+1)/float64(n) - 1
	}
	if n == 1 {
		return -1
	}
	return 2*float64(i)/float64(n-1) - 1
}
