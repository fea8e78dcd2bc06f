package backend

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// decoder builds one head of attention with a cache: keys and values of the past
// and of the new token, attended to by a query.
func decoder() *graph.Graph {
	b := graph.NewBuilder(17)
	q := b.Input("q", tensor.Float32, 1, 2, 1, 8)
	k := b.Input("k", tensor.Float32, 1, 2, "new", 8)
	v := b.Input("v", tensor.Float32, 1, 2, "new", 8)
	keys := b.Node("Concat", b.Input("past_k", tensor.Float32, 1, 2, "past", 8), k).Attr("axis", 2).Out("present_k")
	values := b.Node("Concat", b.Input("past_v", tensor.Float32, 1, 2, "past", 8), v).Attr("axis", -2).Out("present_v")
	kt := b.Node("Transpose", keys).Attr("perm", []int{0, 1, 3, 2}).Out("kt")
	scores := b.Node("Softmax", b.Node("MatMul", q, kt).Out("qk")).Attr("axis", -1).Out("scores")
	b.Output(b.Node("MatMul", scores, values).Out("y"), keys, values)
	return b.Graph
}

func randomTensor(r *rand.Rand, dims ...int) *tensor.Tensor {
	n, _ := tensor.Elements(dims)
	x := make([]float32, n)
	for i := range x {
		x[i] = r.Float32() - 0.5
	}
	return tensor.Of(x, dims...)
}

// A session that keeps its cache in place answers, bit for bit, what one does
// that is fed the whole past each time, and allocates nothing but programs.
func TestState(t *testing.T) {
	m, err := Compile(decoder(), Options{})
	require.NoError(t, err)
	ctx := context.Background()
	r := rand.New(rand.NewPCG(1, 2))
	fed, kept := m.NewSession(), m.NewSession()
	require.NoError(t, kept.State("past_k", "present_k", 64))
	require.NoError(t, kept.State("past_v", "present_v", 64))
	pastK, pastV := tensor.New(tensor.Float32, 1, 2, 0, 8), tensor.New(tensor.Float32, 1, 2, 0, 8)
	keptK, keptV := tensor.Value(pastK), tensor.Value(pastV)
	step := func(n int) {
		q, k, v := randomTensor(r, 1, 2, 1, 8), randomTensor(r, 1, 2, n, 8), randomTensor(r, 1, 2, n, 8)
		want, err := fed.Run(ctx, []tensor.Value{q, k, v, pastK, pastV})
		require.NoError(t, err)
		y := slices.Clone(tensor.Data[float32](want[0]))
		pastK, pastV = want[1].(*tensor.Tensor).Clone(), want[2].(*tensor.Tensor).Clone()
		got, err := kept.Run(ctx, []tensor.Value{q, k, v, keptK, keptV})
		require.NoError(t, err)
		require.Equal(t, y, tensor.Data[float32](got[0]))
		require.Nil(t, got[1])
		keptK, keptV = nil, nil
	}
	step(3)
	for range 60 {
		step(1)
	}
	require.LessOrEqual(t, len(kept.insts), 12)
	_, err = kept.Run(ctx, []tensor.Value{randomTensor(r, 1, 2, 1, 8), randomTensor(r, 1, 2, 2, 8), randomTensor(r, 1, 2, 2, 8), nil, nil})
	require.ErrorIs(t, err, ErrLimit)

	// The same lengths again: every program is known, nothing is allocated.
	q, k := randomTensor(r, 1, 2, 1, 8), randomTensor(r, 1, 2, 1, 8)
	empty := tensor.New(tensor.Float32, 1, 2, 0, 8)
	first, next := []tensor.Value{q, k, k, empty, empty}, []tensor.Value{q, k, k, nil, nil}
	run := func() {
		for i := range 40 {
			in := next
			if i == 0 {
				in = first
			}
			_, err := kept.Run(ctx, in)
			require.NoError(t, err)
		}
	}
	run()
	run()
	require.Zero(t, testing.AllocsPerRun(200, run))
}

func TestStateErrors(t *testing.T) {
	m, err := Compile(decoder(), Options{})
	require.NoError(t, err)
	s := m.NewSession()
	require.ErrorContains(t, s.State("nothing", "present_k", 4), `no input "nothing"`)
	require.ErrorContains(t, s.State("past_k", "y", 4), `output "y" comes from MatMul, which does not append`)
	require.ErrorContains(t, s.State("past_v", "present_k", 4), `output "present_k" is not input "past_v" grown`)
	require.NoError(t, s.State("past_k", "present_k", 4))
	x := tensor.New(tensor.Float32, 1, 2, 1, 8)
	_, err = s.Run(context.Background(), []tensor.Value{x, x, x, nil, x})
	require.ErrorContains(t, err, `input "past_k" is a state: its first run needs a tensor`)
}
