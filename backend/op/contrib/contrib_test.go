package contrib_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/contrib"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(contrib.Ops)

func node(domain, name string, inputs int, attrs ...graph.Attr) *graph.Node {
	n := optest.Node(name, 1, inputs, attrs...)
	n.Domain = domain
	return n
}

func random(r *rand.Rand, shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Float32, shape...)
	for i, d := 0, tensor.Data[float32](x); i < len(d); i++ {
		d[i] = float32(r.NormFloat64())
	}
	return x
}

// TestAttend protects attention against its definition in float64: blocks of
// queries, groups of heads, single queries, windows, positions, masks and
// biases.
func TestAttend(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, c := range map[string]struct {
		batch, heads, groups, steps, keys, size, width int
		causal, window                                 int
		mask, bias                                     []int
		positions, sink                                bool
		softcap                                        float32
	}{
		"plain":        {batch: 2, heads: 3, groups: 3, steps: 5, keys: 7, size: 4, width: 6},
		"blocks":       {batch: 1, heads: 2, groups: 2, steps: 150, keys: 150, size: 8, width: 8, causal: 1},
		"groups":       {batch: 2, heads: 6, groups: 2, steps: 70, keys: 80, size: 4, width: 4, causal: 1, window: 20},
		"single":       {batch: 2, heads: 6, groups: 2, steps: 1, keys: 33, size: 8, width: 4, causal: 1, bias: []int{2, 6, 1, 33}},
		"mask":         {batch: 2, heads: 2, groups: 2, steps: 5, keys: 6, size: 4, width: 4, mask: []int{2, 6}, bias: []int{1, 1, 5, 6}},
		"mask of all":  {batch: 2, heads: 2, groups: 2, steps: 5, keys: 6, size: 4, width: 4, mask: []int{2, 5, 6}},
		"large mask":   {batch: 2, heads: 2, groups: 2, steps: 3, keys: 6, size: 4, width: 4, mask: []int{2, 1, 9, 9}},
		"positions":    {batch: 2, heads: 4, groups: 2, steps: 3, keys: 9, size: 4, width: 4, causal: 1, positions: true, softcap: 0.7},
		"sink":         {batch: 1, heads: 4, groups: 2, steps: 3, keys: 9, size: 4, width: 4, sink: true},
		"no keys":      {batch: 1, heads: 2, groups: 2, steps: 3, keys: 0, size: 4, width: 4},
		"more queries": {batch: 1, heads: 1, groups: 1, steps: 5, keys: 2, size: 4, width: 4, causal: 1},
	} {
		t.Run(name, func(t *testing.T) {
			q, k, v := random(r, c.batch, c.heads, c.steps, c.size), random(r, c.batch, c.groups, c.keys, c.size), random(r, c.batch, c.groups, c.keys, c.width)
			in := []*tensor.Tensor{q, k, v, nil, nil, nil, nil}
			if c.mask != nil {
				in[3] = tensor.New(tensor.Int32, c.mask...)
				for i := range in[3].Len() {
					tensor.Data[int32](in[3])[i] = int32(r.IntN(2))
				}
			}
			if c.bias != nil {
				in[4] = random(r, c.bias...)
			}
			if c.positions {
				in[5] = tensor.Of([]int64{0, 1, 2, 5, 6, 7}, 2, 3)
			}
			if c.sink {
				in[6] = random(r, c.heads)
			}
			n := node("sardonyx", "Attend", 7, optest.Int("causal", c.causal), optest.Int("window", c.window), optest.Float("softcap", c.softcap))
			out, err := optest.Eval(registry, n, in...)
			require.NoError(t, err)
			require.Equal(t, []int{c.batch, c.steps, c.heads * c.width}, append([]int{}, out[0].Shape()...))
			at := func(x *tensor.Tensor, i ...int) float64 {
				o := 0
				for d, n := range x.Shape() {
					o = o*n + i[d]%max(n, 1)
				}
				return float64(tensor.Data[float32](x)[o])
			}
			for b := range c.batch {
				for h := range c.heads {
					g := h / (c.heads / c.groups)
					for s := range c.steps {
						w, sum := make([]float64, c.keys), 0.
						if c.sink {
							sum = math.Exp(at(in[6], h))
						}
						for j := range w {
							p := c.keys - c.steps + s
							if c.positions {
								p = int(tensor.Data[int64](in[5])[b*c.steps+s])
							}
							if c.causal == 1 && (j > p || c.window > 0 && j <= p-c.window) {
								continue
							}
							x := 0.
							for d := range c.size {
								x += at(q, b, h, s, d) * at(k, b, g, j, d) / math.Sqrt(float64(c.size))
							}
							if c.softcap > 0 {
								x = float64(c.softcap) * math.Tanh(x/float64(c.softcap))
							}
							if m := in[3]; m != nil {
								i := []int{b*c.keys + j, (b*c.steps+s)*c.keys + j, 0}
								if m.Rank() == 4 {
									i[2] = (b*9+c.keys-c.steps+s)*9 + j
								}
								if tensor.Data[int32](m)[i[m.Rank()-2]] == 0 {
									x -= 10000
								}
							}
							if in[4] != nil {
								x += at(in[4], b, h, s, j)
							}
							w[j] = math.Exp(x)
							sum += w[j]
						}
						for d := range c.width {
							want := 0.
							for j := range w {
								if sum > 0 {
									want += w[j] / sum * at(v, b, g, j, d)
								}
							}
							if sum == 0 && in[3] != nil {
								continue // all hidden: exp(-10000) is 0 here
							}
							require.InDelta(t, want, tensor.Data[float32](out[0])[(b*c.steps+s)*c.heads*c.width+h*c.width+d], 1e-5, "b %d h %d s %d d %d", b, h, s, d)
						}
					}
				}
			}
		})
	}
}

