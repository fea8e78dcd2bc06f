package arm64

// FromFloat16NEON is fromFloat16 of package kernels for len(dst) a multiple of
// 16 and not 0.
//
//go:noescape
func FromFloat16NEON(dst []float32, x []uint16)

// FromBFloat16NEON is fromBFloat16, likewise.
//
//go:noescape
func FromBFloat16NEON(dst []float32, x []uint16)

// ToFloat16NEON is toFloat16, likewise.
//
//go:noescape
func ToFloat16NEON(dst []uint16, x []float32)

// ToBFloat16NEON is toBFloat16, likewise.
//
//go:noescape
func ToBFloat16NEON(dst []uint16, x []float32)
