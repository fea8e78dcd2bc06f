package signal

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops defines the operators of this family.
var Ops = []op.Def{
	{Name: "BlackmanWindow", Since: 17, New: newWindow(0.42, 0.5, 0.08)},
	{Name: "DFT", Since: 17, New: newDFT},
	{Name: "HammingWindow", Since: 17, New: newWindow(25./46, 21./46, 0)},
	{Name: "HannWindow", Since: 17, New: newWindow(0.5, 0.5, 0)},
	{Name: "MelWeightMatrix", Since: 17, New: newMelWeights},
	{Name: "STFT", Since: 17, New: newSTFT},
}
