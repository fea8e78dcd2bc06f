package kernels

// Normalize is layer normalisation (Ba et al., 2016) of one row of len(dst)
// elements:
//
//	dst[i] = (x[i]-mean) inv scale[i] + bias[i], inv = 1/sqrt(variance + eps)
//
// with the biased variance about the mean, in two passes, and the last product
// fused with the sum. It returns mean and inv. A nil bias is none. dst may be x.
func (s *Set) Normalize(dst, x, scale, bias []float32, eps float32) (mean, inv float32) {
	x = x[:len(dst)]
	n := float32(len(x))
	mean = s.Sum(x) / n
	inv = 1 / Sqrt32(s.SumSquares(x, mean)/n+eps)
	s.NormalizeWith(dst, x, scale, bias, mean, inv)
	return mean, inv
}

// AddNormalize is Normalize of x + y, where a transformer adds its residual.
// It also stores the sum in total, which may be x or y, but not dst.
func (s *Set) AddNormalize(dst, total, x, y, scale, bias []float32, eps float32) (mean, inv float32) {
	total = total[:len(dst)]
	s.Add(total, x, y)
	return s.Normalize(dst, total, scale, bias, eps)
}

// NormalizeRMS is root-mean-square normalisation (Zhang and Sennrich, 2019) of
// one row: dst[i] = x[i] inv scale[i] with inv = 1/sqrt(mean of squares + eps),
// which it returns. dst may be x.
func (s *Set) NormalizeRMS(dst, x, scale []float32, eps float32) (inv float32) {
	x = x[:len(dst)]
	inv = 1 / Sqrt32(s.SumSquares(x, 0)/float32(len(x))+eps)
	s.NormalizeWith(dst, x, scale, nil, 0, inv)
	return inv
}

// NormalizeWith sets dst[i] = (x[i]-mean) inv scale[i] + bias[i], each step
// rounded, the last product fused with the sum; without the sum if bias is nil.
func (s *Set) NormalizeWith(dst, x, scale, bias []float32, mean, inv float32) {
	n := len(dst)
	x, scale = x[:n], scale[:n]
	if bias != nil {
		bias = bias[:n]
	}
	for i := 0; i < n; i += block {
		j := min(i+block, n)
		if bias != nil {
			s.normalizeBlock(dst[i:j], x[i:j], scale[i:j], bias[i:j], mean, inv)
		} else {
			s.normalizeScaleBlock(dst[i:j], x[i:j], scale[i:j], mean, inv)
		}
	}
}

//go:noinline
func (s *Set) normalizeBlock(dst, x, scale, bias []float32, mean, inv float32) {
	s.vec.normalize(dst, x, scale, bias, mean, inv)
}

//go:noinline
func (s *Set) normalizeScaleBlock(dst, x, scale []float32, mean, inv float32) {
	s.vec.normalizeScale(dst, x, scale, mean, inv)
}

func normalize(dst, x, scale, bias []float32, mean, inv float32) {
	for i, v := range x {
		dst[i] = Fma32(float32((v-mean)*inv), scale[i], bias[i])
	}
}

func normalizeScale(dst, x, scale []float32, mean, inv float32) {
	for i, v := range x {
		dst[i] = float32((v-mean)*inv) * scale[i]
	}
}
