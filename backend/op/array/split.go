package array

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// splitOp is Split: pieces along an axis, of given sizes or of equal ones. From
// version 18 on the last of equal pieces may be smaller, if num_outputs is given.
//
// Sizes are an attribute before version 13, input 1 from then on. (Version 1 has
// them as an input of the data's type too, which nothing exports.)
type splitOp struct {
	axis   int
	sizes  []int
	input  bool
	uneven bool
}

func newSplit(n *graph.Node) (op.Op, error) {
	o := splitOp{axis: n.Int("axis", 0), sizes: list(n, "split"), uneven: n.Version >= 18}
	o.input = len(reads(n, 1)) > 0
	if !o.input && o.sizes != nil && len(o.sizes) != len(n.Outputs) {
		return nil, fmt.Errorf("%w: %d sizes for %d outputs", op.ErrAttr, len(o.sizes), len(n.Outputs))
	}
	if k := n.Int("num_outputs", len(n.Outputs)); k != len(n.Outputs) {
		return nil, fmt.Errorf("%w: num_outputs is %d, the node has %d", op.ErrAttr, k, len(n.Outputs))
	}
	return o, nil
}

func (o splitOp) Reads() []int {
	if o.input {
		return []int{1}
	}
	return nil
}

func (o splitOp) Infer(in, out []op.Info) error {
	x := &in[0]
	if !x.Ranked {
		for i := range out {
			out[i].TensorOfRank(x.Type, -1)
		}
		return nil
	}
	axis, err := op.Axis(o.axis, len(x.Shape))
	if err != nil {
		return err
	}
	sizes, d, sum := o.sizes, x.Shape[axis], 0
	if o.input {
		if err := checkInts(&in[1], "split"); err != nil {
			return err
		}
		if sizes = ints(&in[1]); sizes != nil && len(sizes) != len(out) {
			return fmt.Errorf("%w: %d sizes for %d outputs", op.ErrInput, len(sizes), len(out))
		}
	}
	for i := range out {
		size := op.Unknown
		switch {
		case sizes != nil:
			size = sizes[i]
			if op.Known(size) && size < 0 {
				return fmt.Errorf("%w: size %d is %d", op.ErrInput, i, size)
			}
		case o.input || d < 0:
		case o.uneven:
			piece := (d + len(out) - 1) / len(out)
			size = max(0, min(piece, d-i*piece))
		case d%len(out) != 0:
			return fmt.Errorf("%w: %d elements in %d equal pieces", op.ErrShape, d, len(out))
		default:
			size = d / len(out)
		}
		if size == op.Unknown && len(out) == 1 {
			size = d
		}
		if size < 0 || sum < 0 {
			sum = op.Unknown
		} else {
			sum += size
		}
		out[i].Like(x.Type, x)
		out[i].Shape[axis] = size
	}
	if op.Clash(sum, d) {
		return fmt.Errorf("%w: sizes add up to %d, axis %d has %d", op.ErrShape, sum, axis, d)
	}
	if v := ints(x); v != nil && sum >= 0 {
		for i, at := 0, 0; i < len(out); i++ {
			n := out[i].Shape[0]
			setInts(&out[i], v[at:at+n])
			at += n
		}
	}
	return nil
}

func (o splitOp) Layouts(in []op.Info) []op.Signature {
	s := anyOrder(in, 1)
	if o.input {
		for i := range s {
			s[i].In = append(s[i].In, op.Plain)
		}
	}
	return s
}

func (o splitOp) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return viewer{viewing: o}, nil
}

func (o splitOp) window(f *op.Frame, i int, stride []int) ([]int, int, bool) {
	x := f.In[0]
	axis, at := o.axis, 0
	if axis < 0 {
		axis += len(x.Shape)
	}
	for _, before := range f.OutInfo[:i] {
		at += before.Shape[axis]
	}
	return append(stride, x.Stride...), at * x.Stride[axis], true
}

// Grad puts the gradients of the pieces together; one that is not used has 0.
func (o splitOp) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	parts := slices.Clone(dy)
	for i, id := range n.Outputs {
		switch {
		case id == graph.None:
			return nil, fmt.Errorf("%w where output %d is omitted", op.ErrNoGradient, i)
		case parts[i] == graph.None:
			parts[i] = op.Filled(b, id, 0)
		}
	}
	dx := gradNone(n)
	dx[0] = b.Node("Concat", parts...).Attr("axis", o.axis).Out("")
	return dx, nil
}
