package control_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// doubling is a Loop whose body adds x to itself while it is below a limit, and
// scans x before that. Trip count and condition are inputs if named.
func doubling(trips, cond string) *builder {
	b := newBuilder()
	if trips != "" {
		b.input(trips, tensor.Int64)
	}
	if cond != "" {
		b.input(cond, tensor.Bool)
	}
	b.input("x", tensor.Float32, -1)
	b.input("limit", tensor.Float32)
	in := newBuilder()
	in.input("i", tensor.Int64)
	in.input("c", tensor.Bool)
	in.input("v", tensor.Float32, -1)
	in.capture(b, "limit")
	in.node("Add", list("v", "v"), list("w"))
	in.node("ReduceMax", list("w"), list("top"), graph.Attr{Name: "keepdims", Kind: graph.AttrInt})
	in.node("Less", list("top", "limit"), list("go"))
	in.node("Identity", list("v"), list("before"))
	in.output("go", "w", "before")
	b.node("Loop", list(trips, cond, "x"), list("y", "scan"), body("body", in))
	b.output("y", "scan")
	return b
}

// TestLoopModes: the five ways in which M and the condition may be given.
func TestLoopModes(t *testing.T) {
	x, limit := f32(1, 2), tensor.Scalar(float32(10))
	for _, c := range []struct {
		name  string
		trips *tensor.Tensor
		cond  *tensor.Tensor
		want  []float32
		n     int
	}{
		{"for", i64(2), nil, []float32{4, 8}, 2},
		{"for, whatever the body says", i64(5), nil, []float32{32, 64}, 5},
		{"while", nil, yes(true), []float32{8, 16}, 3},
		{"not at all", nil, yes(false), []float32{1, 2}, 0},
		{"no trip", i64(0), nil, []float32{1, 2}, 0},
		{"a negative number of trips", i64(-3), yes(true), []float32{1, 2}, 0},
		{"both, the count is first", i64(1), yes(true), []float32{2, 4}, 1},
		{"both, the condition is first", i64(9), yes(true), []float32{8, 16}, 3},
	} {
		var in []tensor.Value
		var trips, cond string
		if c.trips != nil {
			trips, in = "m", append(in, c.trips)
		}
		if c.cond != nil {
			cond, in = "c", append(in, c.cond)
		}
		out, err := run(t, doubling(trips, cond), backend.Options{}, append(in, x, limit)...)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, tensor.Data[float32](out[0]), c.name)
		require.Equal(t, c.n, out[1].(*tensor.Tensor).Shape()[0], c.name)
		if c.n > 1 {
			require.Equal(t, []float32{1, 2, 2, 4}, tensor.Data[float32](out[1])[:4], c.name)
		}
	}
}

// TestLoopLimits: a loop ends at the limit of trips and when its context does.
func TestLoopLimits(t *testing.T) {
	forever := tensor.Scalar(float32(1e30))
	_, err := run(t, doubling("", "c"), backend.Options{MaxTrips: 7}, yes(true), f32(0), forever)
	require.ErrorIs(t, err, backend.ErrLimit)
	require.ErrorContains(t, err, "more than 7 trips")

	m, err := backend.Compile(doubling("", "c").Graph, backend.Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = m.NewSession().Run(ctx, []tensor.Value{yes(true), f32(0), forever})
	require.ErrorIs(t, err, context.Canceled)
}

// TestLoopGrows: a carried value may change its shape, a scanned one may not.
func TestLoopGrows(t *testing.T) {
	grow := func(scan bool) *builder {
		b := newBuilder()
		b.input("m", tensor.Int64)
		b.input("x", tensor.Float32, -1)
		in := newBuilder()
		in.input("i", tensor.Int64)
		in.input("c", tensor.Bool)
		in.input("v", tensor.Float32, -1)
		in.node("Identity", list("c"), list("go"))
		in.node("Concat", list("v", "v"), list("w"), graph.Attr{Name: "axis", Kind: graph.AttrInt})
		in.output("go", "w")
		out := list("y")
		if scan {
			in.node("Identity", list("w"), list("s"))
			in.output("s")
			out = list("y", "scan")
		}
		b.node("Loop", list("m", "", "x"), out, body("body", in))
		b.output(out...)
		return b
	}
	out, err := run(t, grow(false), backend.Options{}, i64(3), f32(1, 2))
	require.NoError(t, err)
	require.Equal(t, []float32{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}, tensor.Data[float32](out[0]))
	_, err = run(t, grow(true), backend.Options{}, i64(3), f32(1, 2))
	require.ErrorIs(t, err, backend.ErrShape)
	require.ErrorContains(t, err, "[8] in trip 1, [4] before")
}

// TestSwap: values that change places, or stay where they are, keep their
// elements although two Calls share them.
func TestSwap(t *testing.T) {
	b := newBuilder()
	b.input("m", tensor.Int64)
	b.input("x", tensor.Float32, -1)
	b.input("y", tensor.Float32, -1)
	b.input("z", tensor.Float32, -1)
	in := newBuilder()
	in.input("i", tensor.Int64)
	in.input("c", tensor.Bool)
	for _, v := range []string{"p", "q", "r"} {
		in.input(v, tensor.Float32, -1)
	}
	in.output("c", "q", "p", "r")
	b.node("Loop", list("m", "", "x", "y", "z"), list("u", "v", "w"), body("body", in))
	b.output("u", "v", "w")
	out, err := run(t, b, backend.Options{}, i64(7), f32(1), f32(2), f32(3))
	require.NoError(t, err)
	for i, want := range []float32{2, 1, 3} {
		require.Equal(t, []float32{want}, tensor.Data[float32](out[i]))
	}
}

// TestLoopBadNodes: what does not fit the body is found when the model is compiled.
func TestLoopBadNodes(t *testing.T) {
	b := doubling("m", "")
	b.Nodes[0].Inputs = append(b.Nodes[0].Inputs, b.ids["x"])
	_, err := backend.Compile(b.Graph, backend.Options{})
	require.ErrorContains(t, err, "2 initial values, the body carries 1")

	b = doubling("m", "")
	b.Nodes[0].Attrs = nil
	_, err = backend.Compile(b.Graph, backend.Options{})
	require.ErrorContains(t, err, "body is missing")
}

func BenchmarkLoop(b *testing.B) {
	m, err := backend.Compile(doubling("m", "").Graph, backend.Options{Threads: 1})
	require.NoError(b, err)
	s := m.NewSession()
	const trips = 1000
	in := []tensor.Value{i64(trips), f32(0), tensor.Scalar(float32(1))}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Run(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/trips, "ns/trip")
}
