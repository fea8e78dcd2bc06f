package backend

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Blocks that live at the same time never overlap, every block lies in the
// arena, and sharing makes it smaller than the sum.
func TestPlan(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var blocks []*block
		sum := 0
		for i := range 100 {
			b := &block{size: r.IntN(20000), first: i, last: i + 1 + r.IntN(6)}
			blocks = append(blocks, b)
			sum += round(b.size)
		}
		total := plan(blocks)
		require.Less(t, total, sum/4)
		for i, a := range blocks {
			require.Zero(t, a.offset%64)
			require.LessOrEqual(t, a.offset+a.size, total)
			for _, b := range blocks[:i] {
				if a.size == 0 || b.size == 0 || a.last < b.first || b.last < a.first {
					continue
				}
				require.True(t, a.offset+a.size <= b.offset || b.offset+b.size <= a.offset, "seed %d: %+v and %+v overlap", seed, *a, *b)
			}
		}
	}
}

func TestCapacity(t *testing.T) {
	var steps []int
	for n := range 130 {
		c := capacity(n)
		require.GreaterOrEqual(t, c, n)
		if len(steps) == 0 || steps[len(steps)-1] != c {
			steps = append(steps, c)
		}
	}
	require.Equal(t, []int{0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192}, steps)
}
