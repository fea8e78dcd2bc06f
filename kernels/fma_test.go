package kernels

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// exactFma computes a*b + c in rational arithmetic and rounds once.
func exactFma(a, b, c float32) float32 {
	x := new(big.Rat).SetFloat64(float64(a) * float64(b)) // the product is exact
	y := new(big.Rat).SetFloat64(float64(c))
	if x == nil || y == nil {
		return float32(math.FMA(float64(a), float64(b), float64(c)))
	}
	sum := x.Add(x, y)
	if sum.Sign() == 0 { // a Rat has one zero
		return float32(float64(a)*float64(b) + float64(c))
	}
	f, _ := sum.Float32()
	return f
}

// fmaTriples are generators of arguments that are hard to round. Normal numbers
// are not: on them, rounding twice almost never shows.
var fmaTriples = map[string]func(r *rand.Rand) (a, b, c float32){
	"normal": func(r *rand.Rand) (a, b, c float32) {
		return float32(r.NormFloat64()), float32(r.NormFloat64()), float32(r.NormFloat64())
	},
	"bits": func(r *rand.Rand) (a, b, c float32) {
		return math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32())
	},
	"integers": func(r *rand.Rand) (a, b, c float32) {
		return float32(r.IntN(2000) - 1000), float32(r.IntN(2000) - 1000), float32(r.IntN(2000) - 1000)
	},
	"cancellation": func(r *rand.Rand) (a, b, c float32) {
		a, b = float32(r.NormFloat64()), float32(r.NormFloat64())
		return a, b, -float32(float64(a) * float64(b))
	},
	"short factors": func(r *rand.Rand) (a, b, c float32) {
		a, b = float32(r.IntN(1<<13)), float32(r.IntN(1<<13))
		return a, b, float32(math.Ldexp(r.NormFloat64(), r.IntN(80)-60))
	},
	"product on a midpoint, tiny addend": func(r *rand.Rand) (a, b, c float32) {
		// (2^24 + 2n + 1) as a product: odd 25-bit numbers with a small factor.
		odd := 1<<24 | 2*r.IntN(1<<23) | 1
		f := 3 + 2*r.IntN(500)
		odd -= odd % (2 * f)
		odd += f
		return float32(f), float32(odd / f), float32(math.Ldexp(float64(r.IntN(3)-1), -r.IntN(100)))
	},
	"denormal midpoint": func(r *rand.Rand) (a, b, c float32) {
		n := 2*r.IntN(1<<10) + 1
		return float32(n) * 0x1p-75, 0x1p-75, float32(r.IntN(64)-32) * 0x1p-149
	},
	"denormal midpoint, small error": func(r *rand.Rand) (a, b, c float32) {
		a = math.Float32frombits(0x3f800000 | uint32(r.IntN(4)))
		b = math.Float32frombits(uint32(r.IntN(1 << 12)))
		return a, b, float32(r.IntN(1<<10)) * 0x1p-149
	},
}

// TestFma32 protects the definition of every kernel from rounding twice.
func TestFma32(t *testing.T) {
	for name, triple := range fmaTriples {
		r := rand.New(rand.NewPCG(1, 2))
		for range 20000 {
			a, b, c := triple(r)
			want, got := exactFma(a, b, c), Fma32(a, b, c)
			if want != want && got != got {
				continue
			}
			require.Equal(t, math.Float32bits(want), math.Float32bits(got), "%s: Fma32(%x, %x, %x) = %x, want %x", name, a, b, c, got, want)
		}
	}
}

// TestFma32IsHard proves that the generators are worth their name: rounding
// twice fails on them.
func TestFma32IsHard(t *testing.T) {
	wrong := 0
	for _, triple := range fmaTriples {
		r := rand.New(rand.NewPCG(1, 2))
		for range 20000 {
			a, b, c := triple(r)
			if twice := float32(math.FMA(float64(a), float64(b), float64(c))); twice == twice && twice != Fma32(a, b, c) {
				wrong++
			}
		}
	}
	require.Greater(t, wrong, 1000)
}

// TestFma32Kernels compares every Set with Fma32 on hard arguments: one product
// an element.
func TestFma32Kernels(t *testing.T) {
	for _, s := range All() {
		for name, triple := range fmaTriples {
			r := rand.New(rand.NewPCG(3, 4))
			b, c := make([]float32, Strip), make([]float32, Strip)
			for range 500 {
				a, _, _ := triple(r)
				want := make([]float32, Strip)
				for j := range b {
					_, b[j], c[j] = triple(r)
					if j%2 == 0 {
						a2, b2, c2 := triple(r)
						if j == 0 {
							a = a2
						}
						b[j], c[j] = b2, c2
					}
				}
				for j := range want {
					want[j] = Fma32(a, b[j], c[j])
				}
				got := guard(c)
				s.Gemm(1, Strip, 1, []float32{a}, 1, b, got.data, Strip, &Epilogue{Load: true})
				got.equal(t, want, "%s %s", s.name, name)
			}
		}
	}
}
