package backend

import (
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// resolve fits the instance to the shapes its input values have: shapes,
// strides, storage, and the kernels of what has changed. It plans nothing, and
// allocates nothing once it has seen sizes as large.
func (x *instance) resolve() error {
	p := x.p
	moved := len(x.base) != len(x.s.arena) || len(x.base) > 0 && &x.base[0] != &x.s.arena[0]
	x.base = x.s.arena
	for i := range p.steps {
		if p.steps[i].class == dynamic {
			continue
		}
		if err := x.infer(i); err != nil {
			return err
		}
		if p.steps[i].class == static && x.touched(i) {
			if err := x.evaluate(i); err != nil {
				return err
			}
			for _, id := range p.steps[i].out {
				if id != graph.None {
					x.changed[id] = true // its value, if not its shape
				}
			}
		}
	}
	for i := range p.values {
		id := graph.ValueID(i)
		if pl := p.values[i].place; pl == arena || pl == shared {
			if err := x.settle(id, moved); err != nil {
				return err
			}
		}
	}
	for i := len(p.steps) - 1; i >= 0; i-- {
		s := &p.steps[i]
		if s.gathers {
			if !s.kernel.(op.Gatherer).Windows(x.frames[i]) {
				return x.wrap(i, ErrInternal)
			}
			x.placeWindows(i)
			for k, id := range s.in {
				if x.frames[i].Placed[k] {
					x.changed[id] = x.changed[id] || x.changed[s.out[0]]
				}
			}
		}
	}
	x.parallel, x.scratch, x.shared = false, 0, 0
	for i := range p.steps {
		if err := x.settleStep(i); err != nil {
			return err
		}
	}
	clear(x.changed)
	return nil
}

// touched reports whether an input or output of step i has changed.
func (x *instance) touched(i int) bool {
	for _, id := range x.p.steps[i].in {
		if id != graph.None && x.changed[id] {
			return true
		}
	}
	for _, id := range x.p.steps[i].out {
		if id != graph.None && x.changed[id] {
			return true
		}
	}
	return false
}

// settle gives a value with storage in the arena its strides and bytes.
func (x *instance) settle(id graph.ValueID, moved bool) error {
	v := x.values[id]
	if !x.changed[id] && !moved {
		return nil
	}
	x.ownStrides(id)
	if v.Type == tensor.String {
		if n := v.Len(); cap(v.Strings) < n {
			v.Strings = make([]string, n)
		} else {
			v.Strings = v.Strings[:n]
		}
		return nil
	}
	n := x.storage(v, x.p.values[id].order) * v.Type.Size()
	root := &x.p.values[x.p.rootOf(id)]
	if n <= root.size {
		v.Bytes = x.s.arena[root.offset:][:n]
		return nil
	}
	// These shapes need more here than the capacity does: rare, but allowed.
	v.Bytes = x.grow(id, n)
	return nil
}

// settleStep places the views of step i, or resolves its kernel.
func (x *instance) settleStep(i int) error {
	s, f := &x.p.steps[i], x.frames[i]
	if s.class == static || s.class == dynamic {
		return nil
	}
	touched := x.touched(i)
	if s.class == view {
		x.failed[i] = !s.kernel.(op.Viewer).View(f) || s.flat && !flat(f)
		for k, id := range s.out {
			if id == graph.None {
				continue
			}
			x.changed[id] = x.changed[id] || touched
			if !x.failed[i] {
				x.bindView(f, k)
				continue
			}
			x.ownStrides(id)
			f.Out[k].Bytes = x.grow(id, x.storage(f.Out[k], x.p.values[id].order)*f.Out[k].Type.Size())
		}
		if !x.failed[i] {
			return nil
		}
		touched = true
	}
	if touched || len(f.Phases) == 0 {
		f.Phases, f.Scratch, f.Shared = append(f.Phases[:0], op.Phase{Chunks: 1}), 0, 0
		if err := s.kernel.Resolve(f); err != nil {
			return x.wrap(i, err)
		}
	}
	x.note(f)
	return nil
}

// note keeps what a resolved frame needs of the session.
func (x *instance) note(f *op.Frame) {
	x.scratch, x.shared = max(x.scratch, f.Scratch), max(x.shared, f.Shared)
	for p := range f.Phases {
		x.parallel = x.parallel || worthwhile(&f.Phases[p])
	}
}

// resolveDynamic infers, places and resolves step i during a run.
func (x *instance) resolveDynamic(i int) (run bool, err error) {
	s, f := &x.p.steps[i], x.frames[i]
	if err := x.infer(i); err != nil {
		return false, err
	}
	if v, ok := s.kernel.(op.Viewer); ok && len(f.In) > 0 && f.In[0] != nil && f.In[0].Kind == graph.Tensor && f.In[0].Type.Size() > 0 && x.known(i) && x.mayView(s) && v.View(f) {
		contiguous := true
		for k, id := range s.out {
			if id != graph.None {
				x.bindView(f, k)
				contiguous = contiguous && (f.Out[k].Contiguous() || x.p.values[id].order == op.ChannelsLast)
			}
		}
		if contiguous {
			return false, nil
		}
	}
	for k, v := range f.Out {
		if v == nil {
			continue
		}
		o := &f.OutInfo[k]
		v.Kind, v.Type, v.Strings, v.Items = o.Kind, o.Type, nil, nil
		if s.bodied || o.Kind != graph.Tensor || !o.Static() {
			continue
		}
		id := s.out[k]
		x.ownStrides(id)
		if v.Type.Size() == 0 {
			v.Strings = make([]string, v.Len())
			continue
		}
		if err := f.Host.Storage(v, x.storage(v, x.p.values[id].order)*v.Type.Size()); err != nil {
			return false, x.wrap(i, err)
		}
	}
	f.Phases, f.Scratch, f.Shared = append(f.Phases[:0], op.Phase{Chunks: 1}), 0, 0
	if err := s.kernel.Resolve(f); err != nil {
		return false, x.wrap(i, err)
	}
	x.note(f)
	x.s.reserve(x)
	return true, nil
}

// mayView reports whether the outputs of a dynamic step may be views: they are
// no outputs of the graph.
func (x *instance) mayView(s *progStep) bool {
	for _, id := range s.out {
		for _, o := range x.p.m.graph.Outputs {
			if id == o {
				return false
			}
		}
	}
	return true
}
