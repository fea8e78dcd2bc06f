package image_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/image"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(image.Ops)

// pixels returns whole numbers of a type: every type holds them.
func pixels(t *testing.T, typ tensor.Type, shape ...int) *tensor.Tensor {
	r := rand.New(rand.NewPCG(1, 2))
	x := tensor.New(tensor.Float64, shape...)
	for i, d := 0, tensor.Data[float64](x); i < len(d); i++ {
		d[i] = float64(r.IntN(100))
	}
	y, err := tensor.Convert(typ, x, tensor.ConvertOptions{})
	require.NoError(t, err)
	return y
}

func values(t *testing.T, x *tensor.Tensor) []float64 {
	y, err := tensor.Convert(tensor.Float64, x, tensor.ConvertOptions{})
	require.NoError(t, err)
	return tensor.Data[float64](y)
}

// TestResizeTypes protects that every type and both orders of memory give the
// same picture, in every mode.
func TestResizeTypes(t *testing.T) {
	scales := tensor.Of([]float32{1, 1, 2.5, 0.6}, 4)
	for _, mode := range []string{"nearest", "linear", "cubic"} {
		for _, channels := range []int{8, 3} {
			n := optest.Node("Resize", 19, 3, optest.Str("mode", mode), optest.Int("antialias", 1))
			want, err := optest.Eval(registry, n, pixels(t, tensor.Float64, 2, channels, 5, 7), nil, scales)
			require.NoError(t, err)
			require.Equal(t, []int{2, channels, 12, 4}, want[0].Shape())
			for _, typ := range []tensor.Type{tensor.Float32, tensor.Float16, tensor.Uint8, tensor.Int64} {
				x := pixels(t, typ, 2, channels, 5, 7)
				tolerance := map[tensor.Type]float64{tensor.Float32: 1e-4, tensor.Float16: 0.1, tensor.Uint8: 1, tensor.Int64: 1}[typ]
				got, err := optest.Eval(registry, n, x, nil, scales)
				require.NoError(t, err)
				if mode != "cubic" || typ == tensor.Float32 { // integers have no negative pixels
					require.InDeltaSlice(t, values(t, want[0]), values(t, got[0]), tolerance, "%s %v", mode, typ)
				}
				last, err := optest.EvalChannelsLast(registry, n, nil, x, nil, scales)
				require.NoError(t, err)
				require.True(t, bytes.Equal(got[0].Bytes(), last[0].Bytes()), "%s %v channels-last", mode, typ)
			}
		}
	}
}

// TestResizeNearestOfThirds protects that a scale which float32 cannot hold does
// not move the pixel that a position falls on.
func TestResizeNearestOfThirds(t *testing.T) {
	for _, c := range []struct {
		scale   float32
		version int
		rounded string
		want    []float64
	}{
		{1. / 3, 19, "floor", []float64{0, 3, 6, 9}},
		{1. / 3, 19, "ceil", []float64{0, 3, 6, 9}},
		{0.7, 19, "ceil", []float64{0, 2, 3, 5, 6, 8, 9, 10}},
		{0.7, 10, "", []float64{0, 2, 3, 5, 6, 8, 9, 10}},
	} {
		n := optest.Node("Resize", c.version, 3, optest.Str("nearest_mode", c.rounded), optest.Str("coordinate_transformation_mode", "asymmetric"))
		in := []*tensor.Tensor{tensor.New(tensor.Float32, 12), nil, tensor.Of([]float32{c.scale}, 1)}
		if c.version == 10 {
			n = optest.Node("Resize", 10, 2)
			in = []*tensor.Tensor{in[0], in[2]}
		}
		for i, d := 0, tensor.Data[float32](in[0]); i < len(d); i++ {
			d[i] = float32(i)
		}
		got, err := optest.Eval(registry, n, in...)
		require.NoError(t, err)
		require.Equal(t, c.want, values(t, got[0]), "%v", c)
	}
}

// TestResizeOvershoots protects that curves which leave the range of a type end at
// its bounds, of the widest unsigned one too.
func TestResizeOvershoots(t *testing.T) {
	n := optest.Node("Resize", 19, 3, optest.Str("mode", "cubic"))
	scales := tensor.Of([]float32{1, 1, 1, 2}, 4)
	for _, typ := range []tensor.Type{tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64} {
		x, err := tensor.Convert(typ, tensor.Of([]float64{0, 0, 255, 255}, 1, 1, 1, 4), tensor.ConvertOptions{})
		require.NoError(t, err)
		got, err := optest.Eval(registry, n, x, nil, scales)
		require.NoError(t, err)
		require.Equal(t, []float64{0, 0}, values(t, got[0])[1:3], "%v", typ)
	}
	top := tensor.Of([]uint64{0, 0, 1<<64 - 1, 1<<64 - 1}, 1, 1, 1, 4)
	got, err := optest.Eval(registry, n, top, nil, scales)
	require.NoError(t, err)
	require.InEpsilonSlice(t, []float64{0x1p64, 0x1p64}, values(t, got[0])[5:7], 1e-12)
}

// TestResizeToTheSameSizes protects that X is copied where no dim changes.
func TestResizeToTheSameSizes(t *testing.T) {
	x := pixels(t, tensor.Float32, 1, 2, 3, 3)
	for _, mode := range []string{"nearest", "linear", "cubic"} {
		y, err := optest.Eval(registry, optest.Node("Resize", 19, 4, optest.Str("mode", mode)), x, nil, nil, tensor.Of([]int64{1, 2, 3, 3}, 4))
		require.NoError(t, err)
		optest.Equal(t, x, y[0])
	}
}

