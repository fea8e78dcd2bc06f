package control

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops defines the operators of this family.
var Ops = []op.Def{
	{Name: "If", Since: 1, New: newIf},
	{Name: "Loop", Since: 1, New: newLoop},
	{Name: "Scan", Since: 8, New: newScan},
}
