package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// vecKernels lists the elementwise kernels of a Set by what they take: x, y, z
// and two scalars, of which each uses what it needs.
func vecKernels(s *Set) map[string]func(dst, x, y, z []float32, a, b float32) {
	all := map[string]func(dst, x, y, z []float32, a, b float32){
		"Affine":         func(dst, x, y, z []float32, a, b float32) { s.Affine(dst, x, y, z) },
		"NormalizeWith":  func(dst, x, y, z []float32, a, b float32) { s.NormalizeWith(dst, x, y, z, a, b) },
		"NormalizeScale": func(dst, x, y, z []float32, a, b float32) { s.NormalizeWith(dst, x, y, nil, a, b) },
	}
	for name, f := range vecUnary(s) {
		all[name] = func(dst, x, y, z []float32, a, b float32) { f(dst, x) }
	}
	for name, f := range map[string]func(dst, x []float32, a float32){
		"AddScalar": s.AddScalar, "SubScalar": s.SubScalar, "RSubScalar": s.RSubScalar,
		"MulScalar": s.MulScalar, "DivScalar": s.DivScalar, "RDivScalar": s.RDivScalar,
		"LeakyRelu": s.LeakyRelu, "Elu": s.Elu,
	} {
		all[name] = func(dst, x, y, z []float32, a, b float32) { f(dst, x, a) }
	}
	for name, f := range map[string]func(dst, x []float32, a, b float32){
		"Clip": s.Clip, "HardSigmoid": s.HardSigmoid, "subTwo": s.vec.subTwo,
	} {
		all[name] = func(dst, x, y, z []float32, a, b float32) { f(dst, x, a, b) }
	}
	for name, f := range map[string]func(dst, x, y []float32){
		"Add": s.Add, "Sub": s.Sub, "Mul": s.Mul, "Div": s.Div, "Max": s.Max, "Min": s.Min, "Pow": s.Pow, "PRelu": s.PRelu,
	} {
		all[name] = func(dst, x, y, z []float32, a, b float32) { f(dst, x, y) }
	}
	return all
}

func vecUnary(s *Set) map[string]func(dst, x []float32) {
	return map[string]func(dst, x []float32){
		"Exp": s.Exp, "Log": s.Log, "Tanh": s.Tanh, "Sigmoid": s.Sigmoid, "Silu": s.Silu, "Gelu": s.Gelu,
		"GeluTanh": s.GeluTanh, "Erf": s.Erf, "Softplus": s.Softplus, "Sqrt": s.Sqrt, "Reciprocal": s.Reciprocal,
		"Neg": s.Neg, "Abs": s.Abs, "Relu": s.Relu, "Floor": s.Floor, "Ceil": s.Ceil, "Round": s.Round,
		"Sin": s.Sin, "Cos": s.Cos, "HardSwish": s.HardSwish,
	}
}

// TestElementwise protects the promise that every Set gives the bits of the
// definition, for every length, with special values in every lane, in place
// and not, and touches nothing beyond its slices.
func TestElementwise(t *testing.T) {
	want := vecKernels(&portable)
	vecEachSet(t, func(t *testing.T, s *Set) {
		for name, f := range vecKernels(s) {
			r := rand.New(rand.NewPCG(1, 2))
			for _, n := range vecLengths {
				x, y, z := vecRandom(r, n), vecRandom(r, n), vecRandom(r, n)
				p := vecRandom(r, 2)
				expect := make([]float32, n)
				want[name](expect, x, y, z, p[0], p[1])

				gx, _ := vecGuarded(x)
				gy, _ := vecGuarded(y)
				gz, _ := vecGuarded(z)
				dst, check := vecGuarded(make([]float32, n))
				f(dst, gx, gy, gz, p[0], p[1])
				vecEqual(t, expect, dst, "%s n=%d", name, n)
				check(t, "%s writes outside, n=%d", name, n)

				dst, check = vecGuarded(x)
				f(dst, dst, gy, gz, p[0], p[1])
				vecEqual(t, expect, dst, "%s in place n=%d", name, n)
				check(t, "%s writes outside, n=%d", name, n)
			}
		}
	})
}

// TestUnaryInputs runs the functions over the whole range of float32: each
// magnitude, both signs, NaN. The stride is odd, so low bits vary.
func TestUnaryInputs(t *testing.T) {
	stride := uint64(4099)
	if testing.Short() {
		stride = 65537
	}
	const n = 4096
	x, got, expect := make([]float32, n), make([]float32, n), make([]float32, n)
	want := vecUnary(&portable)
	for first := uint64(0); first < 1<<32; first += n * stride {
		for i := range x {
			x[i] = math.Float32frombits(uint32(first + uint64(i)*stride))
		}
		for name, f := range want {
			f(expect, x)
			for _, s := range All()[1:] {
				vecUnary(s)[name](got, x)
				for i := range x {
					if !vecSame(expect[i], got[i]) {
						require.Failf(t, "differs", "%s %s(%g) = %g, want %g", s.Name(), name, x[i], got[i], expect[i])
					}
				}
			}
		}
	}
}

// TestLongVectors protects the cutting into blocks.
func TestLongVectors(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	n := 2*block + 37
	x, y := vecFinite(r, n), vecFinite(r, n)
	want, got := make([]float32, n), make([]float32, n)
	portable.Add(want, x, y)
	vecEachSet(t, func(t *testing.T, s *Set) {
		s.Add(got, x, y)
		vecEqual(t, want, got, "Add n=%d", n)
	})
}

// TestElementwiseAllocates nothing.
func TestElementwiseAllocates(t *testing.T) {
	x := make([]float32, 100)
	for _, s := range All() {
		for name, f := range vecKernels(s) {
			require.Zero(t, testing.AllocsPerRun(10, func() { f(x, x, x, x, 1, 2) }), name)
		}
	}
}

func ExampleSet_Softmax() {
	x := []float32{1, 2, 3}
	Best().Softmax(x, x)
	fmt.Printf("%.4f\n", x)
	// Output: [0.0900 0.2447 0.6652]
}
