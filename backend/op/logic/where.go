package logic

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// where is Where: x where the condition holds, else y, all three broadcast.
// Elements are moved as they are, by size.
type where struct{ elementwise.Op }

func newWhere(*graph.Node) (op.Op, error) {
	return &where{elementwise.Op{Arity: 3, Loop: whereLoop, Type: func(in []op.Info) (tensor.Type, error) {
		if in[0].Type != tensor.Bool {
			return 0, fmt.Errorf("%w: condition is %v, want bool", op.ErrType, in[0].Type)
		}
		return in[1].Type, elementwise.SameType(in[1:])
	}}}, nil
}

// Infer follows the values of shapes that a condition selects from.
func (w *where) Infer(in, out []op.Info) error {
	if err := w.Op.Infer(in, out); err != nil {
		return err
	}
	x, y := elementwise.Ints(&in[1]), elementwise.Ints(&in[2])
	if len(x) == 0 || len(y) == 0 || len(out[0].Shape) > 1 {
		return nil
	}
	n := max(len(x), len(y))
	if out[0].Len() != n {
		return nil
	}
	for i := range n {
		a, b := x[i%len(x)], y[i%len(y)]
		c, ok := condition(&in[0], i)
		switch {
		case ok && !c:
			a = b
		case !ok && a != b:
			a = op.Unknown
		}
		out[0].Ints = append(out[0].Ints, a)
	}
	return nil
}

// condition returns element i of a condition that may repeat, if it is known.
func condition(c *op.Info, i int) (value, ok bool) {
	switch {
	case len(c.Ints) > 0:
		v := c.Ints[i%len(c.Ints)]
		return v != 0, op.Known(v)
	case c.Const != nil && c.Const.Len() > 0:
		v := tensor.Data[bool](c.Const)
		return v[i%len(v)], true
	}
	return false, false
}

// Prepare has a kernel of its own for strings.
func (w *where) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	if in[1].Type != tensor.String {
		return w.Op.Prepare(e, in, out)
	}
	return elementwise.Strings(func(dst *op.Value, in []*op.Value, at [4]int) {
		s := in[1].Strings[at[2]]
		if in[0].Bytes[at[1]] == 0 {
			s = in[2].Strings[at[3]]
		}
		dst.Strings[at[0]] = s
	}), nil
}

func whereLoop(_ *kernels.Set, in []op.Info) (elementwise.Loop, error) {
	t := in[1].Type
	l := elementwise.Loop{In: []tensor.Type{tensor.Bool, t}, Out: t, Cost: 1}
	switch t.Size() {
	case 1:
		l.Row = chooseBytes
	case 2:
		l.Row = choose[uint16]
	case 4:
		l.Row = choose[uint32]
	case 8:
		l.Row = choose[uint64]
	case 16:
		l.Row = choose[complex128]
	}
	return l, nil
}

func choose[T tensor.Element](dst, c, x, y []byte) error {
	d, a, b := tensor.View[T](dst), tensor.View[T](x), tensor.View[T](y)
	a, b, c = a[:len(d)], b[:len(d)], c[:len(d)]
	for i := range d {
		u, v := a[i], b[i] // both, so that no branch is to be predicted
		if c[i] != 0 {
			v = u
		}
		d[i] = v
	}
	return nil
}

// chooseBytes is choose for bytes, which processors do not move by condition:
// words are.
func chooseBytes(dst, c, x, y []byte) error {
	x, y, c = x[:len(dst)], y[:len(dst)], c[:len(dst)]
	for i := range dst {
		u, v := uint32(x[i]), uint32(y[i])
		if c[i] != 0 {
			v = u
		}
		dst[i] = byte(v)
	}
	return nil
}

// Grad gives each operand the gradients of the elements it was chosen for.
func (w *where) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	c, x, y := n.Inputs[0], n.Inputs[1], n.Inputs[2]
	zero, shape := op.Number(b, x, 0), &b.Graph.Values[n.Outputs[0]].Type
	return []graph.ValueID{
		graph.None,
		op.SumTo(b, op.Emit(b, "Where", c, dy[0], zero), shape, x),
		op.SumTo(b, op.Emit(b, "Where", c, zero, dy[0]), shape, y),
	}, nil
}
