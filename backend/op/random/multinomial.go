package random

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Multinomial, versions 7 and 22: draws outcomes by their probabilities.
//
//	X [B classes] logarithms of probabilities, up to a constant -> Y [B samples] int32 or int64
type multinomial struct {
	seed
	samples int
	to      tensor.Type
}

func newMultinomial(n *graph.Node) (op.Op, error) {
	m := multinomial{newSeed(n), n.Int("sample_size", 1), tensor.Type(n.Int("dtype", int(tensor.Int32)))}
	if m.samples < 0 || m.samples > math.MaxInt32 || m.to != tensor.Int32 && m.to != tensor.Int64 {
		return nil, fmt.Errorf("%w: %d samples of type %v", op.ErrAttr, m.samples, m.to)
	}
	return m, nil
}

func (m multinomial) Infer(in, out []op.Info) error {
	out[0].Tensor(m.to, op.Unknown, m.samples)
	if !in[0].Ranked {
		return nil
	}
	if len(in[0].Shape) != 2 || in[0].Shape[1] == 0 {
		return fmt.Errorf("%w: X is %v, want [batch classes]", op.ErrShape, in[0].Shape)
	}
	out[0].Shape[0] = in[0].Shape[0]
	return nil
}

func (m multinomial) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	k := &multinomialKernel[float32]{m}
	switch in[0].Type {
	case tensor.Float32:
		return k, nil
	case tensor.Float64:
		return &multinomialKernel[float64]{m}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, k, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: Multinomial of %v", op.ErrUnsupported, in[0].Type)
}

type multinomialKernel[T float32 | float64] struct{ multinomial }

func (k *multinomialKernel[T]) Resolve(f *op.Frame) error {
	f.Scratch = 8 * f.In[0].Shape[1]
	f.One(f.In[0].Len()*20 + f.Out[0].Len()*40)
	return nil
}

func (k *multinomialKernel[T]) Run(f *op.Frame, _, _, worker int) error {
	classes, key := f.In[0].Shape[1], k.draw()
	sums := tensor.View[float64](f.Work(worker))[:classes]
	for b := range f.In[0].Shape[0] {
		row := op.Data[T](f.In[0])[b*classes:][:classes]
		greatest, total := math.Inf(-1), 0.0
		for _, v := range row {
			greatest = max(greatest, float64(v))
		}
		for i, v := range row {
			total += math.Exp(float64(v) - greatest)
			sums[i] = total
		}
		if !(total > 0) || math.IsInf(total, 0) {
			return fmt.Errorf("%w: row %d has no probabilities", op.ErrInput, b)
		}
		for s := range k.samples {
			at := b*k.samples + s
			u, _ := uniforms(key, uint64(at))
			class := outcome(sums, u*total)
			if k.to == tensor.Int32 {
				op.Data[int32](f.Out[0])[at] = int32(class)
			} else {
				op.Data[int64](f.Out[0])[at] = int64(class)
			}
		}
	}
	return nil
}

// outcome returns the first class whose cumulative sum is greater than v.
func outcome(sums []float64, v float64) int {
	lo, hi := 0, len(sums)-1
	for lo < hi {
		if mid := (lo + hi) / 2; sums[mid] > v {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
