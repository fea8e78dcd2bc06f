package tensor

var valuesE2M1 = formatE2M1.table()

// Float32 returns the value of the low 4 bits of h: ±0, 0.5, 1, 1.5, 2, 3, 4
// or 6.
func (h E2M1) Float32() float32 { return valuesE2M1[h] }

// ToE2M1 rounds x to the nearest float4e2m1, ties to even, once. What is
// larger than 6, infinity included, becomes ±6; NaN becomes -0.
func ToE2M1(x float64) E2M1 { return E2M1(formatE2M1.encode(x, true)) }
