// Package op is the contract between operators and the engine, and what
// operators share: shapes, broadcasting, typed access, a registry.
//
// An operator is one file. It parses a node's attributes into an [Op], which
// lives in three lifetimes. Infer computes the types and shapes of its outputs,
// from symbols when a model is compiled and from sizes when a session runs; it
// is the only place where shapes are computed. Prepare, once per model, looks
// at constants, layouts and the fused epilogue and returns a [Kernel]. The
// kernel's Resolve, once per change of shapes, divides the work into phases and
// chunks, and its Run does one chunk of it, possibly beside others.
//
// What an operator can do beyond that (views, windows, work in place, orders of
// memory) it says by implementing the ability interfaces.
//
// Nothing in this package is stable: it may change between minor versions.
package op
