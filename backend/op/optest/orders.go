package optest

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// orders are those of a node's inputs and outputs.
type orders op.Signature

// layout returns one of the orders in which an operator works, or the plain one,
// in which all do that are evaluated alone. Strings are always plain.
func (g *generator) layout(o op.Op, in []op.Info) orders {
	l, ok := o.(op.Layouter)
	if !ok || g.IntN(4) == 0 || slices.ContainsFunc(in, func(x op.Info) bool { return x.Type == tensor.String }) {
		return orders{}
	}
	all := l.Layouts(in)
	return orders(all[g.IntN(len(all))])
}

// note sets the orders of inputs and outputs. Constants stay plain, since
// kernels arrange theirs, except the first input; so does what has no channels.
func (l *orders) note(in, out []op.Info) {
	for i := range in {
		if i < len(l.In) && in[i].Rank() >= 3 && (i == 0 || in[i].Const == nil) {
			in[i].Order = l.In[i]
		}
	}
	for i := range out {
		if i < len(l.Out) && out[i].Rank() >= 3 {
			out[i].Order = l.Out[i]
		}
	}
}

// run runs the kernel of a node on plain inputs, copied to the orders of infos.
// Lanes beyond the channels belong to nobody.
func run(n *graph.Node, k op.Kernel, in []*op.Value, infos, out []op.Info) ([]*op.Value, error) {
	f := op.NewFrame(len(in), len(out))
	f.Run, f.Host = &op.Run{}, heap{}
	copy(f.InInfo, infos)
	copy(f.OutInfo, out)
	for i, v := range in {
		if f.In[i] = v; infos[i].Order == op.ChannelsLast {
			g, err := gappy(v.Type, v.Shape)
			if err != nil {
				return nil, err
			}
			f.In[i] = g
			op.CopyStrided(f.In[i], v)
		}
	}
	for i := range out {
		if err := out[i].Fits(maxBytes); err != nil {
			return nil, err
		}
		if n.Outputs[i] == graph.None {
			continue
		}
		f.Out[i] = &op.Value{Kind: out[i].Kind, Type: out[i].Type}
		switch {
		case out[i].Kind != graph.Tensor || !out[i].Static():
		case out[i].Order == op.ChannelsLast:
			v, err := gappy(out[i].Type, out[i].Shape)
			if err != nil {
				return nil, err
			}
			f.Out[i] = v
		default:
			if err := f.Alloc(i, out[i].Shape...); err != nil {
				return nil, err
			}
		}
	}
	return f.Out, op.Execute(k, f)
}

// gappy returns a channels-last value whose pixels have gaps, full of ones.
func gappy(t tensor.Type, shape []int) (*op.Value, error) {
	v := &op.Value{Kind: graph.Tensor, Type: t, Shape: shape}
	ld := shape[1]
	if op.Product(shape) > 0 { // nothing has no gaps: its other dims may be huge
		ld = (ld + 8) &^ 7
	}
	v.SetChannelsLast(ld)
	v.Lanes = shape[1]
	if err := (heap{}).Storage(v, shape[0]*v.Stride[0]*t.Size()); err != nil {
		return nil, err
	}
	for i := range v.Bytes {
		v.Bytes[i] = 1
	}
	return v, nil
}

// maxBytes bounds what is allocated for an output.
const maxBytes = 1 << 22

// heap is a host of small values.
type heap struct{}

func (heap) Storage(v *op.Value, n int) error {
	if n > maxBytes {
		return op.ErrMemory
	}
	v.Bytes = tensor.Alloc(n)
	return nil
}
