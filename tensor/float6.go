package tensor

var (
	valuesE2M3 = formatE2M3.table()
	valuesE3M2 = formatE3M2.table()
)

// Float32 returns the value of the low 6 bits of h, exactly.
func (h E2M3) Float32() float32 { return valuesE2M3[h] }

// Float32 returns the value of the low 6 bits of h, exactly.
func (h E3M2) Float32() float32 { return valuesE3M2[h] }

// ToE2M3 rounds x to the nearest float6e2m3, ties to even, once. What is
// larger than 7.5, infinity included, becomes ±7.5; NaN becomes -0.
func ToE2M3(x float64) E2M3 { return E2M3(formatE2M3.encode(x, true)) }

// ToE3M2 rounds x to the nearest float6e3m2, ties to even, once. What is
// larger than 28, infinity included, becomes ±28; NaN becomes -0.
func ToE3M2(x float64) E3M2 { return E3M2(formatE3M2.encode(x, true)) }
