package training

import "github.com/sardonyx-go/sardonyx/backend/op"

const preview = "ai.onnx.preview.training"

// Ops defines the operators of this family.
var Ops = []op.Def{
	{Name: "NegativeLogLikelihoodLoss", Since: 12, New: newLoss},
	{Name: "SoftmaxCrossEntropyLoss", Since: 12, New: newLoss},
	{Domain: preview, Name: "Adagrad", Since: 1, New: newAdagrad},
	{Domain: preview, Name: "Adam", Since: 1, New: newAdam},
	{Domain: preview, Name: "Momentum", Since: 1, New: newMomentum},
}
