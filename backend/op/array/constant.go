package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// constant is Constant: the tensor in its one attribute.
type constant struct{ t *tensor.Tensor }

func newConstant(n *graph.Node) (op.Op, error) {
	for i := range n.Attrs {
		a := &n.Attrs[i]
		switch a.Name {
		case "value", "sparse_value":
			if len(a.Tensors) == 1 {
				return constant{a.Tensors[0]}, nil
			}
		case "value_float":
			return constant{tensor.Scalar(a.Float)}, nil
		case "value_floats":
			return constant{tensor.Of(a.Floats, len(a.Floats))}, nil
		case "value_int":
			return constant{tensor.Scalar(a.Int)}, nil
		case "value_ints":
			return constant{tensor.Of(a.Ints, len(a.Ints))}, nil
		case "value_string":
			return constant{tensor.OfStrings([]string{a.String})}, nil
		case "value_strings":
			return constant{tensor.OfStrings(a.Strings, len(a.Strings))}, nil
		}
	}
	return nil, fmt.Errorf("%w: there is no value", op.ErrAttr)
}

func (o constant) Infer(_, out []op.Info) error {
	out[0].Tensor(o.t.Type(), o.t.Shape()...)
	out[0].Const = o.t
	return nil
}

func (o constant) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

func (o constant) Resolve(f *op.Frame) error {
	split(f, f.Out[0], o.t.Len())
	return nil
}

func (o constant) Run(f *op.Frame, phase, chunk, _ int) error {
	n, chunks := o.t.Len(), f.Phases[phase].Chunks
	lo, hi := n*chunk/chunks, n*(chunk+1)/chunks
	if o.t.Type() == tensor.String {
		copy(f.Out[0].Strings[lo:hi], o.t.Strings()[lo:hi])
		return nil
	}
	size := o.t.Type().Size()
	copy(f.Out[0].Bytes[lo*size:hi*size], o.t.Bytes()[lo*size:hi*size])
	return nil
}

// constantOfShape is ConstantOfShape: a tensor of a given shape whose elements
// are all the value, a float32 0 by default.
type constantOfShape struct{ value *tensor.Tensor }

func newConstantOfShape(n *graph.Node) (op.Op, error) {
	v := n.Tensor("value")
	if v == nil {
		v = tensor.Scalar(float32(0))
	}
	if v.Len() != 1 || v.Type() == tensor.String {
		return nil, fmt.Errorf("%w: value is %v, not one number", op.ErrAttr, v)
	}
	return constantOfShape{v}, nil
}

func (constantOfShape) Reads() []int { return []int{0} }

func (o constantOfShape) Infer(in, out []op.Info) error {
	y, t := &out[0], o.value.Type()
	if err := checkInts(&in[0], "the shape"); err != nil {
		return err
	}
	to := ints(&in[0])
	if to == nil {
		y.TensorOfRank(t, max(in[0].Len(), -1))
		return nil
	}
	for i, d := range to {
		if op.Known(d) && d < 0 {
			return fmt.Errorf("%w: dim %d of the shape is %d", op.ErrInput, i, d)
		}
	}
	y.Tensor(t, to...)
	if n := y.Len(); len(to) <= 1 && integral(t) && n >= 0 && n <= maxInts {
		var one [1]int
		v := op.AppendInts(one[:0], o.value)
		for range n {
			y.Ints = append(y.Ints, v[0])
		}
	}
	return nil
}

func (o constantOfShape) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) { return o, nil }

func (o constantOfShape) Resolve(f *op.Frame) error {
	split(f, f.Out[0], f.Out[0].Len())
	return nil
}

func (o constantOfShape) Run(f *op.Frame, phase, chunk, _ int) error {
	size := o.value.Type().Size()
	lo, hi := f.Span(phase, chunk, f.Out[0].Len())
	repeat(f.Out[0].Bytes[lo*size:hi*size], o.value.Bytes())
	return nil
}

// repeat fills dst with copies of one element.
func repeat(dst, one []byte) {
	n := copy(dst, one)
	for n < len(dst) {
		n += copy(dst[n:], dst[:n])
	}
}
