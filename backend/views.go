package backend

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/layout"
	"github.com/sardonyx-go/sardonyx/graph"
)

// copyStep copies a strided view for a kernel that needs contiguous input.
var copyStep = func() *step {
	n := &graph.Node{Name: "copy", Domain: "sardonyx", Op: "Copy", Version: 1}
	k, err := layout.Copy{}.Prepare(nil, []op.Info{{Kind: graph.Tensor}}, nil)
	if err != nil {
		panic(err)
	}
	return &step{node: n, op: layout.Copy{}, kernel: k, reads: []bool{false}}
}()

// views lets outputs be views of inputs where kernels can, and copies strided
// values for kernels that cannot take them.
func (b *planner) views() {
	old := b.steps
	frames := b.x.frames
	b.steps, b.x.frames = nil, nil
	copies := map[graph.ValueID]graph.ValueID{}
	for i := range old {
		s, f := old[i], frames[i]
		for k, id := range s.in {
			if s.class == static || id == graph.None || b.takes(&s, k, b.x.values[id]) {
				continue
			}
			c, ok := copies[id]
			if !ok {
				c = b.addCopy(id)
				copies[id] = c
			}
			s.in = slices.Clone(s.in)
			s.in[k] = c
			f.In[k] = b.x.values[c]
		}
		if v, ok := s.kernel.(op.Viewer); ok && s.class == regular && b.viewable(&s) && v.View(f) && b.outputsAllow(&s, f) {
			s.class, s.flat = view, flat(f)
			root := b.rootOf(s.in[0])
			s.rebind = b.values[root].place == given
			for k, id := range s.out {
				if id != graph.None {
					b.values[id].place, b.values[id].root = viewed, s.in[0]
					b.x.bindView(f, k)
				}
			}
		} else if ok && s.class == regular {
			for _, id := range s.out {
				if id != graph.None {
					b.x.ownStrides(id)
				}
			}
		} else if ok && s.class == dynamic {
			for _, id := range s.out {
				if id != graph.None && s.in[0] != graph.None {
					b.values[id].root = s.in[0] // for its lifetime: it may become a view
				}
			}
		}
		b.steps = append(b.steps, s)
		b.x.frames = append(b.x.frames, f)
	}
	for i := range b.steps { // windows are named by step: copies have moved them
		if b.steps[i].gathers {
			for _, id := range b.steps[i].in {
				if id != graph.None && b.values[id].place == window && b.values[id].root == b.steps[i].out[0] {
					b.values[id].by = i
				}
			}
		}
	}
}

// flat reports whether all outputs are one run of memory.
func flat(f *op.Frame) bool {
	for _, v := range f.Out {
		if v != nil && !v.Contiguous() {
			return false
		}
	}
	return true
}

// viewable reports whether a Viewer's outputs may alias its first input.
func (b *planner) viewable(s *progStep) bool {
	if len(s.in) == 0 || s.in[0] == graph.None || b.x.values[s.in[0]].Type.Size() == 0 {
		return false
	}
	for _, id := range s.out {
		if id != graph.None && b.values[id].place == window {
			return false
		}
	}
	return true
}

// outputsAllow reports whether no output of the graph would become strided, or
// alias what the caller or the model owns.
func (b *planner) outputsAllow(s *progStep, f *op.Frame) bool {
	root := b.values[b.rootOf(s.in[0])].place
	for k, id := range s.out {
		if id != graph.None && b.isOutput(id) && (root != arena || !f.Out[k].Contiguous()) {
			return false
		}
	}
	return true
}

// takes reports whether step s can read its input k as v is.
func (b *planner) takes(s *progStep, k int, v *op.Value) bool {
	if v.Kind != graph.Tensor || len(v.Stride) != len(v.Shape) {
		return true
	}
	if b.values[s.in[k]].order == op.ChannelsLast || v.Contiguous() {
		return true
	}
	st, ok := s.kernel.(op.Strided)
	return ok && st.Strided(k)
}

// addCopy inserts a step that copies a value, before the steps to come.
func (b *planner) addCopy(id graph.ValueID) graph.ValueID {
	c := graph.ValueID(len(b.values))
	b.values = append(b.values, planned{place: arena, order: b.values[id].order, root: c})
	src := b.x.values[id]
	v := &op.Value{Kind: src.Kind, Type: src.Type, Shape: slices.Clone(src.Shape)}
	b.x.values = append(b.x.values, v)
	b.x.ownStrides(c)
	b.steps = append(b.steps, progStep{step: copyStep, in: []graph.ValueID{id}, out: []graph.ValueID{c}})
	f := b.x.newFrame(len(b.steps) - 1)
	b.x.frames = append(b.x.frames, f)
	return c
}
