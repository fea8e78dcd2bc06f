package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// svmRegressor is SVMRegressor: the weighted sum of similarities to the support
// vectors plus rho or, without support vectors, a linear model. With one_class
// it says only on which side of 0 that is, 1 or -1.
type svmRegressor struct {
	supports // n is 0 for a linear model
	coef     []float32
	rho      float32
	oneClass bool
	post     transform
}

func newSVMRegressor(n *graph.Node) (op.Op, error) {
	post, err := newTransform(n)
	if err != nil {
		return nil, err
	}
	o := &svmRegressor{coef: n.Floats("coefficients"), oneClass: n.Int("one_class", 0) != 0, post: post}
	rho := n.Floats("rho")
	if len(rho) != 1 {
		return nil, fmt.Errorf("%w: %d elements of rho, want 1", op.ErrAttr, len(rho))
	}
	o.rho = rho[0]
	count := n.Int("n_supports", 0)
	if count <= 0 {
		o.c = len(o.coef)
		return o, nil
	}
	if len(o.coef) != count {
		return nil, fmt.Errorf("%w: %d coefficients for %d support vectors", op.ErrAttr, len(o.coef), count)
	}
	o.supports, err = newSupports(n, count)
	return o, err
}

func (o *svmRegressor) Infer(in, out []op.Info) error {
	if err := checkNumeric(in); err != nil {
		return err
	}
	c, err := inferPredict(in, out, tensor.Undefined, tensor.Float32, 1)
	if err != nil {
		return err
	}
	return checkFeatures(c, o.c, true)
}

func (o *svmRegressor) Prepare(e *op.Env, _, _ []op.Info) (op.Kernel, error) {
	if o.n == 0 {
		m := linear{1, o.coef, []float32{o.rho}}
		return &predictor[float32]{m.scorer(e.Set), o.finish}, nil
	}
	return &predictor[float32]{&svmScorer{o.supports.prepare(e.Set), o}, o.finish}, nil
}

func (o *svmRegressor) finish(f *op.Frame, row int, s []float64) {
	if o.oneClass {
		if s[0] > 0 {
			s[0] = 1
		} else {
			s[0] = -1
		}
	}
	o.post.finish(f, row, s)
}

// svmScorer is the scorer of a regressor with support vectors.
type svmScorer struct {
	similarity
	op *svmRegressor
}

func (k *svmScorer) scores() int { return 1 }

func (k *svmScorer) score(dst []float64, x []float32, rows, _ int, work []byte) {
	y := k.rows(x, rows, tensor.View[float32](work))
	for i := range rows {
		dst[i] = dot(k.op.coef, y[i*k.n:]) + float64(k.op.rho)
	}
}

// dot returns the sum of products of the elements of a and as many of b.
func dot(a, b []float32) float64 {
	sum := 0.
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return sum
}
