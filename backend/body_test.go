package backend_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// counts is how often an operator has been called.
type counts struct{ infer, prepare, resolve, run int }

// counted computes x+1 and counts. It stands in bodies, which run on one thread.
type counted struct{ n *counts }

func (c counted) Infer(in, out []op.Info) error {
	c.n.infer++
	out[0].Like(tensor.Float32, &in[0])
	return nil
}

func (c counted) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	c.n.prepare++
	return c, nil
}

func (c counted) Resolve(f *op.Frame) error {
	c.n.resolve++
	f.One(f.Out[0].Len())
	return nil
}

func (c counted) Run(f *op.Frame, _, _, _ int) error {
	c.n.run++
	y := op.Data[float32](f.Out[0])
	for i, v := range op.Data[float32](f.In[0])[:f.In[0].Len()] {
		y[i] = v + 1
	}
	return nil
}

// bodied are graphs whose body has the counted operator, for inputs x of n
// elements by which the shapes in the body change.
var bodied = []struct {
	name  string
	build func(b *graph.Builder)
	trips int  // that run the operator
	heap  bool // values on the Go heap
}{
	{"Loop", func(b *graph.Builder) {
		x := b.Input("x", tensor.Float32, "n")
		body := b.Body()
		_, c := body.Input("i", tensor.Int64), body.Input("c", tensor.Bool)
		y := count(body, body.Input("v", tensor.Float32, "n"))
		body.Output(body.Node("Identity", c).Out("go"), y, body.Node("Neg", y).Out("row"))
		loop := b.Node("Loop", b.Const("m", tensor.Scalar(int64(50))), graph.None, x).Attr("body", body.Graph)
		b.Output(loop.Out("y"), loop.Out("rows"))
	}, 50, false},
	{"Scan", func(b *graph.Builder) {
		x := b.Input("x", tensor.Float32, "n")
		body := b.Body()
		s, row := body.Input("s", tensor.Float32, "n"), body.Input("row", tensor.Float32, 1)
		y := count(body, body.Node("Add", s, row).Out("sum"))
		body.Output(y, body.Node("Neg", y).Out("out"))
		rows := b.Const("rows", tensor.New(tensor.Float32, 40, 1))
		scan := b.Node("Scan", x, rows).Attr("body", body.Graph).Attr("num_scan_inputs", 1)
		b.Output(scan.Out("y"), scan.Out("outs"))
	}, 40, false},
	{"If", func(b *graph.Builder) {
		x, c := b.Input("x", tensor.Float32, "n"), b.Input("c", tensor.Bool)
		branch := func() *graph.Graph {
			body := b.Body()
			body.Output(count(body, body.Capture(b, x)))
			return body.Graph
		}
		b.Output(b.Node("If", c).Attr("then_branch", branch()).Attr("else_branch", branch()).Out("y"))
	}, 1, false},
	{"If in Loop", func(b *graph.Builder) {
		x := b.Input("x", tensor.Float32, "n")
		body := b.Body()
		_, c := body.Input("i", tensor.Int64), body.Input("c", tensor.Bool)
		v := body.Input("v", tensor.Float32, "n")
		branch := func() *graph.Graph {
			inner := body.Body()
			inner.Output(count(inner, inner.Capture(body, v)))
			return inner.Graph
		}
		y := body.Node("If", c).Attr("then_branch", branch()).Attr("else_branch", branch()).Out("w")
		body.Output(body.Node("Identity", c).Out("go"), y)
		b.Output(b.Node("Loop", b.Const("m", tensor.Scalar(int64(30))), b.Const("yes", tensor.Scalar(true)), x).Attr("body", body.Graph).Out("y"))
	}, 30, false},
	{"SequenceMap", func(b *graph.Builder) {
		x := b.Input("x", tensor.Float32, "n")
		body := b.Body()
		body.Output(count(body, body.Input("v", tensor.Float32, 1, "n")))
		rows := b.Node("Expand", x, b.Const("shape", tensor.Of([]int64{20, 1}, 2))).Out("rows")
		seq := b.Node("SplitToSequence", rows).Out("seq")
		mapped := b.Node("SequenceMap", seq).Attr("body", body.Graph).Out("mapped")
		b.Output(b.Node("ConcatFromSequence", mapped).Attr("axis", 0).Out("y"))
	}, 20, true},
}

func count(b *graph.Builder, x graph.ValueID) graph.ValueID {
	return b.Node("Count", x).Domain("test").Out("")
}

// Bodies are prepared when the model is compiled, planned and resolved once
// while their shapes hold, however many trips there are, and a run that finds
// shapes it has seen allocates nothing.
func TestBodiesArePlannedOnce(t *testing.T) {
	for _, c := range bodied {
		t.Run(c.name, func(t *testing.T) {
			var n counts
			r := backend.Operators()
			r.Add(op.Def{Domain: "test", Name: "Count", Since: 1, New: func(*graph.Node) (op.Op, error) { return counted{&n}, nil }})
			b := graph.NewBuilder(21)
			b.Import("test", 1)
			c.build(b)
			m, err := backend.Compile(b.Graph, backend.Options{Registry: r, Threads: 1})
			require.NoError(t, err)
			prepared := n.prepare
			require.LessOrEqual(t, prepared, 2, "one for each body")

			s := m.NewSession()
			run := func(size int) func() {
				in := []tensor.Value{tensor.New(tensor.Float32, size)}
				if len(m.Inputs()) > 1 {
					in = append(in, tensor.Scalar(true))
				}
				return func() {
					_, err := s.Run(context.Background(), in)
					require.NoError(t, err)
				}
			}
			small, large := run(3), run(5)
			n = counts{prepare: prepared}
			small()
			require.Equal(t, c.trips, n.run)
			require.LessOrEqual(t, n.resolve, 3, "in the first run")

			small() // storage may move once
			n = counts{prepare: prepared}
			for range 10 {
				small()
			}
			require.Equal(t, counts{prepare: prepared, run: 10 * c.trips}, n, "while shapes hold")

			for range 3 {
				large()
				small()
			}
			n = counts{prepare: prepared}
			large()
			small()
			require.Equal(t, prepared, n.prepare)
			require.LessOrEqual(t, n.resolve, 6, "when shapes change: once for each place that a value has")
			if !c.heap {
				require.Zero(t, testing.AllocsPerRun(5, small), "allocations while shapes hold")
				require.Zero(t, testing.AllocsPerRun(5, func() { large(); small() }), "allocations when shapes come back")
			}
		})
	}
}
