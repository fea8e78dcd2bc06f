package backend

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/layout"
)

// builtin holds every operator of this module.
var builtin = op.NewRegistry(layout.Ops)

// Operators returns a new registry of every operator of this module, to add
// custom ones to.
func Operators() *op.Registry { return builtin.Clone() }
