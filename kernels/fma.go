package kernels

import "math"

// Fma32 returns a*b + c with one rounding, as VFMADD231PS and FMLA do. NaNs
// have no particular sign or payload.
//
// The product of two float32 values is exact in float64, so a*b + c in float64
// is rounded once, to 53 bits. Rounding that to 24 bits goes wrong only if the
// first rounding landed on the midpoint of two float32 values (normal or
// denormal): then the part that was lost should have decided. Every midpoint
// ends in at least 28 zero bits, which makes the case cheap to recognise; see
// S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums:
// proved algorithms using rounding to odd", IEEE Trans. Computers 57 (2008).
//
// float32(math.FMA(a, b, c)) is not the same: it rounds twice.
func Fma32(a, b, c float32) float32 {
	p := float64(a) * float64(b)
	s := p + float64(c)
	if math.Float64bits(s)<<36 == 0 {
		s = sumOdd(p, float64(c))
	}
	return float32(s)
}

// sumOdd returns x + y rounded to odd: if the sum is inexact and its last bit
// is even, the neighbour on the side of the error, so that a later rounding to
// fewer bits sees that something is there.
func sumOdd(x, y float64) float64 {
	s := x + y
	r := s - x
	e := (x - (s - r)) + (y - r) // exact: Knuth's TwoSum. NaN if s is not finite
	bits := math.Float64bits(s)
	if bits&1 == 1 || !(e < 0 || e > 0) {
		return s
	}
	if (e > 0) == (s > 0) {
		return math.Float64frombits(bits + 1)
	}
	return math.Float64frombits(bits - 1)
}
