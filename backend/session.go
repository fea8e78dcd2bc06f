package backend

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A Session runs a model, in memory of its own. It is not safe for concurrent
// use; make one for each goroutine, or use [Model.Run].
type Session struct {
	m       *Model
	arena   []byte
	insts   []*instance
	cur     *instance
	workers [][]byte // scratch, by worker
	common  []byte   // scratch that workers share
	free    [][]byte // late storage that nobody uses
	taken   int64    // bytes of late storage

	states   []state
	profiled bool
	shapes   []shape
	key      []int
	results  []tensor.Value
	headers  []tensor.Tensor
	run      op.Run
	team     team
	busy     atomic.Bool
}

// NewSession returns a session. Its memory is allocated by its first runs.
func (m *Model) NewSession() *Session {
	s := &Session{m: m, shapes: make([]shape, len(m.inputs)), results: make([]tensor.Value, len(m.outputs)), headers: make([]tensor.Tensor, len(m.outputs))}
	s.workers = make([][]byte, max(1, m.opts.threads()))
	s.team.size = 1
	return s
}

// Run computes the model's outputs, in the order of [Model.Outputs], from its
// inputs, in the order of [Model.Inputs]. A nil input is omitted: allowed where
// the file has a default, or a type that is optional. Results are valid until
// the next Run of this session; inputs must not change during the call. In the
// steady state Run does not allocate. It stops early when ctx is done.
func (s *Session) Run(ctx context.Context, inputs []tensor.Value) (outputs []tensor.Value, err error) {
	if !s.busy.CompareAndSwap(false, true) {
		return nil, fmt.Errorf("%w: the session is running already; use one session a goroutine", ErrInput)
	}
	defer s.busy.Store(false)
	if len(inputs) != len(s.m.inputs) {
		return nil, fmt.Errorf("%w: %d inputs given, the model has %d (%s)", ErrInput, len(inputs), len(s.m.inputs), names(s.m.graph, s.m.graph.Inputs))
	}
	for i, v := range inputs {
		if err := s.accept(i, v); err != nil {
			return nil, err
		}
	}
	if err := s.m.sameSymbols(s.shapes); err != nil {
		return nil, err
	}
	x, err := s.instance()
	if err != nil {
		return nil, err
	}
	for i, v := range inputs {
		x.give(s.m.graph.Inputs[i], v)
	}
	for i := range s.states {
		s.states[i].attach(x)
	}
	s.run = op.Run{Context: ctx, Limits: op.Limits{Trips: s.m.opts.MaxTrips, Memory: s.m.opts.MaxMemory}, Team: &s.team}
	if err := s.execute(x); err != nil {
		return nil, err
	}
	for i, id := range s.m.graph.Outputs {
		s.results[i] = result(x.values[id], &s.headers[i])
	}
	for i := range s.states {
		s.states[i].keep(x)
		s.results[s.states[i].output] = nil
	}
	return s.results, nil
}

// accept checks input i and notes its shape.
func (s *Session) accept(i int, v tensor.Value) error {
	for k := range s.states {
		st := &s.states[k]
		if st.input != i {
			continue
		}
		t, _ := v.(*tensor.Tensor)
		if t != nil {
			if err := s.m.accept(i, v, &s.shapes[i]); err != nil {
				return err
			}
		}
		return st.feed(s.m.inputs[i].Name, t, &s.shapes[i])
	}
	return s.m.accept(i, v, &s.shapes[i])
}

// execute resolves the instance if its inputs' shapes are new, and runs it with
// as many workers as are free.
func (s *Session) execute(x *instance) error {
	if err := s.prepare(x); err != nil {
		return err
	}
	if x.parallel {
		s.team.enlist(s.m.opts.threads())
		if len(s.workers) < s.team.size {
			s.workers = append(s.workers, make([][]byte, s.team.size-len(s.workers))...)
			for _, other := range s.insts {
				for _, f := range other.frames {
					f.Workers = s.workers
				}
			}
			s.reserve(x)
		}
		defer s.team.dismiss()
	}
	s.team.trace.workers(s.team.size)
	return x.execute(&s.run, &s.team)
}

