package nn_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/nn"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(nn.Ops)

func random64(r *rand.Rand, shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Float64, shape...)
	for i, d := 0, tensor.Data[float64](x); i < len(d); i++ {
		d[i] = r.Float64()*2 - 1
	}
	return x
}

// layer is a recurrent layer of one direction, by its equations.
type layer struct {
	name                     string
	in, hidden               int
	w, r, b, p               []float64 // of the direction; b, p may be nil
	clip                     float64
	inputForget, linearFirst bool
}

func (l layer) step(x, h, c []float64) (h1, c1 []float64) {
	n := l.hidden
	gates := len(l.w) / l.in / n
	dot := func(m, v []float64, row int) float64 {
		s := 0.0
		for i := range v {
			s += m[row*len(v)+i] * v[i]
		}
		return s
	}
	bias := func(i int) float64 {
		if l.b == nil {
			return 0
		}
		return l.b[i]
	}
	clip := func(v float64) float64 {
		if l.clip > 0 {
			return max(-l.clip, min(l.clip, v))
		}
		return v
	}
	sigmoid := func(v float64) float64 { return 1 / (1 + math.Exp(-clip(v))) }
	tanh := func(v float64) float64 { return math.Tanh(clip(v)) }
	pre := func(g, j int, h []float64) float64 {
		return dot(l.w, x, g*n+j) + dot(l.r, h, g*n+j) + bias(g*n+j) + bias((gates+g)*n+j)
	}
	peep := func(g, j int, c float64) float64 {
		if l.p == nil {
			return 0
		}
		return l.p[g*n+j] * c
	}
	h1, c1 = make([]float64, n), make([]float64, n)
	switch l.name {
	case "RNN":
		for j := range n {
			h1[j] = tanh(pre(0, j, h))
		}
	case "LSTM":
		for j := range n {
			i, f := sigmoid(pre(0, j, h)+peep(0, j, c[j])), sigmoid(pre(2, j, h)+peep(2, j, c[j]))
			if l.inputForget {
				f = 1 - i
			}
			c1[j] = f*c[j] + i*tanh(pre(3, j, h))
			h1[j] = sigmoid(pre(1, j, h)+peep(1, j, c1[j])) * tanh(c1[j])
		}
	case "GRU":
		rh, r := make([]float64, n), make([]float64, n)
		for j := range n {
			r[j] = sigmoid(pre(1, j, h))
			rh[j] = r[j] * h[j]
		}
		for j := range n {
			z, y := sigmoid(pre(0, j, h)), 0.0
			if l.linearFirst {
				y = tanh(dot(l.w, x, 2*n+j) + bias(2*n+j) + r[j]*(dot(l.r, h, 2*n+j)+bias(5*n+j)))
			} else {
				y = tanh(pre(2, j, rh))
			}
			h1[j] = (1-z)*y + z*h[j]
		}
	}
	return h1, c1
}

