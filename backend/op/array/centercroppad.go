package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// centerCropPad is CenterCropPad: the middle of the input, or the input in the
// middle of zeros, along some axes. What cannot be halved is one more at the end.
type centerCropPad struct{ axes []int }

func newCenterCropPad(n *graph.Node) (op.Op, error) { return centerCropPad{list(n, "axes")}, nil }

func (centerCropPad) Reads() []int { return []int{1} }

func (o centerCropPad) Infer(in, out []op.Info) error {
	x, y := &in[0], &out[0]
	if err := checkInts(&in[1], "the shape"); err != nil {
		return err
	}
	to := ints(&in[1])
	if !x.Ranked {
		y.TensorOfRank(x.Type, -1)
		return nil
	}
	n := len(x.Shape)
	if o.axes != nil {
		n = len(o.axes)
	}
	if to != nil && len(to) != n {
		return fmt.Errorf("%w: %d sizes for %d axes", op.ErrShape, len(to), n)
	}
	y.Like(x.Type, x)
	for i := range n {
		axis := i
		if o.axes != nil {
			var err error
			if axis, err = x.Axis(o.axes[i]); err != nil {
				return err
			}
		}
		y.Shape[axis] = op.Unknown
		if to == nil {
			continue
		}
		if op.Known(to[i]) && to[i] < 0 {
			return fmt.Errorf("%w: size %d is %d", op.ErrInput, i, to[i])
		}
		y.Shape[axis] = to[i]
	}
	return nil
}

func (o centerCropPad) Layouts(in []op.Info) []op.Signature {
	s := anyOrder(in, 1)
	for i := range s {
		s[i].In = append(s[i].In, op.Plain)
	}
	return s
}

func (o centerCropPad) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	t := in[0].Type
	zero := &op.Value{Kind: graph.Tensor, Type: t, Bytes: tensor.Alloc(t.Size())}
	if t == tensor.String {
		zero.Strings = []string{""}
	}
	return padding{begins: centered, value: zero, run: padder(t)}, nil
}

// centered appends what is added before each axis: halves round toward zero.
func centered(f *op.Frame, dst []int) []int {
	for i, n := range f.Out[0].Shape {
		dst = append(dst, (n-f.In[0].Shape[i])/2)
	}
	return dst
}
