package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// tensorScatter is TensorScatter: a cache with an update written into it along
// the sequence axis, from an index on that is given for each sample (0 by
// default). In circular mode positions wrap around the end of the axis.
type tensorScatter struct {
	axis     int
	circular bool
}

func newTensorScatter(n *graph.Node) (op.Op, error) {
	mode := n.Str("mode", "linear")
	if mode != "linear" && mode != "circular" {
		return nil, fmt.Errorf("%w: mode is %q, neither linear nor circular", op.ErrAttr, mode)
	}
	return tensorScatter{n.Int("axis", -2), mode == "circular"}, nil
}

func (o tensorScatter) Infer(in, out []op.Info) error {
	x, u := &in[0], &in[1]
	if x.Type != u.Type {
		return fmt.Errorf("%w: the update is %v, the cache %v", op.ErrType, u.Type, x.Type)
	}
	out[0].Like(x.Type, x)
	if !x.Ranked {
		return nil
	}
	axis, err := x.Axis(o.axis)
	if err != nil {
		return err
	}
	if axis == 0 {
		return fmt.Errorf("%w: the axis is the batch", op.ErrAttr)
	}
	if !u.Ranked {
		return nil
	}
	if len(u.Shape) != len(x.Shape) {
		return fmt.Errorf("%w: the update has rank %d, the cache %d", op.ErrShape, len(u.Shape), len(x.Shape))
	}
	for i, d := range u.Shape {
		if i == axis && d >= 0 && x.Shape[i] >= 0 && d > x.Shape[i] || i != axis && op.Clash(d, x.Shape[i]) {
			return fmt.Errorf("%w: dim %d of the update is %d, of the cache %d", op.ErrShape, i, d, x.Shape[i])
		}
	}
	if present(in, 2) && in[2].Ranked && (len(in[2].Shape) != 1 || op.Clash(in[2].Shape[0], x.Shape[0])) {
		return fmt.Errorf("%w: write indices are %v for a batch of %d", op.ErrShape, in[2].Shape, x.Shape[0])
	}
	return nil
}

func (o tensorScatter) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	c, err := combinerOf("none", in[0].Type)
	return tensorScattering{overwrite{}, o, c}, err
}

type tensorScattering struct {
	overwrite
	tensorScatter
	move combiner
}

func (k tensorScattering) Resolve(f *op.Frame) error {
	k.resolve(f, f.In[1].Len())
	return nil
}

func (k tensorScattering) Run(f *op.Frame, phase, chunk, _ int) error {
	y, x, u := f.Out[0], f.In[0], f.In[1]
	if phase == 0 {
		copyPart(y, x, chunk, f.Phases[0].Chunks)
		return nil
	}
	axis := k.axis
	if axis < 0 {
		axis += len(x.Shape)
	}
	size, n, block := x.Shape[axis], u.Shape[axis], count(x.Shape[axis+1:])
	outer, per := count(x.Shape[:axis]), count(x.Shape[1:axis])
	for i := range outer {
		first := int64(0)
		if w := given(f, 2); w != nil {
			first = indicesOf(w).value(i / per)
		}
		if !k.circular && (first < 0 || first > int64(size-n)) {
			return fmt.Errorf("%w: write index of sample %d is %d, which leaves no room for %d of %d positions", op.ErrInput, i/per, first, n, size)
		}
		for s := range n {
			at := int((first%int64(size)+int64(s))%int64(size)+int64(size)) % size
			k.move(y, u, (i*size+at)*block, (i*n+s)*block, block)
		}
	}
	return nil
}
