package train_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/sardonyx-go/sardonyx/train"
)

// A penalised product puts out the gradients of sum(dy/dw²) by x and w, where y
// is tanh(x·w): the second derivative of a MatMul whose sizes are all free.
func penalised(t *testing.T, elem tensor.Type) *graph.Graph {
	t.Helper()
	b := graph.NewBuilder(18)
	x, w := b.Input("x", elem, "batch", "rows", "k"), b.Input("w", elem, "k", "columns")
	y := b.Node("Tanh", b.Node("MatMul", x, w).Out("")).Out("y")
	b.Output(y)
	g, err := train.Gradient(b.Graph, "y", "w")
	require.NoError(t, err)
	b = graph.Extend(g, g.Opsets)
	dw := g.Outputs[1]
	b.Node("ReduceSum", b.Node("Mul", dw, dw).Out("")).Attr("keepdims", 0).Out("penalty")
	g, err = train.Gradient(g, "penalty", "x", "w")
	require.NoError(t, err)
	return g
}

// Second derivatives go through one session like anything else: on every kernel
// set, shapes alternating, as another session computes them, and without an
// allocation.
func TestSecondOrderMatMul(t *testing.T) {
	for _, elem := range []tensor.Type{tensor.Float32, tensor.Float64} {
		g := penalised(t, elem)
		r := rand.New(rand.NewPCG(1, 2))
		var feeds [][]tensor.Value
		for _, s := range [][4]int{{2, 5, 7, 3}, {3, 1, 6, 4}} {
			feeds = append(feeds, []tensor.Value{random(t, r, elem, s[0], s[1], s[2]), random(t, r, elem, s[2], s[3])})
		}
		for _, set := range kernels.All() {
			m, err := backend.Compile(g, backend.Options{Kernels: set})
			require.NoError(t, err)
			s := m.NewSession()
			run := func() {
				for _, in := range feeds {
					_, err := s.Run(context.Background(), in)
					require.NoError(t, err)
				}
			}
			for range 3 {
				run()
			}
			require.Zero(t, testing.AllocsPerRun(10, run), "allocations on %s", set.Name())
			for i, in := range feeds {
				got, err := s.Run(context.Background(), in)
				require.NoError(t, err)
				want, err := m.NewSession().Run(context.Background(), in)
				require.NoError(t, err)
				for k := range want {
					require.Equal(t, want[k].(*tensor.Tensor).Bytes(), got[k].(*tensor.Tensor).Bytes(), "%v shape %d output %d", elem, i, k)
				}
			}
		}
	}
}

// The numbers of the penalty are those of central differences.
func TestSecondOrderPenalty(t *testing.T) {
	f := function{opset: 18, shapes: [][]int{{2, 3, 4}, {4, 2}}, build: func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
		y := b.Node("Tanh", b.Node("MatMul", x[0], x[1]).Out("")).Out("")
		dw, err := train.Extend(b.Graph, backend.Operators(), y, x[1])
		require.NoError(t, err)
		return b.Node("Mul", dw[0], dw[0]).Out("")
	}}
	f.check(t, 1)
}

// Sums whose dims only the run knows cost no allocation either.
func TestBroadcastAllocations(t *testing.T) {
	b := graph.NewBuilder(18)
	x, y := b.Input("x", tensor.Float32, "a", "b"), b.Input("y", tensor.Float32, "c")
	b.Output(b.Node("Mul", x, y).Out("z"))
	g, err := train.Gradient(b.Graph, "z", "x", "y")
	require.NoError(t, err)
	m, err := backend.Compile(g, backend.Options{})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(3, 4))
	var feeds [][]tensor.Value
	for _, s := range [][3]int{{2, 5, 5}, {3, 1, 4}, {6, 5, 1}} {
		feeds = append(feeds, []tensor.Value{random(t, r, tensor.Float32, s[0], s[1]), random(t, r, tensor.Float32, s[2])})
	}
	s := m.NewSession()
	run := func() {
		for _, in := range feeds {
			out, err := s.Run(context.Background(), in)
			require.NoError(t, err)
			for i := range in {
				if !slices.Equal(in[i].(*tensor.Tensor).Shape(), out[1+i].(*tensor.Tensor).Shape()) {
					t.Fatalf("gradient %d is %v, want the shape of %v", i, out[1+i], in[i])
				}
			}
		}
	}
	for range 3 {
		run()
	}
	require.Zero(t, testing.AllocsPerRun(10, run), "allocations")
}

// random returns a tensor of normal numbers.
func random(t *testing.T, r *rand.Rand, elem tensor.Type, shape ...int) *tensor.Tensor {
	t.Helper()
	x := tensor.New(tensor.Float64, shape...)
	for i := range x.Len() {
		tensor.Data[float64](x)[i] = r.NormFloat64()
	}
	y, err := tensor.Convert(elem, x, tensor.ConvertOptions{})
	require.NoError(t, err)
	return y
}
