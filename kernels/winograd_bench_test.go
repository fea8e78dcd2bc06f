package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkWinograd reports the time of transforming a tile of 64 channels, of
// an image and to matrices that lie in the second-level cache.
func BenchmarkWinograd(b *testing.B) {
	const n, width, tiles = 64, 56, 24
	r := rand.New(rand.NewPCG(1, 1))
	x, zero := vecFinite(r, width*width*n), make([]float32, n)
	for f := range winograds {
		a, m := f.Inputs(), f.Outputs()
		plane := tiles*n + 16
		v := make([]float32, a*a*plane)
		rows, cols := make([]int32, a), make([]int32, a)
		for i := range a {
			rows[i], cols[i] = int32(i*width*n), int32(i*n)
		}
		b.Run(fmt.Sprintf("F%d%d", f.Outputs(), f.Taps()), func(b *testing.B) {
			for _, s := range All() {
				each := func(b *testing.B, do func(t int)) {
					for b.Loop() {
						for t := range tiles {
							do(t)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/tiles, "ns/tile")
				}
				b.Run(s.name+"/input", func(b *testing.B) {
					each(b, func(t int) { s.WinogradInput(f, v[t*n:], plane, x[t%12*m*n:], rows, cols, zero, n) })
				})
				b.Run(s.name+"/output", func(b *testing.B) {
					tile := WinogradTile{Rows: m, Cols: m, Row: width * n, Pixel: n, Lo: 0, Hi: inf32}
					each(b, func(t int) { s.WinogradOutput(f, x[t%12*m*n:], v[t*n:], plane, n, &tile) })
				})
			}
		})
	}
}
