package arm64

// Interleave3NEON is interleave3 of package kernels for n a multiple of 4 and
// not 0.
//
//go:noescape
func Interleave3NEON(dst, x []float32, plane, n int)

// Deinterleave3NEON is deinterleave3 of package kernels for n a multiple of 4
// and not 0.
//
//go:noescape
func Deinterleave3NEON(dst, x []float32, plane, n int)
