package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestPack checks the layout, element by element, for row-major, transposed and
// scattered matrices, and that nothing else is written.
func TestPack(t *testing.T) {
	for _, k := range lengths {
		for _, n := range lengths {
			for _, strides := range [][2]int{{n, 1}, {n + 3, 1}, {1, k}, {1, k + 5}, {2, 2*k + 1}} {
				rs, cs := strides[0], strides[1]
				b := guard(random(rand.New(rand.NewPCG(uint64(k), uint64(n))), max(0, (k-1)*rs+(n-1)*cs+1))).data
				want := make([]float32, PackedLen(k, n))
				for p := range k {
					for j := range n {
						want[(j/Strip*k+p)*Strip+j%Strip] = b[p*rs+j*cs]
					}
				}
				dst := guard(make([]float32, len(want)))
				for i := range dst.data {
					dst.data[i] = -1
				}
				Pack(dst.data, k, n, b, rs, cs)
				dst.equal(t, want, "k=%d n=%d rs=%d cs=%d", k, n, rs, cs)
			}
		}
	}
}

func BenchmarkPack(b *testing.B) {
	const k, n = 512, 512
	src, dst := make([]float32, k*n), make([]float32, PackedLen(k, n))
	for _, strides := range [][2]int{{n, 1}, {1, k}} {
		b.Run(fmt.Sprintf("rs=%d/cs=%d", strides[0], strides[1]), func(b *testing.B) {
			b.SetBytes(2 * 4 * k * n) // a read and a write
			for b.Loop() {
				Pack(dst, k, n, src, strides[0], strides[1])
			}
		})
	}
}
