package sequence_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	. "github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/sequence"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(sequence.Ops)

func eval(n *graph.Node, in ...*op.Value) (*op.Value, error) {
	o, err := registry.New(n)
	if err != nil {
		return nil, err
	}
	out, err := op.Evaluate(context.Background(), op.NewEnv(n), o, in)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

func value(x *tensor.Tensor) *op.Value { return op.FromTensor(x) }

func row(v ...float32) *tensor.Tensor { return tensor.Of(v, 1, len(v)) }

func seq(items ...tensor.Value) *tensor.Sequence { return &tensor.Sequence{Items: items} }

// TestLists covers what the official tests do not.
func TestLists(t *testing.T) {
	a, b, c := row(1), row(2), row(3)
	abc := func() *op.Value { return FromValue(seq(a, b, c)) }
	words := tensor.OfStrings([]string{"x", "y", "z"}, 3)
	for _, k := range []struct {
		name string
		node *graph.Node
		in   []*op.Value
		want tensor.Value
	}{
		{"construct", Node("SequenceConstruct", 11, 2), []*op.Value{value(a), value(b)}, seq(a, b)},
		{"insert before the last", Node("SequenceInsert", 11, 3), []*op.Value{abc(), value(a), value(tensor.Scalar(int32(-1)))}, seq(a, b, a, c)},
		{"insert at the end", Node("SequenceInsert", 11, 2), []*op.Value{abc(), value(a)}, seq(a, b, c, a)},
		{"erase the last", Node("SequenceErase", 11, 1), []*op.Value{abc()}, seq(a, b)},
		{"erase the first", Node("SequenceErase", 11, 2), []*op.Value{abc(), value(tensor.Scalar(int64(-3)))}, seq(b, c)},
		{"at", Node("SequenceAt", 11, 2), []*op.Value{abc(), value(tensor.Scalar(int64(-1)))}, c},
		{"length", Node("SequenceLength", 11, 1), []*op.Value{abc()}, tensor.Scalar(int64(3))},
		{"concat", Node("ConcatFromSequence", 11, 1, Int("axis", -1)), []*op.Value{abc()}, row(1, 2, 3)},
		{"stack", Node("ConcatFromSequence", 11, 1, Int("axis", -1), Int("new_axis", 1)), []*op.Value{abc()}, tensor.Of([]float32{1, 2, 3}, 1, 1, 3)},
		{"split into ones", Node("SplitToSequence", 11, 1, Int("axis", 1), Int("keepdims", 0)), []*op.Value{value(row(1, 2))}, seq(tensor.Of([]float32{1}, 1), tensor.Of([]float32{2}, 1))},
		{"split, the last is smaller", Node("SplitToSequence", 11, 2, Int("axis", 1)), []*op.Value{value(row(1, 2, 3)), value(tensor.Scalar(int64(2)))}, seq(row(1, 2), row(3))},
		{"split strings", Node("SplitToSequence", 11, 2), []*op.Value{value(words), value(tensor.Of([]int64{1, 2}, 2))}, seq(tensor.OfStrings([]string{"x"}, 1), tensor.OfStrings([]string{"y", "z"}, 2))},
		{"split rows of nothing", Node("SplitToSequence", 11, 2), []*op.Value{value(tensor.New(tensor.Float32, 3, 0)), value(tensor.Of([]int64{1, 2}, 2))}, seq(tensor.New(tensor.Float32, 1, 0), tensor.New(tensor.Float32, 2, 0))},
		{"an empty optional", Node("Optional", 15, 0, graph.Attr{Name: "type", Kind: graph.AttrType, Types: []graph.Type{{Kind: graph.Tensor, Elem: tensor.Float32}}}), nil, &tensor.Optional{}},
		{"an optional sequence", Node("Optional", 15, 1), []*op.Value{abc()}, &tensor.Optional{Item: seq(a, b, c)}},
		{"what it holds", Node("OptionalGetElement", 15, 1), []*op.Value{FromValue(&tensor.Optional{Item: a})}, a},
	} {
		t.Run(k.name, func(t *testing.T) {
			got, err := eval(k.node, k.in...)
			require.NoError(t, err)
			EqualValue(t, k.want, ToValue(got))
		})
	}
}

// TestItemsDoNotChange: a sequence keeps its tensors although the storage they
// came from is used again, and is not changed by operators on it.
func TestItemsDoNotChange(t *testing.T) {
	x := row(1)
	s, err := eval(Node("SequenceConstruct", 11, 1), value(x))
	require.NoError(t, err)
	longer, err := eval(Node("SequenceInsert", 11, 2), s, value(x))
	require.NoError(t, err)
	shorter, err := eval(Node("SequenceErase", 11, 1), longer)
	require.NoError(t, err)
	tensor.Data[float32](x)[0] = 7
	EqualValue(t, seq(row(1)), ToValue(s))
	EqualValue(t, seq(row(1), row(1)), ToValue(longer))
	EqualValue(t, seq(row(1)), ToValue(shorter))
}

// TestErrors: what is wrong is an error with its numbers, never a panic.
func TestErrors(t *testing.T) {
	s := FromValue(seq(row(1), row(2, 3)))
	for _, c := range []struct {
		node *graph.Node
		in   []*op.Value
		is   error
		says string
	}{
		{Node("SequenceAt", 11, 2), []*op.Value{s, value(tensor.Scalar(int64(2)))}, op.ErrInput, "position 2 in a sequence of 2"},
		{Node("SequenceErase", 11, 1), []*op.Value{FromValue(seq())}, op.ErrInput, "empty sequence"},
		{Node("SequenceInsert", 11, 2), []*op.Value{s, value(tensor.Of([]int64{1}, 1))}, op.ErrType, "a int64 into a sequence of float32"},
		{Node("ConcatFromSequence", 11, 1, Int("axis", 0)), []*op.Value{s}, op.ErrShape, "item 1 is [1 2], item 0 is [1 1]"},
		{Node("ConcatFromSequence", 11, 1, Int("axis", 0)), []*op.Value{FromValue(seq())}, op.ErrInput, "empty sequence"},
		{Node("SplitToSequence", 11, 2, Int("axis", 1)), []*op.Value{value(row(1, 2)), value(tensor.Of([]int64{1, 2}, 2))}, op.ErrInput, "pieces [1 2] of an axis of 2"},
		{Node("SplitToSequence", 11, 2), []*op.Value{value(row(1, 2)), value(tensor.Scalar(int64(0)))}, op.ErrInput, "pieces of size [0]"},
		{Node("OptionalGetElement", 15, 1), []*op.Value{FromValue(&tensor.Optional{})}, op.ErrInput, "the optional is empty"},
		{Node("SequenceLength", 11, 1), []*op.Value{value(row(1))}, op.ErrType, "SequenceLength takes seq(float32)"},
	} {
		_, err := eval(c.node, c.in...)
		require.ErrorIs(t, err, c.is, "%s: %s", c.node.Op, c.says)
		require.ErrorContains(t, err, c.says, c.node.Op)
	}
}

// A tensor is split into a sequence of its columns.
func Example() {
	n := &graph.Node{Op: "SplitToSequence", Version: 11, Inputs: []graph.ValueID{0}, Outputs: []graph.ValueID{1},
		Attrs: []graph.Attr{{Name: "axis", Kind: graph.AttrInt, Int: 1}}}
	split, err := op.NewRegistry(sequence.Ops).New(n)
	if err != nil {
		fmt.Println(err)
		return
	}
	x := op.FromTensor(tensor.Of([]float32{1, 2, 3, 4}, 2, 2))
	out, err := op.Evaluate(context.Background(), op.NewEnv(n), split, []*op.Value{x})
	for i := range out[0].Items {
		fmt.Println(op.Data[float32](&out[0].Items[i]), err)
	}
	// Output:
	// [1 3] <nil>
	// [2 4] <nil>
}