// prepare makes x ready for the inputs its values have.
func (s *Session) prepare(x *instance) error {
	if len(s.arena) < x.p.arena {
		s.arena = tensor.Alloc(x.p.arena)
	}
	if x.shapes == nil || !equal(x.shapes, s.shapes) || len(x.base) != len(s.arena) {
		x.shapes = nil
		for i, id := range s.m.graph.Inputs {
			v := x.values[id]
			if x.p.values[id].place != given {
				continue
			}
			if !slices.Equal(v.Shape, s.shapes[i].dims) || len(v.Stride) != len(v.Shape) {
				v.Shape = append(v.Shape[:0], s.shapes[i].dims...)
				x.changed[id] = true
			}
			if s.shapes[i].present {
				v.SetPlain()
			}
		}
		for i := range s.states {
			s.states[i].attach(x)
		}
		err := x.resolve()
		for i := range s.states {
			if err == nil {
				err = s.states[i].fits(x, s.m.inputs[s.states[i].input].Name)
			}
		}
		if err != nil {
			x.shapes = nil
			for i := range x.changed {
				x.changed[i] = true
			}
			return err
		}
		s.reserve(x)
		x.remember(s.shapes)
	}
	return nil
}

// remember keeps the shapes an instance is resolved for.
func (x *instance) remember(shapes []shape) {
	if x.shapes = x.spare[:0]; cap(x.shapes) < len(shapes) {
		x.shapes = make([]shape, 0, len(shapes))
	}
	x.shapes = x.shapes[:len(shapes)]
	for i, s := range shapes {
		x.shapes[i].present = s.present
		x.shapes[i].dims = append(x.shapes[i].dims[:0], s.dims...)
	}
	x.spare = x.shapes
}

// instance returns the instance for the shapes of s.shapes: the last one, one
// that this session has used before, or a new one.
func (s *Session) instance() (*instance, error) {
	if s.cur != nil && s.cur.shapes != nil && equal(s.cur.shapes, s.shapes) {
		return s.cur, nil
	}
	s.key = s.m.capacities(s.key[:0], s.shapes)
	for _, x := range s.insts {
		if x.p.serves(s.key, s.shapes, x.p.states) {
			s.cur = x
			return x, nil
		}
	}
	p, err := s.m.program(s.key, s.shapes, s.bindings())
	if err != nil {
		return nil, err
	}
	x := newInstance(p, s)
	for i := range x.changed {
		x.changed[i] = true
	}
	if len(s.insts) >= maxPrograms {
		s.insts = slices.Delete(s.insts, 0, 1)
	}
	s.insts = append(s.insts, x)
	s.cur = x
	return x, nil
}

// reserve makes the scratch memory as large as the steps of x need.
func (s *Session) reserve(x *instance) {
	for i := range s.workers {
		if len(s.workers[i]) < x.scratch {
			s.workers[i] = tensor.Alloc(x.scratch)
		}
	}
	if len(s.common) < x.shared {
		s.common = tensor.Alloc(x.shared)
	}
}

// take returns late storage of at least n bytes: the value's own if that is
// large enough, else the smallest free one that fits, else new.
func (s *Session) take(n int, own []byte) ([]byte, error) {
	if own != nil {
		if len(own) >= n {
			return own, nil
		}
		s.give(own)
	}
	best := -1
	for i, b := range s.free {
		if len(b) >= n && (best < 0 || len(b) < len(s.free[best])) {
			best = i
		}
	}
	if best >= 0 && (len(s.free[best]) <= 4*n || len(s.free[best]) < 4096) {
		b := s.free[best]
		s.free[best] = s.free[len(s.free)-1]
		s.free = s.free[:len(s.free)-1]
		return b, nil
	}
	size := max(64, capacity(round(n)))
	used := s.taken + int64(len(s.arena)) + s.m.weights
	if l := s.m.opts.MaxMemory; l > 0 && used+int64(size) > l {
		return nil, fmt.Errorf("%w: %d bytes more than the %d in use, the limit is %d", ErrMemory, n, used, l)
	}
	s.taken += int64(size)
	return tensor.Alloc(size), nil
}

// give takes late storage back.
func (s *Session) give(b []byte) {
	if b != nil {
		s.free = append(s.free, b)
	}
}

// give makes a caller's value the value of an input.
func (x *instance) give(id graph.ValueID, v tensor.Value) {
	if x.p.values[id].place != given || x.p.bound(id) {
		return
	}
	set(x.values[id], v)
}
