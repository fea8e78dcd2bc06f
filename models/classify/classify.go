// Package classify reads the output of a classifier: which classes score best,
// under which names, with which probability.
//
// Models end in probabilities or in logits, and no attribute tells which.
// Scores that lie in 0...1 and add up to 1 are probabilities already; to all
// others softmax is applied.
package classify

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Result is one class and its probability.
type Result struct {
	Index int
	Label string // "class 7" where no label is known
	Score float32
}

// String formats like "0.913 macaw".
func (r Result) String() string { return fmt.Sprintf("%.3f %s", r.Score, r.Label) }

// TopK returns the k best classes of one picture, best first and, among equals,
// lowest index first. The scores are float32 or float64, of shape C, 1 x C or
// with more dims of 1; see [Batch] for more pictures.
func TopK(scores *tensor.Tensor, labels []string, k int) ([]Result, error) {
	if s := scores.Shape(); len(s) > 1 && s[0] != 1 {
		return nil, fmt.Errorf("scores of shape %v are of %d pictures, not of one", s, s[0])
	}
	all, err := Batch(scores, labels, k)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Batch returns the k best classes of each picture of a batch: scores of shape
// C, N x C, or N x C x 1 x 1.
func Batch(scores *tensor.Tensor, labels []string, k int) ([][]Result, error) {
	values, err := floats(scores)
	if err != nil {
		return nil, err
	}
	n, classes := 1, scores.Len()
	if s := scores.Shape(); len(s) > 1 {
		n, classes = s[0], s[1]
	}
	if n*classes != scores.Len() || classes == 0 {
		return nil, fmt.Errorf("scores of shape %v are no N x C", scores.Shape())
	}
	out := make([][]Result, n)
	for i := range out {
		p, err := Probabilities(values[i*classes:][:classes])
		if err != nil {
			return nil, err
		}
		out[i] = Best(p, labels, k)
	}
	return out, nil
}

func floats(t *tensor.Tensor) ([]float32, error) {
	switch t.Type() {
	case tensor.Float32:
		return tensor.Data[float32](t), nil
	case tensor.Float64:
		out := make([]float32, t.Len())
		for i, v := range tensor.Data[float64](t) {
			out[i] = float32(v)
		}
		return out, nil
	}
	return nil, fmt.Errorf("scores are %v, want float32 or float64", t.Type())
}

// Best returns the k largest of one picture's probabilities, for models that are
// known to end in them: those of 8 bits need not add up to 1, so that TopK would
// take them for logits.
func Best(p []float32, labels []string, k int) []Result {
	index := make([]int, len(p))
	for i := range index {
		index[i] = i
	}
	slices.SortFunc(index, func(a, b int) int {
		return cmp.Or(cmp.Compare(p[b], p[a]), cmp.Compare(a, b))
	})
	out := make([]Result, 0, max(0, min(k, len(p))))
	for _, i := range index[:cap(out)] {
		label := fmt.Sprintf("class %d", i)
		if i < len(labels) && labels[i] != "" {
			label = labels[i]
		}
		out = append(out, Result{i, label, p[i]})
	}
	return out
}

// Probabilities returns scores as they are when they already are
// probabilities, else their softmax; a single score is one sigmoid's. Infinite
// logits are allowed, NaN is an error.
func Probabilities(scores []float32) ([]float32, error) {
	// What float16 or 8-bit rounding may add to or take from the sum.
	const tolerance = 0.01
	sum, within := 0.0, true
	largest := math.Inf(-1)
	for i, v := range scores {
		if v != v {
			return nil, fmt.Errorf("the score of class %d is not a number", i)
		}
		within = within && v >= 0 && v <= 1+tolerance
		sum += float64(v)
		largest = max(largest, float64(v))
	}
	if within && (math.Abs(sum-1) <= tolerance || len(scores) == 1) {
		return slices.Clone(scores), nil
	}
	if len(scores) == 1 {
		return []float32{float32(1 / (1 + math.Exp(-largest)))}, nil
	}
	return softmax(scores, largest), nil
}

// softmax subtracts the largest logit, so that no exponential overflows.
func softmax(scores []float32, largest float64) []float32 {
	if math.IsInf(largest, 0) { // shared by those that reach it
		largest, scores = 0, limits(scores, float32(largest))
	}
	e := make([]float64, len(scores))
	sum := 0.0
	for i, v := range scores {
		e[i] = math.Exp(float64(v) - largest)
		sum += e[i]
	}
	out := make([]float32, len(scores))
	for i := range e {
		out[i] = float32(e[i] / sum)
	}
	return out
}

// limits replaces scores by 0 where they equal an infinite maximum and by minus
// infinity elsewhere: the limit of softmax.
func limits(scores []float32, largest float32) []float32 {
	out := make([]float32, len(scores))
	for i, v := range scores {
		if v != largest {
			out[i] = float32(math.Inf(-1))
		}
	}
	return out
}
