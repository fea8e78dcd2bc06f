package kernels

import "math"

var (
	log2Poly = [...]float64{0x1.f27b33f0cd91ap-03, 0x1.0bacc7ae522abp-02, 0x1.48500b401d86cp-02, 0x1.a61754f73b331p-02, 0x1.2776c517fcbfbp-01, 0x1.ec709dc39bf36p-01, 0x1.71547652b82ffp+01}
	exp2Poly = [...]float64{0x1.61afcb07c813dp-20, 0x1.00dad263a7856p-16, 0x1.430acca4b29bap-13, 0x1.5d8748384211ap-10, 0x1.3b2ab5c52a396p-07, 0x1.c6b08dd46d30bp-05, 0x1.ebfbdff93199ep-03, 0x1.62e42fef8615fp-01, 0x1.ffffffffff7a4p-01}
)

// Pow32 returns x**y with the special cases of IEEE 754. It works in float64
// and rounds once. Error: 0.51 ulp.
func Pow32(x, y float32) float32 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return nan32
	}
	ax, ay := abs32(x), abs32(y)
	integer := ay >= 0x1p23 || float32(int32(clamp(y, 0x1p23))) == y
	odd := integer && ay < 0x1p24 && int32(clamp(y, 0x1p24))&1 != 0
	sign := float32(1)
	if math.Float32bits(x)&signBit != 0 && odd {
		sign = -1
	}
	switch {
	case ax == 0 && y < 0, ax == inf32 && y > 0 && ay != inf32:
		return sign * inf32
	case ax == 0, ax == inf32 && ay != inf32:
		return sign * 0
	case ay == inf32 && ax == 1:
		return 1
	case ay == inf32 && (ax > 1) == (y > 0):
		return inf32
	case ay == inf32:
		return 0
	case x < 0 && !integer:
		return nan32
	}
	z := float64(float64(y) * log2(float64(ax)))
	return sign * float32(exp2(min(max(z, -200), 200)))
}

func clamp(x, limit float32) float32 { return min(max(x, -limit), limit) }

// log2 takes a positive float32 value. Relative error: about 2**-49.
func log2(x float64) float64 {
	b := math.Float64bits(x)
	k := int64(b-0x3fe6a09e667f3bcd) >> 52
	m := math.Float64frombits(b - uint64(k)<<52) // in [sqrt(1/2), sqrt 2)
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	p := log2Poly[0]
	for _, c := range log2Poly[1:] {
		p = float64(p*z) + c
	}
	return float64(k) + float64(s*p)
}

// exp2 takes |z| <= 200. Relative error: about 2**-40.
func exp2(z float64) float64 {
	k := float64(z+magic64) - magic64
	r := z - k
	p := exp2Poly[0]
	for _, c := range exp2Poly[1:] {
		p = float64(p*r) + c
	}
	return float64(p * math.Float64frombits(uint64(int64(k)+1023)<<52))
}
