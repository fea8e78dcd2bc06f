package amd64

// TransposeAVX2 is transpose of package kernels for rows and cols that are
// multiples of 8 and not 0.
//
//go:noescape
func TransposeAVX2(dst []float32, ldd int, src []float32, lds, rows, cols int)
