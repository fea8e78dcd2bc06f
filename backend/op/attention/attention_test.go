package attention_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/attention"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(attention.Ops)

// A setting is one use of Attention, with inputs of rank 4.
type setting struct {
	batch, heads, group, queries, keys, past, size, width int
	causal                                                bool
	left, right                                           int
	softcap                                               float64
	mask                                                  *tensor.Tensor
	lengths                                               []int64
}

func (s *setting) String() string {
	return fmt.Sprintf("batch %d, heads %dx%d, %d queries, %d+%d keys, size %d/%d, causal %t, window %d/%d, softcap %v, mask %v, lengths %v",
		s.batch, s.heads, s.group, s.queries, s.past, s.keys, s.size, s.width, s.causal, s.left, s.right, s.softcap, s.mask, s.lengths)
}

// node returns the node and its inputs.
func (s *setting) node(x [5]*tensor.Tensor, outputs int) (*graph.Node, []*tensor.Tensor) {
	n := optest.Node("Attention", 25, 7, optest.Int("left_window_size", s.left), optest.Int("right_window_size", s.right), optest.Float("softcap", float32(s.softcap)))
	if s.causal {
		n.Attrs = append(n.Attrs, optest.Int("is_causal", 1))
	}
	for i := 1; i < outputs; i++ {
		n.Outputs = append(n.Outputs, graph.ValueID(7+i))
	}
	in := []*tensor.Tensor{x[0], x[1], x[2], s.mask, x[3], x[4], nil}
	if s.lengths != nil {
		in[6] = tensor.Of(s.lengths, len(s.lengths))
	}
	for i := range in {
		if in[i] == nil {
			n.Inputs[i] = graph.None
		}
	}
	return n, in
}

// definition computes Y and the biased scores by the specification's formula.
func (s *setting) definition(x [5]*tensor.Tensor) (y, scores []float64) {
	at := func(t, past *tensor.Tensor, b, h, i, j int) float64 {
		if past != nil {
			n := past.Shape()[2]
			if i < n {
				return float64(tensor.At[float32](past, b, h, i, j))
			}
			i -= n
		}
		return float64(tensor.At[float32](t, b, h, i, j))
	}
	total := s.past + s.keys
	for b := range s.batch {
		valid, offset := total, s.past
		if s.lengths != nil {
			valid = int(s.lengths[b])
			offset = valid - s.queries
		}
		for h := range s.heads * s.group {
			for i := range s.queries {
				row, sum, top := make([]float64, total), 0., math.Inf(-1)
				for j := range row {
					for d := range s.size {
						row[j] += at(x[0], nil, b, h, i, d) * at(x[1], x[3], b, h/s.group, j, d)
					}
					row[j] /= math.Sqrt(float64(s.size))
					if s.softcap > 0 {
						row[j] = s.softcap * math.Tanh(row[j]/s.softcap)
					}
					p := offset + i
					if j >= valid || s.causal && j > p || s.left >= 0 && j < p-s.left || s.right >= 0 && j > p+s.right {
						row[j] = math.Inf(-1)
					}
					row[j] += s.bias(b, h, i, j)
					top = max(top, row[j])
				}
				scores = append(scores, row...)
				for j := range row {
					row[j] = math.Exp(row[j] - top)
					sum += row[j]
				}
				for d := range s.width {
					v := 0.
					for j := range row {
						if top > math.Inf(-1) {
							v += row[j] / sum * at(x[2], x[4], b, h/s.group, j, d)
						}
					}
					y = append(y, v)
				}
			}
		}
	}
	return y, scores
}

// bias is what the mask adds to a score.
func (s *setting) bias(b, h, i, j int) float64 {
	if s.mask == nil {
		return 0
	}
	shape := s.mask.Shape()
	if j >= shape[len(shape)-1] {
		return math.Inf(-1)
	}
	full, index := [4]int{b, h, i, j}, []int{}
	for d, n := range shape {
		k := full[4-len(shape)+d]
		if n == 1 && d < len(shape)-1 {
			k = 0
		}
		index = append(index, k)
	}
	if s.mask.Type() == tensor.Float32 {
		return float64(tensor.At[float32](s.mask, index...))
	}
	if tensor.At[bool](s.mask, index...) {
		return 0
	}
	return math.Inf(-1)
}

