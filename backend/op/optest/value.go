package optest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/onnx/backendtest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// FromValue returns a value over the storage of v, a tensor, sequence or optional.
func FromValue(v tensor.Value) *op.Value {
	switch v := v.(type) {
	case *tensor.Tensor:
		return op.FromTensor(v)
	case *tensor.Sequence:
		s := &op.Value{Kind: graph.Sequence}
		for _, x := range v.Items {
			s.Items = append(s.Items, *FromValue(x))
		}
		return s
	case *tensor.Optional:
		o := &op.Value{Kind: graph.Optional}
		if v.Item != nil {
			o.Items = []op.Value{*FromValue(v.Item)}
		}
		return o
	}
	return nil
}

// ToValue returns a copy of a tensor, sequence or optional.
func ToValue(v *op.Value) tensor.Value {
	switch v.Kind {
	case graph.Sequence:
		s := new(tensor.Sequence)
		for i := range v.Items {
			s.Items = append(s.Items, ToValue(&v.Items[i]))
		}
		return s
	case graph.Optional:
		o := new(tensor.Optional)
		if len(v.Items) > 0 {
			o.Item = ToValue(&v.Items[0])
		}
		return o
	}
	c := v.Clone()
	return c.Tensor()
}

// TypeOf returns the type of a value, its shape included.
func TypeOf(v *op.Value) graph.Type {
	t := graph.Type{Kind: v.Kind, Elem: v.Type, Ranked: v.Kind == graph.Tensor}
	for _, d := range v.Shape {
		t.Shape = append(t.Shape, graph.Dim{Size: d})
	}
	switch {
	case v.Kind == graph.Map:
		t.Key, t.Elem = v.Items[0].Type, v.Items[1].Type
	case v.Kind != graph.Tensor && len(v.Items) > 0:
		of := TypeOf(&v.Items[0])
		of.Ranked, of.Shape = false, nil // the items' shapes differ
		t.Of = &of
	}
	return t
}

// EqualValue compares like [Equal], sequences and optionals item by item.
func EqualValue(t *testing.T, want, got tensor.Value) {
	t.Helper()
	require.Empty(t, backendtest.Standard.Differ(got, want))
}
