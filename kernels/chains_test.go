package kernels

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every Set computes all lanes, for any number of links, none included: a loop
// that leaves some out would make the machine look faster than it is.
func TestChains(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 7, 100} {
		a, b := r.Float32(), r.Float32()
		x := [ChainLanes]float32(normal(r, ChainLanes))
		want := x
		chains(&want, a, b, n)
		for _, s := range All() {
			got := x
			s.Chains(&got, a, b, n)
			require.Equal(t, want, got, "%s, %d links", s.name, n)
		}
	}
	require.Panics(t, func() { portable.Chains(new([ChainLanes]float32), 1, 1, 1<<14+1) })
}

// BenchmarkChains measures the peak of one thread.
func BenchmarkChains(b *testing.B) {
	for _, s := range All() {
		b.Run(s.name, func(b *testing.B) {
			var x [ChainLanes]float32
			for b.Loop() {
				s.Chains(&x, 1.1, 0.3, 1000)
			}
			b.ReportMetric(2*ChainLanes*1000*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
