package contrib

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// domain is that of ONNX Runtime's own operators; own is that of operators that
// only expansions make.
const (
	domain = "com.microsoft"
	own    = "sardonyx"
)

// Ops are the definitions of this family.
var Ops = []op.Def{
	expansion("Attention", 2, 7, 2, expandAttention),
	expansion("BiasAdd", 3, 3, 1, expandBiasAdd),
	expansion("BiasGelu", 2, 2, 1, expandGelu("none")),
	expansion("DequantizeLinear", 2, 3, 1, expandLinear("DequantizeLinear")),
	expansion("DynamicQuantizeLSTM", 3, 12, 3, expandDynamicQuantizeLSTM),
	expansion("DynamicQuantizeMatMul", 3, 5, 1, expandDynamicQuantizeMatMul),
	kernel("EmbedLayerNormalization", 1, 9, 3, newEmbedNorm),
	expansion("FastGelu", 1, 2, 1, expandGelu("tanh")),
	expansion("FusedConv", 2, 4, 1, expandFusedConv),
	expansion("FusedGemm", 2, 3, 1, expandFusedGemm),
	expansion("FusedMatMul", 2, 2, 1, expandFusedMatMul),
	kernel("GatherBlockQuantized", 3, 4, 1, newGatherBlocks),
	expansion("Gelu", 1, 1, 1, expandGelu("none")),
	expansion("GroupQueryAttention", 1, 12, 3, expandGroupQueryAttention),
	expansion("MatMulIntegerToFloat", 4, 7, 1, expandMatMulIntegerToFloat),
	kernel("MatMulNBits", 3, 6, 1, newMatMulBits),
	expansion("MultiHeadAttention", 1, 8, 3, expandMultiHeadAttention),
	expansion("NhwcFusedConv", 2, 4, 1, expandNhwcFusedConv),
	expansion("NhwcMaxPool", 1, 1, 1, expandNhwcMaxPool),
	expansion("QAttention", 5, 9, 2, expandQAttention),
	expansion("QGemm", 6, 9, 1, expandQGemm),
	expansion("QLinearAdd", 7, 8, 1, expandQLinearBinary("Add")),
	expansion("QLinearAveragePool", 4, 5, 1, expandQLinearAveragePool),
	expansion("QLinearConcat", 5, -1, 1, expandQLinearConcat),
	expansion("QLinearConv", 8, 9, 1, expandQLinearConv),
	expansion("QLinearGlobalAveragePool", 5, 5, 1, expandQLinearGlobalAveragePool),
	expansion("QLinearLeakyRelu", 4, 5, 1, expandQLinearLeakyRelu),
	expansion("QLinearMul", 7, 8, 1, expandQLinearBinary("Mul")),
	expansion("QLinearReduceMean", 4, 5, 1, expandQLinearReduceMean),
	expansion("QLinearSigmoid", 4, 5, 1, expandQLinearSigmoid),
	expansion("QLinearSoftmax", 5, 5, 1, expandQLinearSoftmax),
	expansion("QLinearWhere", 9, 9, 1, expandQLinearWhere),
	expansion("QuantizeLinear", 2, 3, 1, expandLinear("QuantizeLinear")),
	expansion("QuickGelu", 1, 1, 1, expandQuickGelu),
	expansion("Range", 2, 3, 1, expandRange),
	kernel("RotaryEmbedding", 4, 4, 1, newRotary),
	expansion("SimplifiedLayerNormalization", 2, 2, 2, expandSimplifiedNorm),
	kernel("SkipLayerNormalization", 3, 5, 4, newSkipNorm),
	kernel("SkipSimplifiedLayerNormalization", 3, 4, 4, newSkipNorm),
	kernel("Tokenizer", 1, 1, 1, newTokenizer),
	expansion("TransposeMatMul", 2, 2, 1, expandFusedMatMul),

	{Name: "SimplifiedLayerNormalization", Since: 1, Expand: op.ArityExpand(2, 2, 2, expandSimplifiedNorm)},
	{Domain: own, Name: "Attend", Since: 1, New: newAttend},
	{Domain: own, Name: "CacheAppend", Since: 1, New: newCacheAppend},
	{Domain: own, Name: "CachePositions", Since: 1, New: newCachePositions},
}

func kernel(name string, required, inputs, outputs int, parse func(*graph.Node) (op.Op, error)) op.Def {
	return op.Def{Domain: domain, Name: name, Since: 1, New: op.Arity(required, inputs, outputs, parse)}
}

func expansion(name string, required, inputs, outputs int, e op.Expansion) op.Def {
	return op.Def{Domain: domain, Name: name, Since: 1, Expand: op.ArityExpand(required, inputs, outputs, e)}
}
