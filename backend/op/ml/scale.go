package ml

import (
	"fmt"
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// scaler is Scaler: (x - offset) · scale, by feature or with the same numbers for
// all of them.
type scaler struct{ offset, scale []float32 }

func newScaler(n *graph.Node) (op.Op, error) {
	o := scaler{n.Floats("offset"), n.Floats("scale")}
	if o.offset == nil {
		o.offset = []float32{0}
	}
	if o.scale == nil {
		o.scale = []float32{1}
	}
	if len(o.offset) == 0 || len(o.scale) == 0 {
		return nil, fmt.Errorf("%w: offset has %d elements, scale %d", op.ErrAttr, len(o.offset), len(o.scale))
	}
	return o, nil
}

func (o scaler) Infer(in, out []op.Info) error {
	if err := inferFeatures(in, out, "offset", len(o.offset)); err != nil {
		return err
	}
	return inferFeatures(in, out, "scale", len(o.scale))
}

// inferFeatures infers a float32 output of the input's shape, of an operator that
// has n numbers for its features.
func inferFeatures(in, out []op.Info, name string, n int) error {
	if err := checkNumeric(in); err != nil {
		return err
	}
	x := &in[0]
	out[0].Like(tensor.Float32, x)
	if !x.Ranked {
		return nil
	}
	if len(x.Shape) == 0 {
		return fmt.Errorf("%w: input is a scalar", op.ErrShape)
	}
	return perFeature(name, n, x.Shape[len(x.Shape)-1])
}

func (o scaler) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	if in[0].Type == tensor.Float32 {
		return rowKernel[float32]{1, func(y, x []float32) { o.row32(y, x) }}, nil
	}
	return rowKernel[float64]{3, func(y []float32, x []float64) { scaleRow(y, x, o) }}, nil
}

// row32 works in float32 throughout.
func (o scaler) row32(y, x []float32) {
	for i, v := range x {
		y[i] = (v - o.offset[i%len(o.offset)]) * o.scale[i%len(o.scale)]
	}
}

func scaleRow(y []float32, x []float64, o scaler) {
	for i, v := range x {
		y[i] = float32((v - float64(o.offset[i%len(o.offset)])) * float64(o.scale[i%len(o.scale)]))
	}
}

// rowKernel computes each row, of the last axis, from a row of the input as T.
type rowKernel[T float32 | float64] struct {
	cost float64 // of an element in nanoseconds
	row  func(y []float32, x []T)
}

func (k rowKernel[T]) Resolve(f *op.Frame) error {
	c := f.In[0].Shape[len(f.In[0].Shape)-1]
	f.Scratch = 8 * c
	f.Split(f.In[0].Len()/max(c, 1), k.cost*float64(c)+5)
	return nil
}

func (k rowKernel[T]) Run(f *op.Frame, phase, chunk, worker int) error {
	c := f.In[0].Shape[len(f.In[0].Shape)-1]
	lo, hi := f.Span(phase, chunk, f.In[0].Len()/max(c, 1))
	y, work := op.Data[float32](f.Out[0]), tensor.View[T](f.Work(worker))
	for i := lo; i < hi; i++ {
		x, err := rowsOf(f.In[0], i*c, (i+1)*c, work)
		if err != nil {
			return err
		}
		k.row(y[i*c:(i+1)*c], x)
	}
	return nil
}

var norms = []string{"MAX", "L1", "L2"}

// normalizer is Normalizer: each row divided by its greatest element, by the sum
// of the absolute values or by the root of the sum of squares, unless that is 0.
type normalizer struct{ norm string }

func newNormalizer(n *graph.Node) (op.Op, error) {
	o := normalizer{n.Str("norm", "MAX")}
	if !slices.Contains(norms, o.norm) {
		return nil, fmt.Errorf("%w: norm is %q", op.ErrAttr, o.norm)
	}
	return o, nil
}

func (o normalizer) Infer(in, out []op.Info) error { return inferFeatures(in, out, "norm", 1) }

func (o normalizer) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return rowKernel[float64]{3, o.row}, nil
}

func (o normalizer) row(y []float32, x []float64) {
	d := 0.
	switch {
	case len(x) == 0:
	case o.norm == "MAX":
		d = slices.Max(x)
	case o.norm == "L1":
		for _, v := range x {
			d += math.Abs(v)
		}
	default:
		for _, v := range x {
			d += v * v
		}
		d = math.Sqrt(d)
	}
	if d == 0 {
		d = 1
	}
	for i, v := range x {
		y[i] = float32(v / d)
	}
}
