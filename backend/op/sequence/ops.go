package sequence

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops defines the operators of this family.
var Ops = []op.Def{
	{Name: "ConcatFromSequence", Since: 11, New: newConcat},
	{Name: "Optional", Since: 15, New: newOptional},
	{Name: "OptionalGetElement", Since: 15, New: newGetElement},
	{Name: "OptionalHasElement", Since: 15, New: newHasElement},
	{Name: "SequenceAt", Since: 11, New: newAt},
	{Name: "SequenceConstruct", Since: 11, New: newConstruct},
	{Name: "SequenceEmpty", Since: 11, New: newEmpty},
	{Name: "SequenceErase", Since: 11, New: newErase},
	{Name: "SequenceInsert", Since: 11, New: newInsert},
	{Name: "SequenceLength", Since: 11, New: newLength},
	{Name: "SequenceMap", Since: 17, New: newMap},
	{Name: "SplitToSequence", Since: 11, New: newSplit},
}
