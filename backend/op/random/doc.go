// Package random holds the operators that draw random numbers.
//
// Numbers come from Philox4x32-10, which computes the i-th block of a sequence
// from i and a key alone: results do not depend on threads or chunks, and no
// state is kept. Without a seed each run draws a key of its own; with one, the
// seed's bits are the key and every run gives the same numbers. ONNX leaves the
// generator open, so they differ from those of other engines.
package random

import "github.com/sardonyx-go/sardonyx/backend/op"

// Ops are the operators of this package.
var Ops = []op.Def{
	{Name: "RandomNormal", Since: 1, New: newFill},
	{Name: "RandomNormalLike", Since: 1, New: newFill},
	{Name: "RandomUniform", Since: 1, New: newFill},
	{Name: "RandomUniformLike", Since: 1, New: newFill},
	{Name: "Bernoulli", Since: 15, New: newBernoulli},
	{Name: "Multinomial", Since: 7, New: newMultinomial},
}
