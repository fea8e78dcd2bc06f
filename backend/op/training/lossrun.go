package training

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// lossKernel reads scores of type T.
type lossKernel[T float32 | float64] struct {
	op  *loss
	row func(dst, x []T) // log-softmax of adjacent elements; or nil
}

// lossState is what a frame keeps.
type lossState struct {
	classes, inner  int // of scores; positions of a sample, whose classes are that far apart
	samples         int // positions of all samples
	losses, weights []float64
}

// Resolve sets a phase over samples and one that reduces.
func (k *lossKernel[T]) Resolve(f *op.Frame) error {
	m, ok := f.Memo.(*lossState)
	if !ok {
		m = new(lossState)
		f.Memo = m
	}
	s := f.In[inScores].Shape
	m.classes, m.inner = s[1], op.Product(s[2:])
	m.samples = s[0] * m.inner
	if cap(m.losses) < m.samples {
		m.losses, m.weights = make([]float64, m.samples), make([]float64, m.samples)
	}
	m.losses, m.weights = m.losses[:m.samples], m.weights[:m.samples]
	f.Scratch = 8 * m.classes
	cost := 20.
	if k.op.softmax {
		cost += 10 * float64(m.classes)
	}
	f.Split(m.samples, cost)
	f.Phases = append(f.Phases, op.Phase{Chunks: 1, Cost: m.samples})
	return nil
}

func (k *lossKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	m := f.Memo.(*lossState)
	if phase > 0 {
		k.reduce(f.Out[outLoss], m)
		return nil
	}
	lo, hi := f.Span(phase, chunk, m.samples)
	work := tensor.View[T](f.Work(worker))
	for i := lo; i < hi; i++ {
		if err := k.sample(f, m, i, work[:m.classes]); err != nil {
			return err
		}
	}
	return nil
}

// sample computes the loss of one sample and, if they are wanted, the logarithms
// of its probabilities.
func (k *lossKernel[T]) sample(f *op.Frame, m *lossState, i int, row []T) error {
	x, at := op.Data[T](f.In[inScores]), 0
	if m.inner > 0 {
		at = i/m.inner*m.classes*m.inner + i%m.inner
	}
	var logs *op.Value
	if len(f.Out) > 1 {
		logs = f.Out[outLogProb]
	}
	label, err := k.label(f, m, i)
	if err != nil {
		return err
	}
	if label < 0 && logs == nil {
		m.losses[i], m.weights[i] = 0, 0
		return nil
	}
	for c := range row {
		row[c] = x[at+c*m.inner]
	}
	if k.op.softmax && len(row) > 0 {
		if k.row != nil {
			k.row(row, row)
		} else {
			logSoftmax(row)
		}
	}
	if logs != nil {
		y := op.Data[T](logs)
		for c, v := range row {
			y[at+c*m.inner] = v
		}
	}
	m.losses[i], m.weights[i] = 0, 0
	if label >= 0 {
		w := 1.
		if len(f.In) > 2 && f.In[inWeights] != nil {
			w = float64(op.Data[T](f.In[inWeights])[label])
		}
		m.losses[i], m.weights[i] = -w*float64(row[label]), w
	}
	return nil
}

// label returns the class of a sample, -1 if it is to be ignored.
func (k *lossKernel[T]) label(f *op.Frame, m *lossState, i int) (int, error) {
	var v int64
	if x := f.In[inLabels]; x.Type == tensor.Int32 {
		v = int64(op.Data[int32](x)[i])
	} else {
		v = op.Data[int64](x)[i]
	}
	switch {
	case k.op.ignores && v == k.op.ignored:
		return -1, nil
	case v < 0 || v >= int64(m.classes):
		return 0, fmt.Errorf("%w: label %d of sample %d, there are %d classes", op.ErrInput, v, i, m.classes)
	}
	return int(v), nil
}

// reduce stores the losses, their sum or their mean.
func (k *lossKernel[T]) reduce(v *op.Value, m *lossState) {
	if v == nil {
		return
	}
	y := op.Data[T](v)
	if k.op.reduction == "none" {
		for i, l := range m.losses {
			y[i] = T(l)
		}
		return
	}
	sum, weight := 0., 0.
	for i, l := range m.losses {
		sum += l
		weight += m.weights[i]
	}
	if k.op.reduction == "mean" {
		sum /= weight
	}
	y[0] = T(sum)
}

// logSoftmax works in place.
func logSoftmax[T float32 | float64](x []T) {
	top, sum := math.Inf(-1), 0.
	for _, v := range x {
		top = max(top, float64(v))
	}
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	l := math.Log(sum)
	for i, v := range x {
		x[i] = T(float64(v) - top - l)
	}
}
