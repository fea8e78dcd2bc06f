package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A scorer computes the raw scores of samples; T is the type in which it reads
// features. It is immutable.
type scorer[T float32 | float64] interface {
	scores() int        // of a sample
	cost(c int) float64 // of a sample in nanoseconds
	work(rows int) int  // bytes of scratch memory for as many samples
	score(dst []float64, x []T, rows, c int, work []byte)
}

// checkFeatures checks the number of features of an input of samples.
func checkFeatures(c, want int, exact bool) error {
	if c >= 0 && (c < want || exact && c != want) {
		return fmt.Errorf("%w: %d features, the model has %d", op.ErrShape, c, want)
	}
	return nil
}

// inferPredict infers the outputs: labels, unless typ is Undefined, and width
// scores of type scores.
func inferPredict(in, out []op.Info, labels, scores tensor.Type, width int) (c int, err error) {
	n, c, err := samples(&in[0])
	if err != nil {
		return c, err
	}
	i := 0
	if labels != tensor.Undefined {
		out[0].Tensor(labels)
		out[0].Shape = append(out[0].Shape, n)
		i = 1
	}
	if i < len(out) {
		out[i].Tensor(scores)
		out[i].Shape = append(out[i].Shape, n, width)
	}
	return c, nil
}

// blockRows is how many samples are scored together.
const blockRows = 64

// predictor is the kernel of classifiers and regressors: it scores blocks of
// samples and finishes each, which may change its scores.
type predictor[T float32 | float64] struct {
	scorer scorer[T]
	finish func(f *op.Frame, row int, scores []float64)
}

// Resolve divides the samples. Scratch memory holds the features of a block
// where they are converted, its scores, and the scorer's own.
func (k *predictor[T]) Resolve(f *op.Frame) error {
	n, c := size(f.In[0])
	rows := min(n, blockRows)
	f.Scratch = 8*rows*(c+k.scorer.scores()) + k.scorer.work(rows)
	f.Split(n, k.scorer.cost(c)+20)
	return nil
}

func (k *predictor[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	n, c := size(f.In[0])
	lo, hi := f.Span(phase, chunk, n)
	width, work := k.scorer.scores(), f.Work(worker)
	rows := min(n, blockRows)
	wide, work := work[:8*rows*c], work[8*rows*c:]
	raw, work := tensor.View[float64](work[:8*rows*width]), work[8*rows*width:]
	for ; lo < hi; lo += rows {
		rows = min(rows, hi-lo)
		x, err := rowsOf(f.In[0], lo*c, (lo+rows)*c, tensor.View[T](wide))
		if err != nil {
			return err
		}
		k.scorer.score(raw, x, rows, c, work)
		for r := range rows {
			k.finish(f, lo+r, raw[r*width:(r+1)*width])
		}
	}
	return nil
}

// putScores sets row i of a tensor of scores.
func putScores(v *op.Value, i int, s []float64) {
	if v == nil {
		return
	}
	if v.Type == tensor.Float64 {
		copy(op.Data[float64](v)[i*len(s):], s)
		return
	}
	y := op.Data[float32](v)[i*len(s):][:len(s)]
	for j, v := range s {
		y[j] = float32(v)
	}
}
