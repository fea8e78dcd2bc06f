package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/kernels"
)

// TestConvTiny holds convolutions of images that are smaller than the kernel to
// the definition: taps that only read padding are left out.
func TestConvTiny(t *testing.T) {
	r := rand.New(rand.NewPCG(81, 82))
	for size := 1; size <= 3; size++ {
		for _, pad := range []int{1, 2, 4} {
			l := layer{n: 2, cin: 20, cout: 37, h: size, w: size + 1, k: 4, stride: 2, dilation: 1, top: pad, left: pad, bottom: pad, right: pad,
				residual: true, act: "Relu"}
			if h, w := l.out(); h < 1 || w < 1 || l.h+2*pad < 4 {
				continue
			}
			l.random(r)
			got := l.run(t, l.kernel(t, kernels.Best(), false, true), float32(math.NaN()))
			requireNear(t, l.defined(), got, 2e-5, l)
			for _, s := range kernels.All() {
				require.Equal(t, got, l.run(t, l.kernel(t, s, true, false), 0), "%s: %v", s.Name(), l)
			}
		}
	}
}