func random(r *rand.Rand, shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Float32, shape...)
	for i, d := 0, tensor.Data[float32](x); i < len(d); i++ {
		d[i] = float32(r.NormFloat64())
	}
	return x
}

func (s *setting) inputs(r *rand.Rand) (x [5]*tensor.Tensor) {
	x[0] = random(r, s.batch, s.heads*s.group, s.queries, s.size)
	x[1] = random(r, s.batch, s.heads, s.keys, s.size)
	x[2] = random(r, s.batch, s.heads, s.keys, s.width)
	if s.past > 0 {
		x[3] = random(r, s.batch, s.heads, s.past, s.size)
		x[4] = random(r, s.batch, s.heads, s.past, s.width)
	}
	return x
}

func randomSetting(r *rand.Rand) *setting {
	s := &setting{
		batch: 1 + r.IntN(2), heads: 1 + r.IntN(3), group: 1 + r.IntN(3), queries: 1 + r.IntN(40), keys: 1 + r.IntN(70), size: 1 + r.IntN(20), width: 1 + r.IntN(20),
		causal: r.IntN(2) == 0, left: -1, right: -1,
	}
	if r.IntN(3) == 0 {
		s.queries = 1
	}
	switch r.IntN(4) {
	case 0:
		s.past = 1 + r.IntN(30)
	case 1:
		for range s.batch {
			s.lengths = append(s.lengths, int64(r.IntN(s.keys+1)))
		}
	}
	if r.IntN(3) == 0 {
		s.left, s.right = r.IntN(20)-1, r.IntN(20)-1
	}
	if r.IntN(3) == 0 {
		s.softcap = .5
	}
	total := s.past + s.keys
	shape := []int{s.batch, s.heads * s.group, s.queries, total - r.IntN(2)*r.IntN(total)}
	for d := range 3 {
		if r.IntN(3) == 0 {
			shape[d] = 1
		}
	}
	shape = shape[r.IntN(4):]
	switch r.IntN(3) {
	case 0:
		s.mask = random(r, shape...)
	case 1:
		s.mask = tensor.New(tensor.Bool, shape...)
		for i, d := 0, tensor.Data[bool](s.mask); i < len(d); i++ {
			d[i] = r.IntN(3) > 0
		}
	}
	return s
}

// TestAttention holds attention to the specification's formula, for every
// combination of what restricts the keys, few queries and many, in float32 and
// float64, and with the scores shown.
func TestAttention(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		s := randomSetting(r)
		x := s.inputs(r)
		y, scores := s.definition(x)
		n, in := s.node(x, 1)
		got, err := optest.Eval(registry, n, in...)
		require.NoError(t, err, s)
		near(t, s, y, got[0], 1e-4)

		n, in = s.node(x, 4)
		n.Attrs = append(n.Attrs, optest.Int("qk_matmul_output_mode", 2))
		all, err := optest.Eval(registry, n, in...)
		require.NoError(t, err, s)
		require.Equal(t, got[0].Bytes(), all[0].Bytes(), "bits do not depend on other outputs: %v", s)
		near(t, s, scores, all[3], 1e-4)
		for i := range 2 {
			require.Equal(t, s.past+s.keys, all[1+i].Shape()[2])
			last := tensor.Data[float32](x[1+i])
			have := tensor.Data[float32](all[1+i])
			require.Equal(t, last[len(last)-1], have[len(have)-1])
		}

		for i := range in {
			if in[i] != nil && in[i].Type() == tensor.Float32 {
				in[i], err = tensor.Convert(tensor.Float64, in[i], tensor.ConvertOptions{})
				require.NoError(t, err)
			}
		}
		n, _ = s.node(x, 1)
		got, err = optest.Eval(registry, n, in...)
		require.NoError(t, err, s)
		near(t, s, y, got[0], 1e-6)
	}
}

