package ml

import (
	"fmt"
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// A transform is what is done to the scores of a sample at the end, named by the
// attribute post_transform.
type transform int

// The transforms, numbered as TreeEnsemble does.
const (
	none transform = iota
	softmax
	logistic
	softmaxZero // softmax over the scores that are not 0
	probit      // quantile of the normal distribution
)

var transforms = []string{"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"}

func newTransform(n *graph.Node) (transform, error) {
	name := n.Str("post_transform", "NONE")
	i := slices.Index(transforms, name)
	if i < 0 {
		return 0, fmt.Errorf("%w: post_transform is %q", op.ErrAttr, name)
	}
	return transform(i), nil
}

// apply transforms the scores of one sample in place.
func (t transform) apply(s []float64) {
	switch t {
	case softmax, softmaxZero:
		exponentials(s, t == softmaxZero)
	case logistic:
		for i, v := range s {
			s[i] = sigmoid(v)
		}
	case probit:
		for i, v := range s {
			s[i] = normalQuantile(v)
		}
	}
}

// exponentials makes scores probabilities. With keepZero, scores that are
// (nearly) 0 stay that small.
func exponentials(s []float64, keepZero bool) {
	const tiny = 1e-7
	top, sum := slices.Max(s), 0.
	for i, v := range s {
		if keepZero && math.Abs(v) <= tiny {
			s[i] = v * math.Exp(-top)
		} else {
			s[i] = math.Exp(v - top)
		}
		sum += s[i]
	}
	for i := range s {
		if sum == 0 {
			s[i] = 0.5
		} else {
			s[i] /= sum
		}
	}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
