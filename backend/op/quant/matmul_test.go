package quant_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// TestMatMulInteger protects batches that broadcast, vectors, zero points of
// rows and columns, and sums longer than float32 holds.
func TestMatMulInteger(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for name, c := range map[string]struct {
		a, b, az, bz, y []int
		m, n, k         int
	}{
		"matrices":  {[]int{40, 700}, []int{700, 19}, nil, nil, []int{40, 19}, 40, 19, 700},
		"lines":     {[]int{5, 8}, []int{8, 6}, []int{5}, []int{6}, []int{5, 6}, 5, 6, 8},
		"broadcast": {[]int{2, 1, 3, 4}, []int{3, 4, 5}, []int{2, 1, 3, 1}, []int{3, 1, 5}, []int{2, 3, 3, 5}, 3, 5, 4},
		"vectors":   {[]int{9}, []int{9}, nil, nil, nil, 1, 1, 9},
		"empty":     {[]int{3, 0}, []int{0, 2}, nil, nil, []int{3, 2}, 3, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := random8[uint8](r, c.a...), random8[int8](r, c.b...)
			az, bz := random8[uint8](r, c.az...), random8[int8](r, c.bz...)
			out, err := optest.Eval(registry, optest.Node("MatMulInteger", 10, 4), a, b, az, bz)
			require.NoError(t, err)
			require.Equal(t, append([]int{}, c.y...), append([]int{}, out[0].Shape()...))
			ad, bd := tensor.Data[uint8](a), tensor.Data[int8](b)
			for i, v := range tensor.Data[int32](out[0]) {
				matrix, row, col := i/(c.m*c.n), i/c.n%c.m, i%c.n
				ma, mb := 0, 0
				if name == "broadcast" {
					ma, mb = matrix/3, matrix%3
				}
				za, zb := tensor.Data[uint8](az)[0], tensor.Data[int8](bz)[0]
				if az.Len() > 1 {
					za, zb = tensor.Data[uint8](az)[ma*c.m+row], tensor.Data[int8](bz)[mb*c.n+col]
				}
				want := int32(0)
				for p := range c.k {
					want += (int32(ad[(ma*c.m+row)*c.k+p]) - int32(za)) * (int32(bd[(mb*c.k+p)*c.n+col]) - int32(zb))
				}
				require.Equal(t, want, v, "element %d", i)
			}
		})
	}
}

// TestMatMulErrors protects the causes.
func TestMatMulErrors(t *testing.T) {
	a, b := tensor.New(tensor.Uint8, 2, 3), tensor.New(tensor.Uint8, 4, 2)
	_, err := optest.Eval(registry, optest.Node("MatMulInteger", 10, 2), a, b)
	require.ErrorContains(t, err, "K is 3 in A but 4 in B")
	b = tensor.New(tensor.Uint8, 3, 2)
	_, err = optest.Eval(registry, optest.Node("MatMulInteger", 10, 3), a, b, tensor.New(tensor.Uint8, 5))
	require.ErrorContains(t, err, "a_zero_point has 5 elements for 2")
}
