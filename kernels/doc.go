// Package kernels holds the inner loops of the engine: pure functions over
// slices that know nothing of tensors, graphs or operators.
//
// Every kernel exists at least once, in portable Go; that version is its
// definition. An instruction set may replace it with assembly, which the tests
// hold to the definition, bit for bit unless a comment says otherwise. One
// complete choice of kernels is a [Set].
//
// Lengths and strides count elements, never bytes. Matrices are row-major.
// Kernels do not allocate, do not retain their arguments and do not fail:
// callers pass slices that are long enough, which the methods of Set check.
//
// This package may change between minor versions.
package kernels