// TestCacheAppend protects growth, positions that differ in a batch, and what
// does not fit.
func TestCacheAppend(t *testing.T) {
	past := tensor.Of([]float32{1, 2, 3, 4}, 2, 1, 2, 1)
	x := tensor.Of([]float32{5, 6, 7, 8}, 2, 1, 2, 1)
	positions := tensor.Of([]int64{2, 3, 1, 9}, 2, 2)
	n := node("sardonyx", "CacheAppend", 4)
	out, err := optest.Eval(registry, n, past, x, positions, tensor.Scalar(int32(4)))
	require.NoError(t, err)
	require.Equal(t, []float32{1, 2, 5, 6, 3, 7, 0, 0}, tensor.Data[float32](out[0]))
	out, err = optest.Eval(registry, n, nil, x, positions, tensor.Scalar(int32(3)))
	require.NoError(t, err)
	require.Equal(t, []float32{0, 0, 5, 0, 7, 0}, tensor.Data[float32](out[0]))
}

// TestMatMulBits protects every number of bits, against the weights one by one.
func TestMatMulBits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, bits := range []int{2, 4, 8} {
		const k, n, block, m = 50, 45, 16, 3
		blocks := (k + block - 1) / block
		a, scales := random(r, m, k), random(r, n, blocks)
		b := tensor.New(tensor.Uint8, n, blocks, block*bits/8)
		for i := range b.Bytes() {
			b.Bytes()[i] = byte(r.Uint32())
		}
		nd := node("com.microsoft", "MatMulNBits", 3, optest.Int("K", k), optest.Int("N", n), optest.Int("bits", bits), optest.Int("block_size", block))
		out, err := optest.Eval(registry, nd, a, b, scales)
		require.NoError(t, err)
		for i, got := range tensor.Data[float32](out[0]) {
			row, col, want := i/n, i%n, 0.
			for p := range k {
				e := col*blocks*block + p
				q := int(b.Bytes()[e*bits/8]) >> (e * bits % 8) & (1<<bits - 1)
				w := float64(q-1<<(bits-1)) * float64(tensor.Data[float32](scales)[col*blocks+p/block])
				want += w * float64(tensor.Data[float32](a)[row*k+p])
			}
			require.InDelta(t, want, got, 1e-4*(1+math.Abs(want)), "%d bits, row %d, column %d", bits, row, col)
		}
	}
}

