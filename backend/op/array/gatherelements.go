package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// gatherElements is GatherElements: y has the shape of the indices, and each
// element is that of the data at the same place, but at the index along the axis.
type gatherElements struct{ axis int }

func newGatherElements(n *graph.Node) (op.Op, error) { return gatherElements{n.Int("axis", 0)}, nil }

func (o gatherElements) Infer(in, out []op.Info) error {
	if err := checkIndices(&in[1], "indices"); err != nil {
		return err
	}
	out[0].Like(in[0].Type, &in[1])
	return checkElementwise(&in[0], &in[1], o.axis)
}

// checkElementwise checks indices that are to be used elementwise along an axis
// of the data: no larger than it in any other dim.
func checkElementwise(x, idx *op.Info, axis int) error {
	if !x.Ranked {
		return nil
	}
	a, err := x.Axis(axis)
	if err != nil || !idx.Ranked {
		return err
	}
	if len(x.Shape) != len(idx.Shape) {
		return fmt.Errorf("%w: indices have rank %d, data %d", op.ErrShape, len(idx.Shape), len(x.Shape))
	}
	for i, d := range idx.Shape {
		if i != a && d >= 0 && x.Shape[i] >= 0 && d > x.Shape[i] {
			return fmt.Errorf("%w: dim %d of the indices is %d, of the data %d", op.ErrShape, i, d, x.Shape[i])
		}
	}
	return nil
}

func (o gatherElements) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	return gatheringElements{o.axis, pick(in[0].Type, gatherEach[uint8], gatherEach[uint16], gatherEach[uint32],
		gatherEach[uint64], gatherEach[complex128], gatherEach[string])}, nil
}

type gatheringElements struct {
	axis int
	run  func(y, x, idx *op.Value, axis, lo, hi int) error
}

func (k gatheringElements) Resolve(f *op.Frame) error {
	f.Split(rows(f.In[1]), 4*float64(rowLength(f.In[1])))
	return nil
}

func (k gatheringElements) Run(f *op.Frame, phase, chunk, _ int) error {
	axis := k.axis
	if axis < 0 {
		axis += len(f.In[0].Shape)
	}
	lo, hi := f.Span(phase, chunk, rows(f.In[1]))
	return k.run(f.Out[0], f.In[0], f.In[1], axis, lo, hi)
}

// rowLength returns the size of the last dim, rows how many such rows there are.
func rowLength(v *op.Value) int {
	if len(v.Shape) == 0 {
		return 1
	}
	return v.Shape[len(v.Shape)-1]
}

func rows(v *op.Value) int {
	if len(v.Shape) == 0 {
		return 1
	}
	return count(v.Shape[:len(v.Shape)-1])
}

// rowStart returns where in the data the row of that number, of an array of the
// indices' shape, begins; the axis' own coordinate is left out.
func rowStart(row int, idx, x *op.Value, axis int) int {
	at := 0
	for d := len(idx.Shape) - 2; d >= 0; d-- {
		if d != axis {
			at += row % idx.Shape[d] * x.Stride[d]
		}
		row /= idx.Shape[d]
	}
	return at
}

func gatherEach[T cell](y, x, idx *op.Value, axis, lo, hi int) error {
	d, s, at, n := cells[T](y), cells[T](x), indicesOf(idx), rowLength(idx)
	size, stride, step := x.Shape[axis], x.Stride[axis], 1
	if axis == len(x.Shape)-1 {
		step = 0
	}
	for row := lo; row < hi; row++ {
		from := rowStart(row, idx, x, axis)
		for i := row * n; i < (row+1)*n; i++ {
			j := at.at(i, size)
			if j < 0 {
				return at.outOfRange(i, size)
			}
			d[i] = s[from+j*stride]
			from += step
		}
	}
	return nil
}

// Grad adds each element's gradient to where it was taken from.
func (o gatherElements) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	dx := b.Node("ScatterElements", op.Filled(b, n.Inputs[0], 0), n.Inputs[1], dy[0]).Attr("axis", o.axis).Attr("reduction", "add").Out("")
	return []graph.ValueID{dx, graph.None}, nil
}
