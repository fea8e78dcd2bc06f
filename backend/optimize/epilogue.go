package optimize

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// Attributes by which fusing passes note an epilogue on a node: "sardonyx.add"
// says that its last input is added, "sardonyx.act" names the activation.
const (
	attrAdd   = "sardonyx.add"
	attrAct   = "sardonyx.act"
	attrAlpha = "sardonyx.alpha"
	attrBeta  = "sardonyx.beta"
)

// Epilogue returns what has been fused behind a node.
func Epilogue(n *graph.Node) op.Epilogue {
	return op.Epilogue{
		Residual:   n.Int(attrAdd, 0) == 1,
		Activation: n.Str(attrAct, ""),
		Alpha:      n.Float(attrAlpha, 0),
		Beta:       n.Float(attrBeta, 0),
	}
}
