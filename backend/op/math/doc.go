// Package math holds the arithmetic operators of ONNX: elementwise functions
// and activations, conversions, reductions, products of matrices, and the
// normalisations that are sums over rows.
//
// [Ops] lists them. Elementwise operators are entries of tables over package
// elementwise; float32 uses the vector kernels of the Set it is prepared with,
// float64 and integers are computed in their own type, and narrower floating
// types in float32, rounded once at the end.
//
// Integer arithmetic wraps around; a division by zero is an error. Sums of
// float32 use the 64-lane order of package kernels, products of matrices one
// chain of fused multiply-adds for each element, so that results depend on
// neither threads nor the shape around a row.
package math
