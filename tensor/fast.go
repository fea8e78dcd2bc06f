package tensor

import "math"

// convertFast converts between the pairs of types that models convert most,
// without going by wider types, and reports whether this was one. The results
// are the same bits.
func convertFast(dt Type, dst []byte, st Type, src []byte) bool {
	type pair struct{ from, to Type }
	switch (pair{st, dt}) {
	case pair{Float16, Float32}:
		d := View[float32](dst)
		for i, v := range View[F16](src) {
			d[i] = v.Float32()
		}
	case pair{Float32, Float16}:
		d := View[F16](dst)
		for i, v := range View[float32](src) {
			d[i] = f16(v)
		}
	case pair{BFloat16, Float32}:
		d := View[float32](dst)
		for i, v := range View[BF16](src) {
			d[i] = v.Float32()
		}
	case pair{Float32, BFloat16}:
		d := View[BF16](dst)
		for i, v := range View[float32](src) {
			d[i] = bf16(v)
		}
	case pair{Float8E4M3FN, Float32}:
		lookUp(View[float32](dst), src, valuesE4M3FN)
	case pair{Float8E5M2, Float32}:
		lookUp(View[float32](dst), src, valuesE5M2)
	case pair{Float4E2M1, Float32}:
		lookUp(View[float32](dst), src, valuesE2M1)
	case pair{Bool, Float32}:
		d := View[float32](dst)
		for i, v := range src {
			d[i] = float32(min(v, 1))
		}
	case pair{Float32, Bool}:
		for i, v := range View[float32](src) {
			dst[i] = bit(v != 0)
		}
	case pair{Float32, Int32}:
		d := View[int32](dst)
		for i, v := range View[float32](src) {
			d[i] = truncFloat32(v)
		}
	case pair{Float32, Int8}, pair{Float32, Uint8}: // the low bits of an int32
		for i, v := range View[float32](src) {
			dst[i] = byte(truncFloat32(v))
		}
	case pair{Float32, Int64}:
		d := View[int64](dst)
		for i, v := range View[float32](src) {
			d[i] = truncInt64(float64(v))
		}
	case pair{Float32, Float64}:
		cast[float64, float32](dst, src)
	case pair{Float64, Float32}:
		cast[float32, float64](dst, src)
	case pair{Uint8, Float32}:
		cast[float32, uint8](dst, src)
	case pair{Int8, Float32}:
		cast[float32, int8](dst, src)
	case pair{Int32, Float32}:
		cast[float32, int32](dst, src)
	case pair{Int64, Float32}:
		d := View[float32](dst) // cast would round twice on 386
		for i, v := range View[int64](src) {
			d[i] = float32(stickyInt64(v))
		}
	case pair{Int64, Int32}:
		cast[int32, int64](dst, src)
	case pair{Int32, Int64}:
		cast[int64, int32](dst, src)
	default:
		return false
	}
	return true
}

// truncFloat32 is truncInt32 of a float32, faster.
func truncFloat32(x float32) int32 {
	if x >= -0x1p31 && x < 0x1p31 {
		return int32(x)
	}
	return math.MinInt32
}

// cast converts as Go does, for pairs where that is defined and rounds once.
func cast[D, S uint8 | int8 | int32 | int64 | float32 | float64](dst, src []byte) {
	d := View[D](dst)
	for i, v := range View[S](src) {
		d[i] = D(v)
	}
}
