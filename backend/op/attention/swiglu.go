package attention

import (
	"fmt"
	"math"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/kernels"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// swiGLU is SwiGLU (Shazeer, 2020): a·sigmoid(alpha·a)·b, for tensors of one
// shape.
type swiGLU struct{ elementwise.Op }

func newSwiGLU(n *graph.Node) (op.Op, error) {
	alpha := n.Float("alpha", 1)
	return &swiGLU{elementwise.Op{Arity: 2, Loop: func(s *kernels.Set, in []op.Info) (elementwise.Loop, error) {
		var l elementwise.Loop
		switch elementwise.Wide(in[0].Type) {
		case tensor.Float32:
			l = elementwise.Zip(0.6, func(dst, a, b []float32) {
				op.Swish(s, dst, a, alpha)
				s.Mul(dst, dst, b)
			})
			l.Apart = true
		case tensor.Float64:
			l = elementwise.Zip(12, func(dst, a, b []float64) {
				for i, v := range a {
					dst[i] = v / (1 + math.Exp(-float64(alpha)*v)) * b[i]
				}
			})
		default:
			return l, elementwise.Unsupported(in[0].Type)
		}
		l.Safe = true
		return l, nil
	}}}, nil
}

// Infer allows no broadcasting.
func (o *swiGLU) Infer(in, out []op.Info) error {
	if err := o.Op.Infer(in, out); err != nil {
		return err
	}
	a, b := &in[0], &in[1]
	if !a.Ranked || !b.Ranked {
		return nil
	}
	if len(a.Shape) != len(b.Shape) {
		return fmt.Errorf("%w: A is %v but B is %v", op.ErrShape, a, b)
	}
	for i, d := range a.Shape {
		if op.Clash(d, b.Shape[i]) {
			return fmt.Errorf("%w: dim %d is %d in A but %d in B", op.ErrShape, i, d, b.Shape[i])
		}
	}
	return nil
}
