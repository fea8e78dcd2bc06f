package math

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// det is Det: the determinants of square matrices, by Gaussian elimination with
// partial pivoting in float64.
type det struct{}

func newDet(*graph.Node) (op.Op, error) { return det{}, nil }

func (det) Infer(in, out []op.Info) error {
	if len(in) != 1 {
		return fmt.Errorf("%w: %d inputs, want 1", op.ErrInput, len(in))
	}
	if err := elementwise.Tensors(in); err != nil {
		return err
	}
	x := &in[0]
	if !x.Ranked {
		out[0].TensorOfRank(x.Type, -1)
		return nil
	}
	r := len(x.Shape)
	if r < 2 {
		return fmt.Errorf("%w: rank is %d, want at least 2", op.ErrShape, r)
	}
	if op.Clash(x.Shape[r-2], x.Shape[r-1]) {
		return fmt.Errorf("%w: matrices of %d rows and %d columns are not square", op.ErrShape, x.Shape[r-2], x.Shape[r-1])
	}
	out[0].Tensor(x.Type, x.Shape[:r-2]...)
	return nil
}

func (det) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, detKernel[float32]{}, tensor.Float32), nil
	case tensor.Float32:
		return detKernel[float32]{}, nil
	case tensor.Float64:
		return detKernel[float64]{}, nil
	}
	return nil, elementwise.Unsupported(in[0].Type)
}

type detKernel[T float32 | float64] struct{}

func (detKernel[T]) Resolve(f *op.Frame) error {
	s := f.In[0].Shape
	n := s[len(s)-1]
	f.Param = append(f.Param[:0], n, f.Out[0].Len())
	f.Scratch = 8 * n * n
	f.Split(f.Param[1], float64(n)*float64(n)*float64(n)/2+20)
	return nil
}

func (detKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	n := f.Param[0]
	lo, hi := f.Span(phase, chunk, f.Param[1])
	x, y := op.Data[T](f.In[0]), op.Data[T](f.Out[0])
	m := tensor.View[float64](f.Work(worker))
	for i := lo; i < hi; i++ {
		for j, v := range x[i*n*n : (i+1)*n*n] {
			m[j] = float64(v)
		}
		y[i] = T(determinant(m[:n*n], n))
	}
	return nil
}

// determinant destroys m, which has n rows of n.
func determinant(m []float64, n int) float64 {
	d := 1.
	for c := range n {
		p := c
		for r := c + 1; r < n; r++ {
			if math.Abs(m[r*n+c]) > math.Abs(m[p*n+c]) {
				p = r
			}
		}
		pivot := m[p*n+c]
		if pivot == 0 {
			return 0
		}
		if p != c {
			for j := c; j < n; j++ {
				m[p*n+j], m[c*n+j] = m[c*n+j], m[p*n+j]
			}
			d = -d
		}
		d *= pivot
		for r := c + 1; r < n; r++ {
			q := m[r*n+c] / pivot
			for j := c + 1; j < n; j++ {
				m[r*n+j] -= q * m[c*n+j]
			}
		}
	}
	return d
}
