package ml_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// mapOf returns a map as a value.
func mapOf(keys, values *tensor.Tensor) *op.Value {
	return &op.Value{Kind: graph.Map, Type: values.Type(), Items: []op.Value{*op.FromTensor(keys), *op.FromTensor(values)}}
}

func evalMap(n *graph.Node, in *op.Value) (*op.Value, error) {
	o, err := registry.New(n)
	if err != nil {
		return nil, err
	}
	out, err := op.Evaluate(context.Background(), op.NewEnv(n), o, []*op.Value{in})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// TestMaps protects the operators from maps to tensors: order, gaps, types, and
// keys that have no place.
func TestMaps(t *testing.T) {
	ints := tensor.Of([]int64{3, 1}, 2)
	text := func(name, v string) graph.Attr { return graph.Attr{Name: name, Kind: graph.AttrString, String: v} }
	number := func(name string, v int64) graph.Attr { return graph.Attr{Name: name, Kind: graph.AttrInt, Int: v} }
	for name, c := range map[string]struct {
		node      *graph.Node
		in        *op.Value
		want      *tensor.Tensor
		wantError error
	}{
		"dense": {node: node("CastMap", 1, 1), in: mapOf(ints, tensor.Of([]float32{1.5, 2.5}, 2)), want: matrix[float32](2, 2.5, 1.5)},
		"sparse": {node: node("CastMap", 1, 1, text("map_form", "SPARSE"), number("max_map", 5), text("cast_to", "TO_INT64")),
			in: mapOf(ints, tensor.Of([]float32{1.5, -2.5}, 2)), want: matrix[int64](5, 0, -2, 0, 1, 0)},
		"from strings": {node: node("CastMap", 1, 1), in: mapOf(ints, tensor.OfStrings([]string{"7", "8e1"}, 2)), want: matrix[float32](2, 80, 7)},
		"no number":    {node: node("CastMap", 1, 1), in: mapOf(ints, tensor.OfStrings([]string{"7", "x"}, 2)), wantError: op.ErrInput},
		"key beyond":   {node: node("CastMap", 1, 1, text("map_form", "SPARSE"), number("max_map", 3)), in: mapOf(ints, tensor.Of([]float32{1, 2}, 2)), wantError: op.ErrInput},
		"vocabulary": {node: node("DictVectorizer", 1, 1, strs("string_vocabulary", "a", "c", "b", "z")),
			in: mapOf(tensor.OfStrings([]string{"a", "c"}, 2), tensor.Of([]int64{4, 8}, 2)), want: matrix[int64](4, 4, 8, 0, 0)},
		"unknown word": {node: node("DictVectorizer", 1, 1, strs("string_vocabulary", "a")),
			in: mapOf(tensor.OfStrings([]string{"b"}, 1), tensor.Of([]int64{4}, 1)), wantError: op.ErrInput},
		"keys of another type": {node: node("DictVectorizer", 1, 1, strs("string_vocabulary", "a")), in: mapOf(ints, tensor.Of([]int64{4, 4}, 2)), wantError: op.ErrType},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := evalMap(c.node, c.in)
			require.ErrorIs(t, err, c.wantError)
			if c.want != nil {
				require.Equal(t, c.want, got.Tensor())
			}
		})
	}
}

// TestZipMap protects the maps of a classifier's probabilities.
func TestZipMap(t *testing.T) {
	got, err := evalMap(node("ZipMap", 1, 1, strs("classlabels_strings", "a", "b")), op.FromTensor(matrix[float32](2, .1, .9, .8, .2)))
	require.NoError(t, err)
	require.Equal(t, graph.Sequence, got.Kind)
	require.Len(t, got.Items, 2)
	require.Equal(t, graph.Map, got.Items[1].Kind)
	require.Equal(t, []string{"a", "b"}, got.Items[1].Items[0].Strings)
	require.Equal(t, []float32{.8, .2}, op.Data[float32](&got.Items[1].Items[1]))

	_, err = evalMap(node("ZipMap", 1, 1, strs("classlabels_strings", "a")), op.FromTensor(matrix[float32](2, .1, .9)))
	require.ErrorIs(t, err, op.ErrShape)
}
