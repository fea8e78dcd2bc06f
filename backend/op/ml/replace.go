package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// binarizer is Binarizer: 1 where an element is above the threshold, else 0.
type binarizer struct{ threshold float32 }

func newBinarizer(n *graph.Node) (op.Op, error) { return binarizer{n.Float("threshold", 0)}, nil }

func (o binarizer) Infer(in, out []op.Info) error {
	if err := checkNumeric(in); err != nil {
		return err
	}
	out[0].Like(in[0].Type, &in[0])
	return nil
}

func (o binarizer) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return binarize[float32](o), nil
	case tensor.Float64:
		return binarize[float64](o), nil
	case tensor.Int32:
		return binarize[int32](o), nil
	default:
		return binarize[int64](o), nil
	}
}

func binarize[T number](o binarizer) op.Kernel {
	t := float64(o.threshold)
	return elements[T](func(y, x []T, _ int) {
		for i, v := range x {
			y[i] = 0
			if float64(v) > t {
				y[i] = 1
			}
		}
	})
}

// imputer is Imputer: elements that equal a value are replaced, by one number or
// by one for each feature.
type imputer struct {
	floats  []float32 // replacements of floats, of integers
	ints    []int64
	float   float32 // what is replaced
	integer int64
}

func newImputer(n *graph.Node) (op.Op, error) {
	o := imputer{floats: n.Floats("imputed_value_floats"), float: n.Float("replaced_value_float", 0)}
	if a := n.Attr("imputed_value_int64s"); a != nil {
		o.ints = a.Ints
	}
	if a := n.Attr("replaced_value_int64"); a != nil {
		o.integer = a.Int
	}
	if (len(o.floats) == 0) == (len(o.ints) == 0) {
		return nil, fmt.Errorf("%w: %d imputed_value_floats and %d imputed_value_int64s; want one of them", op.ErrAttr, len(o.floats), len(o.ints))
	}
	return o, nil
}

func (o imputer) Infer(in, out []op.Info) error {
	if err := inferFeatures(in, out, "imputed_value", max(len(o.floats), len(o.ints))); err != nil {
		return err
	}
	out[0].Type = in[0].Type
	if integers := in[0].Type == tensor.Int32 || in[0].Type == tensor.Int64; integers == (len(o.ints) == 0) {
		return fmt.Errorf("%w: input is %v, imputed values are of the other kind", op.ErrType, in[0].Type)
	}
	return nil
}

func (o imputer) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type {
	case tensor.Float32:
		return impute[float32](o.floats, o.float), nil
	case tensor.Float64:
		return impute[float64](o.floats, o.float), nil
	case tensor.Int32:
		return impute[int32](o.ints, o.integer), nil
	default:
		return impute[int64](o.ints, o.integer), nil
	}
}

func impute[T, S number](values []S, replaced S) op.Kernel {
	list := make([]T, len(values))
	for i, v := range values {
		list[i] = T(v)
	}
	old := T(replaced)
	return elements[T](func(y, x []T, at int) {
		for i, v := range x {
			if v == old || v != v && old != old {
				v = list[(at+i)%len(list)]
			}
			y[i] = v
		}
	})
}

// elements is a kernel that maps elements; at is the number of the first one.
type elements[T number] func(y, x []T, at int)

func (elements[T]) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (elements[T]) Resolve(f *op.Frame) error {
	f.Split(f.In[0].Len(), 1.5)
	return nil
}

func (k elements[T]) Run(f *op.Frame, phase, chunk, _ int) error {
	lo, hi := f.Span(phase, chunk, f.In[0].Len())
	k(op.Data[T](f.Out[0])[lo:hi], op.Data[T](f.In[0])[lo:hi], lo)
	return nil
}
