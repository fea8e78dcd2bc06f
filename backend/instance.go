package backend

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// An instance is a program with the frames and values of one session.
type instance struct {
	p       *program
	s       *Session
	values  []*op.Value
	frames  []*op.Frame
	hosts   []host
	headers []tensor.Tensor // by value: what Infer sees of values it reads
	own     [][]byte        // by value: storage of early and late values
	changed []bool          // by value: shape or strides differ from the last resolve
	failed  []bool          // by step: planned as a view, but these shapes need a copy

	shapes   []shape // of the inputs, as last resolved; nil if they are not
	spare    []shape // the memory of shapes
	base     []byte  // the arena they were resolved for
	scratch  int
	shared   int
	parallel bool
	at       int            // step that runs
	times    []spent        // by step, if the session is profiled
	before   func(step int) // of tests, or nil
}

// newInstance returns an instance; s is nil while planning.
func newInstance(p *program, s *Session) *instance {
	n := len(p.values)
	x := &instance{p: p, s: s, values: make([]*op.Value, n), headers: make([]tensor.Tensor, n), own: make([][]byte, n),
		changed: make([]bool, n), failed: make([]bool, len(p.steps))}
	block := make([]op.Value, n)
	for i := range x.values {
		v := &block[i]
		x.values[i] = v
		if i >= len(p.m.infos) {
			continue
		}
		if c := p.m.consts[i]; c != nil {
			*v = *c
		} else {
			v.Kind, v.Type = p.m.infos[i].Kind, p.m.infos[i].Type
		}
	}
	x.hosts = make([]host, len(p.steps))
	for i := range p.steps {
		x.frames = append(x.frames, x.newFrame(i))
	}
	return x
}

// newFrame returns the frame of step i.
func (x *instance) newFrame(i int) *op.Frame {
	s := &x.p.steps[i]
	f := op.NewFrame(len(s.in), len(s.out))
	m := x.p.m
	for k, id := range s.in {
		if id == graph.None {
			continue
		}
		f.In[k] = x.values[id]
		if int(id) < len(m.infos) {
			in := &f.InInfo[k]
			in.Elem, in.Key, in.Order, in.Const = m.infos[id].Elem, m.infos[id].Key, m.infos[id].Order, m.infos[id].Const
		}
	}
	for k, id := range s.out {
		if id == graph.None {
			continue
		}
		f.Out[k] = x.values[id]
		if s.bodied {
			f.OutInfo[k] = m.infos[id]
		}
		f.OutInfo[k].Order = x.p.values[id].order
	}
	if i < len(x.hosts) {
		x.hosts[i] = host{x, i}
		f.Host = &x.hosts[i]
	}
	if x.s != nil {
		f.Workers, f.Commons = x.s.workers, &x.s.common
	}
	return f
}

// infer computes the output shapes of step i from its inputs.
func (x *instance) infer(i int) error {
	s, f := &x.p.steps[i], x.frames[i]
	for k, v := range f.In {
		in := &f.InInfo[k]
		if v == nil {
			continue
		}
		in.Kind, in.Type, in.Ranked, in.Shape = v.Kind, v.Type, true, v.Shape
		if s.reads[k] && x.p.values[s.in[k]].place != constant && v.Kind == graph.Tensor {
			x.read(in, s.in[k])
		}
	}
	if s.bodied {
		return nil
	}
	for k := range f.OutInfo {
		order := f.OutInfo[k].Order
		f.OutInfo[k].Clear()
		f.OutInfo[k].Order = order
	}
	if err := s.op.Infer(f.InInfo, f.OutInfo); err != nil {
		return x.wrap(i, err)
	}
	for k := range f.OutInfo {
		if err := f.OutInfo[k].Fits(op.MaxValue); err != nil {
			return x.wrap(i, err)
		}
	}
	for k, v := range f.Out {
		if v == nil {
			continue
		}
		o := &f.OutInfo[k]
		id := s.out[k]
		if v.Kind != o.Kind || v.Type != o.Type || !slices.Equal(v.Shape, o.Shape) {
			v.Kind, v.Type, v.Shape = o.Kind, o.Type, append(v.Shape[:0], o.Shape...)
			x.changed[id] = true
		}
	}
	return nil
}

// read shows Infer the value of an input.
func (x *instance) read(in *op.Info, id graph.ValueID) {
	t := &x.headers[id]
	x.values[id].Fill(t)
	in.Const = t
	in.Ints = in.Ints[:0]
	if t.Rank() <= 1 && (t.Type() == tensor.Int64 || t.Type() == tensor.Int32) {
		in.Ints = op.AppendInts(in.Ints[:0], t)
	} else {
		in.Ints = nil
	}
}

