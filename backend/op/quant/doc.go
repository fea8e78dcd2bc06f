// Package quant holds the operators on quantized tensors: conversions between
// real numbers and integers of few bits, and products and convolutions of
// such integers.
//
// A quantized tensor stores q for the real number (q - zero point) * scale,
// with one pair of zero point and scale for the whole tensor, for each slice
// along an axis, or for each block of neighbours along an axis.
//
// Products of 8-bit integers are computed exactly in float32: a product of two
// differences from zero points has at most 16 bits, so a sum of 258 of them is
// below 2²⁴, where float32 holds every integer. Longer sums are cut there and
// their parts are added in int32. The fast matrix kernels of float32 serve that
// way, and every Set gives the same integers.
package quant

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops are the operators of this package.
var Ops = []op.Def{
	{Name: "QuantizeLinear", Since: 10, New: newQuantize},
	{Name: "DequantizeLinear", Since: 10, New: newDequantize},
	{Name: "DynamicQuantizeLinear", Since: 11, New: newDynamic},
	{Name: "MatMulInteger", Since: 10, New: newMatMulInteger},
	{Name: "QLinearMatMul", Since: 10, New: newQLinearMatMul},
	{Name: "ConvInteger", Since: 10, New: newConvInteger},
	{Name: "QLinearConv", Since: 10, New: newQLinearConv},
}
