package op

import "github.com/sardonyx-go/sardonyx/tensor"

// Signatures returns the orders of inputs and outputs in which an operator
// works, the best one first.
func Signatures(o Op, in []Info) []Signature {
	l, ok := o.(Layouter)
	if !ok {
		return []Signature{{}}
	}
	return l.Layouts(in)
}

// plain reports whether everything is in plain order.
func (s *Signature) plain() bool {
	for _, orders := range [][]Order{s.In, s.Out} {
		for _, o := range orders {
			if o != Plain {
				return false
			}
		}
	}
	return true
}

// Note sets the orders of inputs and outputs. A constant stays plain, since
// kernels arrange theirs, unless it is the first input.
func (s *Signature) Note(in, out []Info) {
	for i := range in {
		in[i].Order = Plain
		if i < len(s.In) && in[i].Rank() >= 3 && (i == 0 || in[i].Const == nil) {
			in[i].Order = s.In[i]
		}
	}
	for i := range out {
		out[i].Order = Plain
		if i < len(s.Out) && out[i].Rank() >= 3 {
			out[i].Order = s.Out[i]
		}
	}
}

// evaluated returns the signature to evaluate a node in: the plain one if there
// is one.
func evaluated(o Op, in []Info) Signature {
	all := Signatures(o, in)
	for _, s := range all {
		if s.plain() {
			return s
		}
	}
	return all[0]
}

// inOrder returns a value, which is plain, in another order: itself, or a copy.
func inOrder(v *Value, o Order) *Value {
	if v == nil || o == Plain {
		return v
	}
	c := &Value{Kind: v.Kind, Type: v.Type, Shape: v.Shape}
	c.allocChannelsLast()
	CopyStrided(c, v)
	return c
}

// allocChannelsLast gives v, of which type and shape are set, storage in
// channels-last order.
func (v *Value) allocChannelsLast() {
	v.SetChannelsLast((v.Shape[1] + 7) &^ 7)
	v.Bytes = tensor.Alloc(v.Shape[0] * v.Stride[0] * v.Type.Size())
}
