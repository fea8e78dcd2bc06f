package train_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

type builds = func(b *graph.Builder, x []graph.ValueID) graph.ValueID

// apply builds one node on all inputs, with pairs of attribute and value.
func apply(name string, attrs ...any) builds {
	return func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
		n := b.Node(name, x...)
		for i := 0; i < len(attrs); i += 2 {
			n.Attr(attrs[i].(string), attrs[i+1])
		}
		return n.Out("")
	}
}

// with builds one node on all inputs and vectors of int64; nil omits one.
func with(name string, more [][]int64, attrs ...any) builds {
	return func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
		for _, v := range more {
			id := graph.None
			if v != nil {
				id = b.Const("", tensor.Of(v, len(v)))
			}
			x = append(x, id)
		}
		return apply(name, attrs...)(b, x)
	}
}

func positive(r *rand.Rand) float64 { return 0.5 + r.Float64() }

// apart is not near 0, where some functions have a corner.
func apart(r *rand.Rand) float64 { return math.Copysign(0.2+r.Float64(), r.Float64()-0.5) }

// Each function's gradient is that of a different formula or table entry.
func TestFunctions(t *testing.T) {
	draws := map[string]func(r *rand.Rand) float64{
		"Abs": apart, "Log": positive, "Reciprocal": apart, "Relu": apart, "Sqrt": positive,
	}
	for _, name := range []string{"Abs", "Cos", "Erf", "Exp", "Identity", "Log", "LogSoftmax", "Neg", "Reciprocal", "Relu", "Sigmoid", "Sin",
		"Softmax", "Softplus", "Sqrt", "Tanh"} {
		t.Run(name, func(t *testing.T) {
			for seed, s := range [][]int{{2, 3}, {1, 4}, {3, 1, 2}} {
				function{opset: 17, shapes: [][]int{s}, draw: draws[name], build: apply(name)}.check(t, uint64(seed))
			}
		})
	}
}

// broadcasting draws shapes that broadcast: some dims are 1, some are missing.
func broadcasting(r *rand.Rand, operands int) [][]int {
	full := make([]int, 1+r.IntN(3))
	for i := range full {
		full[i] = 1 + r.IntN(3)
	}
	shapes := make([][]int, operands)
	for i := range shapes {
		shapes[i] = append([]int{}, full[r.IntN(len(full)+1):]...)
		for k := range shapes[i] {
			if r.IntN(3) == 0 {
				shapes[i][k] = 1
			}
		}
	}
	return shapes
}

// What has been broadcast gets the sum over its copies, whichever dims those are.
func TestBroadcast(t *testing.T) {
	choose := func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
		c := b.Node("Greater", x[0], b.Const("", tensor.Scalar(0.))).Out("")
		return b.Node("Where", c, b.Node("Mul", x[1], x[1]).Out(""), x[2]).Out("")
	}
	cases := []struct {
		name     string
		operands int
		draw     func(r *rand.Rand) float64
		build    builds
	}{
		{"Add", 2, nil, apply("Add")},
		{"Sub", 2, nil, apply("Sub")},
		{"Mul", 2, nil, apply("Mul")},
		{"Div", 2, apart, apply("Div")},
		{"Pow", 2, positive, apply("Pow")},
		{"Sum", 3, nil, apply("Sum")},
		{"Where", 3, apart, choose},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(12) {
				f := function{opset: 17, shapes: broadcasting(rand.New(rand.NewPCG(seed, 2)), c.operands), draw: c.draw, build: c.build}
				t.Run(fmt.Sprint(f.shapes), func(t *testing.T) { f.check(t, seed) })
			}
		})
	}
}

// Small powers have derivatives that are constant or 0.
func TestPowers(t *testing.T) {
	for _, p := range []float64{0, 1, 2, 3, -1} {
		f := function{opset: 17, shapes: [][]int{{2, 3}}, draw: apart, build: func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			return b.Node("Pow", x[0], b.Const("", tensor.Scalar(p))).Out("")
		}}
		f.check(t, 1)
	}
	integer := function{opset: 17, shapes: [][]int{{3}}, draw: apart, build: func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
		return b.Node("Pow", x[0], b.Const("", tensor.Scalar(int64(3)))).Out("")
	}}
	integer.check(t, 2)
}

