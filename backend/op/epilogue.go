package op

import (
	"math"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// Attributes by which fusing passes note on a node what they have fused into it:
// a bias, which is an input that the operator does not define; an epilogue, that
// is the addition of the last input and an activation with its two parameters
// (see [Activate]); what the padding of a Conv is if not zero; that the input
// before the residual, one pixel, multiplies the pixels that a Conv reads; the
// factor of a MatMul, which Gemm calls alpha. Files cannot have attributes of
// this prefix.
const (
	AttrPrefix = "sardonyx."
	AttrBias   = AttrPrefix + "bias"
	AttrAdd    = AttrPrefix + "add"
	AttrAct    = AttrPrefix + "act"
	AttrAlpha  = AttrPrefix + "alpha"
	AttrBeta   = AttrPrefix + "beta"
	AttrFactor = AttrPrefix + "factor"
	AttrGate   = AttrPrefix + "gate"
	AttrBorder = AttrPrefix + "border" // what the padding repeats, as Pad's mode: "", "reflect" or "edge"
)

// EpilogueOf returns what has been fused behind a node.
func EpilogueOf(n *graph.Node) Epilogue {
	return Epilogue{
		Residual:   n.Int(AttrAdd, 0) == 1,
		Activation: n.Str(AttrAct, ""),
		Alpha:      n.Float(AttrAlpha, 0),
		Beta:       n.Float(AttrBeta, 0),
	}
}

// Clamp returns the limits of an activation that only limits, which kernels
// apply in registers; ok is false for the others.
func (e *Epilogue) Clamp() (lo, hi float32, ok bool) {
	switch e.Activation {
	case "":
		return float32(math.Inf(-1)), float32(math.Inf(1)), true
	case "Relu":
		return 0, float32(math.Inf(1)), true
	case "Clip":
		return e.Alpha, e.Beta, true
	}
	return 0, 0, false
}

// Rows applies an activation that is no clamp to n columns of rows ld apart.
func (e *Epilogue) Rows(s *kernels.Set, y []float32, ld, rows, n int) {
	if _, _, ok := e.Clamp(); ok {
		return
	}
	if ld == n {
		Activate(s, e.Activation, e.Alpha, e.Beta, y[:rows*n])
		return
	}
	for i := range rows {
		Activate(s, e.Activation, e.Alpha, e.Beta, y[i*ld:][:n])
	}
}
