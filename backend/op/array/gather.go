package array

import (
	"unsafe"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// gather is Gather: entries of the data along an axis, in the shape of the
// indices: y[a, i, b] = data[a, indices[i], b]. Negative indices count from the
// end.
type gather struct{ axis int }

func newGather(n *graph.Node) (op.Op, error) { return gather{n.Int("axis", 0)}, nil }

func (o gather) Infer(in, out []op.Info) error {
	x, idx, y := &in[0], &in[1], &out[0]
	if err := checkIndices(idx, "indices"); err != nil {
		return err
	}
	y.TensorOfRank(x.Type, -1)
	if !x.Ranked {
		return nil
	}
	axis, err := x.Axis(o.axis)
	if err != nil || !idx.Ranked {
		return err
	}
	y.Tensor(x.Type, x.Shape[:axis]...)
	y.Shape = append(y.Shape, idx.Shape...)
	y.Shape = append(y.Shape, x.Shape[axis+1:]...)
	v := ints(x)
	if v == nil || len(x.Shape) != 1 || len(idx.Shape) > 1 {
		return nil
	}
	if at, ok := known(idx); ok && len(at) <= maxInts && integral(y.Type) {
		for _, i := range at {
			if i < 0 {
				i += len(v)
			}
			if i < 0 || i >= len(v) {
				y.Ints = nil // Run reports it
				return nil
			}
			y.Ints = append(y.Ints, v[i])
		}
	}
	return nil
}

func (o gather) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	return gathering{o.axis, pick(in[0].Type, gatherCells[uint8], gatherCells[uint16], gatherCells[uint32],
		gatherCells[uint64], gatherCells[complex128], gatherCells[string])}, nil
}

// gathering copies a block of elements for each index, for each position before
// the axis.
type gathering struct {
	axis int
	run  func(y, x, idx *op.Value, size, block, lo, hi int) error
}

func (k gathering) Resolve(f *op.Frame) error {
	x, axis := f.In[0], k.axis
	if axis < 0 {
		axis += len(x.Shape)
	}
	size, block := x.Shape[axis], count(x.Shape[axis+1:])
	n := count(x.Shape[:axis]) * f.In[1].Len()
	f.Param = append(f.Param[:0], size, block, n)
	f.Split(n, 3+moveCost*float64(block*width(x.Type)))
	return nil
}

func (k gathering) Run(f *op.Frame, phase, chunk, _ int) error {
	size, block, n := f.Param[0], f.Param[1], f.Param[2]
	lo, hi := f.Span(phase, chunk, n)
	return k.run(f.Out[0], f.In[0], f.In[1], size, block, lo, hi)
}

func gatherCells[T cell](y, x, idx *op.Value, size, block, lo, hi int) error {
	d, s, at, m := cells[T](y), cells[T](x), indicesOf(idx), idx.Len()
	for lo < hi { // positions before the axis, one after the other
		q, r := lo/m, lo%m
		n := min(m-r, hi-lo)
		if err := gatherRows(d[lo*block:], s[q*size*block:], at, r, n, size, block, block); err != nil {
			return err
		}
		lo += n
	}
	return nil
}

// gatherRows copies a row of block elements for each of n indices, from index r
// on, which name rows in s, of size, step elements apart. A row of the size of an
// element type is one element.
func gatherRows[T cell](d, s []T, at indices, r, n, size, block, step int) error {
	var z T
	if block > 1 && step == block {
		switch block * int(unsafe.Sizeof(z)) {
		case 4:
			return gatherRows(regroup[uint32](d), regroup[uint32](s), at, r, n, size, 1, 1)
		case 8:
			return gatherRows(regroup[uint64](d), regroup[uint64](s), at, r, n, size, 1, 1)
		case 16:
			return gatherRows(regroup[complex128](d), regroup[complex128](s), at, r, n, size, 1, 1)
		}
	}
	if block == 0 { // indices are checked all the same
		step = 0
	}
	if block == 1 && at.wide != nil {
		d = d[:n]
		for i, j := range at.wide[r:][:n] {
			if j < 0 {
				j += int64(size)
			}
			if uint64(j) >= uint64(size) {
				return at.outOfRange(r+i, size)
			}
			d[i] = s[int(j)*step]
		}
		return nil
	}
	for i := range n {
		j := at.at(r+i, size)
		if j < 0 {
			return at.outOfRange(r+i, size)
		}
		copy(d[i*block:][:block], s[j*step:])
	}
	return nil
}

// regroup returns storage without pointers as elements of another size.
func regroup[U uint32 | uint64 | complex128, T cell](x []T) []U {
	var t T
	var u U
	return unsafe.Slice((*U)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(t))/int(unsafe.Sizeof(u)))
}

// Grad adds each entry's gradient to where it was taken from.
func (o gather) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	x, idx, g, axis := n.Inputs[0], n.Inputs[1], dy[0], o.axis
	into := op.Filled(b, x, 0)
	index := op.Emit(b, "Unsqueeze", idx, op.Vector(b, -1))
	if axis == 0 {
		return []graph.ValueID{b.Node("ScatterND", into, index, g).Attr("reduction", "add").Out(""), graph.None}, nil
	}
	rank, err := op.Rank(b, x)
	if err != nil {
		return nil, err
	}
	count, err := op.Rank(b, idx)
	if err != nil {
		return nil, err
	}
	if axis, err = op.Axis(axis, rank); err != nil {
		return nil, err
	}
	// ScatterND indexes the first dims: the axis comes to the front, and goes back.
	front := func(x graph.ValueID, n, rank int) graph.ValueID {
		return b.Node("Transpose", x).Attr("perm", rotated(axis, n, rank)).Out("")
	}
	into = front(into, 1, rank)
	g = front(g, count, rank-1+count)
	dx := b.Node("ScatterND", into, index, g).Attr("reduction", "add").Out("")
	dx = b.Node("Transpose", dx).Attr("perm", rotated(1, axis, rank)).Out("")
	return []graph.ValueID{dx, graph.None}, nil
}

// rotated returns the permutation that brings n dims from the given one on to
// the front.
func rotated(from, n, rank int) []int {
	perm := make([]int, 0, rank)
	for i := range n {
		perm = append(perm, from+i)
	}
	for i := range rank {
		if i < from || i >= from+n {
			perm = append(perm, i)
		}
	}
	return perm
}
