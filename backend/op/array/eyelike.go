package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// eyeLike is EyeLike: a matrix of the input's shape with ones on diagonal k
// (above the main one where positive), of the input's type unless dtype is given.
type eyeLike struct {
	dtype tensor.Type
	k     int
}

func newEyeLike(n *graph.Node) (op.Op, error) {
	t := n.Int("dtype", 0)
	if t != 0 && (t < 0 || t > 255 || tensor.Type(t).Size() == 0) {
		return nil, fmt.Errorf("%w: dtype is %d", op.ErrAttr, t)
	}
	return eyeLike{tensor.Type(t), n.Int("k", 0)}, nil
}

func (eyeLike) ShapeOnly() bool { return true }

func (o eyeLike) Infer(in, out []op.Info) error {
	t := o.dtype
	if t == tensor.Undefined {
		t = in[0].Type
	}
	if in[0].Ranked && len(in[0].Shape) != 2 {
		return fmt.Errorf("%w: the input has rank %d, not 2", op.ErrShape, len(in[0].Shape))
	}
	out[0].Like(t, &in[0])
	return nil
}

func (o eyeLike) Prepare(_ *op.Env, _, out []op.Info) (op.Kernel, error) {
	t := out[0].Type
	one := make([]byte, t.Size())
	err := tensor.ConvertBytes(t, one, tensor.Int32, tensor.Scalar(int32(1)).Bytes(), tensor.ConvertOptions{})
	return diagonal{o.k, one}, err
}

type diagonal struct {
	k   int
	one []byte
}

func (diagonal) Strided(int) bool { return true }

func (diagonal) Resolve(f *op.Frame) error {
	f.One(f.Out[0].Len() / 8)
	return nil
}

func (d diagonal) Run(f *op.Frame, _, _, _ int) error {
	y := f.Out[0]
	rows, cols, size := y.Shape[0], y.Shape[1], len(d.one)
	clear(y.Bytes[:rows*cols*size])
	for i := range rows {
		if j := i + d.k; j >= 0 && j < cols {
			copy(y.Bytes[(i*cols+j)*size:], d.one)
		}
	}
	return nil
}
