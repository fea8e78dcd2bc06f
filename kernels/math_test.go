package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMathSpecial lists what happens at the ends of the line, in every Set.
func TestMathSpecial(t *testing.T) {
	inf, nz := inf32, float32(math.Copysign(0, -1))
	for _, c := range []struct {
		name    string
		x, want float32
	}{
		{"Exp", inf, inf}, {"Exp", -inf, 0}, {"Exp", nan32, nan32}, {"Exp", 89, inf}, {"Exp", -104, 0}, {"Exp", -103.5, 0x1p-149}, {"Exp", nz, 1},
		{"Sigmoid", inf, 1}, {"Sigmoid", -inf, 0}, {"Sigmoid", nan32, nan32}, {"Sigmoid", 0, 0.5},
		{"Tanh", inf, 1}, {"Tanh", -inf, -1}, {"Tanh", nan32, nan32}, {"Tanh", nz, nz}, {"Tanh", 0x1p-149, 0x1p-149},
		{"Erf", inf, 1}, {"Erf", -inf, -1}, {"Erf", nan32, nan32}, {"Erf", nz, nz},
		{"Gelu", inf, inf}, {"Gelu", -inf, 0}, {"Gelu", nan32, nan32}, {"Gelu", nz, 0},
		{"GeluTanh", inf, inf}, {"GeluTanh", -inf, nan32}, {"GeluTanh", nan32, nan32},
		{"Silu", inf, inf}, {"Silu", -inf, nan32}, {"Silu", nan32, nan32}, {"Silu", nz, nz},
		{"Log", 0, -inf}, {"Log", nz, -inf}, {"Log", -1, nan32}, {"Log", inf, inf}, {"Log", -inf, nan32}, {"Log", nan32, nan32}, {"Log", 1, 0}, {"Log", 0x1p-149, -103.27893},
		{"Softplus", inf, inf}, {"Softplus", -inf, 0}, {"Softplus", nan32, nan32}, {"Softplus", -104, 0},
		{"Sqrt", -1, nan32}, {"Sqrt", nz, nz}, {"Sqrt", inf, inf}, {"Reciprocal", nz, -inf}, {"Reciprocal", inf, 0},
		{"Neg", 0, nz}, {"Abs", nz, 0}, {"Abs", -inf, inf},
		{"Relu", nz, 0}, {"Relu", -1, 0}, {"Relu", nan32, nan32}, {"Relu", inf, inf}, {"Relu", -inf, 0},
		{"Floor", -0.5, -1}, {"Floor", nz, nz}, {"Ceil", -0.5, nz}, {"Ceil", 0x1p-149, 1}, {"Round", 0.5, 0}, {"Round", 1.5, 2}, {"Round", -2.5, -2}, {"Round", 0x1p30, 0x1p30},
		{"HardSwish", -3, nz}, {"HardSwish", 3, 3}, {"HardSwish", nan32, nan32},
		{"Sin", inf, nan32}, {"Sin", nan32, nan32}, {"Sin", nz, nz}, {"Cos", -inf, nan32}, {"Cos", 0, 1},
	} {
		for _, s := range All() {
			y := []float32{c.x}
			vecUnary(s)[c.name](y, y)
			require.True(t, vecSame(c.want, y[0]), "%s %s(%g) = %g, want %g", s.Name(), c.name, c.x, y[0], c.want)
		}
	}
	for _, s := range All() {
		for _, c := range []struct {
			name       string
			x, y, a, b float32
			want       float32
		}{
			{name: "Max", x: nan32, y: 1, want: nan32}, {name: "Max", x: 1, y: nan32, want: nan32}, {name: "Max", x: 2, y: 1, want: 2}, {name: "Max", x: -inf, y: 1, want: 1},
			{name: "Min", x: nan32, y: 1, want: nan32}, {name: "Min", x: 1, y: nan32, want: nan32}, {name: "Min", x: 2, y: 1, want: 1},
			{name: "Clip", x: nan32, a: 0, b: 6, want: nan32}, {name: "Clip", x: 7, a: 0, b: 6, want: 6}, {name: "Clip", x: -7, a: 0, b: 6, want: 0}, {name: "Clip", x: 3, a: 5, b: 4, want: 4},
			{name: "Elu", x: -inf, a: 2, want: -2}, {name: "Elu", x: 1e-8, a: 2, want: 1e-8}, {name: "Elu", x: nan32, a: 2, want: nan32}, {name: "Elu", x: inf, a: 2, want: inf},
			{name: "LeakyRelu", x: -2, a: 0.5, want: -1}, {name: "LeakyRelu", x: nan32, a: 0.5, want: nan32}, {name: "PRelu", x: -2, y: 3, want: -6},
			{name: "HardSigmoid", x: inf, a: 0.2, b: 0.5, want: 1}, {name: "HardSigmoid", x: nan32, a: 0.2, b: 0.5, want: nan32},
			{name: "RSubScalar", x: 3, a: 1, want: -2}, {name: "RDivScalar", x: 4, a: 1, want: 0.25},
		} {
			dst := []float32{0}
			vecKernels(s)[c.name](dst, []float32{c.x}, []float32{c.y}, []float32{0}, c.a, c.b)
			require.True(t, vecSame(c.want, dst[0]), "%s %+v gives %g", s.Name(), c, dst[0])
		}
	}
}

