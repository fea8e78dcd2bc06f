// Package amd64 holds the AVX2+FMA and AVX-512 versions of the kernels, in
// assembly.
//
// It is a leaf: it imports nothing, and only package kernels may call it,
// after checking the processor and the lengths. On other architectures it is
// empty. What each function computes is defined by the portable function of
// package kernels that its comment names. Functions end with VZEROUPPER.
package amd64
