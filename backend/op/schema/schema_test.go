package schema_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/schema"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An operator set has the newest schema that is not newer than it.
func TestFind(t *testing.T) {
	for version, since := range map[int]int{1: 1, 10: 1, 11: 11, 17: 11, 21: 11, 22: 22, 99: 22} {
		require.Equal(t, since, schema.Find("", "Conv", version).Since, version)
	}
	require.Nil(t, schema.Find("", "Gelu", 19), "comes with version 20")
	require.Nil(t, schema.Find("com.microsoft", "Gelu", 1), "not ONNX's")
	require.NotNil(t, schema.Find("ai.onnx.ml", "TreeEnsemble", 5))
	require.True(t, schema.Find("", "Upsample", 17).Deprecated)
	require.False(t, schema.Find("", "Upsample", 9).Deprecated)
}

// All that the text says arrives: marks, sets, kinds.
func TestParse(t *testing.T) {
	s := schema.Find("", "Clip", 13)
	require.Equal(t, []string{"input", "min", "max"}, []string{s.Inputs[0].Name, s.Inputs[1].Name, s.Inputs[2].Name})
	require.Equal(t, schema.Optional, s.Inputs[1].Count)
	require.True(t, s.Inputs[0].Differentiable)
	require.False(t, s.Inputs[1].Differentiable)
	require.True(t, s.Inputs[0].Types.Tensor.Has(tensor.BFloat16))
	require.False(t, s.Inputs[0].Types.Tensor.Has(tensor.String))

	old := schema.Find("", "Clip", 6)
	require.False(t, old.Inputs[0].Types.Tensor.Has(tensor.Int8), "in that version")
	require.True(t, old.Inputs[0].Ever.Tensor.Has(tensor.Int8), "in a later one")
	require.Equal(t, graph.AttrFloat, old.Attr("max").Kind)
	require.Nil(t, old.Attr("none"))

	loop := schema.Find("", "Loop", 19)
	require.Equal(t, schema.Variadic, loop.Inputs[2].Count)
	require.True(t, loop.Inputs[2].Mixed)
	require.Same(t, loop.Input(2), loop.Input(7))
	require.Equal(t, &schema.Attr{Name: "body", Kind: graph.AttrGraph, Required: true}, loop.Attr("body"))
	require.NotZero(t, loop.Inputs[2].Types.Optional)

	at := schema.Find("", "SequenceAt", 11)
	require.Zero(t, at.Inputs[0].Types.Tensor)
	require.True(t, at.Inputs[0].Types.Sequence.Has(tensor.String))
	require.True(t, schema.Find("ai.onnx.ml", "CastMap", 1).Inputs[0].Types.Map)
	require.Nil(t, schema.Find("", "Relu", 14).Input(1))
}

func TestArity(t *testing.T) {
	for name, want := range map[string][4]int{
		"Conv": {2, 3, 1, 1}, "Clip": {1, 3, 1, 1}, "Concat": {1, -1, 1, 1}, "Loop": {2, -1, 1, -1}, "Constant": {0, 0, 1, 1},
		"LSTM": {3, 8, 0, 3}, "SequenceMap": {1, -1, 1, -1},
	} {
		s := schema.Find("", name, 17)
		least, most := schema.Arity(s.Inputs)
		out, outs := schema.Arity(s.Outputs)
		require.Equal(t, want, [4]int{least, most, out, outs}, name)
	}
}

// Every schema is complete: no type variable without types, no kind forgotten.
func TestComplete(t *testing.T) {
	all := schema.All()
	require.Greater(t, len(all), 600)
	for _, s := range all {
		for _, p := range append(append([]schema.Param{}, s.Inputs...), s.Outputs...) {
			require.NotEmpty(t, p.Name, s.Name)
			require.NotEqual(t, schema.Types{}, p.Types, "%s-%d %s", s.Name, s.Since, p.Name)
		}
		for _, a := range s.Attrs {
			require.NotZero(t, a.Kind, "%s-%d %s", s.Name, s.Since, a.Name)
		}
	}
}

func TestKindName(t *testing.T) {
	require.Equal(t, "ints", schema.KindName(graph.AttrInts))
	require.Equal(t, "kind 0", schema.KindName(0))
}

func ExampleFind() {
	s := schema.Find("", "Conv", 17)
	fmt.Println(s.Name, s.Since)
	for _, p := range s.Inputs {
		fmt.Println(p.Name, p.Types)
	}
	// Output:
	// Conv 11
	// X float32, float16 or float64
	// W float32, float16 or float64
	// B float32, float16 or float64
}
