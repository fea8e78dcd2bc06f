package nn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// BenchmarkConv measures layers of residual networks and of image-to-image
// networks, on one thread, by the plain product and as chosen.
func BenchmarkConv(b *testing.B) {
	square := func(cin, cout, size, k, stride int) layer {
		p := k / 2
		if k == 4 {
			p = 1
		}
		return layer{n: 1, cin: cin, cout: cout, h: size, w: size, k: k, stride: stride, dilation: 1, top: p, left: p, bottom: p, right: p, act: "Relu"}
	}
	for _, l := range []layer{
		square(64, 64, 56, 3, 1), square(128, 128, 28, 3, 1), square(256, 256, 14, 3, 1), square(512, 512, 7, 3, 1),
		square(16, 16, 56, 3, 1), square(32, 32, 56, 3, 1),
		square(64, 128, 56, 3, 2), square(128, 256, 28, 3, 2), square(256, 512, 14, 3, 2), square(64, 128, 128, 4, 2),
	} {
		l.random(rand.New(rand.NewPCG(1, 2)))
		h, w := l.out()
		flops := 2 * float64(h*w*l.cin*l.cout*l.k*l.k)
		b.Run(fmt.Sprintf("%d-%d@%dk%ds%d", l.cin, l.cout, l.h, l.k, l.stride), func(b *testing.B) {
			for _, s := range kernels.All()[1:] {
				for _, exact := range []bool{true, false} {
					b.Run(fmt.Sprintf("%s/%s", s.Name(), map[bool]string{true: "product", false: "chosen"}[exact]), func(b *testing.B) {
						k, f := l.kernel(b, s, exact, false), l.frame(0)
						require.NoError(b, op.Execute(k, f))
						for b.Loop() {
							for p := range f.Phases {
								for c := range f.Phases[p].Chunks {
									_ = k.Run(f, p, c, 0)
								}
							}
						}
						b.ReportMetric(flops*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
					})
				}
			}
		})
	}
}

// BenchmarkWinogradWeights measures what compiling a layer costs.
func BenchmarkWinogradWeights(b *testing.B) {
	const cin, cout, k = 256, 256, 3
	w := make([]float32, cin*cout*k*k)
	for _, f := range []kernels.Winograd{kernels.F43, kernels.F23, kernels.F42, kernels.F22} {
		b.Run(fmt.Sprintf("F%d%d", f.Outputs(), f.Taps()), func(b *testing.B) {
			for b.Loop() {
				newWinogradWeights(f, 4-f.Taps(), k, cin, cout, func(dst *[16]float32, o, c int) { copy(dst[:], w[(o*cin+c)*k*k:][:k*k]) })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/cin/cout, "ns/kernel")
		})
	}
}
