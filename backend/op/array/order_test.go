package array_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	. "github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// images are nodes that work on images, with their other inputs.
var images = []struct {
	name    string
	node    *graph.Node
	in      []*tensor.Tensor // beside the first; nil stands for the first again
	outputs int
}{
	{"identity", Node("Identity", 13, 1), nil, 1},
	{"split", Node("Split", 13, 2, Int("axis", 1)), []*tensor.Tensor{int64s(4, 2)}, 2},
	{"split rows", Node("Split", 11, 1, Int("axis", 2)), nil, 2},
	{"concat", Node("Concat", 13, 2, Int("axis", 1)), []*tensor.Tensor{nil}, 1},
	{"concat columns", Node("Concat", 13, 2, Int("axis", -1)), []*tensor.Tensor{nil}, 1},
	{"slice channels", Node("Slice", 13, 4), []*tensor.Tensor{int64s(1), int64s(5), int64s(1)}, 1},
	{"slice rows", Node("Slice", 13, 4), []*tensor.Tensor{int64s(1), int64s(9), int64s(2)}, 1},
	{"slice back", Node("Slice", 13, 5), []*tensor.Tensor{int64s(-1, -1), int64s(-9, -9), int64s(1, 3), int64s(-2, -1)}, 1},
	{"pad", Node("Pad", 13, 2), []*tensor.Tensor{int64s(0, 0, 1, 2, 0, 0, 3, 1)}, 1},
	{"pad all", Node("Pad", 19, 2, Str("mode", "wrap")), []*tensor.Tensor{int64s(1, 2, 1, 2, 0, 3, -1, 1)}, 1},
	{"pad reflect", Node("Pad", 13, 2, Str("mode", "reflect")), []*tensor.Tensor{int64s(0, 0, 1, 3, 0, 0, 3, 4)}, 1},
	{"crop", Node("CenterCropPad", 18, 2), []*tensor.Tensor{int64s(3, 4, 7, 3)}, 1},
	{"depth to space", Node("DepthToSpace", 13, 1, Int("blocksize", 1)), nil, 1},
	{"space to depth", Node("SpaceToDepth", 13, 1, Int("blocksize", 2)), nil, 1},
	{"transpose", Node("Transpose", 13, 1, Ints("perm", 0, 2, 3, 1)), nil, 1},
	{"transpose back", Node("Transpose", 13, 1, Ints("perm", 0, 3, 1, 2)), nil, 1},
	{"flatten", Node("Flatten", 13, 1), nil, 1},
	{"reshape", Node("Reshape", 14, 2), []*tensor.Tensor{int64s(2, 3, -1)}, 1},
	{"unsqueeze", Node("Unsqueeze", 13, 2), []*tensor.Tensor{int64s(1)}, 1},
	{"shape", Node("Shape", 15, 1), nil, 1},
}

// TestOrders: in every order that an operator says it takes, for any lanes beyond
// the channels and any number of chunks, results are those of plain order; a view
// shows the same elements.
func TestOrders(t *testing.T) {
	x := iota32(2, 6, 4, 6)
	for _, c := range images {
		t.Run(c.name, func(t *testing.T) {
			n := *c.node
			n.Outputs = nil
			for i := range c.outputs {
				n.Outputs = append(n.Outputs, graph.ValueID(10+i))
			}
			values := func(order op.Order, lane float32) []*op.Value {
				first := func() *op.Value {
					if order == op.ChannelsLast {
						return channelsLast(x, lane)
					}
					return op.FromTensor(x)
				}
				in := []*op.Value{first()}
				for _, y := range c.in {
					if y == nil {
						in = append(in, first())
					} else {
						in = append(in, op.FromTensor(y))
					}
				}
				return in
			}
			want, err := Eval(registry, &n, plain(values(op.Plain, 0))...)
			require.NoError(t, err)

			o, _ := registry.New(&n)
			var in []op.Info
			for _, v := range values(op.Plain, 0) {
				in = append(in, v.Info())
			}
			signatures := o.(op.Layouter).Layouts(in)
			require.Greater(t, len(signatures), 1)
			for _, s := range signatures {
				for _, lane := range []float32{nan, 1e30} {
					for _, chunks := range []int{1, 3, 7} {
						if c.name == "shape" && chunks > 1 {
							continue
						}
						m := newMachine(t, &n, s.Out[0], values(s.In[0], lane)...)
						m.store()
						m.run(t, chunks)
						for i, y := range m.outputs() {
							Equal(t, want[i], y)
						}
						m.lanesUntouched(t)
					}
					m := newMachine(t, &n, s.Out[0], values(s.In[0], lane)...)
					v, ok := m.kernel.(op.Viewer)
					if !ok || !v.View(m.frame) {
						continue
					}
					for i, y := range m.frame.Out {
						y.Bytes = m.frame.In[0].Bytes[4*m.frame.Offset[i]:]
						if s.Out[0] == op.ChannelsLast {
							require.Equal(t, 1, y.Stride[1])
							require.Equal(t, y.Shape[3]*y.Stride[3], y.Stride[2], "rows without gaps")
							require.Equal(t, y.Shape[2]*y.Stride[2], y.Stride[0], "images without gaps")
							require.Equal(t, y.Shape[1], y.Lanes, "what lies beyond belongs to others")
						}
					}
					for i, y := range m.outputs() {
						Equal(t, want[i], y)
					}
				}
			}
		})
	}
}

