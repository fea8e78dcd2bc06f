package amd64

// Interleave3AVX2 is interleave3 of package kernels for n a multiple of 8 and
// not 0.
//
//go:noescape
func Interleave3AVX2(dst, x []float32, plane, n int)

// Deinterleave3AVX2 is deinterleave3 of package kernels for n a multiple of 8
// and not 0.
//
//go:noescape
func Deinterleave3AVX2(dst, x []float32, plane, n int)
