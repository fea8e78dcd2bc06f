package backend

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/array"
	"github.com/sardonyx-go/sardonyx/backend/op/attention"
	"github.com/sardonyx-go/sardonyx/backend/op/contrib"
	"github.com/sardonyx-go/sardonyx/backend/op/control"
	"github.com/sardonyx-go/sardonyx/backend/op/image"
	"github.com/sardonyx-go/sardonyx/backend/op/layout"
	"github.com/sardonyx-go/sardonyx/backend/op/logic"
	"github.com/sardonyx-go/sardonyx/backend/op/math"
	"github.com/sardonyx-go/sardonyx/backend/op/ml"
	"github.com/sardonyx-go/sardonyx/backend/op/nn"
	"github.com/sardonyx-go/sardonyx/backend/op/quant"
	"github.com/sardonyx-go/sardonyx/backend/op/random"
	"github.com/sardonyx-go/sardonyx/backend/op/sequence"
	"github.com/sardonyx-go/sardonyx/backend/op/signal"
	"github.com/sardonyx-go/sardonyx/backend/op/text"
	"github.com/sardonyx-go/sardonyx/backend/op/training"
)

// builtin holds every operator of this module.
var builtin = op.NewRegistry(array.Ops, attention.Ops, contrib.Ops, control.Ops, image.Ops, layout.Ops, logic.Ops, math.Ops, ml.Ops, nn.Ops, quant.Ops, random.Ops, sequence.Ops, signal.Ops, text.Ops, training.Ops)

// Operators returns a new registry of every operator of this module, to add
// custom ones to.
func Operators() *op.Registry { return builtin.Clone() }
