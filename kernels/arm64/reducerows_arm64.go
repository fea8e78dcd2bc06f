package arm64

// AccumulateRowsNEON is accumulateRows of package kernels; n is not 0.
//
//go:noescape
func AccumulateRowsNEON(dst, x []float32, ld, n, c int)
