package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// report turns the time of a benchmark into GFLOP/s.
func report(b *testing.B, m, n, k int) {
	flop := 2 * float64(m) * float64(n) * float64(k) * float64(b.N)
	b.ReportMetric(flop/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// normal returns n values without denormals, on which x86 is a hundred times
// slower.
func normal(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// BenchmarkGemm multiplies, in this order: three squares, of which the last
// does not fit a cache; 1x1 convolutions of ResNet-50; layers of a transformer;
// a matrix and a vector; few or odd columns.
func BenchmarkGemm(b *testing.B) {
	for _, s := range All() {
		for _, size := range [][3]int{
			{48, 64, 256}, {512, 512, 512}, {1024, 1024, 1024},
			{56 * 56, 256, 64}, {14 * 14, 1024, 256}, {7 * 7, 2048, 512}, {7 * 7, 512, 2048},
			{128, 768, 768}, {128, 3072, 768}, {128, 768, 3072},
			{1, 1024, 1024}, {1, 128, 64}, {3136, 24, 144}, {784, 80, 240}, {196, 100, 100},
		} {
			m, n, k := size[0], size[1], size[2]
			if s == &portable && m*n*k > 1<<24 {
				continue
			}
			b.Run(fmt.Sprintf("%s/%dx%dx%d", s.name, m, n, k), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				x, c := normal(r, m*k), make([]float32, m*n)
				packed := make([]float32, PackedLen(k, n))
				Pack(packed, k, n, normal(r, k*n), n, 1)
				e := &Epilogue{Bias: normal(r, n), Clamp: true, Hi: 6}
				b.ReportAllocs()
				for b.Loop() {
					s.Gemm(m, n, k, x, k, packed, c, n, e)
				}
				report(b, m, n, k)
			})
		}
	}
}

// BenchmarkGemmIndirect runs the 3x3 convolutions of ResNet, some with few
// channels and a stem with runs of 21.
func BenchmarkGemmIndirect(b *testing.B) {
	for _, s := range All()[1:] {
		for _, layer := range []struct{ size, in, out, kernel, run int }{
			{56, 64, 64, 9, 64}, {28, 128, 128, 9, 128}, {14, 256, 256, 9, 256}, {7, 512, 512, 9, 512},
			{56, 16, 16, 9, 16}, {56, 32, 32, 9, 32}, {56, 24, 48, 9, 24}, {112, 24, 64, 7, 21},
		} {
			b.Run(fmt.Sprintf("%s/%dx%d@%d/run=%d", s.name, layer.in, layer.out, layer.size, layer.run), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				m, n, k := layer.size*layer.size, layer.out, layer.kernel*layer.run
				x, zero := normal(r, m*layer.in), make([]float32, layer.run)
				offs := make([]int32, layer.kernel*m)
				for t := range layer.kernel {
					for i := range m {
						row, col := i/layer.size+t/3-1, i%layer.size+t%3-1
						offs[t*m+i] = int32((row*layer.size + col) * layer.in)
						if row < 0 || col < 0 || row >= layer.size || col >= layer.size {
							offs[t*m+i] = -1
						}
					}
				}
				packed := make([]float32, PackedLen(k, n))
				Pack(packed, k, n, normal(r, k*n), n, 1)
				c := make([]float32, m*n)
				e := &Epilogue{Bias: normal(r, n), Clamp: true, Hi: 6}
				b.ReportAllocs()
				for b.Loop() {
					s.GemmIndirect(m, n, x, zero, offs, m, layer.kernel, layer.run, packed, c, n, nil, e)
				}
				report(b, m, n, k)
			})
		}
	}
}