func TestProducts(t *testing.T) {
	for _, s := range [][][]int{
		{{2, 3}, {3, 4}}, {{1, 3}, {3, 1}}, {{3}, {3}}, {{3}, {3, 2}}, {{2, 3}, {3}},
		{{2, 2, 3}, {3, 2}}, {{2, 2, 3}, {3}}, {{3}, {2, 3, 2}}, {{2, 3}, {2, 3, 2}},
		{{2, 1, 2, 3}, {3, 3, 2}}, {{1, 2, 3}, {2, 3, 1}}, {{2, 2, 3}, {1, 3, 2}},
	} {
		t.Run(fmt.Sprint("MatMul", s), func(t *testing.T) {
			function{opset: 17, shapes: s, build: apply("MatMul")}.check(t, 3)
		})
	}
	for i := range 4 {
		a, w := []int{2, 3}, []int{3, 4}
		if i&1 != 0 {
			a = []int{3, 2}
		}
		if i&2 != 0 {
			w = []int{4, 3}
		}
		build := apply("Gemm", "alpha", 0.5, "beta", 2., "transA", i&1, "transB", i>>1)
		for _, c := range [][]int{{4}, {2, 1}, {2, 4}, {}, {1}} {
			t.Run(fmt.Sprint("Gemm", a, w, c, i), func(t *testing.T) {
				function{opset: 17, shapes: [][]int{a, w, c}, build: build}.check(t, 4)
			})
		}
		function{opset: 17, shapes: [][]int{a, w}, build: apply("Gemm", "transA", i&1, "transB", i>>1)}.check(t, 5)
	}
}

func TestReductions(t *testing.T) {
	for _, name := range []string{"ReduceSum", "ReduceMean"} {
		for keep := range 2 {
			for _, axes := range [][]int64{{0}, {-1}, {0, 2}, {1, -3}, nil} {
				more, attrs := [][]int64{}, []any{"keepdims", keep}
				if axes != nil {
					more = append(more, axes)
				}
				t.Run(fmt.Sprint(name, axes, keep), func(t *testing.T) {
					square := func(y graph.ValueID, b *graph.Builder) graph.ValueID { return b.Node("Mul", y, y).Out("") }
					f := function{opset: 18, shapes: [][]int{{2, 1, 3}}, build: func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
						return square(with(name, more, attrs...)(b, x), b)
					}}
					f.check(t, 6)
					f.opset, f.build = 12, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
						old := attrs
						if axes != nil {
							old = append(old, "axes", axes)
						}
						return square(apply(name, old...)(b, x), b)
					}
					f.check(t, 7)
				})
			}
		}
	}
	for _, name := range []string{"Softmax", "LogSoftmax"} {
		for axis := range 3 {
			for _, opset := range []int{12, 13} {
				t.Run(fmt.Sprint(name, opset, axis), func(t *testing.T) {
					function{opset: opset, shapes: [][]int{{2, 3, 2}}, build: apply(name, "axis", axis)}.check(t, 8)
				})
			}
		}
	}
}

// Operators that move elements: squared, so that there is a second derivative.
func TestMoves(t *testing.T) {
	cases := []struct {
		name   string
		shapes [][]int
		build  builds
	}{
		{"Transpose", [][]int{{2, 3, 2}}, apply("Transpose", "perm", []int{1, 2, 0})},
		{"Transpose reversed", [][]int{{2, 3}}, apply("Transpose")},
		{"Reshape", [][]int{{2, 6}}, with("Reshape", [][]int64{{3, -1}})},
		{"Flatten", [][]int{{2, 3, 2}}, apply("Flatten", "axis", 2)},
		{"Squeeze", [][]int{{2, 1, 3}}, with("Squeeze", [][]int64{{1}})},
		{"Squeeze all", [][]int{{1, 3, 1}}, apply("Squeeze")},
		{"Unsqueeze", [][]int{{2, 3}}, with("Unsqueeze", [][]int64{{0, -1}})},
		{"Expand", [][]int{{2, 1}}, with("Expand", [][]int64{{3, 1, 4}})},
		{"Expand by ones", [][]int{{3, 1}}, with("Expand", [][]int64{{1, 1, 1}})},
		{"Cast", [][]int{{2, 3}}, apply("Cast", "to", int(tensor.Float64))},
		{"Concat", [][]int{{2, 1}, {2, 3}, {2, 2}}, apply("Concat", "axis", 1)},
		{"Concat from the end", [][]int{{1, 2}, {3, 2}}, apply("Concat", "axis", -2)},
		{"Concat last", [][]int{{2, 1}, {2, 2}}, apply("Concat", "axis", -1)},
		{"Slice", [][]int{{4, 3}}, with("Slice", [][]int64{{1, 0}, {3, 2}})},
		{"Slice axes", [][]int{{2, 5}}, with("Slice", [][]int64{{-4}, {math.MaxInt64}, {-1}, {1}})},
		{"Slice nothing", [][]int{{3, 2}}, with("Slice", [][]int64{{2}, {1}, {0}})},
		{"Slice steps", [][]int{{5, 4}}, with("Slice", [][]int64{{4, 0}, {math.MinInt64, 4}, {0, 1}, {-2, 3}})},
		{"Pad", [][]int{{2, 3}}, with("Pad", [][]int64{{1, -1, 0, 2}})},
		{"Gather", [][]int{{4, 2}}, with("Gather", [][]int64{{1, 3, 1, -4}})},
		{"Gather axis", [][]int{{2, 3, 2}}, with("Gather", [][]int64{{2, 0, 2}}, "axis", -2)},
		{"Gather last axis", [][]int{{2, 1, 3}}, with("Gather", [][]int64{{2, 0, 2}}, "axis", 2)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			function{opset: 18, shapes: c.shapes, build: func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
				y := c.build(b, x)
				return b.Node("Mul", y, y).Out("")
			}}.check(t, 9)
		})
	}
}

