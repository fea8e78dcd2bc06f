package logic

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops are the definitions of this family.
var Ops = []op.Def{
	{Name: "And", Since: 1, New: newBoolean(and[uint8])},
	{Name: "BitShift", Since: 11, New: newBitShift},
	{Name: "BitwiseAnd", Since: 18, New: newBitwise},
	{Name: "BitwiseNot", Since: 18, New: newBitwiseNot},
	{Name: "BitwiseOr", Since: 18, New: newBitwise},
	{Name: "BitwiseXor", Since: 18, New: newBitwise},
	{Name: "Equal", Since: 1, New: newComparison},
	{Name: "Greater", Since: 1, New: newComparison},
	{Name: "GreaterOrEqual", Since: 12, New: newComparison},
	{Name: "IsInf", Since: 10, New: newIsInf},
	{Name: "IsNaN", Since: 9, New: newIsNaN},
	{Name: "Less", Since: 1, New: newComparison},
	{Name: "LessOrEqual", Since: 12, New: newComparison},
	{Name: "Not", Since: 1, New: newNot},
	{Name: "Or", Since: 1, New: newBoolean(or[uint8])},
	{Name: "Where", Since: 9, New: newWhere},
	{Name: "Xor", Since: 1, New: newBoolean(xor[uint8])},
}
