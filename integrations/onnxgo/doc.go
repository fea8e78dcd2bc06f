// Package onnxgo runs the models of onnx-go (github.com/owulveryck/onnx-go) on
// this engine: its Graph is an onnx-go backend.ComputationBackend, and takes the
// place of gorgonnx in a program that is otherwise left alone.
//
//	g := onnxgo.NewGraph() // was gorgonnx.NewGraph()
//	model := onnx.NewModel(g)
//	err := model.UnmarshalBinary(b)
//	err = model.SetInput(0, x)
//	err = g.Run()
//	y, err := model.GetOutputTensors()
//
// onnx-go decodes the file and hands over a weighted graph of gonum's: a node is
// a value, an edge leads from a result to what it is computed from and weighs
// the position of that input, and operations are laid on the nodes afterwards.
// The first Run makes a graph of this engine out of them and compiles it; later
// ones run what is compiled.
//
// Tensors are those of gorgonia.org/tensor, in row-major order or views of such.
// Inputs are read anew by every Run; one that nobody has set is zeros. The
// model's constants must not be written in place, but may be set, and are inputs
// from then on. What GetTensor returns after a Run belongs to the caller.
//
// # The opset
//
// A file says which version of ONNX's operators it means, but onnx-go does not
// pass that on. It is found from the forms of the nodes: the newest version up
// to 12 in which all of them have inputs, outputs and attributes as they should,
// or else the oldest one after it. Up to 12 no operator has changed its meaning
// without a change of form; Softmax and its kin did in version 13. Whoever knows
// better sets Graph.Opset.
//
// # Errors
//
// Nothing panics. What this engine does not support is an
// *onnx.ErrNotImplemented of onnx-go, as in gorgonnx, and names the operator.
// Other errors are those of package backend: ErrShape and others can be tested
// for. Graphs inside of attributes (If, Loop, Scan), sequences and float16 stop
// in onnx-go's decoder already.
package onnxgo
