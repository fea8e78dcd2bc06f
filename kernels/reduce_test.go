package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReductions protects the order of partial sums: the bits of the
// definition, whatever is in the lanes and beyond the end.
func TestReductions(t *testing.T) {
	var lengths []int
	for n := range 300 {
		lengths = append(lengths, n)
	}
	lengths = append(lengths, 768, 3072, 4099)
	vecEachSet(t, func(t *testing.T, s *Set) {
		for _, n := range lengths {
			r := rand.New(rand.NewPCG(5, uint64(n)))
			for _, data := range [][]float32{vecFinite(r, n), vecRandom(r, n)} {
				x, _ := vecGuarded(data)
				mean, top := float32(r.NormFloat64()), portable.MaxOf(data)
				for name, f := range map[string][2]float32{
					"Sum":        {portable.Sum(data), s.Sum(x)},
					"SumSquares": {portable.SumSquares(data, mean), s.SumSquares(x, mean)},
					"MaxOf":      {portable.MaxOf(data), s.MaxOf(x)},
					"MinOf":      {portable.MinOf(data), s.MinOf(x)},
					"expSumOnly": {portable.expSumOnly(data, top), s.expSumOnly(x, top)},
				} {
					vecEqual(t, f[:1], f[1:], "%s n=%d", name, n)
				}
				require.Equal(t, portable.AnyNaN(data), s.AnyNaN(x), "AnyNaN n=%d", n)

				want := make([]float32, n+1)
				want[n] = portable.ExpSum(want[:n], data, top)
				dst, check := vecGuarded(data)
				got := s.ExpSum(dst, dst, top)
				vecEqual(t, want, append(dst, got), "ExpSum n=%d", n)
				check(t, "ExpSum writes outside, n=%d", n)
			}
		}
	})
}

// TestRows checks what is composed of reductions: equal bits on all Sets, and
// the meaning against float64.
func TestRows(t *testing.T) {
	const n = 333
	r := rand.New(rand.NewPCG(7, 8))
	x, y, scale, bias := vecFinite(r, n), vecFinite(r, n), vecFinite(r, n), vecFinite(r, n)
	rows := map[string]func(s *Set, dst []float32){
		"Softmax":      func(s *Set, dst []float32) { s.Softmax(dst, x) },
		"LogSoftmax":   func(s *Set, dst []float32) { copy(dst, x); s.LogSoftmax(dst, dst) },
		"Normalize":    func(s *Set, dst []float32) { s.Normalize(dst, x, scale, bias, 1e-5) },
		"NormalizeRMS": func(s *Set, dst []float32) { s.NormalizeRMS(dst, x, scale, 1e-5) },
		"AddNormalize": func(s *Set, dst []float32) {
			s.AddNormalize(dst, make([]float32, n), x, y, scale, bias, 1e-5)
		},
	}
	results := map[string][]float32{}
	for name, f := range rows {
		results[name] = make([]float32, n)
		f(&portable, results[name])
	}
	vecEachSet(t, func(t *testing.T, s *Set) {
		for name, f := range rows {
			got := make([]float32, n)
			f(s, got)
			vecEqual(t, results[name], got, name)
		}
	})

	var sum, total, squares, mean, variance float64
	for i, v := range x {
		sum += math.Exp(float64(v))
		mean += float64(v) / n
		squares += float64(v) * float64(v) / n
		total += float64(results["Softmax"][i])
	}
	for _, v := range x {
		variance += (float64(v) - mean) * (float64(v) - mean) / n
	}
	require.InDelta(t, 1, total, 1e-6)
	for i, v := range x {
		require.InDelta(t, math.Exp(float64(v))/sum, results["Softmax"][i], 1e-8)
		require.InDelta(t, float64(v)-math.Log(sum), results["LogSoftmax"][i], 2e-6)
		require.InDelta(t, (float64(v)-mean)/math.Sqrt(variance+1e-5)*float64(scale[i])+float64(bias[i]), results["Normalize"][i], 1e-5)
		require.InDelta(t, float64(v)/math.Sqrt(squares+1e-5)*float64(scale[i]), results["NormalizeRMS"][i], 1e-5)
	}
}

// TestLongRows protects the rule for rows longer than one call computes.
func TestLongRows(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	x := vecFinite(r, 2*reduceBlock+1000)
	x[2*reduceBlock+7] = 100
	want := portable.sumBlock(x[:reduceBlock]) + portable.sumBlock(x[reduceBlock:2*reduceBlock]) + portable.sumBlock(x[2*reduceBlock:])
	dst := make([]float32, len(x))
	for _, s := range All() {
		require.Equal(t, want, s.Sum(x), s.Name())
		require.Equal(t, portable.SumSquares(x, 0.5), s.SumSquares(x, 0.5), s.Name())
		require.Equal(t, portable.expSumOnly(x, 100), s.ExpSum(dst, x, 100), s.Name())
		require.Equal(t, float32(100), s.MaxOf(x), s.Name())
		require.False(t, s.AnyNaN(x), s.Name())
	}
	x[2*reduceBlock+7] = nan32
	for _, s := range All() {
		require.True(t, s.AnyNaN(x), s.Name())
	}
}

// TestReductionsAllocate nothing.
func TestReductionsAllocate(t *testing.T) {
	x := make([]float32, 1000)
	for _, s := range All() {
		require.Zero(t, testing.AllocsPerRun(10, func() {
			s.Softmax(x, x)
			s.LogSoftmax(x, x)
			s.Normalize(x, x, x, x, 1)
			s.AnyNaN(x)
			s.MinOf(x)
		}), s.Name())
	}
}
