package backend

import (
	"time"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// cheap is the cost in nanoseconds up to which a phase is not worth a second
// thread.
const cheap = 15000

func worthwhile(p *op.Phase) bool { return p.Chunks > 1 && p.Chunks*p.Cost > cheap }

// execute runs all steps in order.
func (x *instance) execute(r *op.Run, t *team) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = x.wrap(x.at, panicError(p))
			x.shapes = nil
		}
	}()
	for _, id := range x.p.lates { // storage of the last run
		if b := x.own[id]; b != nil {
			x.s.give(b)
			x.own[id] = nil
		}
	}
	done := r.Context.Done()
	for i := range x.p.steps {
		s := &x.p.steps[i]
		x.at = i
		switch {
		case s.class == static:
			continue
		case s.class == view && !x.failed[i]:
			if s.rebind {
				for k, v := range x.frames[i].Out {
					if v != nil {
						x.bindView(x.frames[i], k)
					}
				}
			}
			continue
		}
		select {
		case <-done:
			return r.Context.Err()
		default:
		}
		var start time.Time
		if x.s.profiled {
			start = time.Now()
		}
		run := true
		if s.class == dynamic {
			if run, err = x.resolveDynamic(i); err != nil {
				return err
			}
		}
		if run {
			f := x.frames[i]
			f.Run = r
			if x.before != nil {
				x.before(i)
			}
			if err := x.phases(s, f, t, done); err != nil {
				return x.wrap(i, err)
			}
		}
		if x.s.profiled {
			x.measure(i, start)
		}
		for _, id := range s.frees {
			if x.own[id] != nil {
				x.s.give(x.own[id])
				x.own[id] = nil
			}
		}
	}
	return nil
}

// phases runs a step's phases, one after another.
func (x *instance) phases(s *progStep, f *op.Frame, t *team, done <-chan struct{}) error {
	k, begin := s.kernel, t.trace.now()
	for p := range f.Phases {
		ph := &f.Phases[p]
		if t.size > 1 && len(f.Workers) >= t.size && worthwhile(ph) {
			t.step = s
			if err := t.run(k, f, p); err != nil {
				return err
			}
			continue
		}
		for c := range ph.Chunks {
			if c > 0 {
				select {
				case <-done:
					return f.Run.Context.Err()
				default:
				}
			}
			start := t.trace.now()
			if err := k.Run(f, p, c, 0); err != nil {
				return err
			}
			t.trace.add(0, start, s, f, p, c)
		}
	}
	t.trace.add(0, begin, s, f, 0, -1)
	return nil
}

// body is a compiled graph as operators see it.
type body struct{ m *Model }

func (b body) Outputs() []op.Info {
	out := make([]op.Info, len(b.m.outputs))
	for i := range out {
		out[i] = b.m.outputs[i].Info
	}
	return out
}

func (b body) NewCall() op.Call { return &call{s: b.m.NewSession()} }

// call runs a body in a session of its own, with the workers of the run around
// it.
type call struct {
	s   *Session
	out []*op.Value
}

func (c *call) Run(r *op.Run, in []*op.Value) ([]*op.Value, error) {
	s := c.s
	for i, v := range in {
		sh := &s.shapes[i]
		sh.present = v != nil && v.Kind == graph.Tensor
		sh.dims = sh.dims[:0]
		if sh.present {
			sh.dims = append(sh.dims, v.Shape...)
		}
	}
	x, err := s.instance()
	if err != nil {
		return nil, err
	}
	for i, v := range in {
		id := s.m.graph.Inputs[i]
		if x.p.values[id].place != given {
			continue
		}
		to := x.values[id]
		if v == nil {
			to.Kind = graph.Absent
			continue
		}
		to.Kind, to.Type, to.Bytes, to.Strings, to.Items = v.Kind, v.Type, v.Bytes, v.Strings, v.Items
	}
	if err := s.prepare(x); err != nil {
		return nil, err
	}
	if err := x.execute(r, r.Team.(*team)); err != nil {
		return nil, err
	}
	c.out = c.out[:0]
	for _, id := range s.m.graph.Outputs {
		c.out = append(c.out, x.values[id])
	}
	return c.out, nil
}
