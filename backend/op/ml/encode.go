package ml

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A table maps elements of one type to elements of another one.
type table struct {
	keys   tensor.Type
	index  index
	values *op.Value // by position of the key, and last the default
}

// newTable returns the table from keys to values, tensors of rank 1; otherwise is
// one element.
func newTable(keys, values, otherwise *tensor.Tensor) (table, error) {
	switch {
	case keys.Len() != values.Len():
		return table{}, fmt.Errorf("%w: %d keys and %d values", op.ErrAttr, keys.Len(), values.Len())
	case otherwise.Len() != 1 || otherwise.Type() != values.Type():
		return table{}, fmt.Errorf("%w: the default is %v, the values are %v", op.ErrAttr, otherwise, values)
	}
	for _, t := range []tensor.Type{keys.Type(), values.Type()} {
		switch t {
		case tensor.String, tensor.Float32, tensor.Float64, tensor.Int16, tensor.Int32, tensor.Int64:
		default:
			return table{}, fmt.Errorf("%w: %v is no type of keys or values", op.ErrAttr, t)
		}
	}
	v := &op.Value{Kind: graph.Tensor, Type: values.Type(), Shape: []int{values.Len() + 1}, Stride: []int{1}}
	v.Bytes = append(append(v.Bytes, values.Bytes()...), otherwise.Bytes()...)
	v.Strings = append(append(v.Strings, values.Strings()...), otherwise.Strings()...)
	return table{keys.Type(), newIndex(keys), v}, nil
}

// encoder is LabelEncoder or CategoryMapper: each element is looked up in the
// table of its type.
type encoder struct{ tables []table }

// newLabelEncoder parses LabelEncoder. In version 1 it maps strings to their
// positions in a list, and back.
func newLabelEncoder(n *graph.Node) (op.Op, error) {
	if n.Version == 1 {
		s := n.Strs("classes_strings")
		ints := make([]int64, len(s))
		for i := range ints {
			ints[i] = int64(i)
		}
		return newBothWays(n, s, ints)
	}
	keys, err := oneList(n, "keys_")
	if err != nil {
		return nil, err
	}
	values, err := oneList(n, "values_")
	if err != nil {
		return nil, err
	}
	t, err := newTable(keys, values, defaultOf(n, values.Type()))
	return encoder{[]table{t}}, err
}

// oneList returns the one list attribute whose name has a prefix.
func oneList(n *graph.Node, prefix string) (*tensor.Tensor, error) {
	var found []*tensor.Tensor
	if a := n.Attr(prefix + "strings"); a != nil {
		found = append(found, tensor.OfStrings(a.Strings, len(a.Strings)))
	}
	if a := n.Attr(prefix + "int64s"); a != nil {
		found = append(found, tensor.Of(a.Ints, len(a.Ints)))
	}
	if a := n.Attr(prefix + "floats"); a != nil {
		found = append(found, tensor.Of(a.Floats, len(a.Floats)))
	}
	if t := n.Tensor(prefix + "tensor"); t != nil {
		found = append(found, t)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%w: %d attributes %s*, want one", op.ErrAttr, len(found), prefix)
	}
	return found[0], nil
}

// defaultOf returns what unknown keys become.
func defaultOf(n *graph.Node, t tensor.Type) *tensor.Tensor {
	if d := n.Tensor("default_tensor"); d != nil {
		return d
	}
	switch t {
	case tensor.String:
		return tensor.OfStrings([]string{n.Str("default_string", "_Unused")})
	case tensor.Int64:
		return tensor.Scalar(defaultInt(n))
	case tensor.Int32:
		return tensor.Scalar(int32(-1))
	case tensor.Int16:
		return tensor.Scalar(int16(-1))
	case tensor.Float64:
		return tensor.Scalar(math.Copysign(0, -1))
	}
	return tensor.Scalar(n.Float("default_float", float32(math.Copysign(0, -1))))
}

func defaultInt(n *graph.Node) int64 {
	if a := n.Attr("default_int64"); a != nil {
		return a.Int
	}
	return -1
}

// newCategoryMapper parses CategoryMapper.
func newCategoryMapper(n *graph.Node) (op.Op, error) {
	var ints []int64
	if a := n.Attr("cats_int64s"); a != nil {
		ints = a.Ints
	}
	return newBothWays(n, n.Strs("cats_strings"), ints)
}

// newBothWays returns what maps strings to integers, or integers to strings.
func newBothWays(n *graph.Node, s []string, i []int64) (op.Op, error) {
	strings, ints := tensor.OfStrings(s, len(s)), tensor.Of(i, len(i))
	there, err := newTable(strings, ints, tensor.Scalar(defaultInt(n)))
	if err != nil {
		return nil, err
	}
	back, err := newTable(ints, strings, tensor.OfStrings([]string{n.Str("default_string", "_Unused")}))
	return encoder{[]table{there, back}}, err
}

// table returns the table for elements of a type.
func (o encoder) table(t tensor.Type) (*table, error) {
	for i := range o.tables {
		if o.tables[i].keys == t {
			return &o.tables[i], nil
		}
	}
	return nil, fmt.Errorf("%w: input is %v, keys are %v", op.ErrType, t, o.tables[0].keys)
}

func (o encoder) Infer(in, out []op.Info) error {
	if err := checkTensors(in, 1); err != nil {
		return err
	}
	t, err := o.table(in[0].Type)
	if err != nil {
		return err
	}
	out[0].Like(t.values.Type, &in[0])
	return nil
}

func (o encoder) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	return o.table(in[0].Type)
}

func (t *table) Resolve(f *op.Frame) error {
	f.Split(f.In[0].Len(), 30)
	return nil
}

func (t *table) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	lo, hi := f.Span(phase, chunk, x.Len())
	last, size := t.values.Shape[0]-1, t.values.Type.Size()
	for i := lo; i < hi; i++ {
		k := t.index.find(x, i)
		if k < 0 {
			k = last
		}
		if size == 0 {
			y.Strings[i] = t.values.Strings[k]
		} else {
			copy(y.Bytes[i*size:(i+1)*size], t.values.Bytes[k*size:])
		}
	}
	return nil
}
