package math

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// imageScaler is ImageScaler of version 1 (experimental): an image of shape
// [N, C, H, W] times scale, plus a bias for each channel. It is the addition of
// two elementwise operators; the bias is an operand that the node does not name.
type imageScaler struct {
	elementwise.Op
	bias []float32
}

func newImageScaler(n *graph.Node) (op.Op, error) {
	o := &imageScaler{bias: n.Floats("bias")}
	scale := n.Float("scale", 1)
	o.Op = elementwise.Op{Arity: 1, Loop: func(s *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		if in[0].Type != tensor.Float32 {
			return elementwise.Loop{}, elementwise.Unsupported(in[0].Type)
		}
		return elementwise.Map(0.2, func(dst, x []float32) { s.MulScalar(dst, x, scale) }), nil
	}}
	return o, nil
}

// Infer wants a bias for each channel.
func (o *imageScaler) Infer(in, out []op.Info) error {
	if err := o.Op.Infer(in, out); err != nil {
		return err
	}
	if s := in[0].Shape; in[0].Ranked && (len(s) != 4 || op.Clash(s[1], len(o.bias))) {
		return fmt.Errorf("%w: input is %v, want rank 4 and %d channels", op.ErrShape, s, len(o.bias))
	}
	return nil
}

// Layouts keeps to plain order.
func (o *imageScaler) Layouts(in []op.Info) []op.Signature { return o.Op.Layouts(in)[:1] }

func (o *imageScaler) Prepare(e *op.Env, in, out []op.Info) (op.Kernel, error) {
	k, err := o.Op.Prepare(e, in, out)
	return &imageScalerKernel{k, e.Set, o.bias}, err
}

// imageScalerKernel adds the bias after its elementwise kernel.
type imageScalerKernel struct {
	op.Kernel
	set  *kernels.Set
	bias []float32
}

func (k *imageScalerKernel) Resolve(f *op.Frame) error {
	if err := k.Kernel.Resolve(f); err != nil {
		return err
	}
	planes := f.Out[0].Shape[0] * f.Out[0].Shape[1]
	f.Phases = append(f.Phases, op.Phase{Chunks: max(1, planes), Cost: f.Out[0].Len() / max(1, planes) / 4})
	return nil
}

func (k *imageScalerKernel) Run(f *op.Frame, phase, chunk, worker int) error {
	if phase == 0 {
		return k.Kernel.Run(f, phase, chunk, worker)
	}
	s := f.Out[0].Shape
	if n := s[2] * s[3]; s[0]*s[1] > 0 {
		row := op.Data[float32](f.Out[0])[chunk*n : (chunk+1)*n]
		k.set.AddScalar(row, row, k.bias[chunk%s[1]])
	}
	return nil
}
