package op_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// registry returns operators that accept every node.
func registry(names ...string) *op.Registry {
	var defs []op.Def
	for _, n := range names {
		defs = append(defs, op.Def{Name: n, Since: 1, New: func(*graph.Node) (op.Op, error) { return nil, nil }})
	}
	return op.NewRegistry(defs)
}

func node(name string, version int, inputs, outputs []graph.ValueID, attrs ...graph.Attr) *graph.Node {
	return &graph.Node{Op: name, Version: version, Inputs: inputs, Outputs: outputs, Attrs: attrs}
}

func ids(v ...graph.ValueID) []graph.ValueID { return v }

// A node is refused if it departs from the schema of its version, with the
// cause; what passes append is not counted.
func TestCheckNode(t *testing.T) {
	r := registry("Conv", "Concat", "TopK", "LSTM", "Loop", "If", "Custom", "MatMul")
	integer := func(name string, v int64) graph.Attr { return graph.Attr{Name: name, Kind: graph.AttrInt, Int: v} }
	none := graph.ValueID(graph.None)
	body := graph.Attr{Name: "then_branch", Kind: graph.AttrGraph, Graphs: []*graph.Graph{{}}}
	other := graph.Attr{Name: "else_branch", Kind: graph.AttrGraph, Graphs: []*graph.Graph{{}}}
	captures := graph.Attr{Name: "then_branch.captures", Kind: graph.AttrInts, Ints: []int64{1}}
	for _, c := range []struct {
		node *graph.Node
		is   error
		says string
	}{
		{node("Conv", 11, ids(0, 1), ids(2)), nil, ""},
		{node("Conv", 11, ids(0, 1, none), ids(2)), nil, ""},
		{node("Conv", 11, ids(0), ids(2)), op.ErrInput, `input 1 ("W") is missing`},
		{node("Conv", 11, ids(0, none), ids(2)), op.ErrInput, `input 1 ("W") is missing`},
		{node("Conv", 11, ids(0, 1, 2, 3), ids(4)), op.ErrInput, "4 inputs, at most 3 are allowed"},
		{node("Conv", 11, ids(0, 1, 2, 3), ids(4), integer(op.AttrAdd, 1)), nil, ""},
		{node("Conv", 11, ids(0, 1), ids(2, 3)), op.ErrInput, "2 outputs, at most 1 are allowed"},
		{node("Conv", 11, ids(0, 1), nil), op.ErrInput, "0 outputs, at least 1 are needed"},
		{node("Conv", 11, ids(0, 1), ids(none)), op.ErrInput, `output 0 ("Y") is missing`},
		{node("Conv", 11, ids(0, 1), ids(2), integer("groups", 1)), op.ErrAttr, `version 11 of Conv has none named "groups"`},
		{node("Conv", 11, ids(0, 1), ids(2), graph.Attr{Name: "group", Kind: graph.AttrFloat}), op.ErrAttr, "group is of kind float, not int"},
		{node("Concat", 13, ids(0, 1, 2, 3), ids(4)), op.ErrAttr, "axis is missing"},
		{node("Concat", 3, ids(0, 1, 2, 3), ids(4)), nil, ""},
		{node("Concat", 13, nil, ids(4), integer("axis", 0)), op.ErrInput, "0 inputs, at least 1 are needed"},
		{node("Concat", 13, ids(0, none), ids(4), integer("axis", 0)), op.ErrInput, `input 1 ("inputs") is missing`},
		{node("TopK", 1, ids(0), ids(1, 2), integer("k", 1)), nil, ""},
		{node("TopK", 11, ids(0), ids(1, 2)), op.ErrInput, `input 1 ("K") is missing`},
		{node("LSTM", 14, ids(0, 1, 2), ids(none, 3)), nil, ""},
		{node("If", 16, ids(0), ids(1), body, other), nil, ""},
		{node("If", 16, ids(0, 5), ids(1), body, other), op.ErrInput, "2 inputs, at most 1 are allowed"},
		{node("If", 16, ids(0, 5), ids(1), body, other, captures), nil, ""},
		{node("If", 16, ids(0), ids(1), body), op.ErrAttr, "else_branch is missing"},
		{node("MatMul", 13, ids(0, 1, 2), ids(3), integer(op.AttrBias, 1)), nil, ""},
		{node("Custom", 13, nil, nil, integer("any", 1)), nil, ""},
	} {
		_, err := r.New(c.node)
		require.ErrorIs(t, err, c.is, "%v %s", c.node, c.says)
		if c.is != nil {
			require.ErrorContains(t, err, c.says)
		}
	}
}

// Inputs have types that some version of the operator takes, and one type where
// one type variable says so.
func TestCheckTypes(t *testing.T) {
	of := func(types ...tensor.Type) []op.Info {
		in := make([]op.Info, len(types))
		for i, x := range types {
			if x != tensor.Undefined {
				in[i].Tensor(x, 1)
			}
		}
		return in
	}
	sequence := []op.Info{{Kind: graph.Sequence, Elem: &op.Info{Kind: graph.Tensor, Type: tensor.Float32}}, {Kind: graph.Tensor, Type: tensor.Int64}}
	for _, c := range []struct {
		op   string
		in   []op.Info
		says string
	}{
		{"Conv", of(tensor.Float32, tensor.Float32), ""},
		{"Conv", of(tensor.BFloat16, tensor.BFloat16), ""}, // of version 22
		{"Conv", of(tensor.Int32, tensor.Int32), `input 0 ("X") is int32; Conv takes float32, float16, float64 or bfloat16`},
		{"Conv", of(tensor.Float32, tensor.Float16), `input 0 ("X") is float32 but input 1 ("W") is float16`},
		{"Conv", of(tensor.Float32, tensor.Float32, tensor.Undefined), ""},
		{"Conv", sequence, `input 0 ("X") is seq(float32`},
		{"SequenceAt", sequence, ""},
		{"SequenceAt", of(tensor.Float32, tensor.Int64), "SequenceAt takes seq(float32)"},
		{"Where", of(tensor.Bool, tensor.Int8, tensor.Int8), ""},
		{"Loop", of(tensor.Int64, tensor.Bool, tensor.Float32, tensor.String), ""}, // of mixed types
		{"Custom", of(tensor.Int2), ""},
	} {
		err := op.CheckTypes(&graph.Node{Op: c.op, Version: 17, Inputs: make([]graph.ValueID, len(c.in))}, c.in)
		if c.says == "" {
			require.NoError(t, err, "%s", c.op)
			continue
		}
		require.ErrorIs(t, err, op.ErrType)
		require.ErrorContains(t, err, c.says)
	}
}
