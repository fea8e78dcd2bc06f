package training

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Inputs and outputs of losses.
const (
	inScores = iota
	inLabels
	inWeights
)

const (
	outLoss = iota
	outLogProb
)

// loss is NegativeLogLikelihoodLoss or SoftmaxCrossEntropyLoss. Scores are
// [N, C, d...], labels [N, d...]:
//
//	loss = -weight[label] · y[label]
//
// where y is the scores, or their log-softmax over the classes. Samples with a
// label to be ignored cost nothing. The mean is over the weights of the samples
// that are not ignored.
type loss struct {
	softmax   bool
	reduction string
	ignores   bool
	ignored   int64
}

func newLoss(n *graph.Node) (op.Op, error) {
	o := &loss{softmax: n.Op == "SoftmaxCrossEntropyLoss", reduction: n.Str("reduction", "mean")}
	if a := n.Attr("ignore_index"); a != nil {
		o.ignores, o.ignored = true, a.Int
	}
	if !slices.Contains([]string{"none", "sum", "mean"}, o.reduction) {
		return nil, fmt.Errorf("%w: reduction is %q", op.ErrAttr, o.reduction)
	}
	return o, nil
}

func (o *loss) Infer(in, out []op.Info) error {
	if len(in) < 2 || len(in) > 3 || len(out) > 2 {
		return fmt.Errorf("%w: %d inputs, %d outputs", op.ErrInput, len(in), len(out))
	}
	x, labels := &in[inScores], &in[inLabels]
	if labels.Type != tensor.Int64 && labels.Type != tensor.Int32 {
		return fmt.Errorf("%w: labels are %v", op.ErrType, labels.Type)
	}
	weighted := len(in) > 2 && in[inWeights].Present()
	if weighted && in[inWeights].Type != x.Type {
		return fmt.Errorf("%w: scores are %v but weights %v", op.ErrType, x.Type, in[inWeights].Type)
	}
	switch {
	case o.reduction != "none":
		out[outLoss].Tensor(x.Type)
	default:
		out[outLoss].Like(x.Type, labels)
	}
	if len(out) > 1 {
		out[outLogProb].Like(x.Type, x)
	}
	if !x.Ranked {
		return nil
	}
	if len(x.Shape) < 2 {
		return fmt.Errorf("%w: scores have rank %d, want at least 2", op.ErrShape, len(x.Shape))
	}
	if weighted && in[inWeights].Ranked {
		if w := in[inWeights].Shape; len(w) != 1 || op.Clash(w[0], x.Shape[1]) {
			return fmt.Errorf("%w: weights are %v for %d classes", op.ErrShape, w, x.Shape[1])
		}
	}
	if !labels.Ranked {
		return nil
	}
	if len(labels.Shape) != len(x.Shape)-1 {
		return fmt.Errorf("%w: labels have rank %d, scores %d", op.ErrShape, len(labels.Shape), len(x.Shape))
	}
	for i, d := range labels.Shape {
		from := i
		if i > 0 {
			from++
		}
		if op.Clash(d, x.Shape[from]) {
			return fmt.Errorf("%w: labels are %v, scores %v", op.ErrShape, labels.Shape, x.Shape)
		}
	}
	return nil
}

func (o *loss) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[inScores].Type {
	case tensor.Float32:
		return &lossKernel[float32]{o, e.Set.LogSoftmax}, nil
	case tensor.Float64:
		return &lossKernel[float64]{op: o}, nil
	case tensor.Float16, tensor.BFloat16:
		return op.Widen(e.Set, &lossKernel[float32]{o, e.Set.LogSoftmax}, tensor.Float32), nil
	}
	return nil, fmt.Errorf("%w: scores are %v", op.ErrUnsupported, in[inScores].Type)
}
