package optest

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Layouts evaluates a node on the same values in every way they may lie in
// memory and requires the results of contiguous plain values: each order the
// operator offers, pixels with gaps, lanes beyond the channels that hold NaN or
// 1e30, strided inputs and outputs where the kernel takes them. With exact the
// bits must be equal, else the rules of [Equal] hold. It also requires that
// nothing is allocated once a frame has run.
func Layouts(t *testing.T, r *op.Registry, n *graph.Node, exact bool, in ...*tensor.Tensor) {
	t.Helper()
	want, err := Eval(r, n, in...)
	require.NoError(t, err)
	o, err := r.New(n)
	require.NoError(t, err)

	signatures := []op.Signature{{In: make([]op.Order, len(in)), Out: make([]op.Order, len(n.Outputs))}}
	if l, ok := o.(op.Layouter); ok {
		infos := make([]op.Info, len(in))
		for i, x := range in {
			if x != nil {
				infos[i] = op.FromTensor(x).Info()
			}
		}
		signatures = l.Layouts(infos)
	}
	for _, s := range signatures {
		for _, garbage := range []float32{float32(math.NaN()), 1e30} {
			for gap := range 4 {
				l := layout{s, garbage, gap}
				t.Run(l.String(), func(t *testing.T) { l.check(t, o, n, exact, in, want) })
			}
		}
	}
}

// A layout is one way to lay values out.
type layout struct {
	orders  op.Signature
	garbage float32 // in gaps
	gap     int     // 0: none; 1: gaps that are the value's own; 2: a neighbour's; 3: own for outputs, neighbour's for inputs
}

func (l layout) String() string { return fmt.Sprintf("%v/%v/%d", l.orders.In, l.garbage, l.gap) }

func (l layout) check(t *testing.T, o op.Op, n *graph.Node, exact bool, in, want []*tensor.Tensor) {
	infos, outs := make([]op.Info, len(in)), make([]op.Info, len(n.Outputs))
	for i, x := range in {
		if x != nil {
			infos[i] = op.FromTensor(x).Info()
			infos[i].Order = l.orders.In[i]
		}
	}
	require.NoError(t, o.Infer(infos, outs))
	for i := range outs {
		outs[i].Order = l.orders.Out[i]
	}
	for i := range infos { // as for values that are no constants
		if rd, ok := o.(op.Reader); !ok || !contains(rd.Reads(), i) {
			infos[i].Const = nil
		}
	}
	k, err := o.Prepare(op.NewEnv(n), infos, outs)
	require.NoError(t, err)

	strided, _ := k.(op.Strided)
	free, _ := k.(op.StridedOut)
	f := op.NewFrame(len(in), len(outs))
	f.Run, f.InInfo, f.OutInfo = &op.Run{}, infos, outs
	for i, x := range in {
		if x != nil {
			l := l
			if l.gap == 3 {
				l.gap = 2
			}
			f.In[i] = l.value(x.Type(), x.Shape(), l.orders.In[i], strided != nil && strided.Strided(i))
			op.CopyStrided(f.In[i], op.FromTensor(x))
		}
	}
	for i, id := range n.Outputs {
		if id != graph.None {
			l := l
			if l.gap == 3 {
				l.gap = 1
			}
			f.Out[i] = l.value(outs[i].Type, outs[i].Shape, l.orders.Out[i], free != nil && free.StridedOut())
		}
	}
	run := func() {
		if err := op.Execute(k, f); err != nil {
			t.Fatal(err)
		}
	}
	run()
	for i, v := range f.Out {
		if v == nil {
			continue
		}
		c := v.Clone()
		if exact {
			require.Equal(t, want[i].Shape(), c.Shape)
			require.True(t, sameBits(want[i], c.Tensor()), "output %d: got %v, want %v", i, c.Bytes, want[i].Bytes())
		} else {
			Equal(t, want[i], c.Tensor())
		}
	}
	require.Zero(t, testing.AllocsPerRun(5, run), "allocations")
}

// sameBits compares storage; NaNs of float32 are alike.
func sameBits(a, b *tensor.Tensor) bool {
	if a.Type() != tensor.Float32 {
		return string(a.Bytes()) == string(b.Bytes())
	}
	x, y := tensor.Data[float32](a), tensor.Data[float32](b)
	for i := range x {
		if math.Float32bits(x[i]) != math.Float32bits(y[i]) && (x[i] == x[i] || y[i] == y[i]) {
			return false
		}
	}
	return true
}

// value returns a value with storage full of garbage.
func (l layout) value(typ tensor.Type, shape []int, order op.Order, strided bool) *op.Value {
	v := &op.Value{Kind: graph.Tensor, Type: typ, Shape: append([]int{}, shape...)}
	v.SetPlain()
	switch {
	case order == op.ChannelsLast:
		ld := shape[1]
		if l.gap > 0 {
			ld = (ld+7)/8*8 + 8
		}
		v.SetChannelsLast(ld)
		if l.gap == 2 {
			v.Lanes = shape[1]
		}
	case strided && l.gap == 1 && len(shape) > 0: // gaps between rows
		for i := range len(shape) - 1 {
			v.Stride[i] *= 2
		}
	case strided && l.gap == 2: // dims in reverse
		size := 1
		for i := range shape {
			v.Stride[i] = size
			size *= max(1, shape[i])
		}
	}
	elements := v.Extent()
	if order == op.ChannelsLast && l.gap == 1 { // rows are its own to the end
		elements += v.PixelStride() - shape[1]
	}
	v.Bytes = tensor.Alloc(elements * typ.Size())
	if typ == tensor.Float32 {
		for i, x := 0, op.Data[float32](v); i < len(x); i++ {
			x[i] = l.garbage
		}
	}
	return v
}

func contains(x []int, v int) bool {
	for _, e := range x {
		if e == v {
			return true
		}
	}
	return false
}
