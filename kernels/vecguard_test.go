package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// vecLengths hit every tail of 4-, 8-, 16- and 64-lane code, once and twice.
var vecLengths = []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 63, 64, 65, 79, 100, 127, 128, 129, 191, 257, 300}

// vecFence is the number of NaN before and after guarded data: odd, so that
// the data is not aligned, and longer than any vector.
const vecFence = 35

// vecGuarded returns a copy of x between NaN: kernels that read beyond it
// compute NaN, and check finds those that write beyond it.
func vecGuarded(x []float32) (data []float32, check func(t *testing.T, msg ...any)) {
	all := make([]float32, vecFence+len(x)+vecFence)
	for i := range all {
		all[i] = nan32
	}
	data = all[vecFence : vecFence+len(x) : vecFence+len(x)]
	copy(data, x)
	return data, func(t *testing.T, msg ...any) {
		t.Helper()
		for i := range vecFence {
			require.True(t, all[i] != all[i] && all[len(all)-1-i] != all[len(all)-1-i], msg...)
		}
	}
}

// vecSame compares bits. All NaN are alike: their payloads differ between machines.
func vecSame(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

func vecEqual(t *testing.T, want, got []float32, msg string, args ...any) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		if !vecSame(want[i], got[i]) {
			require.Failf(t, "differs", msg+": [%d] = %g (%#x), want %g (%#x)", append(args, i, got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))...)
		}
	}
}

// vecRandom returns numbers of all magnitudes, with some special values.
func vecRandom(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, inf32, -inf32, nan32, 0x1p-149, -0x1p-130, 1e30, -1e30, 88.8, -103.9}
	for i := range x {
		switch r.IntN(12) {
		case 0:
			x[i] = special[r.IntN(len(special))]
		case 1:
			x[i] = math.Float32frombits(r.Uint32())
		default:
			x[i] = float32(r.NormFloat64() * 3)
		}
	}
	return x
}

// vecFinite returns ordinary numbers.
func vecFinite(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// vecEachSet runs a test on every Set but the definition.
func vecEachSet(t *testing.T, f func(t *testing.T, s *Set)) {
	for _, s := range All() {
		if s != &portable {
			t.Run(s.Name(), func(t *testing.T) { f(t, s) })
		}
	}
}