// TestTypesOfValues protects that values may have another type than queries and
// keys: Y has that of the queries, the new values their own.
func TestTypesOfValues(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	s := &setting{batch: 2, heads: 2, group: 2, queries: 5, keys: 7, past: 3, size: 4, width: 3, left: -1, right: -1}
	x := s.inputs(r)
	y, _ := s.definition(x)
	for _, c := range []struct{ q, v tensor.Type }{
		{tensor.Float64, tensor.Float32}, {tensor.Float32, tensor.Float64}, {tensor.Float16, tensor.Float64}, {tensor.Float64, tensor.BFloat16},
	} {
		n, in := s.node(x, 3)
		for i, to := range map[int]tensor.Type{0: c.q, 1: c.q, 2: c.v, 4: c.q, 5: c.v} {
			var err error
			in[i], err = tensor.Convert(to, in[i], tensor.ConvertOptions{})
			require.NoError(t, err)
		}
		got, err := optest.Eval(registry, n, in...)
		require.NoError(t, err, c)
		require.Equal(t, []tensor.Type{c.q, c.q, c.v}, []tensor.Type{got[0].Type(), got[1].Type(), got[2].Type()})
		near(t, s, y, got[0], 2e-2)
	}
}

func near(t *testing.T, s *setting, want []float64, x *tensor.Tensor, tolerance float64) {
	t.Helper()
	wide, err := tensor.Convert(tensor.Float64, x, tensor.ConvertOptions{})
	require.NoError(t, err)
	got := tensor.Data[float64](wide)
	require.Len(t, got, len(want))
	for i, w := range want {
		if got[i] != w {
			require.InDelta(t, w, got[i], tolerance, "element %d of %v: %v", i, x, s)
		}
	}
}

// TestStrided protects queries, keys and values that are views, such as the heads
// of a transposed projection, and that nothing is allocated in the steady state.
func TestStrided(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, queries := range []int{1, 30} {
		s := &setting{batch: 2, heads: 2, group: 2, queries: queries, keys: 37, size: 9, width: 17, causal: true, left: -1, right: -1}
		x := s.inputs(r)
		n, in := s.node(x, 1)
		n.Inputs = n.Inputs[:3]
		optest.Layouts(t, registry, n, true, in[:3]...)
		s.past = 5
		n, in = s.node(s.inputs(r), 3)
		n.Inputs = n.Inputs[:6]
		optest.Layouts(t, registry, n, true, in[:6]...)
	}
}

// TestRank3 protects inputs whose heads are next to each other.
func TestRank3(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	s := &setting{batch: 2, heads: 2, group: 3, queries: 5, keys: 7, size: 4, width: 3, left: -1, right: -1}
	x := s.inputs(r)
	y, _ := s.definition(x)
	in := make([]*tensor.Tensor, 3)
	for i := range in {
		in[i] = merged(x[i])
	}
	n := optest.Node("Attention", 23, 3, optest.Int("q_num_heads", 6), optest.Int("kv_num_heads", 2))
	got, err := optest.Eval(registry, n, in...)
	require.NoError(t, err)
	want := tensor.New(tensor.Float32, 2, 6, 5, 3)
	for i, v := range y {
		tensor.Data[float32](want)[i] = float32(v)
	}
	optest.Equal(t, merged(want), got[0])
}

// merged makes [batch, heads, n, size] into [batch, n, heads·size].
func merged(x *tensor.Tensor) *tensor.Tensor {
	s := x.Shape()
	y := tensor.New(tensor.Float32, s[0], s[2], s[1], s[3])
	from, to := op.FromTensor(x), op.FromTensor(y)
	to.Shape = []int{s[0], s[1], s[2], s[3]}
	to.Stride = []int{to.Stride[0], to.Stride[2], to.Stride[1], 1}
	op.CopyStrided(to, from)
	return y.Reshape(s[0], s[2], s[1]*s[3])
}

// TestEmpty protects sizes of 0: what attends to nothing is 0.
func TestEmpty(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for i := range 4 {
		s := &setting{batch: 1, heads: 2, group: 1, queries: 3, keys: 4, size: 5, width: 6, left: -1, right: -1}
		*[]*int{&s.queries, &s.keys, &s.width, &s.batch}[i] = 0
		x := s.inputs(r)
		y, _ := s.definition(x)
		for outputs := range 4 {
			n, in := s.node(x, outputs+1)
			got, err := optest.Eval(registry, n, in...)
			require.NoError(t, err, s)
			near(t, s, y, got[0], 0)
		}
	}
}

