package onnx

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/stretchr/testify/require"
)

// Test data is read by the type that the graph declares.
func TestReadValue(t *testing.T) {
	a, b := tensor.Of([]float32{1, 2}, 2), tensor.Of([]float32{3}, 1, 1)
	ten := graph.Type{Kind: graph.Tensor, Elem: tensor.Float32}
	seq := graph.Type{Kind: graph.Sequence, Of: &ten}
	list := func(vs ...tensor.Value) tensor.Value { return &tensor.Sequence{Items: vs} }
	for _, c := range []struct {
		file string
		typ  graph.Type
		want tensor.Value
	}{
		{"tensor.pb", ten, a},
		{"sequence.pb", seq, list(a, b)},
		{"nested.pb", graph.Type{Kind: graph.Sequence, Of: &seq}, list(list(a), list(b, a))},
		{"optional.pb", graph.Type{Kind: graph.Optional, Of: &ten}, &tensor.Optional{Item: a}},
		{"optional_sequence.pb", graph.Type{Kind: graph.Optional, Of: &seq}, &tensor.Optional{Item: list(a, b)}},
		{"none.pb", graph.Type{Kind: graph.Optional, Of: &ten}, &tensor.Optional{}},
		{"map.pb", graph.Type{Kind: graph.Map}, &tensor.Map{Keys: tensor.Of([]int64{5, 9}, 2), Values: a}},
		{"map_strings.pb", graph.Type{Kind: graph.Map}, &tensor.Map{
			Keys: tensor.OfStrings([]string{"cat", "dog"}, 2), Values: tensor.Of([]int64{-1, 4}, 2)}},
	} {
		data, err := os.ReadFile(filepath.Join(testdata, c.file))
		require.NoError(t, err)
		got, err := ReadValue(data, c.typ)
		require.NoError(t, err, c.file)
		requireEqual(t, c.want, got)
	}
	data, err := os.ReadFile(filepath.Join(testdata, "nested.pb"))
	require.NoError(t, err)
	_, err = ReadValue(data, seq)
	require.EqualError(t, err, "malformed ONNX: at byte 2: items are in field 5, but their type belongs in 3")
	_, err = ReadValue(data, graph.Type{})
	require.ErrorIs(t, err, ErrFormat)
	_, err = ReadValue(data, graph.Type{Kind: graph.Sequence})
	require.ErrorIs(t, err, ErrFormat)
	data, err = os.ReadFile(filepath.Join(testdata, "tensor.pb"))
	require.NoError(t, err)
	x, err := ReadTensor(data)
	require.NoError(t, err)
	requireEqual(t, a, x)
}

// requireEqual compares values by type, shape and elements.
func requireEqual(t *testing.T, want, got tensor.Value) {
	t.Helper()
	require.IsType(t, want, got)
	switch w := want.(type) {
	case *tensor.Tensor:
		g := got.(*tensor.Tensor)
		require.Equal(t, w.String(), g.String())
		require.Equal(t, w.Bytes(), g.Bytes())
		require.Equal(t, w.Strings(), g.Strings())
	case *tensor.Sequence:
		g := got.(*tensor.Sequence)
		require.Len(t, g.Items, len(w.Items))
		for i := range w.Items {
			requireEqual(t, w.Items[i], g.Items[i])
		}
	case *tensor.Optional:
		if g := got.(*tensor.Optional); w.Item == nil {
			require.Nil(t, g.Item)
		} else {
			requireEqual(t, w.Item, g.Item)
		}
	case *tensor.Map:
		g := got.(*tensor.Map)
		requireEqual(t, w.Keys, g.Keys)
		requireEqual(t, w.Values, g.Values)
	}
}
