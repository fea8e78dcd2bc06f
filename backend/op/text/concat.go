package text

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// StringConcat, version 20: joins the elements of two tensors that broadcast.
//
//	X, Y string -> Z string
type concat struct{}

func newConcat(*graph.Node) (op.Op, error) { return concat{}, nil }

func (concat) Infer(in, out []op.Info) error {
	if len(in) != 2 || in[0].Type != tensor.String || in[1].Type != tensor.String {
		return fmt.Errorf("%w: want two inputs of strings", op.ErrType)
	}
	return elementwise.Broadcast(&out[0], tensor.String, in)
}

func (concat) Prepare(*op.Env, []op.Info, []op.Info) (op.Kernel, error) {
	return elementwise.Strings(func(out *op.Value, in []*op.Value, at [4]int) {
		out.Strings[at[0]] = in[0].Strings[at[1]] + in[1].Strings[at[2]]
	}), nil
}
