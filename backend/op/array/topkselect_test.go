package array

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Heaps and digits select what sorting everything gives, ties by index, for
// keys that are spread, that repeat, and that share leading digits.
func TestSelect(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 100, radixFrom, 5000} {
		for _, k := range []int{1, 5, heapMost, heapMost + 1, n / 2, n} {
			if k > n || k == 0 {
				continue
			}
			for _, mask := range []uint64{1<<32 - 1, 0xff, 0xff000000, 0} {
				for _, largest := range []bool{true, false} {
					keys := make([]uint64, n)
					for i := range keys {
						keys[i] = r.Uint64() & mask
					}
					want := make([]uint64, n)
					for i := range want {
						want[i] = uint64(i)
					}
					slices.SortStableFunc(want, func(a, b uint64) int {
						if largest {
							a, b = b, a
						}
						return cmp.Compare(keys[a], keys[b])
					})
					work := append(slices.Clone(keys), make([]uint64, n)...)
					selectNarrow(work, n, k, largest)
					require.Equal(t, want[:k], work[:k], "narrow, n %d, k %d, mask %#x", n, k, mask)

					work = make([]uint64, 4*n)
					for i, v := range keys {
						work[i] = v << 9 // both halves differ
					}
					selectWide(work, n, k, largest)
					require.Equal(t, want[:k], work[:k], "wide, n %d, k %d, mask %#x", n, k, mask)
				}
			}
		}
	}
}
