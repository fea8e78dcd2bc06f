package attention

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops defines the operators of this family.
var Ops = []op.Def{
	{Name: "Attention", Since: 23, New: newAttention},
	{Name: "CausalConvWithState", Since: 27, New: newCausalConv},
	{Name: "LinearAttention", Since: 27, New: newLinearAttention},
	{Name: "RotaryEmbedding", Since: 23, New: newRotary},
	{Name: "SwiGLU", Since: 28, New: newSwiGLU},
	{Domain: "ai.onnx.preview", Name: "FlexAttention", Since: 1, New: newFlexAttention},
}
