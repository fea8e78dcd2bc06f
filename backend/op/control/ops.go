package control

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops defines the operators of this family.
var Ops = []op.Def{
	{Name: "If", Since: 1, New: op.Arity(1, -1, -1, newIf)},
	{Name: "Loop", Since: 1, New: op.Arity(0, -1, -1, newLoop)},
	{Name: "Scan", Since: 8, New: op.Arity(0, -1, -1, newScan)},
}
