package tensor

// storeInts narrows integers to the elements of b, an integer type or bool: to
// their low bits, or to whether they are not zero.
func storeInts(t Type, b []byte, src []int64) {
	switch t {
	case Bool:
		for i, v := range src {
			b[i] = bit(v != 0)
		}
	case Int8, Uint8:
		narrow(b, src)
	case Int16, Uint16:
		narrow(View[uint16](b), src)
	case Int32, Uint32:
		narrow(View[uint32](b), src)
	case Int64, Uint64:
		copy(View[int64](b), src)
	case Uint4:
		storeEach(View[U4](b), src, toU4)
	case Int4:
		storeEach(View[I4](b), src, toI4)
	case Uint2:
		storeEach(View[U2](b), src, toU2)
	case Int2:
		storeEach(View[I2](b), src, toI2)
	}
}

func narrow[T uint8 | uint16 | uint32](dst []T, src []int64) {
	for i, v := range src {
		dst[i] = T(v)
	}
}

func storeEach[T, S any](dst []T, src []S, f func(S) T) {
	for i, v := range src {
		dst[i] = f(v)
	}
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// truncate rounds floats toward zero to the integers that storeInts narrows to
// a type: which ones, where they are out of range, is the table of integer.go.
func truncate(dst []int64, t Type, src []float64) {
	switch t {
	case Bool:
		for i, v := range src {
			dst[i] = int64(bit(v != 0))
		}
	case Int64, Uint32:
		storeEach(dst, src, truncInt64)
	case Uint64:
		for i, v := range src {
			dst[i] = int64(truncUint64(v))
		}
	default:
		for i, v := range src {
			dst[i] = int64(truncInt32(v))
		}
	}
}

// storeFloats rounds floats to the elements of b, a float or complex type.
func storeFloats(t Type, b []byte, src []float64, opt ConvertOptions) {
	switch t {
	case Float64:
		copy(View[float64](b), src)
	case Float32:
		storeEach(View[float32](b), src, func(v float64) float32 { return float32(v) })
	case Complex64:
		storeEach(View[complex64](b), src, func(v float64) complex64 { return complex(float32(v), 0) })
	case Complex128:
		storeEach(View[complex128](b), src, func(v float64) complex128 { return complex(v, 0) })
	case Float16:
		storeEach(View[F16](b), src, ToF16)
	case BFloat16:
		storeEach(View[BF16](b), src, ToBF16)
	case Float8E8M0:
		for i, v := range src {
			b[i] = byte(ToE8M0(v, opt.Round, opt.Saturate))
		}
	case Float8E4M3FN:
		encodeAll(b, src, &formatE4M3FN, opt.Saturate)
	case Float8E4M3FNUZ:
		encodeAll(b, src, &formatE4M3FNUZ, opt.Saturate)
	case Float8E5M2:
		encodeAll(b, src, &formatE5M2, opt.Saturate)
	case Float8E5M2FNUZ:
		encodeAll(b, src, &formatE5M2FNUZ, opt.Saturate)
	case Float6E2M3:
		encodeAll(b, src, &formatE2M3, true)
	case Float6E3M2:
		encodeAll(b, src, &formatE3M2, true)
	case Float4E2M1:
		encodeAll(b, src, &formatE2M1, true)
	}
}

func encodeAll(dst []byte, src []float64, f *minifloat, saturate bool) {
	for i, v := range src {
		dst[i] = byte(f.encode(v, saturate))
	}
}
