package backend

import (
	"cmp"
	"slices"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// block is storage that lives from step first to step last, both included.
type block struct {
	size        int // bytes
	first, last int
	offset      int // the result of plan
}

// plan gives each block an offset such that blocks that live at the same time
// do not overlap, and returns the bytes needed. It places the largest first,
// each into the smallest gap that fits (greedy by size, best fit; Pisarchyk and
// Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
func plan(blocks []*block) int {
	order := slices.Clone(blocks)
	slices.SortStableFunc(order, func(a, b *block) int { return cmp.Compare(b.size, a.size) })
	total := 0
	var placed []*block // by offset
	for _, b := range order {
		size := round(b.size)
		best, gap, end := -1, 0, 0
		for _, p := range placed {
			if p.last < b.first || b.last < p.first {
				continue
			}
			if g := p.offset - end; g >= size && (best < 0 || g < gap) {
				best, gap = end, g
			}
			end = max(end, p.offset+round(p.size))
		}
		if best < 0 {
			best = end
		}
		b.offset = best
		total = max(total, best+size)
		at, _ := slices.BinarySearchFunc(placed, b, func(x, y *block) int { return cmp.Compare(x.offset, y.offset) })
		placed = slices.Insert(placed, at, b)
	}
	return total
}

// round rounds bytes up to the alignment of storage. Blocks whose size is a
// multiple of 4 KiB get one more line, lest rows of several tensors fall into
// the same cache sets.
func round(n int) int {
	n = (n + tensor.Align - 1) &^ (tensor.Align - 1)
	if n > 0 && n%4096 == 0 {
		n += tensor.Align
	}
	return n
}