// TestMathAccuracy holds the definitions to the errors that their comments
// state, against float64, on a subset of all inputs.
func TestMathAccuracy(t *testing.T) {
	log1pExp := func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
	for _, c := range []struct {
		name string
		f    func(float32) float32
		want func(float64) float64
		from float32 // smallest argument, where relative accuracy ends
		ulp  float64
	}{
		{"Exp32", Exp32, math.Exp, -110, 0.9},
		{"Tanh32", Tanh32, math.Tanh, -inf32, 2},
		{"Sigmoid32", Sigmoid32, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, -110, 1.7},
		{"Silu32", Silu32, func(x float64) float64 { return x / (1 + math.Exp(-x)) }, -88, 2.7},
		{"Erf32", Erf32, math.Erf, -inf32, 1.8},
		{"Log32", Log32, math.Log, 0, 0.95},
		{"Log1p32", Log1p32, math.Log1p, -1, 1.5},
		{"Softplus32", Softplus32, log1pExp, -110, 1.9},
		{"Elu32", func(x float32) float32 { return Elu32(x, 1) }, func(x float64) float64 {
			if x > 0 {
				return x
			}
			return math.Expm1(x)
		}, -inf32, 2},
		{"Sin32", Sin32, math.Sin, -inf32, 0.51},
		{"Cos32", Cos32, math.Cos, -inf32, 0.51},
		{"Sqrt32", Sqrt32, math.Sqrt, 0, 0.5},
	} {
		stride := uint64(8191)
		if testing.Short() {
			stride = 65521
		}
		for b := uint64(0); b < 1<<32; b += stride {
			x := math.Float32frombits(uint32(b))
			if x != x || x < c.from || math.Abs(float64(x)) > 0x1p60 {
				continue
			}
			got, want := c.f(x), c.want(float64(x))
			if e := mathUlps(got, want); e > c.ulp {
				require.Failf(t, "inaccurate", "%s(%g) = %g, want %g, off by %.3f ulp, allowed are %g", c.name, x, got, want, e, c.ulp)
			}
		}
	}
}

// mathUlps returns how far y is from want, in units of its last place.
func mathUlps(y float32, want float64) float64 {
	if float32(want) == y {
		return 0 // at most half a unit, also for infinities
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(y)-want) / math.Ldexp(1, max(e, -125)-24)
}

// TestGeluAccuracy: absolute below zero, where the tail has no relative
// accuracy, and relative to x above.
func TestGeluAccuracy(t *testing.T) {
	for x := float32(-12); x < 12; x += 0x1p-10 {
		want := float64(x) / 2 * math.Erfc(-float64(x)/math.Sqrt2)
		require.InDelta(t, want, Gelu32(x), 1.2e-7+2e-7*math.Max(0, float64(x)))
		u := math.Sqrt(2/math.Pi) * (float64(x) + 0.044715*float64(x)*float64(x)*float64(x))
		want = float64(x) / 2 * (1 + math.Tanh(u))
		require.InDelta(t, want, GeluTanh32(x), 1e-7+3e-7*math.Max(0, float64(x)))
	}
}

// TestPow holds Pow32 to math.Pow, rounded, with the special cases of both.
func TestPow(t *testing.T) {
	special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, 0x1p24, 0x1p24 + 2, -0x1p25, inf32, -inf32, nan32, 0x1p-149, math.MaxFloat32}
	for _, x := range special {
		for _, y := range special {
			got, want := Pow32(x, y), math.Pow(float64(x), float64(y))
			require.True(t, vecSame(float32(want), got) || mathUlps(got, want) <= 0.51, "Pow32(%g, %g) = %g, want %g", x, y, got, want)
		}
	}
	r := rand.New(rand.NewPCG(19, 20))
	for range 100000 {
		x, y := float32(r.ExpFloat64()), float32(r.NormFloat64()*20)
		require.LessOrEqual(t, mathUlps(Pow32(x, y), math.Pow(float64(x), float64(y))), 0.51, "Pow32(%g, %g)", x, y)
	}
}

// TestMathBounds: rounding takes no function out of its range.
func TestMathBounds(t *testing.T) {
	for x := float32(0.25); x < 200; x = math.Nextafter32(x, 1e9) + x*1e-5 {
		require.LessOrEqual(t, max(Tanh32(x), Erf32(x), Sigmoid32(x)), float32(1), "%g", x)
	}
}

// TestFusedRounding finds an fma that rounds twice: products on a midpoint
// between two float32 and an addend that decides, also among denormals. The
// assembly fuses in hardware.
func TestFusedRounding(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	const n = 4096
	x, y, z := make([]float32, n), make([]float32, n), make([]float32, n)
	for round := range 20 {
		for i := range x {
			// 13 bits times 13 bits: up to 26, often a midpoint of 24
			x[i], y[i] = float32(r.IntN(1<<13)|1), float32(r.IntN(1<<13)|1)
			z[i] = float32(math.Ldexp(r.Float64()-0.5, -r.IntN(60)))
			if round%2 == 1 {
				x[i] *= 0x1p-80
				y[i] *= 0x1p-70
				z[i] *= 0x1p-100
			}
		}
		want, got := make([]float32, n), make([]float32, n)
		portable.Affine(want, x, y, z)
		for _, s := range All()[1:] {
			s.Affine(got, x, y, z)
			vecEqual(t, want, got, s.Name())
		}
	}
}
