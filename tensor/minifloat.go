package tensor

import "math"

// A minifloat describes a float format by the numbers that tell it from the
// others: sign, then exponent, then mantissa bits, subnormals below exponent 1.
// The code of a value without its sign bit, its magnitude, grows with the value;
// the formats differ in what stands above the largest finite one.
type minifloat struct {
	sign     uint16  // the sign bit
	mantissa int     // bits of the mantissa
	bias     int     // of the exponent
	scale    float32 // 2^(127-bias): from a float32 of the same exponent bits to the value
	max      int     // magnitude of the largest finite value
	over     uint16  // what overflow becomes when it does not saturate: infinity, NaN or max
	nan      uint16  // what NaN becomes, its sign bit aside
	inf      bool    // over is infinity
	fnuz     bool    // no negative zero: that code is NaN
}

// The formats. Those of 8 bits are in "FP8 Formats for Deep Learning"
// (Micikevicius et al., 2022) and, fnuz, in "8-bit Numerical Formats for Deep
// Neural Networks" (Noune et al., 2022); those of 4 and 6 bits in the OCP
// Microscaling Formats specification 1.0, section 5.3. The latter have neither
// infinity nor NaN: ONNX's test data turn NaN into negative zero.
var (
	formatF16      = minifloat{sign: 1 << 15, mantissa: 10, bias: 15, scale: 0x1p112, max: 0x7bff, over: 0x7c00, nan: 0x7e00, inf: true}
	formatBF16     = minifloat{sign: 1 << 15, mantissa: 7, bias: 127, scale: 1, max: 0x7f7f, over: 0x7f80, nan: 0x7fc0, inf: true}
	formatE4M3FN   = minifloat{sign: 1 << 7, mantissa: 3, bias: 7, scale: 0x1p120, max: 0x7e, over: 0x7f, nan: 0x7f}
	formatE4M3FNUZ = minifloat{sign: 1 << 7, mantissa: 3, bias: 8, scale: 0x1p119, max: 0x7f, over: 0x80, nan: 0x80, fnuz: true}
	formatE5M2     = minifloat{sign: 1 << 7, mantissa: 2, bias: 15, scale: 0x1p112, max: 0x7b, over: 0x7c, nan: 0x7e, inf: true}
	formatE5M2FNUZ = minifloat{sign: 1 << 7, mantissa: 2, bias: 16, scale: 0x1p111, max: 0x7f, over: 0x80, nan: 0x80, fnuz: true}
	formatE2M3     = minifloat{sign: 1 << 5, mantissa: 3, bias: 1, scale: 0x1p126, max: 0x1f, over: 0x1f, nan: 0x20}
	formatE3M2     = minifloat{sign: 1 << 5, mantissa: 2, bias: 3, scale: 0x1p124, max: 0x1f, over: 0x1f, nan: 0x20}
	formatE2M1     = minifloat{sign: 1 << 3, mantissa: 1, bias: 1, scale: 0x1p126, max: 0x7, over: 0x7, nan: 0x8}
)

// encode rounds x to the nearest value of the format, ties to even. What is
// larger than the largest finite value after rounding, infinity included,
// becomes that value if saturate is set, and what the format has for it if not.
func (f *minifloat) encode(x float64, saturate bool) uint16 {
	b := math.Float64bits(x)
	sign := uint16(b>>63) * f.sign
	if x != x {
		return sign | f.nan
	}
	m := f.magnitude(b &^ (1 << 63))
	switch {
	case m > f.max && saturate:
		return sign | uint16(f.max)
	case m > f.max:
		return sign | f.over
	case m == 0 && f.fnuz:
		return 0
	}
	return sign | uint16(m)
}

// magnitude rounds the float64 of bits b, not negative and not NaN, as if
// exponents had no upper end: a result above f.max says overflow.
func (f *minifloat) magnitude(b uint64) int {
	// Of a float64 subnormal this takes the wrong significand, but the smallest
	// subnormal of every format is more than twice as large.
	exponent := int(b>>52) - 1023 + f.bias
	significand := b&(1<<52-1) | 1<<52
	drop := 52 - f.mantissa // low bits that do not fit
	if exponent < 1 {
		drop += 1 - exponent
		exponent = 1
	}
	if drop > 53 { // less than half of the smallest
		return 0
	}
	odd := significand >> drop & 1
	kept := (significand + 1<<(drop-1) - 1 + odd) >> drop
	// kept has the leading bit, unless subnormal: it adds one to the exponent,
	// as does a carry out of the rounding.
	return (exponent-1)<<f.mantissa + int(kept)
}

// decode returns the value of a code; bits above the format's are ignored. The
// product is exact, also for the float32 subnormals that stand for ours.
func (f *minifloat) decode(code uint16) float32 {
	m := code & (f.sign - 1)
	sign := uint32(code&f.sign) * (1 << 31 / uint32(f.sign))
	switch {
	case f.fnuz && m == 0 && sign != 0, int(m) > f.max && !(f.inf && m == f.over):
		return math.Float32frombits(sign | 0x7fc00000)
	case int(m) > f.max:
		return math.Float32frombits(sign | 0x7f800000)
	}
	v := math.Float32frombits(uint32(m)<<(23-f.mantissa)) * f.scale
	return math.Float32frombits(sign | math.Float32bits(v))
}

// table returns the values of all codes of a format of at most 8 bits, for
// loops over many elements: some of decode's products have subnormal
// operands, which are slow. A table has 256 entries so that any byte indexes it.
func (f *minifloat) table() *[256]float32 {
	var t [256]float32
	for i := range t {
		t[i] = f.decode(uint16(i))
	}
	return &t
}
