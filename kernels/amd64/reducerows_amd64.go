package amd64

// AccumulateRowsAVX2 is accumulateRows of package kernels; n is not 0.
//
//go:noescape
func AccumulateRowsAVX2(dst, x []float32, ld, n, c int)

// AccumulateRowsAVX512 is accumulateRows of package kernels; n is not 0.
//
//go:noescape
func AccumulateRowsAVX512(dst, x []float32, ld, n, c int)
