package kernels

import (
	"math"
	"math/bits"
)

// Sine and cosine work in float64 and round once at the end. They do not use
// math.Sin, which has assembly on some architectures.

const (
	magic64   = 0x1.8p52 // adding it rounds to an integer
	halfPiHi  = 0x1.921fb50000000p+0
	halfPiLo  = 0x1.110b4611a6263p-26 // pi/2 - halfPiHi
	twoByPi   = 0x1.45f306dc9c883p-1
	trigLarge = 0x1p23 // from here on the argument is reduced in integers
)

// twoByPiBits holds 2/pi as a binary fraction.
var twoByPiBits = [4]uint64{0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561}

// quadrant returns n modulo 4 and r with x = n pi/2 + r, |r| <= pi/4.
func quadrant(x float32) (n int, r float64) {
	if abs32(x) < trigLarge {
		v := float64(x)
		k := float64(v*twoByPi) + magic64 - magic64
		return int(int64(k)) & 3, float64(v-float64(k*halfPiHi)) - float64(k*halfPiLo)
	}
	return quadrantLarge(x)
}

// quadrantLarge reduces by the method of Payne and Hanek (1983): the mantissa
// times those 128 bits of 2/pi that decide the result modulo 4.
func quadrantLarge(x float32) (n int, r float64) {
	b := math.Float32bits(x)
	m := uint64(b&0x7fffff | 0x800000)
	first := int(b>>23&0xff) - 150 - 2
	h, _ := bits.Mul64(twoByPiFrom(first+64), m)
	p := twoByPiFrom(first)*m + h // 2 integer bits, 62 of the fraction
	q := (p + 1<<61) >> 62
	n = int(q)
	r = float64(int64(p-q<<62)) * (math.Pi / 2 * 0x1p-62)
	if b&signBit != 0 {
		n, r = -n, -r
	}
	return n & 3, r
}

// twoByPiFrom returns 64 bits of 2/pi from bit i on.
func twoByPiFrom(i int) uint64 {
	if i < 0 {
		return twoByPiBits[0] >> uint(-i)
	}
	w, s := i>>6, uint(i&63)
	v := twoByPiBits[w] << s
	if s != 0 && w+1 < len(twoByPiBits) {
		v |= twoByPiBits[w+1] >> (64 - s)
	}
	return v
}

func sinPoly(r float64) float64 {
	z := float64(r * r)
	p := float64(z*0x1.6cd8795f90b9fp-19) + -0x1.a00f9e2f2b947p-13
	p = float64(z*p) + 0x1.11110896f2bc1p-07
	p = float64(z*p) + -0x1.5555554cbacb7p-03
	return r + float64(float64(r*z)*p)
}

func cosPoly(r float64) float64 {
	z := float64(r * r)
	p := float64(z*0x1.99342effeed99p-16) + -0x1.6c087e84d56dap-10
	p = float64(z*p) + 0x1.55553e105d1b3p-05
	p = float64(z*p) + -0x1.ffffffd0c6015p-02
	return 1 + float64(z*p)
}

// sinQuarters returns the sine of x + quarters*pi/2.
func sinQuarters(x float32, quarters int) float32 {
	if abs32(x) > math.MaxFloat32 || x != x {
		return nan32
	}
	n, r := quadrant(x)
	n += quarters
	var v float64
	if n&1 == 0 {
		v = sinPoly(r)
	} else {
		v = cosPoly(r)
	}
	if n&2 != 0 {
		v = -v
	}
	return float32(v)
}

// Sin32 returns the sine of x radians; of an infinity, NaN. Error: 0.51 ulp.
func Sin32(x float32) float32 {
	if x == 0 {
		return x // keeps -0, which the sums would lose
	}
	if abs32(x) < 0x1p-12 {
		return Fma32(float32(x*x), float32(x*(-1./6)), x)
	}
	return sinQuarters(x, 0)
}

// Cos32 returns the cosine of x radians; of an infinity, NaN. Error: 0.51 ulp.
func Cos32(x float32) float32 { return sinQuarters(x, 1) }
