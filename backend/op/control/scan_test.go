package control_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func ints(name string, v ...int64) graph.Attr {
	return graph.Attr{Name: name, Kind: graph.AttrInts, Ints: v}
}

// sums is a Scan that adds up the elements of x and gives each partial sum.
func sums(version int, in []string, dims int, attrs ...graph.Attr) *builder {
	b := newBuilder()
	for _, name := range in {
		switch name {
		case "":
		case "lengths":
			b.input(name, tensor.Int64, -1)
		case "s":
			b.input(name, tensor.Float32, -1, -1)
			b.Values[b.id("s")].Type.Shape = b.Values[b.id("s")].Type.Shape[:dims-1]
		default:
			b.input(name, tensor.Float32, -1, -1, -1)
			b.Values[b.id(name)].Type.Shape = b.Values[b.id(name)].Type.Shape[:dims]
		}
	}
	sum := newBuilder()
	sum.input("state", tensor.Float32, -1)
	sum.input("element", tensor.Float32, -1)
	sum.node("Add", list("state", "element"), list("next"))
	sum.node("Identity", list("next"), list("partial"))
	sum.output("next", "partial")
	attrs = append(attrs, body("body", sum), graph.Attr{Name: "num_scan_inputs", Kind: graph.AttrInt, Int: 1})
	b.node("Scan", in, list("final", "partials"), attrs...)
	b.Nodes[0].Version = version
	b.Opsets[""] = version
	b.output("final", "partials")
	return b
}

// TestScan: positions along any axis, in both directions, in and out.
func TestScan(t *testing.T) {
	s, x := f32(0, 0), tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 3, 2)
	columns := tensor.Of([]float32{1, 3, 5, 2, 4, 6}, 2, 3) // x transposed
	for _, c := range []struct {
		name  string
		attrs []graph.Attr
		x     *tensor.Tensor
		final []float32
		want  *tensor.Tensor
	}{
		{"forward", nil, x, []float32{9, 12}, tensor.Of([]float32{1, 2, 4, 6, 9, 12}, 3, 2)},
		{"along the last axis", []graph.Attr{ints("scan_input_axes", -1)}, columns, []float32{9, 12}, tensor.Of([]float32{1, 2, 4, 6, 9, 12}, 3, 2)},
		{"to the last axis", []graph.Attr{ints("scan_output_axes", -1)}, x, []float32{9, 12}, tensor.Of([]float32{1, 4, 9, 2, 6, 12}, 2, 3)},
		{"backward", []graph.Attr{ints("scan_input_directions", 1)}, x, []float32{9, 12}, tensor.Of([]float32{5, 6, 8, 10, 9, 12}, 3, 2)},
		{"prepending", []graph.Attr{ints("scan_output_directions", 1)}, x, []float32{9, 12}, tensor.Of([]float32{9, 12, 4, 6, 1, 2}, 3, 2)},
		{"of nothing", nil, tensor.New(tensor.Float32, 0, 2), []float32{0, 0}, tensor.New(tensor.Float32, 0, 2)},
	} {
		out, err := run(t, sums(17, list("s", "x"), 2, c.attrs...), backend.Options{}, s, c.x)
		require.NoError(t, err, c.name)
		require.Equal(t, c.final, tensor.Data[float32](out[0]), c.name)
		y := out[1].(*tensor.Tensor)
		if c.x.Len() > 0 { // the element's size is not known without one
			require.Equal(t, c.want.Shape(), y.Shape(), c.name)
		}
		require.Equal(t, append([]float32{}, tensor.Data[float32](c.want)...), append([]float32{}, tensor.Data[float32](y)...), c.name)
	}
}

// TestScan8: a batch, whose samples may be shorter than the axis.
func TestScan8(t *testing.T) {
	s := tensor.Of([]float32{0, 100}, 2, 1)
	x := tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3, 1)
	out, err := run(t, sums(8, list("", "s", "x"), 3), backend.Options{}, s, x)
	require.NoError(t, err)
	require.Equal(t, []float32{6, 115}, tensor.Data[float32](out[0]))
	require.Equal(t, []float32{1, 3, 6, 104, 109, 115}, tensor.Data[float32](out[1]))

	out, err = run(t, sums(8, list("lengths", "s", "x"), 3), backend.Options{}, tensor.Of([]int64{2, 0}, 2), s, x)
	require.NoError(t, err)
	require.Equal(t, []float32{3, 100}, tensor.Data[float32](out[0]))
	require.Equal(t, []int{2, 3, 1}, out[1].(*tensor.Tensor).Shape())
	require.Equal(t, []float32{1, 3, 0, 0, 0, 0}, tensor.Data[float32](out[1]))

	_, err = run(t, sums(8, list("lengths", "s", "x"), 3), backend.Options{}, tensor.Of([]int64{4, 0}, 2), s, x)
	require.ErrorContains(t, err, "sample 0 has 4 of 3 positions")
}
