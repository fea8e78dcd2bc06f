package kernels

// lanes is the number of partial sums of a reduction: enough to hide the
// latency of an addition on every instruction set, and the same on all of
// them, so that they round alike. Lane j takes elements j, j+lanes, ... in
// order, starting from +0; foldLanes adds the lanes up.
const lanes = 64

// reduceBlock bounds one call of assembly. Longer rows are defined as the sum,
// in order, of the sums of their blocks.
const reduceBlock = 64 << 10

// Sum returns the sum of x, 0 for none. It rounds alike on every Set: element
// i is added, in order, to partial sum i modulo 64; these 64 are added as a
// tree: (j + j+16) + (j+32 + j+48), then j + j+8, j + j+4, j + j+2, j + j+1.
// Rows longer than 65536 are summed in blocks of as many.
func (s *Set) Sum(x []float32) float32 {
	if len(x) <= reduceBlock {
		return s.sumBlock(x)
	}
	t := s.sumBlock(x[:reduceBlock])
	for x = x[reduceBlock:]; len(x) > 0; x = x[min(len(x), reduceBlock):] {
		t += s.sumBlock(x[:min(len(x), reduceBlock)])
	}
	return t
}

//go:noinline
func (s *Set) sumBlock(x []float32) float32 { return s.vec.sum(x) }

// SumSquares returns the sum of (x[i]-mean)**2 in the order of Sum, each
// square fused with its addition.
func (s *Set) SumSquares(x []float32, mean float32) float32 {
	if len(x) <= reduceBlock {
		return s.sumSquaresBlock(x, mean)
	}
	t := s.sumSquaresBlock(x[:reduceBlock], mean)
	for x = x[reduceBlock:]; len(x) > 0; x = x[min(len(x), reduceBlock):] {
		t += s.sumSquaresBlock(x[:min(len(x), reduceBlock)], mean)
	}
	return t
}

//go:noinline
func (s *Set) sumSquaresBlock(x []float32, mean float32) float32 { return s.vec.sumSquares(x, mean) }

// MaxOf returns the greatest element, -Inf for none. It skips NaN, see
// [Set.AnyNaN], and a zero is +0.
func (s *Set) MaxOf(x []float32) float32 {
	m := -inf32
	for ; len(x) > reduceBlock; x = x[reduceBlock:] {
		m = atLeast(s.maxBlock(x[:reduceBlock]), m)
	}
	return atLeast(s.maxBlock(x), m)
}

//go:noinline
func (s *Set) maxBlock(x []float32) float32 { return s.vec.maxOf(x) }

// MinOf returns the least element, +Inf for none. It skips NaN, see
// [Set.AnyNaN], and a zero is +0.
func (s *Set) MinOf(x []float32) float32 {
	m := inf32
	for ; len(x) > reduceBlock; x = x[reduceBlock:] {
		m = atMost(s.minBlock(x[:reduceBlock]), m)
	}
	return atMost(s.minBlock(x), m)
}

//go:noinline
func (s *Set) minBlock(x []float32) float32 { return s.vec.minOf(x) }

// AnyNaN reports whether an element is a NaN.
func (s *Set) AnyNaN(x []float32) bool {
	for ; len(x) > reduceBlock; x = x[reduceBlock:] {
		if s.nanBlock(x[:reduceBlock]) {
			return true
		}
	}
	return s.nanBlock(x)
}

//go:noinline
func (s *Set) nanBlock(x []float32) bool { return s.vec.anyNaN(x) }

// foldLanes adds the lanes pairwise: groups of 16 first, (0+1) + (2+3), then
// halves, 8, 4, 2 and 1. It overwrites them.
func foldLanes(l *[lanes]float32) float32 {
	for j := range 16 {
		l[j] = (l[j] + l[j+16]) + (l[j+32] + l[j+48])
	}
	for n := 8; n > 0; n /= 2 {
		for j := range n {
			l[j] += l[j+n]
		}
	}
	return l[0]
}

func sum(x []float32) float32 {
	var l [lanes]float32
	for i, v := range x {
		l[i%lanes] += v
	}
	return foldLanes(&l)
}

func sumSquares(x []float32, mean float32) float32 {
	var l [lanes]float32
	for i, v := range x {
		d := v - mean
		l[i%lanes] = Fma32(d, d, l[i%lanes])
	}
	return foldLanes(&l)
}

// The greatest and least element need no lanes: every order gives the same
// bits, once +0 is added.

func maxOf(x []float32) float32 {
	m := -inf32
	for _, v := range x {
		if v > m {
			m = v
		}
	}
	return m + 0
}

func minOf(x []float32) float32 {
	m := inf32
	for _, v := range x {
		if v < m {
			m = v
		}
	}
	return m + 0
}

func anyNaN(x []float32) bool {
	for _, v := range x {
		if v != v {
			return true
		}
	}
	return false
}
