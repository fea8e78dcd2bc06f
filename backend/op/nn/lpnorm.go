package nn

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// LpNormalization, versions 1 and 22: divides the elements along an axis by
// their norm.
//
//	X [...] -> Y like X; 0 where the norm is 0
type lpNorm struct{ axis, p int }

func newLpNorm(n *graph.Node) (op.Op, error) {
	l := lpNorm{n.Int("axis", -1), n.Int("p", 2)}
	if l.p != 1 && l.p != 2 {
		return nil, fmt.Errorf("%w: p is %d, want 1 or 2", op.ErrAttr, l.p)
	}
	return l, nil
}

func (l lpNorm) Infer(in, out []op.Info) error {
	out[0].Copy(&in[0])
	if !in[0].Ranked {
		return nil
	}
	_, err := in[0].Axis(l.axis)
	return err
}

func (l lpNorm) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &lpNormKernel[float32]{l}, nil
	case tensor.Float64:
		return &lpNormKernel[float64]{l}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &lpNormKernel[float32]{l}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: normalization of %v", op.ErrUnsupported, in[0].Type)
}

// lpNormKernel sums in float64, line by line.
type lpNormKernel[T float32 | float64] struct{ lpNorm }

func (k *lpNormKernel[T]) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (k *lpNormKernel[T]) Resolve(f *op.Frame) error {
	s := f.In[0].Shape
	axis, err := op.Axis(k.axis, len(s))
	if err != nil {
		return err
	}
	f.Param = append(f.Param[:0], s[axis], op.Product(s[axis+1:]))
	f.Split(f.In[0].Len()/max(1, s[axis]), float64(3*s[axis]+5))
	return nil
}

func (k *lpNormKernel[T]) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := op.Data[T](f.In[0]), op.Data[T](f.Out[0])
	n, inner := f.Param[0], f.Param[1]
	if n == 0 {
		return nil
	}
	lo, hi := f.Span(phase, chunk, f.In[0].Len()/n)
	for i := lo; i < hi; i++ {
		at, sum := i/inner*n*inner+i%inner, 0.0
		for j := range n {
			v := float64(x[at+j*inner])
			if k.p == 1 {
				sum += math.Abs(v)
			} else {
				sum += float64(v * v)
			}
		}
		if k.p == 2 {
			sum = math.Sqrt(sum)
		}
		for j := range n {
			if sum == 0 {
				y[at+j*inner] = 0
			} else {
				y[at+j*inner] = T(float64(x[at+j*inner]) / sum)
			}
		}
	}
	return nil
}
