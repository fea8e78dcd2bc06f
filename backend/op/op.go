package op

import (
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// An Op is an operator with the attributes of one node. It is immutable.
type Op interface {
	// Infer computes what is known of the outputs from what is known of the
	// inputs. It runs on symbols when a model is compiled and on sizes when
	// shapes change, so it must not allocate in the second case: out holds one
	// Info for each output of the node, cleared, its slices ready to append to.
	// An input that is omitted is Absent; a dim it cannot know yet is Unknown
	// (or the rank is). A dim that is Unknown though all inputs are known is
	// late: the kernel gives it in Run, by Frame.Alloc.
	Infer(in, out []Info) error

	// Prepare returns the kernel, once per model. It may look at types,
	// constants, orders and ranks, never at sizes of what is not constant.
	Prepare(e *Env, in, out []Info) (Kernel, error)
}

// A Kernel computes. It is immutable: what belongs to one session is in the
// Frame.
type Kernel interface {
	// Resolve divides the work for the actual shapes: it sets f.Phases (by
	// default one phase of one chunk), f.Scratch and f.Param. Output shapes and
	// strides are set already, storage is not. It is called when shapes have
	// changed and allocates nothing after the first calls of a size.
	Resolve(f *Frame) error

	// Run does one chunk of a phase. Chunks of a phase may run at the same time
	// on several workers; phases follow each other.
	Run(f *Frame, phase, chunk, worker int) error
}

// A Phase is work that may be done in parallel: Chunks pieces of about Cost
// nanoseconds each. Boundaries depend on shapes alone, never on threads.
type Phase struct {
	Chunks int
	Cost   int
}

// Abilities of an Op, found by type assertion when a model is compiled.
type (
	// A Reader's Infer and Resolve look at the values of some inputs (a shape
	// to reshape to): Info.Const is set for these even if they are no
	// constants. It returns the inputs' indices.
	Reader interface{ Reads() []int }

	// The outputs of a ShapeOnly operator depend on its inputs' shapes and on
	// nothing else.
	ShapeOnly interface{ ShapeOnly() bool }

	// A Fuser can do more to its first output before it stores it. The pass
	// that fuses appends a residual as the input after its last optional one
	// (which is omitted then), and notes the rest as attributes (EpilogueOf).
	Fuser interface{ Fuses(e Epilogue) bool }

	// A Layouter accepts orders other than plain.
	Layouter interface{ Layouts(in []Info) []Signature }

	// A Differentiable operator has gradients. Grad adds nodes that compute them
	// to b, at the end of the graph that n is in, and returns one value for each
	// input of n, graph.None where the output does not depend on the input
	// smoothly. dy holds the gradients of n's outputs, graph.None where an output
	// is not used. A gradient has the type and shape of its value.
	//
	// The values that n reads and puts out have in b.Graph.Values the types that
	// inference has found; equal names of dims are equal sizes. What Grad adds is
	// Differentiable where it depends on dy or n's values, so that gradients have
	// gradients. Nodes that turn out not to be needed are removed.
	Differentiable interface {
		Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) (dx []graph.ValueID, err error)
	}

	// A Leaner packs some constants into more memory than it must, for speed.
	// Spare returns the bytes, at most, by which the kernel that Prepare returns
	// for the same arguments holds more than the one it returns with e.Exact.
	Leaner interface {
		Spare(e *Env, in, out []Info) int
	}

	// A Volatile operator may answer differently each time (random numbers): it
	// is never folded.
	Volatile interface{ Volatile() bool }
)

// A Signature is one choice of orders for the inputs and outputs of an
// operator and what it costs beside the best one, in conversions of its first
// input (a number such as 0.5). Constants among the inputs do not count.
type Signature struct {
	In, Out []Order
	Cost    float64
}

// Abilities of a Kernel.
type (
	// A Viewer's outputs can be strided views of its first input. View sets
	// f.Out[i].Stride (and Lanes) and f.Offset[i], in elements from the first
	// element of f.In[0]; false if these shapes and strides do not allow it,
	// and then Run copies. Storage is not set when View is called.
	Viewer interface{ View(f *Frame) bool }

	// A Gatherer's inputs can be written straight into windows of its first
	// output. Windows sets f.Offset[i] for each input: the elements from the
	// first one of f.Out[0] to the window, which has f.Out[0]'s strides. At run
	// time f.Placed[i] says whether that was done, and then there is nothing to
	// copy.
	Gatherer interface{ Windows(f *Frame) bool }

	// An InPlacer may write output Out over input In, element by element.
	InPlacer interface{ InPlace() []Pair }

	// A Strided kernel takes inputs of any strides, not just contiguous ones.
	// In channels-last order every kernel takes any pixel stride and Lanes, in
	// and out; this is about plain order.
	Strided interface{ Strided(in int) bool }

	// A StridedOut kernel writes outputs of any strides in plain order.
	StridedOut interface{ StridedOut() bool }

	// A Describer names the algorithm it has resolved a frame to, and counts the
	// floating-point operations of the operator as it is defined (two for a
	// multiplication and addition), whatever the algorithm saves.
	Describer interface {
		Describe(f *Frame) (algorithm string, flops float64)
	}

	// A Holder says how many bytes the constants take that it has packed, or
	// may yet pack while it runs. Of kernels that do not say, they are taken to
	// need what they need in the file.
	Holder interface{ Held() int }

	// An Appender's output Out is its input In, grown along an axis.
	Appender interface {
		Append(f *Frame) (in, out, axis int)
	}
)

// A Pair is an input and an output that may share storage.
type Pair struct{ In, Out int }

// Env is what Prepare may use.
type Env struct {
	Node     *graph.Node
	Set      *kernels.Set
	Exact    bool // no Winograd, for accuracy or to save memory
	Limit    int  // bytes that Evaluate may allocate for an output; 0 is [MaxValue]
	Epilogue Epilogue
	// Compile is how operators with bodies reach the planner: in describes the
	// body's inputs, captured values (see Graph.Captures) after the formal ones.
	Compile func(body *graph.Graph, in []Info) (Body, error)
	// DecodeImage is how ImageDecoder decodes, nil if it cannot; see
	// backend.Options.
	DecodeImage func(data []byte) (rgb []byte, width, height int, err error)
}

// An Epilogue is what the optimiser has fused behind an operator: an addition
// of the node's last input, of the output's shape, then an activation.
type Epilogue struct {
	Residual   bool
	Activation string // operator name; "" for none
	Alpha      float32
	Beta       float32
}

// A Body is a compiled graph of an operator. It is immutable.
type Body interface {
	// Outputs describes the body's outputs.
	Outputs() []Info
	// NewCall returns what one frame needs to run the body.
	NewCall() Call
}

// A Call runs a body, for one frame at a time. Outputs are valid until the next
// Run of the same Call; inputs must stay untouched as long.
type Call interface {
	Run(r *Run, in []*Value) (out []*Value, err error)
}
