package kernels

type gemmSet struct{}

var portableGemm = gemmSet{}
