package kernels

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkVec reports what elementwise kernels take and give per second, with
// data in a first-level cache.
func BenchmarkVec(b *testing.B) {
	const n = 2048
	x := vecFinite(rand.New(rand.NewPCG(1, 1)), n)
	dst := make([]float32, n)
	for _, name := range []string{"Add", "Relu", "Max", "Clip", "Exp", "Sigmoid", "Tanh", "Silu", "Gelu", "GeluTanh", "Erf", "Log", "Softplus", "Elu", "Sqrt"} {
		b.Run(name, func(b *testing.B) {
			for _, s := range All()[1:] {
				b.Run(s.Name(), func(b *testing.B) {
					f := vecKernels(s)[name]
					b.SetBytes(4 * n)
					for b.Loop() {
						f(dst, x, x, x, 0, 1)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/el")
				})
			}
		})
	}
}

// BenchmarkRow times reductions and what is made of them, one row a call.
func BenchmarkRow(b *testing.B) {
	const n = 768
	x := vecFinite(rand.New(rand.NewPCG(1, 1)), n)
	dst := make([]float32, n)
	for _, c := range []struct {
		name string
		f    func(s *Set)
	}{
		{"Sum", func(s *Set) { s.Sum(x) }},
		{"SumSquares", func(s *Set) { s.SumSquares(x, 1) }},
		{"MaxOf", func(s *Set) { s.MaxOf(x) }},
		{"AnyNaN", func(s *Set) { s.AnyNaN(x) }},
		{"Softmax", func(s *Set) { s.Softmax(dst, x) }},
		{"Normalize", func(s *Set) { s.Normalize(dst, x, x, x, 1) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for _, s := range All()[1:] {
				b.Run(s.Name(), func(b *testing.B) {
					b.SetBytes(4 * n)
					for b.Loop() {
						c.f(s)
					}
				})
			}
		})
	}
}
