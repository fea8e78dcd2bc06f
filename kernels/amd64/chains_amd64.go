package amd64

// ChainsAVX2 is chains of package kernels.
//
//go:noescape
func ChainsAVX2(x *[192]float32, a, b float32, n int)

// ChainsAVX512 is chains of package kernels.
//
//go:noescape
func ChainsAVX512(x *[192]float32, a, b float32, n int)
