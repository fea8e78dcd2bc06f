package sequence

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops defines the operators of this family.
var Ops = []op.Def{
	{Name: "ConcatFromSequence", Since: 11, New: op.Arity(1, 1, 1, newConcat)},
	{Name: "Optional", Since: 15, New: op.Arity(0, 1, 1, newOptional)},
	{Name: "OptionalGetElement", Since: 15, New: op.Arity(1, 1, 1, newGetElement)},
	{Name: "OptionalHasElement", Since: 15, New: op.Arity(0, 1, 1, newHasElement)},
	{Name: "SequenceAt", Since: 11, New: op.Arity(2, 2, 1, newAt)},
	{Name: "SequenceConstruct", Since: 11, New: op.Arity(1, -1, 1, newConstruct)},
	{Name: "SequenceEmpty", Since: 11, New: op.Arity(0, 0, 1, newEmpty)},
	{Name: "SequenceErase", Since: 11, New: op.Arity(1, 2, 1, newErase)},
	{Name: "SequenceInsert", Since: 11, New: op.Arity(2, 3, 1, newInsert)},
	{Name: "SequenceLength", Since: 11, New: op.Arity(1, 1, 1, newLength)},
	{Name: "SequenceMap", Since: 17, New: op.Arity(1, -1, -1, newMap)},
	{Name: "SplitToSequence", Since: 11, New: op.Arity(1, 2, 1, newSplit)},
}