// TestErrors protects against sizes that do not fit.
func TestErrors(t *testing.T) {
	zeros := func(shape ...int) *tensor.Tensor { return tensor.New(tensor.Float32, shape...) }
	q, kv := zeros(1, 4, 3, 8), zeros(1, 2, 5, 8)
	for name, c := range map[string]struct {
		in   []*tensor.Tensor
		want error
	}{
		"heads":        {[]*tensor.Tensor{q, zeros(1, 3, 5, 8), zeros(1, 3, 5, 8)}, op.ErrShape},
		"size":         {[]*tensor.Tensor{q, zeros(1, 2, 5, 7), kv}, op.ErrShape},
		"keys, values": {[]*tensor.Tensor{q, kv, zeros(1, 2, 6, 8)}, op.ErrShape},
		"batch":        {[]*tensor.Tensor{q, zeros(2, 2, 5, 8), zeros(2, 2, 5, 8)}, op.ErrShape},
		"rank":         {[]*tensor.Tensor{zeros(3, 8), zeros(5, 8), zeros(5, 8)}, op.ErrShape},
		"no heads":     {[]*tensor.Tensor{zeros(1, 3, 8), zeros(1, 5, 8), zeros(1, 5, 8)}, op.ErrAttr},
		"mask":         {[]*tensor.Tensor{q, kv, kv, zeros(2, 5)}, op.ErrShape},
		"half a past":  {[]*tensor.Tensor{q, kv, kv, nil, kv}, op.ErrInput},
		"past":         {[]*tensor.Tensor{q, kv, kv, nil, kv, zeros(1, 2, 5, 7)}, op.ErrShape},
		"too long":     {[]*tensor.Tensor{q, kv, kv, nil, nil, nil, tensor.Of([]int64{6}, 1)}, op.ErrInput},
		"negative":     {[]*tensor.Tensor{q, kv, kv, nil, nil, nil, tensor.Of([]int64{-1}, 1)}, op.ErrInput},
	} {
		_, err := optest.Eval(registry, optest.Node("Attention", 24, len(c.in)), c.in...)
		require.ErrorIs(t, err, c.want, name)
	}
}

// TestSymbols protects shapes that are inferred before sizes are known.
func TestSymbols(t *testing.T) {
	n := optest.Node("Attention", 24, 6, optest.Int("q_num_heads", 4), optest.Int("kv_num_heads", 2))
	n.Outputs = append(n.Outputs, 7, 8)
	o, err := registry.New(n)
	require.NoError(t, err)
	const batch, tokens = op.Unknown - 1, op.Unknown - 2
	in, out := make([]op.Info, 6), make([]op.Info, 3)
	in[0].Tensor(tensor.Float32, batch, tokens, 32)
	in[1].Tensor(tensor.Float32, batch, tokens, 16)
	in[2].Tensor(tensor.Float32, batch, tokens, 8)
	in[4].Tensor(tensor.Float32, batch, 2, 0, 8)
	in[5].Tensor(tensor.Float32, batch, 2, op.Unknown, 4)
	require.NoError(t, o.Infer(in, out))
	require.Equal(t, "float32[s1 s2 16]", out[0].String())
	require.Equal(t, "float32[s1 2 s2 8]", out[1].String())
	require.Equal(t, "float32[s1 2 s2 4]", out[2].String())
	in[0].TensorOfRank(tensor.Float32, -1)
	out = make([]op.Info, 3)
	require.NoError(t, o.Infer(in, out))
	require.Equal(t, "float32[...]", out[0].String())
}

func BenchmarkAttention(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, s := range []*setting{
		{batch: 1, heads: 12, group: 1, queries: 128, keys: 128, size: 64, width: 64},
		{batch: 1, heads: 12, group: 1, queries: 512, keys: 512, size: 64, width: 64},
		{batch: 1, heads: 12, group: 1, queries: 512, keys: 512, size: 64, width: 64, causal: true},
		{batch: 1, heads: 8, group: 4, queries: 1, keys: 1024, size: 64, width: 64},
	} {
		s.left, s.right = -1, -1
		b.Run(fmt.Sprintf("queries=%d/keys=%d/causal=%t", s.queries, s.keys, s.causal), func(b *testing.B) {
			x := s.inputs(r)
			n, _ := s.node(x, 1)
			n.Inputs = n.Inputs[:3]
			optest.Bench(b, registry, n, nil, x[:3]...)
			flop := 2 * float64(s.batch*s.heads*s.group*s.queries*s.keys*(s.size+s.width)) * float64(b.N)
			b.ReportMetric(flop/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