func plain(values []*op.Value) []*tensor.Tensor {
	var out []*tensor.Tensor
	for _, v := range values {
		out = append(out, v.Tensor())
	}
	return out
}

// TestViews names what must cost nothing: these layouts are why whole classes of
// models need no copies.
func TestViews(t *testing.T) {
	image := channelsLast(iota32(1, 116, 5, 5), nan)
	pooled := channelsLast(iota32(4, 6, 1, 1), nan)
	nhwc := op.FromTensor(iota32(1, 5, 5, 3))
	ints := op.FromTensor(int64s(4, 6))
	for _, c := range []struct {
		name string
		node *graph.Node
		out  op.Order
		in   []*op.Value
	}{
		{"ShuffleNet's halves", Node("Split", 2, 1, Int("axis", 1)), op.ChannelsLast, []*op.Value{image}},
		{"channels-last to NHWC", Node("Transpose", 1, 1, Ints("perm", 0, 2, 3, 1)), op.Plain, []*op.Value{image}},
		{"NHWC to channels-last", Node("Transpose", 1, 1, Ints("perm", 0, 3, 1, 2)), op.ChannelsLast, []*op.Value{nhwc}},
		{"pooled features to a matrix", Node("Flatten", 1, 1), op.Plain, []*op.Value{pooled}},
		{"pooled features, reshaped", Node("Reshape", 5, 2), op.Plain, []*op.Value{pooled, ints}},
		{"every other row", Node("Slice", 1, 1, Ints("starts", 0), Ints("ends", 99), Ints("axes", 1)), op.Plain, []*op.Value{nhwc}},
		{"broadcast", Node("Expand", 8, 2), op.Plain, []*op.Value{op.FromTensor(iota32(1, 6)), ints}},
	} {
		n := *c.node
		if n.Op == "Split" {
			n.Outputs = []graph.ValueID{1, 2}
		}
		m := newMachine(t, &n, c.out, c.in...)
		require.True(t, m.kernel.(op.Viewer).View(m.frame), c.name)
	}
}

// TestWindows: inputs that were written where Concat wants them are in their
// place, and are not copied again.
func TestWindows(t *testing.T) {
	a, b := iota32(2, 3, 4, 5), iota32(2, 6, 4, 5)
	for _, order := range []op.Order{op.Plain, op.ChannelsLast} {
		n := Node("Concat", 13, 2, Int("axis", 1))
		want, err := Eval(registry, n, a, b)
		require.NoError(t, err)
		in := []*op.Value{op.FromTensor(a), op.FromTensor(b)}
		if order == op.ChannelsLast {
			in = []*op.Value{channelsLast(a, nan), channelsLast(b, nan)}
		}
		m := newMachine(t, n, order, in...)
		m.store()
		require.True(t, m.kernel.(op.Gatherer).Windows(m.frame))
		y := m.frame.Out[0]
		for i, x := range in {
			w := op.Value{Kind: x.Kind, Type: x.Type, Shape: x.Shape, Stride: y.Stride, Bytes: y.Bytes[4*m.frame.Offset[i]:]}
			op.CopyStrided(&w, x)
			m.frame.Placed[i] = true
			x.Bytes = nil
		}
		m.run(t, 0)
		Equal(t, want[0], m.outputs()[0])
	}
}
