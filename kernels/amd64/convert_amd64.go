package amd64

// FromFloat16AVX2 is fromFloat16 of package kernels for len(dst) a multiple of
// 16 and not 0.
//
//go:noescape
func FromFloat16AVX2(dst []float32, x []uint16)

// FromBFloat16AVX2 is fromBFloat16, likewise.
//
//go:noescape
func FromBFloat16AVX2(dst []float32, x []uint16)

// ToFloat16AVX2 is toFloat16, likewise.
//
//go:noescape
func ToFloat16AVX2(dst []uint16, x []float32)

// ToBFloat16AVX2 is toBFloat16, likewise.
//
//go:noescape
func ToBFloat16AVX2(dst []uint16, x []float32)

// ToInt32AVX2 is toInt32, likewise.
//
//go:noescape
func ToInt32AVX2(dst []int32, x []float32)

// ToBytesAVX2 is toBytes, likewise.
//
//go:noescape
func ToBytesAVX2(dst []byte, x []float32)
