package elementwise

import "github.com/sardonyx-go/sardonyx/backend/op"

// Strings is the kernel of an operator with strings among its values: f is
// called for each element with the offsets of the output (at[0]) and of the
// inputs.
func Strings(f func(out *op.Value, in []*op.Value, at [maxOperands]int)) op.Kernel {
	return stringKernel{f}
}

type stringKernel struct {
	f func(out *op.Value, in []*op.Value, at [maxOperands]int)
}

func (k stringKernel) Resolve(f *op.Frame) error {
	p, ok := f.Memo.(*Plan)
	if !ok {
		p = new(Plan)
		f.Memo = p
	}
	p.Set(f.Out[0], f.In, 0, 0)
	f.One(10 * p.Len)
	return nil
}

func (k stringKernel) Run(f *op.Frame, _, _, _ int) error {
	p := f.Memo.(*Plan)
	for c := p.Range(0, p.Len); c.Next(); {
		for i := range c.N {
			at := c.At
			for j := range at {
				at[j] += i * p.step(j)
			}
			k.f(f.Out[0], f.In, at)
		}
	}
	return nil
}
