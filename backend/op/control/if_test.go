package control_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// choice is an If that takes the first element of x if true, which fails where
// there is none, and all of x if false.
func choice() *builder {
	b := newBuilder()
	b.input("c", tensor.Bool)
	b.input("x", tensor.Float32, -1)
	then := newBuilder()
	then.capture(b, "x")
	then.constant("first", tensor.Of([]int64{0}, 1))
	then.node("Gather", list("x", "first"), list("y"))
	then.output("y")
	els := newBuilder()
	els.capture(b, "x")
	els.output("x")
	b.node("If", list("c"), list("y"), body("then_branch", then), body("else_branch", els))
	b.output("y")
	return b
}

// TestIf: only the branch that is taken runs, and shapes may differ.
func TestIf(t *testing.T) {
	out, err := run(t, choice(), backend.Options{}, yes(true), f32(5, 6))
	require.NoError(t, err)
	require.Equal(t, []float32{5}, tensor.Data[float32](out[0]))

	out, err = run(t, choice(), backend.Options{}, yes(false), f32(5, 6))
	require.NoError(t, err)
	require.Equal(t, []float32{5, 6}, tensor.Data[float32](out[0]))

	out, err = run(t, choice(), backend.Options{}, yes(false), f32())
	require.NoError(t, err)
	require.Empty(t, tensor.Data[float32](out[0]))

	_, err = run(t, choice(), backend.Options{}, yes(true), f32())
	require.ErrorIs(t, err, backend.ErrInput)
}

// TestIfTypes: branches that disagree are refused when the model is compiled.
func TestIfTypes(t *testing.T) {
	b := choice()
	els := newBuilder()
	els.constant("k", i64(1))
	els.output("k")
	b.Nodes[0].Set(body("else_branch", els))
	_, err := backend.Compile(b.Graph, backend.Options{})
	require.ErrorContains(t, err, "output 0 is float32 if true and int64 if false")

	els.output("k")
	_, err = backend.Compile(b.Graph, backend.Options{})
	require.ErrorContains(t, err, "a branch has 2 outputs, the node 1")
	b.Nodes[0].Attrs = []graph.Attr{b.Nodes[0].Attrs[0]}
	_, err = backend.Compile(b.Graph, backend.Options{})
	require.ErrorContains(t, err, "else_branch is missing")
}