// TestResizeStrings protects that nearest takes any type, and dims of any
// number.
func TestResizeStrings(t *testing.T) {
	n := optest.Node("Resize", 19, 4)
	out, err := optest.Eval(registry, n, tensor.OfStrings([]string{"a", "b"}, 2), nil, nil, tensor.Of([]int64{4}, 1))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "a", "b", "b"}, out[0].Strings())
}

// TestUpsample protects scales as attributes and as input, and that version 10
// of Resize rounds positions as ONNX Runtime does.
func TestUpsample(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3, 4}, 1, 1, 2, 2)
	want := []float32{1, 1, 2, 2, 3, 3, 4, 4}
	scales := []float32{1, 1, 1, 2}
	for _, c := range []struct {
		n  *graph.Node
		in []*tensor.Tensor
	}{
		{optest.Node("Upsample", 1, 1, optest.Float("height_scale", 1), optest.Float("width_scale", 2)), []*tensor.Tensor{x}},
		{optest.Node("Upsample", 7, 1, graph.Attr{Name: "scales", Kind: graph.AttrFloats, Floats: scales}), []*tensor.Tensor{x}},
		{optest.Node("Upsample", 9, 2), []*tensor.Tensor{x, tensor.Of(scales, 4)}},
		{optest.Node("Resize", 10, 2), []*tensor.Tensor{x, tensor.Of(scales, 4)}},
	} {
		out, err := optest.Eval(registry, c.n, c.in...)
		require.NoError(t, err)
		require.Equal(t, want, tensor.Data[float32](out[0]))
	}
	line := tensor.Of([]float32{0, 1, 2, 3, 4}, 5)
	out, err := optest.Eval(registry, optest.Node("Resize", 10, 2), line, tensor.Of([]float32{0.6}, 1))
	require.NoError(t, err)
	require.Equal(t, []float32{0, 2, 4}, tensor.Data[float32](out[0]))
}

// TestResizeSymbols protects what is known of the output before scales and
// sizes are: the rank, dims that a symbol names.
func TestResizeSymbols(t *testing.T) {
	o, err := registry.New(optest.Node("Resize", 19, 4))
	require.NoError(t, err)
	x := op.Info{Kind: graph.Tensor, Type: tensor.Float32, Ranked: true, Shape: []int{op.Unknown - 1, 3}}
	sizes := op.Info{Kind: graph.Tensor, Type: tensor.Int64, Ranked: true, Shape: []int{2}, Ints: []int{op.Unknown - 1, 9}}
	out := make([]op.Info, 1)
	require.NoError(t, o.Infer([]op.Info{x, {}, {}, sizes}, out))
	require.Equal(t, []int{op.Unknown - 1, 9}, out[0].Shape)
	out = make([]op.Info, 1)
	require.NoError(t, o.Infer([]op.Info{x, {}, {Kind: graph.Tensor, Type: tensor.Float32}, {}}, out))
	require.Equal(t, []int{op.Unknown, op.Unknown}, out[0].Shape)
}

// TestResizeErrors protects the causes.
func TestResizeErrors(t *testing.T) {
	x := tensor.New(tensor.Float32, 2, 2)
	_, err := optest.Eval(registry, optest.Node("Resize", 19, 3), x, nil, tensor.Of([]float32{1}, 1))
	require.ErrorContains(t, err, "1 scales or sizes for 2 axes")
	_, err = optest.Eval(registry, optest.Node("Resize", 19, 3), x, nil, tensor.Of([]float32{1, -1}, 2))
	require.ErrorContains(t, err, "scale -1")
	_, err = optest.Eval(registry, optest.Node("Resize", 19, 3), x, nil, tensor.Of([]float32{1, 1e30}, 2))
	require.ErrorContains(t, err, "dim 1 of 2 elements times 1e+30")
	_, err = optest.Eval(registry, optest.Node("Resize", 19, 1), x)
	require.ErrorContains(t, err, "neither scales nor sizes")
	_, err = optest.Eval(registry, optest.Node("Resize", 19, 3, optest.Str("mode", "lanczos")), x)
	require.ErrorContains(t, err, `mode is "lanczos"`)
}

// TestResizeAllocates protects the steady state.
func TestResizeAllocates(t *testing.T) {
	for _, mode := range []string{"nearest", "linear"} {
		n := optest.Node("Resize", 19, 3, optest.Str("mode", mode))
		o, err := registry.New(n)
		require.NoError(t, err)
		f := op.NewFrame(3, 1)
		f.Run = &op.Run{Context: context.Background()}
		f.In[0], f.In[2] = op.FromTensor(pixels(t, tensor.Float32, 1, 2, 5, 7)), op.FromTensor(tensor.Of([]float32{1, 1, 2, 2}, 4))
		f.Out[0] = op.FromTensor(tensor.New(tensor.Float32, 1, 2, 10, 14))
		f.InInfo[0], f.InInfo[2] = f.In[0].Info(), f.In[2].Info()
		k, err := o.Prepare(op.NewEnv(n), f.InInfo, f.OutInfo)
		require.NoError(t, err)
		require.Zero(t, testing.AllocsPerRun(5, func() {
			if err := op.Execute(k, f); err != nil {
				t.Error(err)
			}
		}))
	}
}

func Example() {
	n := optest.Node("Resize", 19, 3, optest.Str("mode", "linear"))
	y, _ := optest.Eval(registry, n, tensor.Of([]float32{0, 10}, 2), nil, tensor.Of([]float32{2}, 1))
	fmt.Println(tensor.Data[float32](y[0]))
	// Output: [0 2.5 7.5 10]
}
