package tensor

import "math"

// What becomes of a float that an integer type does not hold is left open by
// ONNX and by Go, whose conversion differs between processors. Here it is what
// C compiled for amd64 does, and therefore NumPy's scalar conversions and most
// expected values, on every processor:
//
//	int64          -2⁶³ for NaN and all that is out of range
//	int32          -2³¹ for NaN and all that is out of range
//	uint64         modulo 2⁶⁴ down to -2⁶³; 0 from 2⁶⁴ up; 2⁶³ for NaN and the rest
//	uint32         the low bits of the int64
//	16 bits, less  the low bits of the int32
//
// All of them round toward zero first.

// truncInt64 returns x rounded toward zero, as the table above says.
func truncInt64(x float64) int64 {
	if x >= -0x1p63 && x < 0x1p63 {
		return int64(x)
	}
	return math.MinInt64
}

// truncUint64 returns x rounded toward zero, as the table above says.
func truncUint64(x float64) uint64 {
	switch {
	case x >= 0x1p64:
		return 0
	case x >= 0x1p63:
		return uint64(int64(x-0x1p63)) + 1<<63
	}
	return uint64(truncInt64(x))
}

// truncInt32 returns x rounded toward zero, as the table above says.
func truncInt32(x float64) int32 {
	if x >= -0x1p31 && x < 0x1p31 {
		return int32(x)
	}
	return math.MinInt32
}

// The types narrower than a byte keep their low bits, like any other integer
// that is cast to a narrower one.

func toU4(v int64) U4 { return U4(v & 15) }
func toU2(v int64) U2 { return U2(v & 3) }
func toI4(v int64) I4 { return I4(v << 60 >> 60) }
func toI2(v int64) I2 { return I2(v << 62 >> 62) }

// stickyUint64 returns v as a float64 that rounds to any narrower float as v
// itself does: bits that do not fit are or-ed into the last one that does
// ("round to odd"; Boldo and Melquiond, IEEE Transactions on Computers 57(4),
// 2008). A plain conversion would round twice.
func stickyUint64(v uint64) float64 {
	if v>>53 == 0 {
		return float64(v)
	}
	const low = 1<<11 - 1
	kept := v &^ low
	if v&low != 0 {
		kept |= low + 1
	}
	return float64(kept)
}

// stickyInt64 is the same for signed integers.
func stickyInt64(v int64) float64 {
	if v < 0 {
		return -stickyUint64(-uint64(v))
	}
	return stickyUint64(uint64(v))
}
