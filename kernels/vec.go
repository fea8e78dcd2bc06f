package kernels

type vecSet struct{}

var portableVec = vecSet{}
