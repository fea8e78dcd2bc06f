package array

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// maxInts bounds the integer tensors whose values are carried as symbols: longer
// ones are no shapes.
const maxInts = 64

// ints returns what is known of the value of an integer tensor of rank 0 or 1,
// symbols included; nil if nothing is.
func ints(x *op.Info) []int {
	if x.Kind != graph.Tensor || len(x.Shape) > 1 {
		return nil
	}
	x.Integers()
	if x.Ranked && len(x.Shape) == 0 && len(x.Ints) != 1 || len(x.Shape) == 1 && x.Shape[0] != len(x.Ints) {
		return nil
	}
	return x.Ints
}

// known returns the value of an input that the operator reads, once all of it is
// known; false at compile time.
func known(x *op.Info) ([]int, bool) {
	if v := ints(x); v != nil && !slices.ContainsFunc(v, func(v int) bool { return !op.Known(v) }) {
		return v, true
	}
	return nil, false
}

// integral reports whether values of the type are carried in Info.Ints.
func integral(t tensor.Type) bool { return t == tensor.Int64 || t == tensor.Int32 }

// checkInts reports an input that is no list of integers, or no one integer.
func checkInts(x *op.Info, name string) error {
	if !integral(x.Type) || x.Kind != graph.Tensor {
		return fmt.Errorf("%w: %s is %v, not int64", op.ErrType, name, x.Type)
	}
	if x.Ranked && len(x.Shape) > 1 {
		return fmt.Errorf("%w: %s has rank %d, more than 1", op.ErrShape, name, len(x.Shape))
	}
	return nil
}

// setInts makes v the value of out where it is known and out has as many
// elements.
func setInts(out *op.Info, v []int) {
	out.Ints = out.Ints[:0]
	if v == nil || len(v) > maxInts || !integral(out.Type) || len(out.Shape) > 1 || out.Len() != len(v) {
		out.Ints = nil
		return
	}
	out.Ints = append(out.Ints, v...)
	if out.Ints == nil {
		out.Ints = []int{}
	}
}

// count returns the product of dims: a number, the one symbol among ones, or
// Unknown.
func count(dims []int) int {
	n, symbol := 1, 0
	for _, d := range dims {
		switch {
		case d == 0:
			return 0
		case d > 0:
			n *= d
		case symbol == 0:
			symbol = d
		default:
			symbol = op.Unknown
		}
	}
	switch {
	case symbol == 0:
		return n
	case n == 1:
		return symbol
	}
	return op.Unknown
}

// scalar returns the one element of a constant integer tensor.
func scalar(x *op.Info, name string) (int, bool, error) {
	v, ok := known(x)
	if !ok {
		return 0, false, nil
	}
	if len(v) != 1 {
		return 0, false, fmt.Errorf("%w: %s has %d elements, not 1", op.ErrInput, name, len(v))
	}
	return v[0], true, nil
}

// reads filters the inputs that a node's operator reads by which are there.
func reads(n *graph.Node, inputs ...int) []int {
	var r []int
	for _, i := range inputs {
		if i < len(n.Inputs) && n.Inputs[i] != graph.None {
			r = append(r, i)
		}
	}
	return r
}

// list returns an integer list attribute, nil where it is absent, cut to the range
// in which integers are numbers and not symbols.
func list(n *graph.Node, name string) []int {
	a := n.Attr(name)
	if a == nil {
		return nil
	}
	return op.AppendInts(nil, tensor.Of(a.Ints, len(a.Ints)))
}

// present reports whether input i is there.
func present(in []op.Info, i int) bool { return i < len(in) && in[i].Present() }

// given returns a frame's input i, nil where it is omitted.
func given(f *op.Frame, i int) *op.Value {
	if i >= len(f.In) {
		return nil
	}
	return f.In[i]
}

// anyOrder lists the signatures of an operator with one input that keeps its
// order, given that its rank stays.
func anyOrder(in []op.Info, outputs int) []op.Signature {
	s := []op.Signature{{In: []op.Order{op.Plain}, Out: slices.Repeat([]op.Order{op.Plain}, outputs)}}
	if in[0].Rank() >= 3 {
		s = append(s, op.Signature{In: []op.Order{op.ChannelsLast}, Out: slices.Repeat([]op.Order{op.ChannelsLast}, outputs)})
	}
	return s
}
