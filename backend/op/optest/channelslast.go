package optest

import (
	"context"
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// EvalChannelsLast evaluates a node like [Eval], with the orders of its
// operator's first signature that has channels-last order, and pixels padded to
// a multiple of 8 lanes. Lanes beyond the channels hold bytes of 0xff: NaN, or
// -1. Constants are the inputs whose indices are listed.
func EvalChannelsLast(r *op.Registry, n *graph.Node, constants []int, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	o, err := r.New(n)
	if err != nil {
		return nil, err
	}
	f := op.NewFrame(len(in), len(n.Outputs))
	for i, x := range in {
		if x != nil {
			f.In[i] = op.FromTensor(x)
			f.InInfo[i] = f.In[i].Info()
		}
	}
	if err := o.Infer(f.InInfo, f.OutInfo); err != nil {
		return nil, err
	}
	if p, ok := o.(op.Reader); ok {
		constants = append(constants, p.Reads()...)
	}
	for i := range f.InInfo {
		f.InInfo[i].Const = nil
	}
	for _, i := range constants {
		if i < len(in) {
			f.InInfo[i].Const = in[i]
		}
	}
	s, err := signature(o, f.InInfo)
	if err != nil {
		return nil, err
	}
	for i := range in {
		if i < len(s.In) && s.In[i] == op.ChannelsLast && in[i] != nil {
			f.InInfo[i].Order = op.ChannelsLast
			f.In[i] = channelsLast(f.In[i])
		}
	}
	for i := range f.Out {
		if n.Outputs[i] == graph.None {
			continue
		}
		v := &op.Value{Kind: graph.Tensor, Type: f.OutInfo[i].Type, Shape: f.OutInfo[i].Shape}
		v.SetPlain()
		v.Bytes = tensor.Alloc(v.Len() * v.Type.Size())
		if i < len(s.Out) && s.Out[i] == op.ChannelsLast {
			f.OutInfo[i].Order = op.ChannelsLast
			v = channelsLast(v)
		}
		f.Out[i] = v
	}
	k, err := o.Prepare(op.NewEnv(n), f.InInfo, f.OutInfo)
	if err != nil {
		return nil, err
	}
	f.Run = &op.Run{Context: context.Background()}
	if err := op.Execute(k, f); err != nil {
		return nil, err
	}
	out := make([]*tensor.Tensor, len(f.Out))
	for i, v := range f.Out {
		if v != nil {
			c := v.Clone()
			out[i] = c.Tensor()
		}
	}
	return out, nil
}

// signature returns the first signature with channels-last order.
func signature(o op.Op, in []op.Info) (op.Signature, error) {
	if l, ok := o.(op.Layouter); ok {
		for _, s := range l.Layouts(in) {
			for _, order := range append(s.In, s.Out...) {
				if order == op.ChannelsLast {
					return s, nil
				}
			}
		}
	}
	return op.Signature{}, fmt.Errorf("%T takes no channels-last order", o)
}

// channelsLast returns a copy of v in that order.
func channelsLast(v *op.Value) *op.Value {
	c := &op.Value{Kind: v.Kind, Type: v.Type, Shape: v.Shape}
	ld := (v.Shape[1] + 7) &^ 7
	c.SetChannelsLast(ld)
	c.Bytes = tensor.Alloc(v.Shape[0] * c.Stride[0] * v.Type.Size())
	for i := range c.Bytes {
		c.Bytes[i] = 0xff
	}
	op.CopyStrided(c, v)
	return c
}