// Not even the ranks are known: what has been broadcast shows at run time.
func TestUnknownRank(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 3))
		f := function{opset: 18, shapes: broadcasting(r, 2), build: apply("Mul"), unranked: true}
		t.Run(fmt.Sprint(f.shapes), func(t *testing.T) { f.check(t, seed) })
	}
}

// Attributes of old versions say what inputs say in new ones.
func TestOldVersions(t *testing.T) {
	for name, build := range map[string]builds{
		"Slice":     apply("Slice", "starts", []int{1, -2}, "ends", []int{9, 2}, "axes", []int{1, 0}),
		"Squeeze":   apply("Squeeze", "axes", []int{1}),
		"Unsqueeze": apply("Unsqueeze", "axes", []int{0}),
		"Pad":       apply("Pad", "pads", []int{0, 0, 1, -1, 0, 1}),
	} {
		t.Run(name, func(t *testing.T) {
			function{opset: 9, shapes: [][]int{{3, 1, 2}}, build: build}.check(t, 10)
		})
	}
}

// Indices: elements that are taken or written more than once add up.
func TestIndices(t *testing.T) {
	index := func(v []int64, shape ...int) *tensor.Tensor { return tensor.Of(v, shape...) }
	cases := []struct {
		name   string
		shapes [][]int
		build  builds
	}{
		{"Gather matrix of indices", [][]int{{2, 3, 2}}, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			return b.Node("Gather", x[0], b.Const("", index([]int64{0, 2, 2, 1}, 2, 2))).Attr("axis", 1).Out("")
		}},
		{"GatherND", [][]int{{2, 3, 2}}, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			return b.Node("GatherND", x[0], b.Const("", index([]int64{0, 1, 1, 2, 0, 1}, 3, 2))).Out("")
		}},
		{"GatherElements", [][]int{{2, 3}}, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			return b.Node("GatherElements", x[0], b.Const("", index([]int64{2, 2, 0, 1}, 2, 2))).Attr("axis", 1).Out("")
		}},
		{"ScatterND", [][]int{{4, 2}, {2, 2}}, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			return b.Node("ScatterND", x[0], b.Const("", index([]int64{3, 1}, 2, 1)), x[1]).Out("")
		}},
		{"ScatterND add", [][]int{{4, 2}, {2, 2}}, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			return b.Node("ScatterND", x[0], b.Const("", index([]int64{3, 3}, 2, 1)), x[1]).Attr("reduction", "add").Out("")
		}},
		{"ScatterElements", [][]int{{3, 2}, {1, 2}}, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			return b.Node("ScatterElements", x[0], b.Const("", index([]int64{2, 0}, 1, 2)), x[1]).Out("")
		}},
		{"ScatterElements add", [][]int{{3, 2}, {2, 2}}, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			return b.Node("ScatterElements", x[0], b.Const("", index([]int64{2, 0, 2, 0}, 2, 2)), x[1]).Attr("reduction", "add").Out("")
		}},
		{"Split", [][]int{{2, 5}}, func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
			s := b.Node("Split", x[0], b.Const("", index([]int64{2, 1, 2}, 3))).Attr("axis", 1)
			first, _, last := s.Out(""), s.Out(""), s.Out("")
			return b.Node("Mul", first, last).Out("")
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			function{opset: 18, shapes: c.shapes, build: func(b *graph.Builder, x []graph.ValueID) graph.ValueID {
				y := c.build(b, x)
				return b.Node("Mul", y, y).Out("")
			}}.check(t, 11)
		})
	}
}
