package kernels

// ExpSum sets dst[i] = e**(x[i]-max), where no x[i] is above max, and returns
// their sum in the order of [Set.Sum].
func (s *Set) ExpSum(dst, x []float32, max float32) float32 {
	x = x[:len(dst)]
	if len(dst) <= reduceBlock {
		return s.expSumBlock(dst, x, max)
	}
	t := s.expSumBlock(dst[:reduceBlock], x[:reduceBlock], max)
	for dst, x = dst[reduceBlock:], x[reduceBlock:]; len(dst) > 0; {
		n := min(len(dst), reduceBlock)
		t += s.expSumBlock(dst[:n], x[:n], max)
		dst, x = dst[n:], x[n:]
	}
	return t
}

//go:noinline
func (s *Set) expSumBlock(dst, x []float32, max float32) float32 { return s.vec.expSum(dst, x, max) }

// expSumOnly is ExpSum without storing the exponentials.
func (s *Set) expSumOnly(x []float32, max float32) float32 {
	if len(x) <= reduceBlock {
		return s.expSumOnlyBlock(x, max)
	}
	t := s.expSumOnlyBlock(x[:reduceBlock], max)
	for x = x[reduceBlock:]; len(x) > 0; x = x[min(len(x), reduceBlock):] {
		t += s.expSumOnlyBlock(x[:min(len(x), reduceBlock)], max)
	}
	return t
}

//go:noinline
func (s *Set) expSumOnlyBlock(x []float32, max float32) float32 { return s.vec.expSumOnly(x, max) }

// Softmax sets dst[i] = e**x[i] / sum e**x[j] over one row, exponentials
// relative to the greatest element, in three passes. dst may be x. A NaN, a
// +Inf or nothing but -Inf makes the row NaN.
func (s *Set) Softmax(dst, x []float32) {
	x = x[:len(dst)]
	sum := s.ExpSum(dst, x, s.MaxOf(x))
	s.MulScalar(dst, dst, 1/sum)
}

// LogSoftmax sets dst[i] to the logarithm of what Softmax gives, but keeps
// what is too small for an exponential: (x[i] - max) - log sum. dst may be x.
func (s *Set) LogSoftmax(dst, x []float32) {
	x = x[:len(dst)]
	max := s.MaxOf(x)
	s.vec.subTwo.run(dst, x, max, Log32(s.expSumOnly(x, max)))
}

func expSum(dst, x []float32, max float32) float32 {
	var l [lanes]float32
	for i, v := range x {
		e := expBounded(atLeast(-104, v-max))
		dst[i] = e
		l[i%lanes] += e
	}
	return foldLanes(&l)
}

func expSumOnly(x []float32, max float32) float32 {
	var l [lanes]float32
	for i, v := range x {
		l[i%lanes] += expBounded(atLeast(-104, v-max))
	}
	return foldLanes(&l)
}

// subTwo sets dst[i] = (x[i]-a) - b.
func subTwo(dst, x []float32, a, b float32) {
	for i, v := range x {
		dst[i] = (v - a) - b
	}
}
