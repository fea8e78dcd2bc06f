package op

import "github.com/sardonyx-go/sardonyx/graph"

// A Bodied operator has graphs to run (If, Loop, Scan, SequenceMap): it is
// prepared with Env.Compile, and what is known of its outputs follows from its
// bodies. It is called once, when the model is compiled; what stays unknown
// then is late. Captured values have become inputs of the node: for each graph
// attribute A, the ints attribute A.captures lists the node inputs that feed
// the body's inputs after its formal ones.
type Bodied interface {
	Op
	// InferBodies is Infer, with a function that infers a body's outputs.
	InferBodies(in, out []Info, infer func(body *graph.Graph, in []Info) ([]Info, error)) error
}
