package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkDepthwise reports GFLOP/s of whole layers with padding 1 or 2.
func BenchmarkDepthwise(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, l := range []struct{ c, size, k, stride int }{
		{144, 56, 3, 1}, {32, 14, 3, 1}, {32, 26, 3, 1}, {32, 112, 3, 1}, {384, 14, 3, 1}, {960, 7, 3, 1}, {96, 112, 3, 2}, {240, 28, 5, 1}, {72, 56, 5, 2}, {96, 56, 7, 1},
	} {
		out := (l.size + l.stride - 1) / l.stride
		w := Window{C: l.c, Width: l.size, OutWidth: out, KernelWidth: l.k, Stride: l.stride, Dilation: 1, Pad: l.k / 2, InStride: l.c, OutStride: l.c}
		x, dst := vecFinite(r, l.size*l.size*l.c), make([]float32, out*out*l.c)
		weights, bias := vecFinite(r, l.k*l.k*l.c), vecFinite(r, l.c)
		rows := make([]int32, l.k)
		b.Run(fmt.Sprintf("%d@%d/%dx%d", l.c, l.size, l.k, l.stride), func(b *testing.B) {
			for _, s := range All()[1:] {
				b.Run(s.Name(), func(b *testing.B) {
					for b.Loop() {
						for y := range out {
							convRows(rows, y*l.stride-l.k/2, l.size, l.size*l.c)
							s.Depthwise(dst[y*out*l.c:], x, rows, weights, bias, &w, 0, 6)
						}
					}
					flops := 2 * float64(out*out*l.c*l.k*l.k)
					b.ReportMetric(flops*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
				})
			}
		})
	}
}

// BenchmarkPool reports the time of the pooling layer of a ResNet and of its
// global average.
func BenchmarkPool(b *testing.B) {
	const size, out, c = 112, 56, 64
	x, dst := vecFinite(rand.New(rand.NewPCG(1, 1)), size*size*c), make([]float32, out*out*c)
	w := Window{C: c, Width: size, OutWidth: out, KernelWidth: 3, Stride: 2, Dilation: 1, Pad: 1, InStride: c, OutStride: c}
	rows, counts := make([]int32, 3), make([]float32, out)
	layers := map[string]func(s *Set, y int){
		"Max":     func(s *Set, y int) { s.MaxPool(dst[y*out*c:], x, rows, &w) },
		"Average": func(s *Set, y int) { s.AveragePool(dst[y*out*c:], x, rows, counts, &w) },
	}
	for name, f := range layers {
		b.Run(name, func(b *testing.B) {
			for _, s := range All()[1:] {
				b.Run(s.Name(), func(b *testing.B) {
					b.SetBytes(4 * size * size * c)
					for b.Loop() {
						for y := range out {
							convRows(rows, 2*y-1, size, size*c)
							f(s, y)
						}
					}
				})
			}
		})
	}
	b.Run("Global", func(b *testing.B) {
		for _, s := range All()[1:] {
			b.Run(s.Name(), func(b *testing.B) {
				b.SetBytes(4 * 49 * 512)
				for b.Loop() {
					s.AccumulateRows(dst, x, 512, 49, 512)
				}
			})
		}
	})
}

// convRows sets the rows under a kernel that begins at input row y.
func convRows(rows []int32, y, height, row int) {
	for i := range rows {
		rows[i] = -1
		if y+i >= 0 && y+i < height {
			rows[i] = int32((y + i) * row)
		}
	}
}

// BenchmarkTranspose reports bytes read per second.
func BenchmarkTranspose(b *testing.B) {
	for _, d := range [][2]int{{64, 784}, {784, 64}, {512, 512}, {3, 50176}, {50176, 3}, {128, 64}} {
		x := vecFinite(rand.New(rand.NewPCG(1, 1)), d[0]*d[1])
		dst := make([]float32, len(x))
		b.Run(fmt.Sprintf("%dx%d", d[0], d[1]), func(b *testing.B) {
			for _, s := range All() {
				b.Run(s.Name(), func(b *testing.B) {
					b.SetBytes(4 * int64(len(x)))
					for b.Loop() {
						s.Transpose(dst, d[0], x, d[1], d[0], d[1])
					}
				})
			}
		})
	}
}
