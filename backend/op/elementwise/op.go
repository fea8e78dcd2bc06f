package elementwise

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An Op is an operator whose output elements depend on one element of each
// input. All inputs have one element type, unless Type says otherwise.
type Op struct {
	// Arity is the number of inputs, at most 3; 0 is any number from one on,
	// folded from the left by a loop of two.
	Arity int

	// Loop returns the inner loop for these inputs, whose number and types
	// have been checked. Types that Go lacks are widened: switch on
	// [Wide](in[0].Type).
	Loop func(s *kernels.Set, in []op.Info) (Loop, error)

	// Type checks the element types of the inputs and returns that of the
	// output; nil: they are all equal, and the output is of that type too.
	Type func(in []op.Info) (tensor.Type, error)

	// Tail returns, for the ranks of both operands, how many dims of the first
	// are left over at the end when the second is aligned to it (operators of
	// old versions have an axis attribute); nil: none. Where it is set the
	// output has the first operand's shape.
	Tail func(x, y int) int

	// Ints is the operator on numbers or symbols (see [op.Known]), for the
	// values of small integer tensors; nil: they are not followed.
	Ints func(x, y int) int

	// After, if not nil, returns what is done to finished rows of the loop's
	// output type.
	After func(s *kernels.Set, in []op.Info) func(dst []byte)

	// Gradient adds the nodes that compute the gradients of n's inputs (see
	// [op.Differentiable]); nil: there are none.
	Gradient func(b *graph.Builder, n *graph.Node, dy graph.ValueID) ([]graph.ValueID, error)
}

// Infer broadcasts the shapes.
func (o *Op) Infer(in, out []op.Info) error {
	if o.Arity > 0 && len(in) != o.Arity || len(in) == 0 {
		return fmt.Errorf("%w: %d inputs, want %d", op.ErrInput, len(in), max(o.Arity, 1))
	}
	t := in[0].Type
	if o.Type != nil {
		err := Tensors(in)
		if err != nil {
			return err
		}
		if t, err = o.Type(in); err != nil {
			return err
		}
	} else if err := SameType(in); err != nil {
		return err
	}
	if o.Tail != nil && len(in) == 2 {
		return o.inferAligned(t, in, out)
	}
	if err := Broadcast(&out[0], t, in); err != nil {
		return err
	}
	switch {
	case o.Ints == nil || len(in) > 2:
	case len(in) == 1:
		PropagateInts(&out[0], &in[0], &in[0], o.Ints)
	default:
		PropagateInts(&out[0], &in[0], &in[1], o.Ints)
	}
	return nil
}

// inferAligned checks that the second operand fits the first where it is
// aligned to it.
func (o *Op) inferAligned(t tensor.Type, in, out []op.Info) error {
	x, y := &in[0], &in[1]
	out[0].Like(t, x)
	if !x.Ranked || !y.Ranked {
		return nil
	}
	at := len(x.Shape) - len(y.Shape) - o.Tail(len(x.Shape), len(y.Shape))
	if at < 0 || at > len(x.Shape)-len(y.Shape) {
		return fmt.Errorf("%w: rank %d does not fit into rank %d from dim %d on", op.ErrShape, len(y.Shape), len(x.Shape), at)
	}
	for i, d := range y.Shape {
		if d != 1 && op.Clash(d, x.Shape[at+i]) {
			return fmt.Errorf("%w: dim %d is %d in the first input but %d in the second", op.ErrShape, at+i, x.Shape[at+i], d)
		}
	}
	return nil
}

// Fuses accepts an activation behind a float32 output.
func (o *Op) Fuses(e op.Epilogue) bool {
	return !e.Residual && o.After == nil && op.CanActivate(e.Activation)
}

// Layouts accepts channels-last order for all inputs of the output's rank.
func (o *Op) Layouts(in []op.Info) []op.Signature { return Layouts(in, 1) }

// Prepare chooses the loop.
func (o *Op) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	k := &kernel{set: e.Set, tail: o.Tail, inputs: o.Arity, first: o.Arity}
	if o.Arity == 0 {
		k.inputs, k.first = len(in), min(len(in), 2)
	} else if len(in) < o.Arity { // optional ones
		k.inputs, k.first = len(in), len(in)
	}
	if o.Arity == 0 && len(in) == 1 {
		k.loop = Keep(in[0].Type)
	} else {
		var err error
		if k.loop, err = o.Loop(e.Set, in); err != nil {
			return nil, err
		}
		if o.After != nil {
			k.after = o.After(e.Set, in)
		}
	}
	if a := e.Epilogue.Activation; a != "" {
		if k.loop.Out != tensor.Float32 || k.after != nil {
			return nil, fmt.Errorf("%w: %s fused behind elements of %v", op.ErrUnsupported, a, out[0].Type)
		}
		s, ep := e.Set, e.Epilogue
		k.after = func(dst []byte) { op.Activate(s, a, ep.Alpha, ep.Beta, tensor.View[float32](dst)) }
	}
	for i := range min(k.first, len(in)) {
		if !k.loop.Apart && in[i].Type.Size() == out[0].Type.Size() && !readLater(e.Node, i, k.first) {
			k.pairs = append(k.pairs, op.Pair{In: i, Out: 0})
		}
	}
	return k, nil
}

// readLater reports whether input i of a fold comes again after the first
// operands, when the output holds their result.
func readLater(n *graph.Node, i, first int) bool {
	return len(n.Inputs) > first && slices.Contains(n.Inputs[first:], n.Inputs[i])
}

// Unsupported is the error for an element type an operator has no loop for.
func Unsupported(t tensor.Type) error {
	return fmt.Errorf("%w: element type %v", op.ErrUnsupported, t)
}