// TestGatherBlocksOutside protects the rule that an index beyond the table gives
// zeros.
func TestGatherBlocksOutside(t *testing.T) {
	x := tensor.Full[uint8](0x97, 2, 8)
	n := node("com.microsoft", "GatherBlockQuantized", 3, optest.Int("block_size", 16), optest.Int("bits", 4))
	out, err := optest.Eval(registry, n, x, tensor.Of([]int64{2, -2}, 2), tensor.Full[float32](0.5, 2, 1))
	require.NoError(t, err)
	require.Equal(t, make([]float32, 16), tensor.Data[float32](out[0])[:16])
	require.Equal(t, []float32{-0.5, 0.5}, tensor.Data[float32](out[0])[16:18])
}

// TestErrors protects the causes, with both numbers.
func TestErrors(t *testing.T) {
	cos := tensor.New(tensor.Float32, 4, 2)
	x := tensor.New(tensor.Float32, 1, 1, 4)
	for want, f := range map[string]func() error{
		"position 4, the cache has 4": func() error {
			_, err := optest.Eval(registry, node("com.microsoft", "RotaryEmbedding", 4), x, tensor.Of([]int64{4}, 1, 1), cos, cos)
			return err
		},
		"input_ids is 7, the table has 3 rows": func() error {
			v := tensor.New(tensor.Float32, 3, 4)
			row := tensor.New(tensor.Float32, 4)
			_, err := optest.Eval(registry, node("com.microsoft", "EmbedLayerNormalization", 7), tensor.Full[int32](7, 1, 1), nil, v, v, nil, row, row)
			return err
		},
		"heads have size 4 in queries but 5 in keys": func() error {
			_, err := optest.Eval(registry, node("sardonyx", "Attend", 3), tensor.New(tensor.Float32, 1, 1, 2, 4), tensor.New(tensor.Float32, 1, 1, 2, 5), tensor.New(tensor.Float32, 1, 1, 2, 4))
			return err
		},
		"input 2 is [3], rows have 4 elements": func() error {
			_, err := optest.Eval(registry, node("com.microsoft", "SkipLayerNormalization", 3), x, x, tensor.New(tensor.Float32, 3))
			return err
		},
		"string 0 is not UTF-8": func() error {
			n := node("com.microsoft", "Tokenizer", 1, optest.Str("tokenexp", "a"))
			_, err := optest.Eval(registry, n, tensor.OfStrings([]string{"\xff"}, 1))
			return err
		},
		"must be expanded": func() error {
			_, err := optest.Eval(registry, node("com.microsoft", "Gelu", 1), x)
			return err
		},
	} {
		require.ErrorContains(t, f(), want)
	}
}

// TestUnimported protects files that use the domain without importing it: ONNX
// Runtime runs them, and tf2onnx writes them. A version of ONNX's own operators
// is always given.
func TestUnimported(t *testing.T) {
	d, err := registry.Find("com.microsoft", "Range", 0)
	require.NoError(t, err)
	require.Equal(t, 1, d.Since)
	_, err = registry.Find("", "SimplifiedLayerNormalization", 0)
	require.ErrorContains(t, err, "in version 0; supported from version 1")
}

// TestAbuse protects against panics.
func TestAbuse(t *testing.T) { optest.Abuse(t, contrib.Ops, 300) }

func Example() {
	o, err := registry.New(node("com.microsoft", "RotaryEmbedding", 4))
	if err != nil {
		fmt.Println(err)
		return
	}
	quarter := []*op.Value{
		op.FromTensor(tensor.Of([]float32{1, 0}, 1, 1, 2)), op.FromTensor(tensor.Of([]int64{1}, 1, 1)),
		op.FromTensor(tensor.Of([]float32{1, 0}, 2, 1)), op.FromTensor(tensor.Of([]float32{0, 1}, 2, 1)),
	}
	out, err := op.Evaluate(context.Background(), op.NewEnv(node("com.microsoft", "RotaryEmbedding", 4)), o, quarter)
	fmt.Println(op.Data[float32](out[0]), err)
	// Output: [0 1] <nil>
}