// TestRecurrent protects directions, lengths, initial states, peepholes, clip,
// both layouts, constant and other weights and every element type, against the
// equations step by step.
func TestRecurrent(t *testing.T) {
	const steps, batch, inputs, hidden = 5, 11, 3, 18
	r := rand.New(rand.NewPCG(7, 8))
	for _, c := range []struct {
		name, direction         string
		layout, forget, linear  int
		clip                    float32
		bias, lengths, initials bool
		peepholes               bool
	}{
		{name: "LSTM", direction: "bidirectional", bias: true, lengths: true, initials: true, peepholes: true},
		{name: "LSTM", direction: "reverse", layout: 1, clip: 0.3, forget: 1, peepholes: true, lengths: true},
		{name: "LSTM", direction: "forward", bias: true},
		{name: "GRU", direction: "bidirectional", layout: 1, bias: true, initials: true},
		{name: "GRU", direction: "forward", linear: 1, bias: true, lengths: true, clip: 0.5},
		{name: "RNN", direction: "bidirectional", bias: true, lengths: true, initials: true},
		{name: "RNN", direction: "reverse", layout: 1},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			gates := map[string]int{"LSTM": 4, "GRU": 3, "RNN": 1}[c.name]
			d := 1
			if c.direction == "bidirectional" {
				d = 2
			}
			state := []int{d, batch, hidden}
			x := random64(r, steps, batch, inputs)
			if c.layout == 1 {
				x, state = random64(r, batch, steps, inputs), []int{batch, d, hidden}
			}
			in := make([]*tensor.Tensor, 8)
			in[0], in[1], in[2] = x, random64(r, d, gates*hidden, inputs), random64(r, d, gates*hidden, hidden)
			if c.bias {
				in[3] = random64(r, d, 2*gates*hidden)
			}
			if c.lengths {
				in[4] = tensor.Of([]int32{5, 1, 2, 5, 0, 3, 3, 5, 4, 4, 4}, batch)
			}
			if c.initials {
				in[5] = random64(r, state...)
			}
			if c.name == "LSTM" {
				if c.initials {
					in[6] = random64(r, state...)
				}
				if c.peepholes {
					in[7] = random64(r, d, 3*hidden)
				}
			} else {
				in = in[:6]
			}
			n := optest.Node(c.name, 14, len(in), optest.Str("direction", c.direction), optest.Int("layout", c.layout), optest.Int("hidden_size", hidden), optest.Float("clip", c.clip))
			outputs := 2
			switch c.name {
			case "LSTM":
				n.Set(optest.Int("input_forget", c.forget))
				outputs = 3
			case "GRU":
				n.Set(optest.Int("linear_before_reset", c.linear))
			}
			for len(n.Outputs) < outputs {
				n.Outputs = append(n.Outputs, n.Outputs[0]+graph.ValueID(len(n.Outputs)))
			}
			out, err := optest.Eval(registry, n, in...)
			require.NoError(t, err)
			data := func(i, at, n int) []float64 {
				if i >= len(in) || in[i] == nil {
					return nil
				}
				return tensor.Data[float64](in[i])[at*n:][:n]
			}
			for dir := range d {
				l := layer{
					name: c.name, in: inputs, hidden: hidden,
					w: data(1, dir, gates*hidden*inputs), r: data(2, dir, gates*hidden*hidden), b: data(3, dir, 2*gates*hidden), p: data(7, dir, 3*hidden),
					clip: float64(c.clip), inputForget: c.forget == 1, linearFirst: c.linear == 1,
				}
				for b := range batch {
					length := steps
					if c.lengths {
						length = int(tensor.Data[int32](in[4])[b])
					}
					at := dir*batch + b
					if c.layout == 1 {
						at = b*d + dir
					}
					h, cell := make([]float64, hidden), make([]float64, hidden)
					copy(h, data(5, at, hidden))
					copy(cell, data(6, at, hidden))
					for i := range steps {
						s := i
						if i < length && (dir == 1 || c.direction == "reverse") {
							s = length - 1 - i
						}
						xAt, yAt := s*batch+b, (s*d+dir)*batch+b
						if c.layout == 1 {
							xAt, yAt = b*steps+s, (b*steps+s)*d+dir
						}
						want := make([]float64, hidden)
						if i < length {
							h, cell = l.step(data(0, xAt, inputs), h, cell)
							want = h
						}
						require.InDeltaSlice(t, want, tensor.Data[float64](out[0])[yAt*hidden:][:hidden], 1e-12, "direction %d, member %d, step %d", dir, b, s)
					}
					require.InDeltaSlice(t, h, tensor.Data[float64](out[1])[at*hidden:][:hidden], 1e-12)
					if c.name == "LSTM" {
						require.InDeltaSlice(t, cell, tensor.Data[float64](out[2])[at*hidden:][:hidden], 1e-12)
					}
				}
			}
			for _, typ := range []tensor.Type{tensor.Float32, tensor.Float16} {
				narrow := make([]*tensor.Tensor, len(in))
				for i, x := range in {
					if narrow[i] = x; x != nil && x.Type() == tensor.Float64 {
						narrow[i], err = tensor.Convert(typ, x, tensor.ConvertOptions{})
						require.NoError(t, err)
					}
				}
				got, err := optest.Eval(registry, n, narrow...)
				require.NoError(t, err)
				wide, err := tensor.Convert(tensor.Float64, got[0], tensor.ConvertOptions{})
				require.NoError(t, err)
				tolerance := map[tensor.Type]float64{tensor.Float32: 1e-5, tensor.Float16: 1e-2}[typ]
				require.InDeltaSlice(t, tensor.Data[float64](out[0]), tensor.Data[float64](wide), tolerance, "%v", typ)
			}
		})
	}
}

