// Package arm64 holds the NEON versions of the kernels, in assembly.
//
// It is a leaf: it imports nothing, and only package kernels may call it,
// after checking the lengths. On other architectures it is empty. What each
// function computes is defined by the portable function of package kernels
// that its comment names.
package arm64
