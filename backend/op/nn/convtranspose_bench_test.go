package nn

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// best runs a resolved frame on one thread and reports the shortest time.
func best(b *testing.B, k op.Kernel, f *op.Frame, flops float64) {
	shortest := time.Hour
	for b.Loop() {
		start := time.Now()
		for p := range f.Phases {
			for c := range f.Phases[p].Chunks {
				_ = k.Run(f, p, c, 0)
			}
		}
		shortest = min(shortest, time.Since(start))
	}
	b.ReportMetric(float64(shortest.Nanoseconds())/1000, "best-us")
	b.ReportMetric(flops/float64(shortest.Nanoseconds()), "GFLOP/s")
}

// BenchmarkConvTranspose measures layers of generators, by products and as
// chosen.
func BenchmarkConvTranspose(b *testing.B) {
	for _, l := range [][6]int{ // channels in and out, size, kernel, stride, pads
		{100, 512, 1, 4, 1, 0}, {512, 256, 4, 4, 2, 1}, {256, 128, 8, 4, 2, 1}, {128, 64, 16, 4, 2, 1}, {64, 3, 32, 4, 2, 1},
		{512, 512, 1, 4, 2, 1}, {1024, 512, 2, 4, 2, 1}, {1024, 512, 4, 4, 2, 1}, {1024, 512, 8, 4, 2, 1}, {1024, 256, 16, 4, 2, 1},
		{512, 128, 32, 4, 2, 1}, {256, 64, 64, 4, 2, 1}, {128, 3, 128, 4, 2, 1}, {128, 64, 32, 3, 2, 1}, {128, 64, 64, 2, 2, 0},
	} {
		l := upLayer{n: 1, cin: l[0], cout: l[1], h: l[2], w: l[2], k: l[3], stride: l[4], pads: []int{l[5], l[5], l[5], l[5]}, more: []int{0, 0}}
		l.random(rand.New(rand.NewPCG(1, 2)))
		for _, exact := range []bool{true, false} {
			b.Run(fmt.Sprintf("%d-%d@%dk%ds%d/%s", l.cin, l.cout, l.h, l.k, l.stride, map[bool]string{true: "product", false: "chosen"}[exact]), func(b *testing.B) {
				k, f := l.kernel(b, kernels.Best(), exact, false), l.frame(0)
				require.NoError(b, op.Execute(k, f))
				best(b, k, f, transposeProducts(f))
			})
		}
	}
}
