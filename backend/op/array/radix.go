package array

import (
	"math"
	"slices"
)

const (
	digitBits = 11
	digits    = 1 << digitBits

	// radixFrom is the length from which counting digits is faster than
	// comparing elements.
	radixFrom = 1 << 10
)

// radixSort sorts numbers whose bits below low are in ascending order wherever
// the others are equal. tmp is as long as e.
//
// It sorts by one digit after the other, the least significant first, and skips
// digits that all elements share.
func radixSort(e, tmp []uint64, low int) {
	if len(e) < radixFrom {
		slices.Sort(e)
		return
	}
	var differ uint64
	for _, v := range e {
		differ |= v ^ e[0]
	}
	from, to := e, tmp[:len(e)]
	for shift := low; shift < 64; shift += digitBits {
		if differ>>shift&(digits-1) == 0 {
			continue
		}
		var at [digits]int32
		for _, v := range from {
			at[v>>shift&(digits-1)]++
		}
		sum := int32(0)
		for d, n := range at {
			at[d], sum = sum, sum+n
		}
		for _, v := range from {
			d := v >> shift & (digits - 1)
			to[at[d]] = v
			at[d]++
		}
		from, to = to, from
	}
	if &from[0] != &e[0] {
		copy(e, from)
	}
}

// sortWide sets order to the indices of keys in ascending order, of equal keys
// the lower index first. e and tmp are as long; their content is lost.
func sortWide(order, keys, e, tmp []uint64) {
	// By the lower halves, then by the upper ones.
	for i, k := range keys {
		e[i] = k<<32 | uint64(i)
	}
	radixSort(e, tmp, 32)
	copy(order, e)
	for i, v := range order {
		e[i] = keys[uint32(v)]&^math.MaxUint32 | uint64(i)
	}
	radixSort(e, tmp, 32)
	for i, v := range e {
		tmp[i] = uint64(uint32(order[uint32(v)]))
	}
	copy(order, tmp)
}
