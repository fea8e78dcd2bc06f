package attention_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestLinearAttention protects that tokens may come one by one, with the state
// handed on, or all at once, for each rule.
func TestLinearAttention(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const tokens, heads, size, width = 5, 2, 3, 4
	for _, rule := range []string{"linear", "gated", "delta", "gated_delta"} {
		in := []*tensor.Tensor{
			random(r, 1, tokens, 2*heads*size), random(r, 1, tokens, heads*size), random(r, 1, tokens, heads*width),
			random(r, 1, heads, size, width), random(r, 1, tokens, heads*size), random(r, 1, tokens, 1),
		}
		n := optest.Node("LinearAttention", 27, 6, optest.Str("update_rule", rule), optest.Int("q_num_heads", 2*heads), optest.Int("kv_num_heads", heads))
		n.Outputs = append(n.Outputs, 7)
		all, err := optest.Eval(registry, n, in...)
		require.NoError(t, err)
		state := in[3]
		for i := range tokens {
			one := append([]*tensor.Tensor{}, in...)
			one[3] = state
			for j, x := range in {
				if j != 3 {
					c := x.Shape()[2]
					one[j] = tensor.Of(tensor.Data[float32](x)[i*c:(i+1)*c], 1, 1, c)
				}
			}
			got, err := optest.Eval(registry, n, one...)
			require.NoError(t, err)
			c := 2 * heads * width
			require.Equal(t, tensor.Data[float32](all[0])[i*c:(i+1)*c], tensor.Data[float32](got[0]), rule)
			state = got[1]
		}
		require.Equal(t, all[1].Bytes(), state.Bytes(), rule)
		optest.Layouts(t, registry, n, true, in...)
	}
}

// TestLinearStep holds the first token to the formula: the state is beta·k⊗v.
func TestLinearStep(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 8))
	const heads, size, width = 2, 3, 4
	q, k, v, beta := random(r, 1, 1, heads*size), random(r, 1, 1, heads*size), random(r, 1, 1, heads*width), random(r, 1, 1, heads)
	n := optest.Node("LinearAttention", 27, 6, optest.Str("update_rule", "delta"), optest.Int("q_num_heads", heads), optest.Int("kv_num_heads", heads))
	n.Inputs[3], n.Inputs[4] = graph.None, graph.None
	n.Outputs = append(n.Outputs, n.Outputs[0]+1)
	got, err := optest.Eval(registry, n, q, k, v, nil, nil, beta)
	require.NoError(t, err)
	for h := range heads {
		for j := range width {
			want := 0.
			for i := range size {
				want += float64(tensor.At[float32](q, 0, 0, h*size+i) * tensor.At[float32](k, 0, 0, h*size+i))
			}
			want *= float64(tensor.At[float32](beta, 0, 0, h)*tensor.At[float32](v, 0, 0, h*width+j)) / math.Sqrt(size)
			require.InDelta(t, want, tensor.At[float32](got[0], 0, 0, h*width+j), 1e-5)
		}
	}
}

// TestCausalConv protects that the past may come as a state.
func TestCausalConv(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	x, w, bias := random(r, 2, 3, 7), random(r, 3, 1, 4), random(r, 3)
	n := optest.Node("CausalConvWithState", 27, 4, optest.Str("activation", "silu"))
	n.Outputs = append(n.Outputs, 5)
	all, err := optest.Eval(registry, n, x, w, bias, tensor.New(tensor.Float32, 2, 3, 3))
	require.NoError(t, err)
	state := tensor.New(tensor.Float32, 2, 3, 3)
	for i := range 7 {
		step := tensor.New(tensor.Float32, 2, 3, 1)
		for c := range 6 {
			tensor.Data[float32](step)[c] = tensor.Data[float32](x)[7*c+i]
		}
		got, err := optest.Eval(registry, n, step, w, bias, state)
		require.NoError(t, err)
		for c := range 6 {
			require.Equal(t, tensor.Data[float32](all[0])[7*c+i], tensor.Data[float32](got[0])[c])
		}
		state = got[1]
	}
	require.Equal(t, all[1].Bytes(), state.Bytes())
	for c := range 3 {
		sum := tensor.Data[float32](bias)[c]
		for k := range 4 {
			sum += tensor.At[float32](w, c, 0, k) * tensor.At[float32](x, 1, c, 3+k)
		}
		require.InDelta(t, float64(sum)/(1+math.Exp(-float64(sum))), tensor.At[float32](all[0], 1, c, 6), 1e-5)
	}
	optest.Layouts(t, registry, n, true, x, w, bias, state)
}

// TestRotary protects both kinds of pairs, positions, and inputs that are views.
func TestRotary(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3, 4, 5}, 1, 1, 1, 5)
	cos, sin := tensor.Of([]float32{9, 9, 0, .6}, 2, 2), tensor.Of([]float32{9, 9, 1, .8}, 2, 2)
	at := tensor.Of([]int64{1}, 1, 1)
	for interleaved, want := range [][]float32{{-3, 2*.6 - 4*.8, 1, 2*.8 + 4*.6, 5}, {-2, 1, 3*.6 - 4*.8, 3*.8 + 4*.6, 5}} {
		n := optest.Node("RotaryEmbedding", 23, 4, optest.Int("rotary_embedding_dim", 4), optest.Int("interleaved", interleaved))
		got, err := optest.Eval(registry, n, x, cos, sin, at)
		require.NoError(t, err)
		require.InDeltaSlice(t, want, tensor.Data[float32](got[0]), 1e-6)
		_, err = optest.Eval(registry, n, x, cos, sin, tensor.Of([]int64{2}, 1, 1))
		require.ErrorIs(t, err, op.ErrInput)
	}
	r := rand.New(rand.NewPCG(5, 6))
	optest.Layouts(t, registry, optest.Node("RotaryEmbedding", 23, 3), true, random(r, 2, 3, 4, 6), random(r, 2, 4, 3), random(r, 2, 4, 3))
}

// TestSwiGLU protects the formula, and that shapes must be equal.
func TestSwiGLU(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	a, b := random(r, 3, 5), random(r, 3, 5)
	n := optest.Node("SwiGLU", 28, 2, optest.Float("alpha", 1.5))
	got, err := optest.Eval(registry, n, a, b)
	require.NoError(t, err)
	for i, y := range tensor.Data[float32](got[0]) {
		v := float64(tensor.Data[float32](a)[i])
		require.InDelta(t, v/(1+math.Exp(-1.5*v))*float64(tensor.Data[float32](b)[i]), y, 1e-5)
	}
	_, err = optest.Eval(registry, n, a, random(r, 1, 5))
	require.ErrorIs(t, err, op.ErrShape)
	optest.Layouts(t, registry, n, true, a, b)
}

// TestBodies protects what a body of FlexAttention must look like.
func TestBodies(t *testing.T) {
	two := &graph.Graph{Values: make([]graph.Value, 2), Inputs: []graph.ValueID{0, 1}, Outputs: []graph.ValueID{0}}
	n := optest.Node("FlexAttention", 1, 3, graph.Attr{Name: "score_mod", Kind: graph.AttrGraph, Graphs: []*graph.Graph{two}})
	n.Domain = "ai.onnx.preview"
	_, err := registry.New(n)
	require.ErrorIs(t, err, op.ErrAttr)
}
