package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// featureVectorizer is FeatureVectorizer: the features of several inputs next to
// each other, as float32. The attribute says how many of each there are; of an
// input that has fewer the others are 0, of one that has more the first are
// taken. All dims of an input but the first are features.
type featureVectorizer struct{ widths []int }

func newFeatureVectorizer(n *graph.Node) (op.Op, error) {
	o := featureVectorizer{n.Ints("inputdimensions")}
	if len(o.widths) != len(n.Inputs) {
		return nil, fmt.Errorf("%w: %d inputdimensions for %d inputs", op.ErrAttr, len(o.widths), len(n.Inputs))
	}
	for _, w := range o.widths {
		if w < 0 || w > 1<<30 {
			return nil, fmt.Errorf("%w: inputdimensions are %v", op.ErrAttr, o.widths)
		}
	}
	return o, nil
}

func (o featureVectorizer) Infer(in, out []op.Info) error {
	rows, total := op.Unknown, 0
	for i := range in {
		if err := checkNumeric(in[i : i+1]); err != nil {
			return err
		}
		total += o.widths[i]
		if !in[i].Ranked {
			continue
		}
		n := 1
		if len(in[i].Shape) > 1 {
			n = in[i].Shape[0]
		}
		if op.Clash(rows, n) {
			return fmt.Errorf("%w: input %d has %d rows, others %d", op.ErrShape, i, n, rows)
		}
		if rows < 0 {
			rows = n
		}
	}
	out[0].Tensor(tensor.Float32)
	out[0].Shape = append(out[0].Shape, rows, total)
	return nil
}

func (o featureVectorizer) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

// Resolve is of the operator itself: it is its own kernel.
func (o featureVectorizer) Resolve(f *op.Frame) error {
	f.Split(f.Out[0].Shape[0], float64(f.Out[0].Shape[1])+20*float64(len(f.In)))
	return nil
}

func (o featureVectorizer) Run(f *op.Frame, phase, chunk, _ int) error {
	lo, hi := f.Span(phase, chunk, f.Out[0].Shape[0])
	total := f.Out[0].Shape[1]
	for r := lo; r < hi; r++ {
		y := op.Data[float32](f.Out[0])[r*total:][:total]
		for i, x := range f.In {
			have := x.Len() / f.Out[0].Shape[0]
			n := min(have, o.widths[i])
			row, err := rowsOf(x, r*have, r*have+n, y)
			if err != nil {
				return err
			}
			copy(y, row)
			clear(y[n:o.widths[i]])
			y = y[o.widths[i]:]
		}
	}
	return nil
}
