// Package contrib holds the operators of domain com.microsoft, which ONNX
// Runtime's optimisers and quantisers write into models.
//
// Most of them are others with a step before or after, or several in a row.
// Those are expansions (op.Expansion): short functions that write down, with a
// graph.Builder, what the operator means. The optimiser then treats the parts
// like any others. Operators that gain from knowing the whole have kernels:
// attention over a cache of keys and values, layer normalisation of a sum,
// products with weights of few bits.
//
// Quantised operators compute in float32 between two conversions and round
// once, to the nearest even integer; where ONNX Runtime rounds an intermediate
// result, the two may differ by one step.
//
// The operators are documented in ONNX Runtime's ContribOperators.md.
package contrib
