// Package train differentiates models: a gradient is a graph like the one it is
// of, more nodes at its end, and is compiled and run as any other.
//
// [Gradient] works on a graph as read from a file, by names. [Extend] is the
// same in place, by values, for losses that are built from gradients: both may
// be applied to their own results, as often as operators have gradients (see
// op.Differentiable).
//
//	g, err := onnx.ReadFile("model.onnx")
//	dg, err := train.Gradient(g, "loss", "w", "b") // also puts out dloss/dw and dloss/db
//	m, err := backend.Compile(dg, backend.Options{})
//
// The method is reverse accumulation: from y back to the xs, each node on the
// way once, contributions to a value added up in a fixed order. Nothing else of
// the model gets a gradient, so that what comes before the xs costs nothing.
// Sizes may be free: rules that depend on them are nodes, too.
//
// See Griewank and Walther, "Evaluating Derivatives", 2nd ed. (SIAM, 2008), ch. 3.
package train
