package nn

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// MeanVarianceNormalization, versions 9 and 13.
//
//	X [...] -> Y like X
//
//	Y = (X - mean) / (standard deviation + 1e-9)
//
// of all elements that differ in the dims of axes only.
type meanVariance struct{ axes []int }

func newMeanVariance(n *graph.Node) (op.Op, error) {
	if n.Has("axes") {
		return meanVariance{n.Ints("axes")}, nil
	}
	return meanVariance{[]int{0, 2, 3}}, nil
}

func (m meanVariance) Infer(in, out []op.Info) error {
	out[0].Copy(&in[0])
	for _, a := range m.axes {
		if in[0].Ranked {
			if _, err := in[0].Axis(a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m meanVariance) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return &meanVarianceKernel[float32]{m}, nil
	case tensor.Float64:
		return &meanVarianceKernel[float64]{m}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &meanVarianceKernel[float32]{m}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: normalization of %v", op.ErrUnsupported, in[0].Type)
}

// meanVarianceKernel computes in float64, in passes over all elements.
type meanVarianceKernel[T float32 | float64] struct{ meanVariance }

// groupMoments are the sums of each group, and how to find an element's group.
type groupMoments struct {
	mean, deviation []float64
	stride, index   []int
}

func (k *meanVarianceKernel[T]) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (k *meanVarianceKernel[T]) Resolve(f *op.Frame) error {
	m, _ := f.Memo.(*groupMoments)
	if m == nil {
		m = new(groupMoments)
		f.Memo = m
	}
	s := f.In[0].Shape
	m.stride, m.index = grown(m.stride, len(s)), grown(m.index, len(s))
	clear(m.stride)
	for _, a := range k.axes {
		a, err := op.Axis(a, len(s))
		if err != nil {
			return err
		}
		m.stride[a] = -1
	}
	groups := 1
	for i := len(s) - 1; i >= 0; i-- {
		if m.stride[i] < 0 {
			m.stride[i] = 0
			continue
		}
		m.stride[i] = groups
		groups *= s[i]
	}
	m.mean, m.deviation = grown(m.mean, groups), grown(m.deviation, groups)
	f.One(15 * f.In[0].Len())
	return nil
}

func (k *meanVarianceKernel[T]) Run(f *op.Frame, _, _, _ int) error {
	m := f.Memo.(*groupMoments)
	x, y := op.Data[T](f.In[0]), op.Data[T](f.Out[0])
	each := func(g func(i, group int)) {
		clear(m.index)
		for i := range f.In[0].Len() {
			group := 0
			for d, n := range m.index {
				group += n * m.stride[d]
			}
			g(i, group)
			advance(m.index, f.In[0].Shape)
		}
	}
	n := float64(f.In[0].Len()) / float64(max(1, len(m.mean)))
	clear(m.mean)
	clear(m.deviation)
	each(func(i, g int) { m.mean[g] += float64(x[i]) })
	for g := range m.mean {
		m.mean[g] /= n
	}
	each(func(i, g int) {
		d := float64(x[i]) - m.mean[g]
		m.deviation[g] += float64(d * d)
	})
	for g, v := range m.deviation {
		m.deviation[g] = math.Sqrt(v/n) + 1e-9
	}
	each(func(i, g int) { y[i] = T((float64(x[i]) - m.mean[g]) / m.deviation[g]) })
	return nil
}
