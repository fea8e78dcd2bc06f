package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// gatherND is GatherND: the last dim of the indices holds coordinates into the
// data's dims after the first batchDims, which both share (version 12); y has a
// slice of the data for each.
type gatherND struct{ batchDims int }

func newGatherND(n *graph.Node) (op.Op, error) {
	b := n.Int("batch_dims", 0)
	if b < 0 {
		return nil, fmt.Errorf("%w: batch_dims is %d", op.ErrAttr, b)
	}
	return gatherND{b}, nil
}

func (o gatherND) Infer(in, out []op.Info) error {
	x, idx, y := &in[0], &in[1], &out[0]
	if err := checkIndices(idx, "indices"); err != nil {
		return err
	}
	y.TensorOfRank(x.Type, -1)
	if !x.Ranked || !idx.Ranked {
		return nil
	}
	r, q := len(x.Shape), len(idx.Shape)
	if r == 0 || q == 0 || o.batchDims >= min(r, q) {
		return fmt.Errorf("%w: data of rank %d, indices of rank %d, %d batch dims", op.ErrShape, r, q, o.batchDims)
	}
	k := idx.Shape[q-1]
	if k < 0 {
		return nil
	}
	if o.batchDims+k > r {
		return fmt.Errorf("%w: coordinates of %d dims behind %d batch dims, data of rank %d", op.ErrShape, k, o.batchDims, r)
	}
	for i := range o.batchDims {
		if op.Clash(x.Shape[i], idx.Shape[i]) {
			return fmt.Errorf("%w: batch dim %d is %d in the data, %d in the indices", op.ErrShape, i, x.Shape[i], idx.Shape[i])
		}
	}
	y.Tensor(x.Type, idx.Shape[:q-1]...)
	y.Shape = append(y.Shape, x.Shape[o.batchDims+k:]...)
	return nil
}

func (o gatherND) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	return gatheringND{o.batchDims, pick(in[0].Type, gatherSlices[uint8], gatherSlices[uint16], gatherSlices[uint32],
		gatherSlices[uint64], gatherSlices[complex128], gatherSlices[string])}, nil
}

type gatheringND struct {
	batchDims int
	run       func(y, x, idx *op.Value, b, block, lo, hi int) error
}

func (k gatheringND) Resolve(f *op.Frame) error {
	x, idx := f.In[0], f.In[1]
	coords := rowLength(idx)
	block, n := count(x.Shape[k.batchDims+coords:]), rows(idx)
	f.Param = append(f.Param[:0], block, n)
	f.Split(n, 3*float64(1+coords)+moveCost*float64(block*width(x.Type)))
	return nil
}

func (k gatheringND) Run(f *op.Frame, phase, chunk, _ int) error {
	lo, hi := f.Span(phase, chunk, f.Param[1])
	return k.run(f.Out[0], f.In[0], f.In[1], k.batchDims, f.Param[0], lo, hi)
}

// place returns the element of x that row i of the coordinates names, x being
// what follows b batch dims; base is the batch's first element.
func place(at indices, i, base, b int, idx, x *op.Value) (int, error) {
	k := rowLength(idx)
	for c := range k {
		n := x.Shape[b+c]
		j := at.at(i*k+c, n)
		if j < 0 {
			return 0, at.outOfRange(i*k+c, n)
		}
		base += j * x.Stride[b+c]
	}
	return base, nil
}

func gatherSlices[T cell](y, x, idx *op.Value, b, block, lo, hi int) error {
	d, s, at := cells[T](y), cells[T](x), indicesOf(idx)
	per := count(idx.Shape[b : len(idx.Shape)-1]) // rows of a batch
	batch := count(x.Shape[b:])
	if b == 0 && rowLength(idx) == 1 {
		return gatherRows(d[lo*block:], s, at, lo, hi-lo, x.Shape[0], block, x.Stride[0])
	}
	base, next := lo/max(per, 1)*batch, (lo/max(per, 1)+1)*per // of this batch, and where the next begins
	for i := lo; i < hi; i++ {
		if i == next {
			base, next = base+batch, next+per
		}
		from, err := place(at, i, base, b, idx, x)
		if err != nil {
			return err
		}
		if block > 0 {
			copy(d[i*block:(i+1)*block], s[from:from+block])
		}
	}
	return nil
}

// Grad adds each slice's gradient to where it was taken from.
func (o gatherND) Grad(b *graph.Builder, n *graph.Node, dy []graph.ValueID) ([]graph.ValueID, error) {
	if o.batchDims != 0 {
		return nil, fmt.Errorf("%w where batch_dims is %d", op.ErrNoGradient, o.batchDims)
	}
	dx := b.Node("ScatterND", op.Filled(b, n.Inputs[0], 0), n.Inputs[1], dy[0]).Attr("reduction", "add").Out("")
	return []graph.ValueID{dx, graph.None}, nil
}
