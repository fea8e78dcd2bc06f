package train_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
	"github.com/sardonyx-go/sardonyx/train"
)

// A function is what gradients are tested on: nodes on float64 inputs.
type function struct {
	opset    int
	shapes   [][]int                    // of the inputs
	unranked bool                       // the graph does not know how many dims they have
	draw     func(r *rand.Rand) float64 // an element; nil: a normal number
	build    func(b *graph.Builder, x []graph.ValueID) graph.ValueID
}

// A loss is a graph under construction: inputs x of a function, a weight for
// each of its elements, and the weighted sum.
type loss struct {
	b     *graph.Builder
	x     []graph.ValueID
	total graph.ValueID
	feeds []tensor.Value
	n     int // weights so far
	r     *rand.Rand
}

// newLoss builds f with its sizes known, or each of them free.
func newLoss(t *testing.T, f function, free bool, r *rand.Rand) *loss {
	t.Helper()
	l := &loss{b: graph.NewBuilder(f.opset), r: r}
	for i, s := range f.shapes {
		dims := make([]any, len(s))
		for k, d := range s {
			if dims[k] = d; free {
				dims[k] = fmt.Sprintf("d%d_%d", i, k)
			}
		}
		l.x = append(l.x, l.b.Input(fmt.Sprintf("x%d", i), tensor.Float64, dims...))
		if f.unranked {
			l.b.Graph.Values[l.x[i]].Type = graph.Type{Kind: graph.Tensor, Elem: tensor.Float64}
		}
		x := tensor.New(tensor.Float64, s...)
		for k := range x.Len() {
			if tensor.Data[float64](x)[k] = r.NormFloat64(); f.draw != nil {
				tensor.Data[float64](x)[k] = f.draw(r)
			}
		}
		l.feeds = append(l.feeds, x)
	}
	l.total = l.weigh(t, f.build(l.b, l.x))
	return l
}

// weigh adds the sum of a value's elements, each by a weight of its own, so that
// no element's gradient can pass for another's.
func (l *loss) weigh(t *testing.T, y graph.ValueID) graph.ValueID {
	t.Helper()
	shape := l.run(t, y)[0].Shape()
	dims := make([]any, len(shape))
	for i := range dims {
		dims[i] = ""
	}
	w := tensor.New(tensor.Float64, shape...)
	for k := range w.Len() {
		tensor.Data[float64](w)[k] = l.r.NormFloat64()
	}
	l.n++
	in := l.b.Input(fmt.Sprintf("w%d", l.n), tensor.Float64, dims...)
	l.feeds = append(l.feeds, w)
	return l.b.Node("ReduceSum", l.b.Node("Mul", y, in).Out("")).Attr("keepdims", 0).Out("")
}

// session compiles the graph with the given outputs.
func (l *loss) session(t *testing.T, ids ...graph.ValueID) *backend.Session {
	t.Helper()
	g := l.b.Graph.Clone()
	g.Outputs = nil
	for i, id := range ids { // outputs need names
		b := graph.Extend(g, g.Opsets)
		b.Output(b.Node("Identity", id).Out(fmt.Sprintf("out%d", i)))
	}
	m, err := backend.Compile(g, backend.Options{})
	require.NoError(t, err, "%v", g)
	return m.NewSession()
}

// run returns copies of some values.
func (l *loss) run(t *testing.T, ids ...graph.ValueID) []*tensor.Tensor {
	t.Helper()
	out, err := l.session(t, ids...).Run(context.Background(), l.feeds)
	require.NoError(t, err, "%v", l.b.Graph)
	copies := make([]*tensor.Tensor, len(out))
	for i, v := range out {
		copies[i] = v.(*tensor.Tensor).Clone()
	}
	return copies
}

// check compares gradients of the total with central differences.
func (l *loss) check(t *testing.T, dx []graph.ValueID, what string) {
	t.Helper()
	got := l.run(t, dx...)
	s := l.session(t, l.total)
	at := func() float64 {
		out, err := s.Run(context.Background(), l.feeds)
		require.NoError(t, err)
		return tensor.Data[float64](out[0])[0]
	}
	for i := range l.x {
		x := l.feeds[i].(*tensor.Tensor)
		require.Equal(t, append([]int{}, x.Shape()...), append([]int{}, got[i].Shape()...), "%s: shape of the gradient by input %d", what, i)
		for k, v := range tensor.Data[float64](x) {
			h := 1e-5 * max(1, math.Abs(v))
			tensor.Data[float64](x)[k] = v + h
			up := at()
			tensor.Data[float64](x)[k] = v - h
			down := at()
			tensor.Data[float64](x)[k] = v
			want, have := (up-down)/(2*h), tensor.Data[float64](got[i])[k]
			require.InDelta(t, want, have, 1e-6*max(1, math.Abs(want), math.Abs(up)), "%s: input %d of shape %v, element %d", what, i, x.Shape(), k)
		}
	}
}

// differentiate returns the gradients of the total by the inputs.
func (l *loss) differentiate(t *testing.T) []graph.ValueID {
	t.Helper()
	dx, err := train.Extend(l.b.Graph, backend.Operators(), l.total, l.x...)
	require.NoError(t, err)
	return dx
}

// check tests the gradients of f, and gradients of those, with known sizes and
// with free ones.
func (f function) check(t *testing.T, seed uint64) {
	t.Helper()
	for _, free := range []bool{false, true} {
		l := newLoss(t, f, free, rand.New(rand.NewPCG(seed, 1)))
		dx := l.differentiate(t)
		l.check(t, dx, fmt.Sprintf("free %v, first", free))
		sum := l.weigh(t, dx[0])
		for _, d := range dx[1:] {
			sum = l.b.Node("Add", sum, l.weigh(t, d)).Out("")
		}
		l.total = sum
		l.check(t, l.differentiate(t), fmt.Sprintf("free %v, second", free))
	}
}
