package quant_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/quant"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var registry = op.NewRegistry(quant.Ops)

func random8[T uint8 | int8](r *rand.Rand, shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.TypeOf[T](), shape...)
	for i, d := 0, tensor.Data[T](x); i < len(d); i++ {
		d[i] = T(r.Uint32())
	}
	return x
}

// TestQLinearConv protects exact sums (short and long, with biases that fit
// float32 and that do not), groups, filters by channel, padding, both orders of
// memory, and weights that are constant or not, against sums of integers.
func TestQLinearConv(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, c := range map[string]struct {
		c, m, group, k int
		bias           int32
		signed         bool
	}{
		"short":          {3, 20, 1, 3, 1000, false},
		"long":           {70, 17, 1, 3, 1000, true},
		"many channels":  {300, 9, 1, 1, 0, false},
		"large bias":     {8, 8, 1, 1, 1 << 30, true},
		"groups":         {12, 18, 3, 3, 100, true},
		"depthwise":      {10, 10, 10, 3, 100, false},
		"depthwise bias": {10, 10, 10, 3, 1 << 29, true},
		"multiplier":     {6, 12, 6, 3, 100, true},
	} {
		t.Run(name, func(t *testing.T) {
			x, w := random8[uint8](r, 2, c.c, 7, 6), random8[uint8](r, c.m, c.c/c.group, c.k, c.k)
			wz := random8[uint8](r, c.m)
			if c.signed {
				w, wz = random8[int8](r, c.m, c.c/c.group, c.k, c.k), tensor.New(tensor.Int8, c.m)
			}
			scale, bias := tensor.New(tensor.Float32, c.m), tensor.New(tensor.Int32, c.m)
			for i := range c.m {
				tensor.Data[float32](scale)[i] = 0.01 * (1 + r.Float32())
				tensor.Data[int32](bias)[i] = int32(r.Int64N(2*int64(c.bias)+1) - int64(c.bias))
			}
			ys := float32(0.5 + float64(c.bias)*3e-6)
			in := []*tensor.Tensor{x, tensor.Scalar[float32](0.02), tensor.Scalar[uint8](131), w, scale, wz, tensor.Scalar(ys), tensor.Scalar[int8](-7), bias}
			n := optest.Node("QLinearConv", 10, len(in), optest.Ints("pads", 1, 0, 0, 1), optest.Ints("strides", 2, 1), optest.Int("group", c.group))
			out, err := optest.Eval(registry, n, in...)
			require.NoError(t, err)
			want := naiveConv(x, w, wz, bias, c.group, out[0].Shape())
			distinct := map[int8]bool{}
			for i, v := range tensor.Data[int8](out[0]) {
				m := i / (out[0].Shape()[2] * out[0].Shape()[3]) % c.m
				s := float32(want[i]) * (float32(0.02*tensor.Data[float32](scale)[m]) / ys)
				y := max(-128, min(127, math.RoundToEven(float64(s))-7))
				require.InDelta(t, y, v, 0, "element %d, sum %d", i, want[i])
				distinct[v] = true
			}
			require.Greater(t, len(distinct), 3, "a test that sees nothing")
			for _, constants := range [][]int{{1, 2, 3, 4, 5, 6, 7, 8}, nil} {
				got, err := optest.EvalChannelsLast(registry, n, constants, in...)
				require.NoError(t, err)
				require.Equal(t, out[0].Bytes(), got[0].Bytes())
			}
		})
	}
}

// naiveConv returns the sums for x's zero point 131, padding (1,0,0,1) and
// strides (2,1).
func naiveConv(x, w, wz, bias *tensor.Tensor, group int, out []int) []int64 {
	value := func(x *tensor.Tensor, i int) int64 {
		if x.Type() == tensor.Int8 {
			return int64(tensor.Data[int8](x)[i])
		}
		return int64(x.Bytes()[i])
	}
	xs, ws := x.Shape(), w.Shape()
	var sums []int64
	for n := range out[0] {
		for m := range out[1] {
			for oy := range out[2] {
				for ox := range out[3] {
					s := int64(tensor.Data[int32](bias)[m])
					for c := range ws[1] {
						for ky := range ws[2] {
							for kx := range ws[3] {
								y, x0 := oy*2-1+ky, ox+kx
								if y < 0 || y >= xs[2] || x0 >= xs[3] {
									continue
								}
								ch := m/(out[1]/group)*ws[1] + c
								a := value(x, ((n*xs[1]+ch)*xs[2]+y)*xs[3]+x0) - 131
								s += a * (value(w, ((m*ws[1]+c)*ws[2]+ky)*ws[3]+kx) - value(wz, m))
							}
						}
					}
					sums = append(sums, s)
				}
			}
		}
	}
	return sums
}

// TestConvInteger protects the sums themselves, of both kernels.
func TestConvInteger(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, group := range []int{1, 20} {
		x, w, wz := random8[uint8](r, 1, 20, 5, 6), random8[int8](r, 20, 20/group, 3, 2), random8[int8](r, 20)
		n := optest.Node("ConvInteger", 10, 4, optest.Ints("pads", 1, 0, 0, 1), optest.Ints("strides", 2, 1), optest.Int("group", group))
		out, err := optest.Eval(registry, n, x, w, tensor.Scalar[uint8](131), wz)
		require.NoError(t, err)
		want := naiveConv(x, w, wz, tensor.New(tensor.Int32, 20), group, out[0].Shape())
		for i, v := range tensor.Data[int32](out[0]) {
			require.Equal(t, want[i], int64(v), "group %d, element %d", group, i)
		}
		got, err := optest.EvalChannelsLast(registry, n, []int{1, 3}, x, w, tensor.Scalar[uint8](131), wz)
		require.NoError(t, err)
		require.Equal(t, out[0].Bytes(), got[0].Bytes())
	}
}
