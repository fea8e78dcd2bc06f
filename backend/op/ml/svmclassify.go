package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// svmClassifier is SVMClassifier. With support vectors it has a score for each
// pair of classes, positive for the first one: the class that wins most pairs
// is the result, and scores are those of the pairs or, with prob_a and prob_b,
// probabilities of the classes. Without support vectors it is a linear model of
// a score for each class.
type svmClassifier struct {
	supports // n is 0 for a linear model
	classes
	coef         []float32 // [classes-1, n]: of vectors of class i against class j in row j, less 1 where j > i
	first        []int     // by class, its first vector; and the end of the last one
	rho          []float32 // by pair
	probA, probB []float32 // by pair, or nil
}

func newSVMClassifier(n *graph.Node) (op.Op, error) {
	l, err := newLabels(n, "classlabels_ints")
	if err != nil {
		return nil, err
	}
	post, err := newTransform(n)
	if err != nil {
		return nil, err
	}
	o := &svmClassifier{classes: classes{l, post}, coef: n.Floats("coefficients"), rho: n.Floats("rho")}
	o.first = []int{0}
	for _, v := range n.Ints("vectors_per_class") {
		if v < 0 || v > len(n.Floats("support_vectors")) {
			return nil, fmt.Errorf("%w: %d support vectors of a class", op.ErrAttr, v)
		}
		o.first = append(o.first, o.first[len(o.first)-1]+v)
	}
	count := o.first[len(o.first)-1]
	if count == 0 {
		return o, o.linear()
	}
	if o.supports, err = newSupports(n, count); err != nil {
		return nil, err
	}
	if a, b := n.Floats("prob_a"), n.Floats("prob_b"); len(a) > 0 {
		o.probA, o.probB = a, b
	}
	return o, o.check()
}

// linear checks a linear model.
func (o *svmClassifier) linear() error {
	classes := o.labels.len()
	if len(o.coef) == 0 || len(o.coef)%classes != 0 || len(o.rho) == 0 {
		return fmt.Errorf("%w: %d coefficients and %d elements of rho for %d classes", op.ErrAttr, len(o.coef), len(o.rho), classes)
	}
	o.c = len(o.coef) / classes
	return nil
}

// check checks the lists of a model with support vectors.
func (o *svmClassifier) check() error {
	classes, pairs := o.labels.len(), o.pairs()
	switch {
	case len(o.first) != classes+1 || classes < 2:
		return fmt.Errorf("%w: vectors_per_class has %d elements for %d classes", op.ErrAttr, len(o.first)-1, classes)
	case len(o.coef) != (classes-1)*o.n:
		return fmt.Errorf("%w: %d coefficients for %d classes and %d vectors", op.ErrAttr, len(o.coef), classes, o.n)
	case len(o.rho) != pairs:
		return fmt.Errorf("%w: %d elements of rho for %d pairs of classes", op.ErrAttr, len(o.rho), pairs)
	case o.probA != nil && (len(o.probA) != pairs || len(o.probB) != pairs):
		return fmt.Errorf("%w: %d and %d elements of prob_a and prob_b for %d pairs of classes", op.ErrAttr, len(o.probA), len(o.probB), pairs)
	}
	return nil
}

func (o *svmClassifier) pairs() int { return o.labels.len() * (o.labels.len() - 1) / 2 }

// width is the number of scores in the output.
func (o *svmClassifier) width() int {
	if o.n == 0 || o.probA != nil {
		return o.labels.len()
	}
	return max(2, o.pairs())
}

func (o *svmClassifier) Infer(in, out []op.Info) error {
	c, err := o.infer(in, out, o.width())
	if err != nil {
		return err
	}
	return checkFeatures(c, o.c, true)
}

func (o *svmClassifier) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	if o.n > 0 {
		return &predictor[float32]{&pairScorer{o.supports.prepare(e.Set), o}, o.finish}, nil
	}
	bias := make([]float32, o.labels.len())
	for i := range bias {
		bias[i] = o.rho[0]
	}
	m := linear{len(bias), o.coef, bias}
	return &predictor[float32]{m.scorer(e.Set), o.several}, nil
}

// pairScorer scores pairs of classes; behind these scores it has room for what
// finish needs.
type pairScorer struct {
	similarity
	op *svmClassifier
}

func (k *pairScorer) scores() int {
	n := k.op.labels.len()
	return k.op.pairs() + n + coupling(n)
}

func (k *pairScorer) score(dst []float64, x []float32, rows, _ int, work []byte) {
	o, classes, width := k.op, k.op.labels.len(), k.scores()
	y := k.rows(x, rows, tensor.View[float32](work))
	for r := range rows {
		s, pair := y[r*k.n:(r+1)*k.n], 0
		for i := range classes {
			for j := i + 1; j < classes; j++ {
				fi, ei, fj, ej := o.first[i], o.first[i+1], o.first[j], o.first[j+1]
				dst[r*width+pair] = float64(o.rho[pair]) +
					dot(o.coef[(j-1)*k.n+fi:(j-1)*k.n+ei], s[fi:]) +
					dot(o.coef[i*k.n+fj:i*k.n+ej], s[fj:])
				pair++
			}
		}
	}
}

func (o *svmClassifier) finish(f *op.Frame, row int, s []float64) {
	classes := o.labels.len()
	scores, votes, work := s[:o.pairs()], s[o.pairs():][:classes], s[o.pairs()+classes:]
	clear(votes)
	pair := 0
	for i := range classes {
		for j := i + 1; j < classes; j++ {
			if scores[pair] > 0 {
				votes[i]++
			} else {
				votes[j]++
			}
			pair++
		}
	}
	winner := argMax(votes)
	switch {
	case o.probA != nil:
		for i := range scores {
			scores[i] = sigmoid(-(scores[i]*float64(o.probA[i]) + float64(o.probB[i])))
		}
		couple(votes, scores, work)
		o.put(f, row, winner, votes)
	case classes == 2:
		o.single(f, row, scores[0], winner == 1, o.post != none)
	default:
		o.put(f, row, winner, scores)
	}
}
