package arm64

// ChainsNEON is chains of package kernels.
//
//go:noescape
func ChainsNEON(x *[192]float32, a, b float32, n int)
