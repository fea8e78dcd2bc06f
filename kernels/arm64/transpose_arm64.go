package arm64

// TransposeNEON is transpose of package kernels for rows and cols that are
// multiples of 4 and not 0.
//
//go:noescape
func TransposeNEON(dst []float32, ldd int, src []float32, lds, rows, cols int)
