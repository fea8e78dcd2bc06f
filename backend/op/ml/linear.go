package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// linear is a linear model: each score is a weighted sum of the features plus an
// intercept.
type linear struct {
	targets      int
	coefficients []float32 // [targets, features]
	intercepts   []float32 // by target; nil for 0
}

func newLinear(n *graph.Node, targets int) (linear, error) {
	o := linear{targets, n.Floats("coefficients"), n.Floats("intercepts")}
	switch {
	case targets < 1:
		return o, fmt.Errorf("%w: %d targets", op.ErrAttr, targets)
	case len(o.coefficients) == 0 || len(o.coefficients)%targets != 0:
		return o, fmt.Errorf("%w: %d coefficients for %d targets", op.ErrAttr, len(o.coefficients), targets)
	case o.intercepts != nil && len(o.intercepts) != targets:
		return o, fmt.Errorf("%w: %d intercepts for %d targets", op.ErrAttr, len(o.intercepts), targets)
	}
	return o, nil
}

// scorer returns what computes the scores, as one product of matrices.
func (o *linear) scorer(s *kernels.Set) *linearScorer {
	k := &linearScorer{set: s, targets: o.targets, c: len(o.coefficients) / o.targets}
	k.packed = tensor.View[float32](tensor.Alloc(4 * kernels.PackedLen(k.c, k.targets)))
	kernels.Pack(k.packed, k.c, k.targets, o.coefficients, 1, k.c)
	k.epilogue.Bias = o.intercepts
	return k
}

// linearScorer is the scorer of a linear model.
type linearScorer struct {
	set        *kernels.Set
	targets, c int
	packed     []float32
	epilogue   kernels.Epilogue
}

func (k *linearScorer) scores() int { return k.targets }

func (k *linearScorer) cost(c int) float64 { return 0.05 * float64(c*k.targets) }

func (k *linearScorer) work(rows int) int { return 4 * rows * k.targets }

func (k *linearScorer) score(dst []float64, x []float32, rows, c int, work []byte) {
	y := tensor.View[float32](work)[:rows*k.targets]
	k.set.Gemm(rows, k.targets, c, x, c, k.packed, y, k.targets, &k.epilogue)
	for i, v := range y {
		dst[i] = float64(v)
	}
}

// linearClassifier is LinearClassifier: a score for each class, or one for two.
type linearClassifier struct {
	linear
	classes
}

func newLinearClassifier(n *graph.Node) (op.Op, error) {
	l, err := newLabels(n, "classlabels_ints")
	if err != nil {
		return nil, err
	}
	post, err := newTransform(n)
	if err != nil {
		return nil, err
	}
	targets := len(n.Floats("intercepts"))
	if targets == 0 {
		targets = l.len()
	}
	if targets != l.len() && (targets != 1 || l.len() != 2) {
		return nil, fmt.Errorf("%w: %d scores for %d classes", op.ErrAttr, targets, l.len())
	}
	m, err := newLinear(n, targets)
	return &linearClassifier{m, classes{l, post}}, err
}

func (o *linearClassifier) Infer(in, out []op.Info) error {
	c, err := o.infer(in, out, o.labels.len())
	if err != nil {
		return err
	}
	return checkFeatures(c, len(o.coefficients)/o.targets, true)
}

func (o *linearClassifier) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	finish := o.several
	if o.targets < o.labels.len() {
		finish = func(f *op.Frame, row int, s []float64) { o.single(f, row, s[0], s[0] > 0, true) }
	}
	return &predictor[float32]{o.scorer(e.Set), finish}, nil
}

// linearRegressor is LinearRegressor.
type linearRegressor struct {
	linear
	post transform
}

func newLinearRegressor(n *graph.Node) (op.Op, error) {
	post, err := newTransform(n)
	if err != nil {
		return nil, err
	}
	m, err := newLinear(n, n.Int("targets", 1))
	return &linearRegressor{m, post}, err
}

func (o *linearRegressor) Infer(in, out []op.Info) error {
	if err := checkNumeric(in); err != nil {
		return err
	}
	c, err := inferPredict(in, out, tensor.Undefined, tensor.Float32, o.targets)
	if err != nil {
		return err
	}
	return checkFeatures(c, len(o.coefficients)/o.targets, true)
}

func (o *linearRegressor) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	return &predictor[float32]{o.scorer(e.Set), o.post.finish}, nil
}

// finish transforms the scores of a sample and stores them as output 0.
func (t transform) finish(f *op.Frame, row int, s []float64) {
	t.apply(s)
	putScores(f.Out[0], row, s)
}
