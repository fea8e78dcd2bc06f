package nn

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Dropout, versions 1, 6, 7, 10, 12, 13 and 22, outside training: the input as
// it is, and a mask of ones.
//
//	X [...] -> Y like X, mask like X (bool; of X's type before version 10)
type dropout struct{ version int }

func newDropout(n *graph.Node) (op.Op, error) {
	if n.Version < 7 && n.Int("is_test", 0) == 0 {
		return nil, fmt.Errorf("%w: Dropout in training (is_test is 0)", op.ErrUnsupported)
	}
	return dropout{n.Version}, nil
}

func (d dropout) Infer(in, out []op.Info) error {
	out[0].Copy(&in[0])
	if len(out) > 1 {
		t := tensor.Bool
		if d.version < 10 {
			t = in[0].Type
		}
		out[1].Like(t, &in[0])
	}
	if c := constant(in, 2); c != nil && c.Type() == tensor.Bool && c.Len() == 1 && c.Bytes()[0] != 0 {
		return fmt.Errorf("%w: Dropout in training", op.ErrUnsupported)
	}
	return nil
}

// constant returns the value of an input where it is known.
func constant(in []op.Info, i int) *tensor.Tensor {
	if i >= len(in) {
		return nil
	}
	return in[i].Const
}

// Reads: whether this is training.
func (d dropout) Reads() []int { return []int{2} }

func (d dropout) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return dropoutKernel{}, nil
}

type dropoutKernel struct{}

func (dropoutKernel) Resolve(*op.Frame) error { return nil }

func (dropoutKernel) Run(f *op.Frame, _, _, _ int) error {
	if f.Out[0] != nil {
		op.CopyStrided(f.Out[0], f.In[0])
	}
	if len(f.Out) < 2 || f.Out[1] == nil {
		return nil
	}
	mask := f.Out[1]
	if mask.Type == tensor.Bool {
		m := op.Data[bool](mask)
		for i := range m {
			m[i] = true
		}
		return nil
	}
	ones := make([]float32, mask.Len())
	for i := range ones {
		ones[i] = 1
	}
	return tensor.ConvertBytes(mask.Type, mask.Bytes, tensor.Float32, tensor.Of(ones, len(ones)).Bytes(), tensor.ConvertOptions{})
}
