// Package backend compiles graphs and runs them.
//
// [Compile] turns a graph into a [Model]: optimised, with kernels chosen and
// weights packed. It reports every node that cannot run at once, with names. A
// Model is immutable and safe for concurrent use; [Model.Run] is all most
// programs need.
//
// For each class of input shapes a model holds a program: an order of steps and
// a plan of memory, made for sizes rounded up, which serves every smaller size
// of the class. A [Session] is one runner with memory of its own, which it
// reuses: in the steady state [Session.Run] allocates nothing, and if the
// shapes are those of its last run it computes no shape either. Results are the
// same bits for any number of threads and any batch size.
//
// Nothing here touches files or the network. Panics are our bugs; they are
// returned as [ErrInternal], with the node's name.
package backend
