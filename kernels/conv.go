package kernels

type convSet struct{}

var portableConv = convSet{}
