package nn

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// lpPool is LpPool, versions 1, 2, 11, 18 and 22, or GlobalLpPool, versions 1,
// 2 and 22: the norm of a window that slides over the spatial dims, or of each
// plane.
//
//	X [N C D1...Dn] -> Y [N C E1...En], or [N C 1...1]
//
//	Y = (sum of |X|^p)^(1/p)
type lpPool struct {
	geometry
	p      float64
	global bool
}

func newLpPool(n *graph.Node) (op.Op, error) {
	g, err := newGeometry(n)
	if err != nil {
		return nil, err
	}
	if len(g.kernel) == 0 {
		return nil, fmt.Errorf("%w: kernel_shape is missing", op.ErrAttr)
	}
	p, err := newNorm(n)
	return lpPool{g, p, false}, err
}

func newGlobalLpPool(n *graph.Node) (op.Op, error) {
	p, err := newNorm(n)
	return lpPool{p: p, global: true}, err
}

// newNorm parses p, which was a float in version 1.
func newNorm(n *graph.Node) (float64, error) {
	p := float64(n.Int("p", 2))
	if a := n.Attr("p"); a != nil && a.Kind == graph.AttrFloat {
		p = float64(a.Float)
	}
	if p < 1 {
		return 0, fmt.Errorf("%w: p is %v", op.ErrAttr, p)
	}
	return p, nil
}

func (l lpPool) Infer(in, out []op.Info) error {
	x := &in[0]
	out[0].Like(x.Type, x)
	if !x.Ranked {
		return nil
	}
	n := len(x.Shape) - 2
	if n < 1 || !l.global && n != len(l.kernel) {
		return fmt.Errorf("%w: X has rank %d, the kernel %d dims", op.ErrShape, len(x.Shape), len(l.kernel))
	}
	if err := l.check(n); err != nil {
		return err
	}
	for i := range n {
		if l.global {
			out[0].Shape[2+i] = 1
			continue
		}
		s, err := l.size(i, n, x.Shape[2+i], l.kernel[i])
		if err != nil {
			return err
		}
		out[0].Shape[2+i] = s
	}
	return nil
}

func (l lpPool) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &lpPoolKernel[float32]{l}, nil
	case tensor.Float64:
		return &lpPoolKernel[float64]{l}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &lpPoolKernel[float32]{l}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: pooling of %v", op.ErrUnsupported, in[0].Type)
}

// lpPoolKernel computes planes, in float64.
type lpPoolKernel[T float32 | float64] struct{ lpPool }

func (k *lpPoolKernel[T]) Resolve(f *op.Frame) error {
	x, y := f.In[0], f.Out[0]
	taps := op.Product(k.kernel)
	if k.global {
		taps = op.Product(x.Shape[2:])
	}
	f.Split(x.Shape[0]*x.Shape[1], float64(op.Product(y.Shape[2:])*taps*5+1))
	return nil
}

func (k *lpPoolKernel[T]) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	n := len(x.Shape) - 2
	plane, out := op.Product(x.Shape[2:]), op.Product(y.Shape[2:])
	lo, hi := f.Span(phase, chunk, x.Shape[0]*x.Shape[1])
	for i := lo; i < hi; i++ {
		src, dst := op.Data[T](x)[i*plane:][:plane], op.Data[T](y)[i*out:][:out]
		if k.global {
			sum := 0.0
			for _, v := range src {
				sum += k.power(float64(v))
			}
			dst[0] = T(k.root(sum))
			continue
		}
		var at [8]int
		for j := range dst {
			dst[j] = T(k.root(k.window(x.Shape[2:], at[:n], func(p int) float64 { return float64(src[p]) })))
			advance(at[:n], y.Shape[2:])
		}
	}
	return nil
}

// window sums the powers in the window of an output pixel.
func (l *lpPool) window(size, at []int, value func(p int) float64) float64 {
	var tap [8]int
	n, sum := len(at), 0.0
	for range op.Product(l.kernel) {
		p, inside := 0, true
		for i := range n {
			begin, _ := l.padding(i, n, size[i], l.kernel[i])
			q := at[i]*one(l.stride, i) - begin + tap[i]*one(l.dilation, i)
			inside = inside && q >= 0 && q < size[i]
			p = p*size[i] + q
		}
		if inside {
			sum += l.power(value(p))
		}
		advance(tap[:n], l.kernel)
	}
	return sum
}

func (l *lpPool) power(v float64) float64 {
	switch l.p {
	case 1:
		return math.Abs(v)
	case 2:
		return float64(v * v)
	}
	return math.Pow(math.Abs(v), l.p)
}

func (l *lpPool) root(sum float64) float64 {
	switch l.p {
	case 1:
		return sum
	case 2:
		return math.Sqrt(sum)
	}
	return math.Pow(sum, 1/l.p)
}
