package tensor

// loadInts widens the elements of b, an integer type or bool, to int64; a
// uint64 keeps its bits.
func loadInts(dst []int64, t Type, b []byte) {
	switch t {
	case Bool:
		for i, v := range b {
			dst[i] = int64(min(v, 1))
		}
	case Int8:
		widen(dst, View[int8](b))
	case Int16:
		widen(dst, View[int16](b))
	case Int32:
		widen(dst, View[int32](b))
	case Int64:
		copy(dst, View[int64](b))
	case Uint8:
		widen(dst, b)
	case Uint16:
		widen(dst, View[uint16](b))
	case Uint32:
		widen(dst, View[uint32](b))
	case Uint64:
		widen(dst, View[uint64](b))
	case Uint4:
		for i, v := range b {
			dst[i] = int64(v & 15)
		}
	case Int4:
		for i, v := range View[int8](b) {
			dst[i] = int64(v << 4 >> 4)
		}
	case Uint2:
		for i, v := range b {
			dst[i] = int64(v & 3)
		}
	case Int2:
		for i, v := range View[int8](b) {
			dst[i] = int64(v << 6 >> 6)
		}
	}
}

func widen[T int8 | int16 | int32 | uint8 | uint16 | uint32 | uint64](dst []int64, src []T) {
	for i, v := range src {
		dst[i] = int64(v)
	}
}

// loadFloats widens the elements of b, a float type, to float64: exactly.
func loadFloats(dst []float64, t Type, b []byte) {
	switch t {
	case Float64:
		copy(dst, View[float64](b))
	case Float32:
		for i, v := range View[float32](b) {
			dst[i] = float64(v)
		}
	case Float16:
		for i, v := range View[F16](b) {
			dst[i] = float64(v.Float32())
		}
	case BFloat16:
		for i, v := range View[BF16](b) {
			dst[i] = float64(v.Float32())
		}
	case Float8E8M0:
		for i, v := range View[E8M0](b) {
			dst[i] = float64(v.Float32())
		}
	case Float8E4M3FN:
		lookUp(dst, b, valuesE4M3FN)
	case Float8E4M3FNUZ:
		lookUp(dst, b, valuesE4M3FNUZ)
	case Float8E5M2:
		lookUp(dst, b, valuesE5M2)
	case Float8E5M2FNUZ:
		lookUp(dst, b, valuesE5M2FNUZ)
	case Float6E2M3:
		lookUp(dst, b, valuesE2M3)
	case Float6E3M2:
		lookUp(dst, b, valuesE3M2)
	case Float4E2M1:
		lookUp(dst, b, valuesE2M1)
	}
}

func lookUp[T float32 | float64](dst []T, codes []byte, values *[256]float32) {
	for i, c := range codes {
		dst[i] = T(values[c])
	}
}
