package ml

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// classes is how a classifier finishes a sample: the top class is output 0, the
// scores of all of them output 1.
type classes struct {
	labels labels
	post   transform
}

func (o *classes) infer(in, out []op.Info, width int) (c int, err error) {
	if err := checkNumeric(in); err != nil {
		return 0, err
	}
	return inferPredict(in, out, o.labels.typ(), tensor.Float32, width)
}

// several finishes a sample that has a score for each class.
func (o *classes) several(f *op.Frame, row int, s []float64) {
	o.put(f, row, argMax(s), s)
}

// put gives a sample its class and scores.
func (o *classes) put(f *op.Frame, row, class int, s []float64) {
	o.labels.put(f.Out[0], row, class)
	o.post.apply(s)
	if len(f.Out) > 1 {
		putScores(f.Out[1], row, s)
	}
}

// single finishes a sample of two classes that has one score, high for class 1.
// A probability p becomes 1-p and p, another score s becomes -s and s. The
// softmax of one score is left out.
func (o *classes) single(f *op.Frame, row int, s float64, positive, probability bool) {
	class := 0
	if positive {
		class = 1
	}
	o.labels.put(f.Out[0], row, class)
	var pair [2]float64
	switch {
	case o.post == logistic:
		pair = [2]float64{sigmoid(-s), sigmoid(s)}
	case o.post == probit:
		q := normalQuantile(s)
		pair = [2]float64{-q, q}
	case probability:
		pair = [2]float64{1 - s, s}
	default:
		pair = [2]float64{-s, s}
	}
	if len(f.Out) > 1 {
		putScores(f.Out[1], row, pair[:])
	}
}

// argMax returns the index of the first of the greatest elements; NaN is greater
// than none.
func argMax(s []float64) int {
	best := 0
	for i, v := range s {
		if v > s[best] {
			best = i
		}
	}
	return best
}
