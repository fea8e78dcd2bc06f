package backend

import (
	"context"
	"runtime"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/kernels"
)

// Causes that callers may test for with errors.Is.
var (
	ErrUnsupported = op.ErrUnsupported // an operator, version or element type that is not implemented
	ErrInput       = op.ErrInput       // an input is missing, unknown, or of the wrong type
	ErrType        = op.ErrType        // an element type that the operator does not take
	ErrShape       = op.ErrShape       // shapes do not fit together
	ErrLimit       = op.ErrLimit       // a limit of Options was reached
	ErrMemory      = op.ErrMemory      // MaxMemory was reached
	ErrInternal    = op.ErrInternal    // a bug of ours
)

// An Error says which node failed, on what, and why.
type Error = op.Error

// Options say how to compile and run a model. The zero value is the default.
type Options struct {
	// Threads is how many threads a run may use; 0 means GOMAXPROCS, read at
	// each run. Results do not depend on it.
	Threads int

	// Kernels is the kernel set; nil means the best one of this machine.
	Kernels *kernels.Set

	// Registry holds the operators; nil means [Operators].
	Registry *op.Registry

	// Exact forbids algorithms that trade accuracy for speed (Winograd).
	Exact bool

	// Override names initializers that are also graph inputs and that the
	// caller will feed; the others are constants.
	Override []string

	// MaxMemory bounds the bytes that the model's weights, as kernels hold them,
	// and the values of one session take together; 0 is no bound. Scratch memory
	// of kernels, some megabytes a thread, is aside, and bodies of control flow
	// are counted by themselves. To keep to it, convolutions whose faster
	// algorithm (Winograd) needs several times the weights do without it, the
	// largest first: results then differ in the last bits, as with Exact, but
	// for one model and limit they are always the same. What does not fit
	// nonetheless is refused with ErrMemory: weights by Compile, a run before it
	// starts, where sizes can be known by then.
	MaxMemory int64

	// MaxTrips bounds the trips of one loop; 0 is no bound.
	MaxTrips int

	// DecodeImage decodes the pictures of the operator ImageDecoder to rows of
	// RGB; nil means that the operator is not supported. For what is no
	// picture it returns nothing, and no error, since the operator then gives
	// an empty image; an error ends the run. Pixels of package models/image is
	// such a function.
	DecodeImage func(data []byte) (rgb []byte, width, height int, err error)

	// Context ends compilation early; nil means context.Background.
	Context context.Context
}

// foldLimit is the largest constant that folding may make.
const foldLimit = 1 << 30

func (o *Options) threads() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}

func (o *Options) set() *kernels.Set {
	if o.Kernels != nil {
		return o.Kernels
	}
	return kernels.Best()
}

func (o *Options) context() context.Context {
	if o.Context != nil {
		return o.Context
	}
	return context.Background()
}
