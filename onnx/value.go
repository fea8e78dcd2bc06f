package onnx

import (
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
	"google.golang.org/protobuf/encoding/protowire"
)

// ReadTensor reads a TensorProto. A large tensor shares b.
func ReadTensor(b []byte, opts ...Option) (*tensor.Tensor, error) {
	_, t, err := newDecoder(opts, nil, "").tensor(message{b, 0})
	return t, err
}

// ReadValue reads a value of the given type, of which only the kinds matter: a
// TensorProto, SparseTensorProto (made dense), SequenceProto, OptionalProto or
// MapProto. Large tensors share b.
func ReadValue(b []byte, t graph.Type, opts ...Option) (tensor.Value, error) {
	return newDecoder(opts, nil, "").value(message{b, 0}, t, 0)
}

// value reads a value of a type.
func (d *decoder) value(m message, t graph.Type, depth int) (tensor.Value, error) {
	if depth > d.limits.Depth {
		return nil, over(m.at, "values are nested more than %d deep", d.limits.Depth)
	}
	switch t.Kind {
	case graph.Tensor:
		_, x, err := d.tensor(m)
		if err != nil {
			return nil, err // an interface that holds a nil tensor is not nil
		}
		return x, nil
	case graph.SparseTensor:
		_, x, err := d.sparse(m)
		if err != nil {
			return nil, err
		}
		return x, nil
	case graph.Sequence:
		return d.sequence(m, t, depth)
	case graph.Optional:
		return d.optional(m, t, depth)
	case graph.Map:
		return d.mapping(m)
	}
	return nil, bad(m.at, "the type of the value is not known")
}

// itemField returns the field of a SequenceProto or OptionalProto that holds
// items of a kind.
func itemField(k graph.Kind) protowire.Number {
	switch k {
	case graph.Tensor:
		return 3
	case graph.SparseTensor:
		return 4
	case graph.Sequence:
		return 5
	case graph.Map:
		return 6
	}
	return 7
}

// items reads the values of a SequenceProto or OptionalProto.
func (d *decoder) items(m message, of *graph.Type, depth int) (vs []tensor.Value, err error) {
	if of == nil {
		return nil, bad(m.at, "the type of the items is not known")
	}
	err = m.each(func(f field) error {
		if f.num < 3 || f.num > 7 {
			return nil
		}
		if want := itemField(of.Kind); f.num != want {
			return bad(f.at, "items are in field %d, but their type belongs in %d", f.num, want)
		}
		v, err := d.value(f.sub, *of, depth+1)
		vs = append(vs, v)
		return err
	})
	return vs, err
}

// sequence reads a SequenceProto.
func (d *decoder) sequence(m message, t graph.Type, depth int) (tensor.Value, error) {
	vs, err := d.items(m, t.Of, depth)
	if err != nil {
		return nil, err
	}
	return &tensor.Sequence{Items: vs}, nil
}

// optional reads an OptionalProto.
func (d *decoder) optional(m message, t graph.Type, depth int) (tensor.Value, error) {
	vs, err := d.items(m, t.Of, depth)
	if err != nil {
		return nil, err
	}
	switch len(vs) {
	case 0:
		return &tensor.Optional{}, nil
	case 1:
		return &tensor.Optional{Item: vs[0]}, nil
	}
	return nil, bad(m.at, "an optional holds %d values", len(vs))
}

// mapping reads a MapProto. Its values are tensors of one element each, which
// become one.
func (d *decoder) mapping(m message) (tensor.Value, error) {
	var keyType tensor.Type
	var ints []int64
	var strs []string
	var values []tensor.Value
	err := m.each(func(f field) (err error) {
		switch f.num {
		case 2:
			keyType, err = elementType(f, false)
		case 3:
			err = f.integers(&ints)
		case 4:
			strs = append(strs, string(f.sub.b))
		case 5:
			values, err = d.items(f.sub, &graph.Type{Kind: graph.Tensor}, 0)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	keys := tensor.OfStrings(strs, len(strs))
	if keyType != tensor.String {
		if keys, err = integerKeys(m.at, keyType, ints); err != nil {
			return nil, err
		}
	}
	if keys.Len() != len(values) {
		return nil, bad(m.at, "%d keys for %d values", keys.Len(), len(values))
	}
	vs, err := join(m.at, values)
	if err != nil {
		return nil, err
	}
	return &tensor.Map{Keys: keys, Values: vs}, nil
}

// integerKeys makes a tensor of the keys of a map.
func integerKeys(at int, t tensor.Type, keys []int64) (*tensor.Tensor, error) {
	if t.Bits() < 8 {
		return nil, bad(at, "maps cannot have keys of type %v", t)
	}
	w := entryWriter{b: tensor.Alloc(len(keys) * t.Size()), width: t.Size()}
	for _, k := range keys {
		if err := w.put(uint64(k), at, false); err != nil {
			return nil, err
		}
	}
	return tensor.FromBytes(t, w.b, len(keys))
}

// join makes one tensor of tensors of one element each.
func join(at int, values []tensor.Value) (*tensor.Tensor, error) {
	if len(values) == 0 {
		return tensor.New(tensor.Float32, 0), nil
	}
	typ := values[0].(*tensor.Tensor).Type()
	var b []byte
	var s []string
	for i, v := range values {
		x := v.(*tensor.Tensor)
		if x.Type() != typ || x.Len() != 1 {
			return nil, bad(at, "value %d of the map is %v, want one element of %v", i, x, typ)
		}
		b, s = append(b, x.Bytes()...), append(s, x.Strings()...)
	}
	if typ == tensor.String {
		return tensor.OfStrings(s, len(s)), nil
	}
	return tensor.FromBytes(typ, b, len(values))
}
