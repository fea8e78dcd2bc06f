package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// MaxUnpool, versions 9, 11 and 22: puts elements where MaxPool found them, and
// zeros elsewhere.
//
//	X [N C D1...Dn], I int64 like X, output_shape [n+2] or absent -> Y [N C E1...En]
//
// Indices count elements of the whole tensor of the shape that follows from the
// attributes; with output_shape that tensor is at the beginning of a larger
// one.
type maxUnpool struct{ geometry }

func newMaxUnpool(n *graph.Node) (op.Op, error) {
	g, err := newGeometry(n)
	if err == nil && len(g.kernel) == 0 {
		err = fmt.Errorf("%w: kernel_shape is missing", op.ErrAttr)
	}
	return maxUnpool{g}, err
}

// Reads: the output's shape.
func (maxUnpool) Reads() []int { return []int{2} }

// pooled returns the size that was pooled to size in spatial dim i of n.
func (m maxUnpool) pooled(i, n, size int) int {
	begin, end := 0, 0
	if len(m.pads) == 2*n {
		begin, end = m.pads[i], m.pads[n+i]
	}
	return (size-1)*one(m.stride, i) - begin - end + m.kernel[i]
}

func (m maxUnpool) Infer(in, out []op.Info) error {
	x := &in[0]
	out[0].Like(x.Type, x)
	if !x.Ranked {
		return nil
	}
	n := len(x.Shape) - 2
	if n != len(m.kernel) {
		return fmt.Errorf("%w: X has rank %d, the kernel %d dims", op.ErrShape, len(x.Shape), n)
	}
	if err := m.check(n); err != nil {
		return err
	}
	for i := range n {
		if out[0].Shape[2+i] = op.Unknown; x.Shape[2+i] >= 0 {
			d := x.Shape[2+i]
			if out[0].Shape[2+i] = m.pooled(i, n, d); out[0].Shape[2+i] < 0 {
				return fmt.Errorf("%w: spatial dim %d would be %d", op.ErrShape, i, out[0].Shape[2+i])
			}
		}
	}
	if len(in) < 3 || !in[2].Present() {
		return nil
	}
	shape, ok := in[2].Integers()
	if !ok {
		out[0].TensorOfRank(x.Type, n+2)
		return nil
	}
	if len(shape) != n+2 {
		return fmt.Errorf("%w: output_shape is %v for rank %d", op.ErrShape, shape, n+2)
	}
	for i, d := range shape {
		if d < 0 || op.Clash(d, x.Shape[i]) && i < 2 || i >= 2 && d < out[0].Shape[i] {
			return fmt.Errorf("%w: output_shape is %v, unpooling makes %v", op.ErrShape, shape, out[0].Shape)
		}
		out[0].Shape[i] = d
	}
	return nil
}

func (m maxUnpool) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	switch in[0].Type.Size() {
	case 2:
		return &maxUnpoolKernel[uint16]{m}, nil
	case 4:
		return &maxUnpoolKernel[uint32]{m}, nil
	case 8:
		return &maxUnpoolKernel[uint64]{m}, nil
	}
	return nil, fmt.Errorf("%w: MaxUnpool of %v", op.ErrUnsupported, in[0].Type)
}

// maxUnpoolKernel moves elements of a size.
type maxUnpoolKernel[T uint16 | uint32 | uint64] struct{ maxUnpool }

func (k *maxUnpoolKernel[T]) Resolve(f *op.Frame) error {
	if a, b := f.In[0].Len(), f.In[1].Len(); a != b {
		return fmt.Errorf("%w: X has %d elements, I %d", op.ErrShape, a, b)
	}
	f.One(10*f.In[0].Len() + f.Out[0].Len())
	return nil
}

func (k *maxUnpoolKernel[T]) Run(f *op.Frame, _, _, _ int) error {
	x, y := f.In[0], f.Out[0]
	src, dst := tensor.View[T](x.Bytes)[:x.Len()], tensor.View[T](y.Bytes)[:y.Len()]
	clear(dst)
	n := len(x.Shape) - 2
	all := x.Shape[0] * x.Shape[1]
	for i := range n {
		all *= k.pooled(i, n, x.Shape[2+i])
	}
	for i, at := range op.Data[int64](f.In[1])[:len(src)] {
		if at < 0 || at >= int64(all) {
			return fmt.Errorf("%w: index %d of %d elements", op.ErrInput, at, all)
		}
		rest, to, place := int(at), 0, 1
		for d := n - 1; d >= 0; d-- {
			size := k.pooled(d, n, x.Shape[2+d])
			to += rest % size * place
			rest /= size
			place *= y.Shape[2+d]
		}
		dst[rest*place+to] = src[i]
	}
	return nil
}