// known reports whether the outputs of step i are tensors of known shape.
func (x *instance) known(i int) bool {
	f := x.frames[i]
	for k, v := range f.Out {
		if v != nil && (f.OutInfo[k].Kind != graph.Tensor || !f.OutInfo[k].Static()) {
			return false
		}
	}
	return true
}

// lateValue clears a value that comes during the run.
func (x *instance) lateValue(step, out int) {
	s := &x.p.steps[step]
	v := x.values[s.out[out]]
	info := &x.p.m.infos[s.out[out]]
	*v = op.Value{Kind: info.Kind, Type: info.Type, Shape: v.Shape[:0], Stride: v.Stride[:0]}
}

// ownStrides gives a value with storage of its own the strides of its order.
func (x *instance) ownStrides(id graph.ValueID) {
	v := x.values[id]
	if x.p.values[id].order == op.ChannelsLast {
		ld := v.Shape[1]
		if ld > 8 {
			ld = (ld + 7) &^ 7
		}
		v.SetChannelsLast(ld)
		return
	}
	v.SetPlain()
}

// stretch gives the ends of a state, while planning, strides with room for its
// capacity.
func (x *instance) stretch(b binding) {
	past, present := x.values[b.past], x.values[b.present]
	room := slices.Clone(past.Shape)
	room[b.axis] = max(b.capacity, present.Shape[b.axis])
	past.Stride = op.PlainStrides(past.Stride[:0], room)
	present.Stride = append(present.Stride[:0], past.Stride...)
}

// storage returns the elements a value of its own needs.
func (x *instance) storage(v *op.Value, o op.Order) int {
	if o == op.ChannelsLast {
		return v.Shape[0] * v.Stride[0]
	}
	return v.Len()
}

// evaluate runs static step i.
func (x *instance) evaluate(i int) error {
	s, f := &x.p.steps[i], x.frames[i]
	for k, v := range f.Out {
		if v == nil {
			continue
		}
		v.SetPlain()
		n := v.Len()
		if v.Type == tensor.String {
			v.Strings = make([]string, n)
			continue
		}
		v.Bytes = x.grow(s.out[k], n*v.Type.Size())
	}
	if f.Workers == nil {
		f.Workers = make([][]byte, 1)
	}
	return x.wrap(i, op.Execute(s.kernel, f))
}

// grow returns n bytes that belong to a value.
func (x *instance) grow(id graph.ValueID, n int) []byte {
	if cap(x.own[id]) < n {
		x.own[id] = tensor.Alloc(n)
	}
	return x.own[id][:n]
}

// placeWindows places the inputs of step i that are windows of its output.
func (x *instance) placeWindows(i int) {
	s, f := &x.p.steps[i], x.frames[i]
	out := f.Out[0]
	for k, id := range s.in {
		f.Placed[k] = x.p.values[s.out[0]].place == held && x.p.values[s.out[0]].root == id
		if id == graph.None || x.p.values[id].place != window || x.p.values[id].root != s.out[0] {
			continue
		}
		f.Placed[k] = true
		v := f.In[k]
		v.Stride = append(v.Stride[:0], out.Stride...)
		if len(v.Shape) > 1 {
			v.Lanes = v.Shape[1]
		}
		if out.Bytes != nil {
			v.Bytes = out.Bytes[min(len(out.Bytes), f.Offset[k]*v.Type.Size()):]
		}
	}
}

// bindView gives output k of a view its storage.
func (x *instance) bindView(f *op.Frame, k int) {
	if in := f.In[0]; in.Bytes != nil {
		f.Out[k].Bytes = in.Bytes[min(len(in.Bytes), f.Offset[k]*in.Type.Size()):]
	}
}

func (x *instance) wrap(i int, err error) error {
	if err == nil {
		return nil
	}
	return op.Wrap(x.p.steps[i].node, x.frames[i].InInfo, err)
}

// host gives step its late storage.
type host struct {
	x    *instance
	step int
}

// Storage gives v n bytes until nobody uses it any more.
func (h *host) Storage(v *op.Value, n int) error {
	for _, id := range h.x.p.steps[h.step].out {
		if id != graph.None && h.x.values[id] == v {
			b, err := h.x.s.take(n, h.x.own[id])
			if err != nil {
				return err
			}
			h.x.own[id] = b
			v.Bytes = b[:n]
			return nil
		}
	}
	return fmt.Errorf("%w: storage for a value that is no output", ErrInternal)
}
