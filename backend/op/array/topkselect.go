package array

import (
	"cmp"
	"math"
	"slices"
)

// heapMost is the largest k for which a heap of the best so far is used: nearly
// all elements are compared with its root only, at worst with its depth.
const heapMost = 64

// selectNarrow is for keys of 32 bits. Key and index make one number, so that
// the wanted elements are the k largest numbers and ties decide themselves. work
// has 2n words.
func selectNarrow(work []uint64, n, k int, largest bool) {
	flip := uint64(math.MaxUint32)
	if largest {
		flip = 0
	}
	e, tmp := work[:n], work[n:2*n]
	for i, key := range e {
		e[i] = (key^flip)<<32 | uint64(^uint32(i))
	}
	best := e[:k]
	if k > heapMost && n >= radixFrom {
		best = selectDigits(e, tmp, k)
	} else {
		selectHeap(e, k)
		slices.Sort(best)
	}
	slices.Reverse(best)
	for i, v := range best {
		e[i] = uint64(^uint32(v))
	}
}

// selectDigits returns the k largest elements of e, ascending. One pass counts
// leading digits, by which most of the others are left out before sorting.
func selectDigits(e, tmp []uint64, k int) []uint64 {
	const shift = 64 - digitBits
	var count [digits]int
	for _, v := range e {
		count[v>>shift]++
	}
	least, c := digits, 0
	for c < k {
		least--
		c += count[least]
	}
	found := tmp[:0]
	for i := len(e) - 1; i >= 0; i-- { // equal keys come with falling indices
		if v := e[i]; v>>shift >= uint64(least) {
			found = append(found, v)
		}
	}
	radixSort(found, e[:c], 32)
	return found[c-k:]
}

// selectHeap leaves the k largest elements of e in the first k: a heap of the
// best so far, its least at the root.
func selectHeap(e []uint64, k int) {
	heap := e[:k]
	if k == len(e) {
		return
	}
	for i := k/2 - 1; i >= 0; i-- {
		sift(heap, i)
	}
	for _, v := range e[k:] {
		if v > heap[0] {
			heap[0] = v
			sift(heap, 0)
		}
	}
}

// sift moves element i of a heap down to where it belongs.
func sift(heap []uint64, i int) {
	v := heap[i]
	for {
		c := 2*i + 1
		if c >= len(heap) {
			break
		}
		if c+1 < len(heap) && heap[c+1] < heap[c] {
			c++
		}
		if v <= heap[c] {
			break
		}
		heap[i] = heap[c]
		i = c
	}
	heap[i] = v
}

// selectWide is for keys of 64 bits. work has 4n words.
func selectWide(work []uint64, n, k int, largest bool) {
	key, order := work[:n], work[n:2*n]
	if largest {
		for i := range key {
			key[i] = ^key[i]
		}
	}
	switch {
	case n >= radixFrom && k > heapMost:
		sortWide(order, key, work[2*n:3*n], work[3*n:4*n])
	default:
		for i := range order {
			order[i] = uint64(i)
		}
		heapWide(order, key, k)
		slices.SortFunc(order[:k], func(a, b uint64) int {
			if c := cmp.Compare(key[a], key[b]); c != 0 {
				return c
			}
			return cmp.Compare(a, b)
		})
	}
	copy(work, order[:k])
}

// heapWide leaves the indices of the k least keys in the first k: a heap of the
// best so far, the worst at the root.
func heapWide(order, key []uint64, k int) {
	heap := order[:k]
	if k == len(order) {
		return
	}
	for i := k/2 - 1; i >= 0; i-- {
		siftWide(heap, key, i)
	}
	for _, v := range order[k:] {
		if key[v] < key[heap[0]] { // of equal ones those before stay
			heap[0] = v
			siftWide(heap, key, 0)
		}
	}
}

// siftWide moves element i of a heap down to where it belongs.
func siftWide(heap, key []uint64, i int) {
	worse := func(a, b uint64) bool { return key[a] > key[b] || key[a] == key[b] && a > b }
	v := heap[i]
	for {
		c := 2*i + 1
		if c >= len(heap) {
			break
		}
		if c+1 < len(heap) && worse(heap[c+1], heap[c]) {
			c++
		}
		if !worse(heap[c], v) {
			break
		}
		heap[i] = heap[c]
		i = c
	}
	heap[i] = v
}
