package array

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// pad is Pad: elements are added before and after each axis, or taken away where
// the number is negative: a constant, the border's reflection, the border, or
// the array once more (wrap, version 19).
//
// Before version 11 pads and value are attributes (paddings in version 1); from
// then on they are inputs 1 and 2, and from version 18 on input 3 names the axes.
type pad struct {
	mode   padMode
	pads   []int // of versions 1 and 2
	value  float32
	inputs []int // that are read
}

// A padMode says what is put beyond the border.
type padMode int

const (
	padConstant padMode = iota
	padReflect
	padEdge
	padWrap
)

var padModes = []string{"constant", "reflect", "edge", "wrap"}

func newPad(n *graph.Node) (op.Op, error) {
	name := n.Str("mode", "constant")
	mode := slices.Index(padModes, name)
	if mode < 0 || padMode(mode) == padWrap && n.Version < 19 {
		return nil, fmt.Errorf("%w: mode %q", op.ErrAttr, name)
	}
	o := pad{mode: padMode(mode)}
	if n.Version >= 11 {
		o.inputs = reads(n, 1, 3)
		return o, nil
	}
	attr := "pads"
	if n.Version < 2 {
		attr = "paddings"
	}
	if !n.Has(attr) {
		return nil, fmt.Errorf("%w: %s are missing", op.ErrAttr, attr)
	}
	o.pads, o.value = list(n, attr), n.Float("value", 0)
	return o, nil
}

func (o pad) Reads() []int { return o.inputs }

// amounts returns the pads of n axes, and the axes, nil for all; false if not
// known.
func (o pad) amounts(in []op.Info) (pads, axes []int, ok bool) {
	if o.inputs == nil {
		return o.pads, nil, true
	}
	pads, ok = known(&in[1])
	if present(in, 3) && ok {
		axes, ok = known(&in[3])
	}
	return pads, axes, ok
}

func (o pad) Infer(in, out []op.Info) error {
	x, y := &in[0], &out[0]
	if present(in, 2) && in[2].Type != x.Type {
		return fmt.Errorf("%w: constant_value is %v, data %v", op.ErrType, in[2].Type, x.Type)
	}
	if present(in, 2) && op.Clash(in[2].Len(), 1) {
		return fmt.Errorf("%w: constant_value has %d elements, want 1", op.ErrShape, in[2].Len())
	}
	for i, name := range []string{1: "pads", 3: "axes"} {
		if name != "" && present(in, i) {
			if err := checkInts(&in[i], name); err != nil {
				return err
			}
		}
	}
	pads, axes, ok := o.amounts(in)
	if !x.Ranked || !ok {
		y.TensorOfRank(x.Type, x.Rank())
		return nil
	}
	y.Like(x.Type, x)
	n := len(x.Shape)
	if axes != nil {
		n = len(axes)
	}
	if len(pads) != 2*n {
		return fmt.Errorf("%w: %d pads for %d axes", op.ErrShape, len(pads), n)
	}
	for i := range n {
		axis := i
		if axes != nil {
			var err error
			if axis, err = op.Axis(axes[i], len(x.Shape)); err != nil {
				return err
			}
		}
		before, after, d := pads[i], pads[n+i], x.Shape[axis]
		switch {
		case d < 0 && before+after == 0:
		case d < 0:
			y.Shape[axis] = op.Unknown
		default:
			left := d + min(before, 0) + min(after, 0)
			if left < 0 || left == 0 && o.mode != padConstant && (before > 0 || after > 0) {
				return fmt.Errorf("%w: axis %d of size %d padded by %d and %d", op.ErrShape, axis, d, before, after)
			}
			y.Shape[axis] = d + before + after
		}
	}
	return nil
}

func (o pad) Layouts(in []op.Info) []op.Signature {
	s := anyOrder(in, 1)
	for i := range s {
		for range max(0, len(in)-1) {
			s[i].In = append(s[i].In, op.Plain)
		}
	}
	return s
}

func (o pad) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	t := in[0].Type
	k := padding{begins: o.begins, mode: o.mode, value: &op.Value{Kind: graph.Tensor, Type: t}, run: padder(t)}
	if t == tensor.String {
		k.value.Strings = []string{""}
		return k, nil
	}
	k.value.Bytes = tensor.Alloc(t.Size())
	if o.value == 0 {
		return k, nil
	}
	one := tensor.Scalar(o.value)
	return k, tensor.ConvertBytes(t, k.value.Bytes, tensor.Float32, one.Bytes(), tensor.ConvertOptions{Saturate: true})
}

// begins appends what is added before each axis.
func (o pad) begins(f *op.Frame, dst []int) []int {
	at := len(dst)
	for range f.In[0].Shape {
		dst = append(dst, 0)
	}
	pads, axes, _ := o.amounts(f.InInfo)
	for i := range len(pads) / 2 {
		axis := i
		if axes != nil {
			axis, _ = op.Axis(axes[i], len(f.In[0].Shape))
		}
		dst[at+axis] = pads[i]
	}
	return dst
}

// Grad takes away what has been added: Pad by the negative numbers. The constant
// gets the gradients of its copies.
func (o pad) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	if o.mode != padConstant {
		return nil, fmt.Errorf("%w in mode %q", op.ErrNoGradient, padModes[o.mode])
	}
	dx, axes := gradNone(n), graph.None
	var pads graph.ValueID
	if o.inputs == nil {
		pads = op.Vector(b, o.pads...)
	} else if pads = n.Inputs[1]; len(n.Inputs) > 3 {
		axes = n.Inputs[3]
	}
	dx[0] = op.Emit(b, "Pad", dy[0], op.Emit(b, "Neg", pads), graph.None, axes)
	if len(n.Inputs) > 2 && n.Inputs[2] != graph.None {
		sum := func(x graph.ValueID) graph.ValueID { return b.Node("ReduceSum", x).Attr("keepdims", 0).Out("") }
		dx[2] = op.ReshapeLike(b, op.Emit(b, "Sub", sum(dy[0]), sum(dx[0])), n.Inputs[2])
	}
	return dx, nil
}