// TestRecurrentPerMember protects that a sequence's bits do not depend on the
// others in its batch, nor on whether weights are constant.
func TestRecurrentPerMember(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	f32 := func(shape ...int) *tensor.Tensor {
		x, _ := tensor.Convert(tensor.Float32, random64(r, shape...), tensor.ConvertOptions{})
		return x
	}
	x, w, rec := f32(4, 9, 5), f32(1, 80, 5), f32(1, 80, 20)
	n := optest.Node("LSTM", 14, 3)
	all, err := optest.Eval(registry, n, x, w, rec)
	require.NoError(t, err)
	for b := range 9 {
		alone := tensor.New(tensor.Float32, 4, 1, 5)
		for s := range 4 {
			copy(tensor.Data[float32](alone)[s*5:], tensor.Data[float32](x)[(s*9+b)*5:][:5])
		}
		got, err := optest.Eval(registry, n, alone, w, rec)
		require.NoError(t, err)
		for s := range 4 {
			require.Equal(t, tensor.Data[float32](all[0])[(s*9+b)*20:][:20], tensor.Data[float32](got[0])[s*20:][:20])
		}
	}
	o, err := registry.New(n)
	require.NoError(t, err)
	k, err := o.Prepare(op.NewEnv(n), []op.Info{{Type: tensor.Float32}, {Kind: graph.Tensor}, {Kind: graph.Tensor}}, nil)
	require.NoError(t, err)
	f := op.NewFrame(3, 1)
	y := op.FromTensor(tensor.New(tensor.Float32, 4, 1, 9, 20))
	f.In, f.Out[0] = []*op.Value{op.FromTensor(x), op.FromTensor(w), op.FromTensor(rec)}, y
	require.NoError(t, op.Execute(k, f))
	require.Equal(t, all[0].Bytes(), y.Bytes)
	require.Zero(t, testing.AllocsPerRun(3, func() { _ = op.Execute(k, f) }), "allocations")

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	f.Run = &op.Run{Context: ctx}
	require.ErrorIs(t, op.Execute(k, f), context.Canceled)
}

// TestActivations protects every function of recurrent layers and how lists of
// parameters are consumed, with weights that pass the input on.
func TestActivations(t *testing.T) {
	for name, f := range map[string]func(x float64) float64{
		"Affine":          func(x float64) float64 { return 2*x + 3 },
		"relu":            func(x float64) float64 { return max(0, x) },
		"LeakyRelu":       func(x float64) float64 { return max(0, x) + 2*min(0, x) },
		"ThresholdedRelu": func(x float64) float64 { return map[bool]float64{true: x}[x >= 2] },
		"Tanh":            math.Tanh,
		"ScaledTanh":      func(x float64) float64 { return 2 * math.Tanh(3*x) },
		"Sigmoid":         func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
		"HardSigmoid":     func(x float64) float64 { return max(0, min(1, 2*x+3)) },
		"Elu":             func(x float64) float64 { return max(0, x) + 2*(math.Exp(min(0, x))-1) },
		"Softsign":        func(x float64) float64 { return x / (1 + math.Abs(x)) },
		"Softplus":        func(x float64) float64 { return math.Log(1 + math.Exp(x)) },
	} {
		values := []float64{-4, -1.2, -0.1, 0, 0.3, 1.9, 2, 5}
		n := optest.Node("RNN", 14, 3, graph.Attr{Name: "activations", Kind: graph.AttrStrings, Strings: []string{name}},
			graph.Attr{Name: "activation_alpha", Kind: graph.AttrFloats, Floats: []float32{2}},
			graph.Attr{Name: "activation_beta", Kind: graph.AttrFloats, Floats: []float32{3}})
		x := tensor.Of(values, 1, 8, 1)
		one, zero := tensor.Of([]float64{1}, 1, 1, 1), tensor.Of([]float64{0}, 1, 1, 1)
		out, err := optest.Eval(registry, n, x, one, zero)
		require.NoError(t, err)
		var single [3]*tensor.Tensor
		for i, x := range []*tensor.Tensor{x, one, zero} {
			single[i], _ = tensor.Convert(tensor.Float32, x, tensor.ConvertOptions{})
		}
		narrow, err := optest.Eval(registry, n, single[:]...)
		require.NoError(t, err)
		for i, v := range values {
			require.InDelta(t, f(v), tensor.Data[float64](out[0])[i], 1e-12, "%s(%v)", name, v)
			require.InDelta(t, f(v), tensor.Data[float32](narrow[0])[i], 1e-5, "%s(%v)", name, v)
		}
	}
}

// TestRecurrentErrors protects the causes.
func TestRecurrentErrors(t *testing.T) {
	x, w, r := tensor.New(tensor.Float32, 2, 1, 3), tensor.New(tensor.Float32, 1, 4, 3), tensor.New(tensor.Float32, 1, 4, 1)
	for want, n := range map[string]*graph.Node{
		`direction is "up"`: optest.Node("LSTM", 14, 3, optest.Str("direction", "up")),
		`activation "Sin"`:  optest.Node("RNN", 14, 3, graph.Attr{Name: "activations", Kind: graph.AttrStrings, Strings: []string{"Sin"}}),
		"dim 1 should be 3": optest.Node("GRU", 14, 3),
		"hidden size 7":     optest.Node("LSTM", 14, 3, optest.Int("hidden_size", 7)),
	} {
		_, err := optest.Eval(registry, n, x, w, r)
		require.ErrorContains(t, err, want)
	}
	_, err := optest.Eval(registry, optest.Node("LSTM", 14, 5), x, w, r, nil, tensor.Of([]int32{3}, 1))
	require.ErrorContains(t, err, "length 3 of 2 steps")
}
