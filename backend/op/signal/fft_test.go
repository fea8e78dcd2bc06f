package signal

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTransform holds transforms to the definition: powers of two, products of
// small primes, and primes that become convolutions. The bound is a few ulps of
// the greatest result, times the number of steps.
func TestTransform(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	lengths := []int{97, 101, 127, 128, 200, 256, 37 * 8, 31 * 29, 400, 480, 521, 1000, 1024}
	for n := 1; n <= 66; n++ {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		x := make([]complex128, n)
		for i := range x {
			x[i] = complex(r.NormFloat64(), r.NormFloat64())
		}
		want := make([]complex128, n)
		for k := range want {
			for j, v := range x {
				want[k] += v * cmplx.Exp(complex(0, -2*math.Pi*float64(j*k%n)/float64(n)))
			}
		}
		tr := newTransform(n)
		tr.run(x, make([]complex128, tr.work()))
		for k := range x {
			require.Less(t, cmplx.Abs(x[k]-want[k]), 1e-13*float64(n), "n=%d k=%d: got %v, want %v", n, k, x[k], want[k])
		}
	}
}

// TestRoots protects the values on the axes, which must be exact.
func TestRoots(t *testing.T) {
	for _, n := range []int{4, 8, 12, 400} {
		require.Equal(t, complex(1, 0), root(0, n)*1)
		for q, want := range []complex128{1, -1i, -1, 1i} {
			require.Zero(t, cmplx.Abs(root(q*n/4, n)-want), "n=%d, quarter %d", n, q)
		}
	}
}

func BenchmarkTransform(b *testing.B) {
	for _, n := range []int{400, 512, 1009, 1024, 1 << 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			tr := newTransform(n)
			x, work := make([]complex128, n), make([]complex128, tr.work())
			for b.Loop() {
				tr.run(x, work)
			}
			b.ReportMetric(tr.cost(), "estimate-ns")
		})
	}
}
