package backend

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// binding says that an output of a model is an input of its next run, grown
// along an axis by a step that appends.
type binding struct {
	past, present graph.ValueID
	axis          int
	capacity      int
}

// state is a binding of one session, with its storage.
type state struct {
	binding
	input, output int
	dims          []int // of what is held now
	stride        []int // of the storage, which has room for capacity along the axis
	bytes         []byte
	held          bool
	room          []int    // the dims of the storage
	from          op.Value // the tensor a run has fed
}

// State binds an input to the output that is the input grown along an axis (the
// key or value cache of a decoder): present = Concat(past, new). The session
// keeps the tensor in storage with room for capacity along that axis, so that a
// run writes only what is new. The first run feeds past, whose dims it takes
// (length 0 will do); later runs feed nil and go on from there. Feeding a tensor
// again starts anew. The bound output is nil in what Run returns.
func (s *Session) State(past, present string, capacity int) error {
	b := binding{capacity: capacity}
	in := slices.IndexFunc(s.m.inputs, func(p Port) bool { return p.Name == past })
	out := slices.IndexFunc(s.m.outputs, func(p Port) bool { return p.Name == present })
	if in < 0 || out < 0 {
		return fmt.Errorf("%w: no input %q or no output %q; inputs are %s", ErrInput, past, present, names(s.m.graph, s.m.graph.Inputs))
	}
	b.past, b.present = s.m.graph.Inputs[in], s.m.graph.Outputs[out]
	i := slices.IndexFunc(s.m.steps, func(t step) bool { return slices.Contains(t.node.Outputs, b.present) })
	if i < 0 {
		return fmt.Errorf("%w: output %q is not computed", ErrInput, present)
	}
	n := s.m.steps[i].node
	a, ok := s.m.steps[i].kernel.(op.Appender)
	if !ok {
		return fmt.Errorf("%w: output %q comes from %s, which does not append", ErrUnsupported, present, n.Op)
	}
	info := &s.m.infos[b.present]
	if !info.Ranked || info.Order != op.Plain || info.Type.Size() == 0 {
		return fmt.Errorf("%w: output %q is %v; a state is a tensor of known rank", ErrUnsupported, present, info)
	}
	f := op.NewFrame(len(n.Inputs), len(n.Outputs))
	for k := range f.Out {
		f.Out[k] = &op.Value{Shape: make([]int, len(info.Shape))}
	}
	from, to, axis := a.Append(f)
	if n.Inputs[from] != b.past || n.Outputs[to] != b.present {
		return fmt.Errorf("%w: output %q is not input %q grown", ErrInput, present, past)
	}
	b.axis = axis
	s.states = append(s.states, state{binding: b, input: in, output: out})
	s.insts, s.cur = nil, nil
	return nil
}

// bindings returns what programs must know of a session's states.
func (s *Session) bindings() []binding {
	var bs []binding
	for i := range s.states {
		bs = append(bs, s.states[i].binding)
	}
	return bs
}

// feed prepares the state for a run: v starts it anew, nil goes on.
func (st *state) feed(name string, v *tensor.Tensor, dims *shape) error {
	if v != nil {
		st.start(v)
	}
	if !st.held {
		return fmt.Errorf("%w: input %q is a state: its first run needs a tensor", ErrInput, name)
	}
	dims.present, dims.dims = true, append(dims.dims[:0], st.dims...)
	return nil
}

// start takes the dims and elements of v.
func (st *state) start(v *tensor.Tensor) {
	st.dims = append(st.dims[:0], v.Shape()...)
	st.room = append(st.room[:0], st.dims...)
	st.room[st.axis] = max(st.capacity, st.room[st.axis])
	st.stride = op.PlainStrides(st.stride[:0], st.room)
	n, _ := tensor.Elements(st.room)
	if n *= v.Type().Size(); len(st.bytes) < n {
		st.bytes = tensor.Alloc(n)
	}
	to := op.Value{Kind: graph.Tensor, Type: v.Type(), Shape: st.dims, Stride: st.stride, Bytes: st.bytes}
	st.from.Set(v)
	op.CopyStrided(&to, &st.from)
	st.held = true
}

// attach gives the values of past and present the state's storage.
func (st *state) attach(x *instance) {
	for _, id := range []graph.ValueID{st.past, st.present} {
		v := x.values[id]
		v.Stride, v.Bytes = append(v.Stride[:0], st.stride...), st.bytes
	}
}

// fits reports an error if what the run would hold is more than the capacity.
func (st *state) fits(x *instance, name string) error {
	if n, room := x.values[st.present].Shape[st.axis], st.capacity; n > room {
		return fmt.Errorf("%w: state %q would hold %d along dim %d, its capacity is %d", ErrLimit, name, n, st.axis, room)
	}
	return nil
}

// keep notes, after a run, what the state holds.
func (st *state) keep(x *instance) { st.dims = append(st.dims[:0], x.values[st.present].Shape...) }
