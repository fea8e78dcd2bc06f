// Package attention holds the operators of transformers and of models that do
// without their quadratic cost: scaled dot-product attention and its variants,
// rotary positions, linear attention, the causal convolution and the gated
// activation that go with them.
//
// Heads are independent of each other, and so are the rows of queries within one:
// work is divided along both. Keys and values of a head are packed once for all
// rows that a worker computes. An element is a chain of fused multiply-adds over
// ascending indices whatever the division, so that results have the same bits for
// any number of threads.
//
// Values of float16 and bfloat16 are computed in float32 and rounded once.
package attention
