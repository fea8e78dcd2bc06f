package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// defined computes the layer in float64.
func (l *layer) defined() []float64 {
	h, w := l.out()
	y := make([]float64, l.n*l.cout*h*w)
	for i := range y {
		n, o, oy, ox := i/(h*w*l.cout), i/(h*w)%l.cout, i/w%h, i%w
		v := float64(l.bias[o])
		for c := range l.cin {
			for ky := range l.k {
				for kx := range l.k {
					py, px := oy*l.stride+ky*l.dilation-l.top, ox*l.stride+kx*l.dilation-l.left
					if py >= 0 && py < l.h && px >= 0 && px < l.w {
						v += float64(l.data[((n*l.cin+c)*l.h+py)*l.w+px]) * float64(l.weights[((o*l.cin+c)*l.k+ky)*l.k+kx])
					}
				}
			}
		}
		if l.residual {
			v += float64(l.plus[i])
		}
		if l.act == "Relu" {
			v = max(v, 0)
		}
		y[i] = v
	}
	return y
}

// TestFew holds convolutions to few channels to the definition, and all sets,
// batches and contents of undefined lanes to the same bits.
func TestFew(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	for range 40 {
		l := layer{n: 1 + r.IntN(2), cin: 8 + r.IntN(30), cout: 1 + r.IntN(4), h: 9 + r.IntN(30), w: 9 + r.IntN(30), k: 2 + r.IntN(7), stride: 1,
			dilation: 1 + r.IntN(2), top: r.IntN(6), left: r.IntN(6), bottom: r.IntN(6), right: r.IntN(6), residual: r.IntN(2) == 0, act: []string{"", "Relu"}[r.IntN(2)]}
		if h, w := l.out(); h < 1 || w < 1 {
			continue
		}
		l.random(r)
		if r.IntN(2) == 0 {
			l.ldy, l.lanesY = l.cout, l.cout
		}
		k := l.kernel(t, kernels.Best(), false, true)
		require.IsType(t, &few{}, k)
		got := l.run(t, k, float32(math.NaN()))
		requireNear(t, l.defined(), got, 2e-5, l)
		f := l.frame(0)
		require.NoError(t, op.Execute(k, f))
		backwards(k, f)
		require.Equal(t, got, result(f.Out[0]), "chunks in another order of %v", l)
		require.Equal(t, got, l.run(t, k, 1e30), "undefined lanes of %v", l)
		for _, s := range kernels.All() {
			require.Equal(t, got, l.run(t, l.kernel(t, s, false, false), 0), "%s: %v", s.Name(), l)
		}
		h, w := l.out()
		one := l
		one.n, one.data, one.plus = 1, l.data[:l.cin*l.h*l.w], l.plus[:l.cout*h*w]
		require.Equal(t, got[:l.cout*h*w], one.run(t, k, 0), "one image of %v", l)
	}
}

// BenchmarkFew measures the last layers of image-to-image networks.
func BenchmarkFew(b *testing.B) {
	for _, c := range [][4]int{{32, 3, 256, 9}, {64, 3, 256, 7}, {64, 1, 128, 3}} {
		p := c[3] / 2
		l := layer{n: 1, cin: c[0], cout: c[1], h: c[2], w: c[2], k: c[3], stride: 1, dilation: 1, top: p, left: p, bottom: p, right: p}
		l.random(rand.New(rand.NewPCG(1, 2)))
		l.ldy, l.lanesY = l.cout, l.cout
		b.Run(fmt.Sprintf("%d-%d@%dk%d", l.cin, l.cout, l.h, l.k), func(b *testing.B) {
			k, f := l.kernel(b, kernels.Best(), false, false), l.frame(0)
			require.NoError(b, op.Execute(k, f))
			best(b, k, f, products(f))
		})
	}
}
