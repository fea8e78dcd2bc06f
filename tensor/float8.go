package tensor

// The four float8 kinds of "FP8 Formats" fame: E4M3FN reaches 448 and has one
// NaN of either sign; E5M2 is a short float16 with infinities, up to 57344.
// FNUZ (finite, NaN, unsigned zero) shifts the exponent by one, to 240 and
// 57344, and has one NaN, where the others have negative zero.

var (
	valuesE4M3FN   = formatE4M3FN.table()
	valuesE4M3FNUZ = formatE4M3FNUZ.table()
	valuesE5M2     = formatE5M2.table()
	valuesE5M2FNUZ = formatE5M2FNUZ.table()
)

// Float32 returns the value of h, exactly.
func (h E4M3FN) Float32() float32 { return valuesE4M3FN[h] }

// Float32 returns the value of h, exactly.
func (h E4M3FNUZ) Float32() float32 { return valuesE4M3FNUZ[h] }

// Float32 returns the value of h, exactly.
func (h E5M2) Float32() float32 { return valuesE5M2[h] }

// Float32 returns the value of h, exactly.
func (h E5M2FNUZ) Float32() float32 { return valuesE5M2FNUZ[h] }

// ToE4M3FN rounds x to the nearest float8e4m3fn, ties to even, once. What
// rounds to more than 448 becomes ±448 if saturate is set and NaN if not.
func ToE4M3FN(x float64, saturate bool) E4M3FN { return E4M3FN(formatE4M3FN.encode(x, saturate)) }

// ToE4M3FNUZ rounds x to the nearest float8e4m3fnuz, ties to even, once. What
// rounds to more than 240 becomes ±240 if saturate is set and NaN if not.
func ToE4M3FNUZ(x float64, saturate bool) E4M3FNUZ {
	return E4M3FNUZ(formatE4M3FNUZ.encode(x, saturate))
}

// ToE5M2 rounds x to the nearest float8e5m2, ties to even, once. What rounds
// to more than 57344, infinity included, becomes ±57344 if saturate is set and
// infinity if not.
func ToE5M2(x float64, saturate bool) E5M2 { return E5M2(formatE5M2.encode(x, saturate)) }

// ToE5M2FNUZ rounds x to the nearest float8e5m2fnuz, ties to even, once. What
// rounds to more than 57344 becomes ±57344 if saturate is set and NaN if not.
func ToE5M2FNUZ(x float64, saturate bool) E5M2FNUZ {
	return E5M2FNUZ(formatE5M2FNUZ.encode(x, saturate))
}
