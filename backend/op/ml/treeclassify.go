package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// treeClassifier is TreeEnsembleClassifier: a score for each class, or, if all
// votes are for one of two classes, one score: the probability of class 1 if no
// vote is negative, else its log-odds or the like.
type treeClassifier struct {
	*forest
	classes
	single   bool
	class    int  // that all votes of a single score are for
	positive bool // no vote is negative
}

func newTreeClassifier(n *graph.Node) (op.Op, error) {
	l, err := newLabels(n, "classlabels_int64s")
	if err != nil {
		return nil, err
	}
	post, err := newTransform(n)
	if err != nil {
		return nil, err
	}
	f, err := newForest(n, "class", l.len())
	if err != nil {
		return nil, err
	}
	o := &treeClassifier{forest: f, classes: classes{l, post}, positive: true}
	seen := make([]bool, l.len())
	for _, votes := range f.leaves {
		for _, v := range votes {
			seen[v.target] = true
			o.positive = o.positive && v.weight >= 0
		}
	}
	if l.len() == 2 && seen[0] != seen[1] {
		o.single = true
		if seen[1] {
			o.class = 1
		}
		o.one()
	}
	if f.base != nil && len(f.base) != f.targets {
		return nil, fmt.Errorf("%w: %d base values for %d scores", op.ErrAttr, len(f.base), f.targets)
	}
	return o, nil
}

// one makes the forest one of a single target.
func (o *treeClassifier) one() {
	o.targets = 1
	for _, votes := range o.leaves {
		for i := range votes {
			votes[i].target = 0
		}
	}
	if len(o.base) == 2 {
		o.base = o.base[o.class : o.class+1]
	}
}

func (o *treeClassifier) Infer(in, out []op.Info) error {
	c, err := o.infer(in, out, o.labels.len())
	if err != nil {
		return err
	}
	return checkFeatures(c, o.features(), false)
}

func (o *treeClassifier) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	finish := o.several
	if o.single {
		finish = o.finish
	}
	return o.forest.kernel(in[0].Type, finish)
}

// finish finishes a sample of a single score. If that is of class 1, class 0 has
// the score 0.
func (o *treeClassifier) finish(f *op.Frame, row int, s []float64) {
	threshold := 0.
	if o.positive {
		threshold = 0.5
	}
	if o.class == 0 {
		o.classes.single(f, row, s[0], s[0] > threshold, o.positive)
		return
	}
	class := 0
	if s[0] > threshold {
		class = 1
	}
	pair := [2]float64{0, s[0]}
	o.put(f, row, class, pair[:])
}

// kernel returns the kernel for features of a type.
func (f *forest) kernel(t tensor.Type, finish func(*op.Frame, int, []float64)) (op.Kernel, error) {
	if t == tensor.Float32 && f.values == tensor.Float32 {
		e, err := compile[float32](f)
		return &predictor[float32]{e, finish}, err
	}
	e, err := compile[float64](f)
	return &predictor[float64]{e, finish}, err
}
