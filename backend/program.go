package backend

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/layout"
	"github.com/sardonyx-go/sardonyx/graph"
)

// A program is a model planned for one class of input shapes: the order of its
// steps, and where each value lives, for sizes up to its capacity. It is
// immutable.
type program struct {
	m      *Model
	key    []int   // see Model.capacities
	exact  []shape // if set, the only shapes the program serves
	states []binding
	steps  []progStep
	values []planned // the model's values, then copies
	arena  int       // bytes
}

// progStep is a step in a program.
type progStep struct {
	*step
	class   class
	in, out []graph.ValueID
	rebind  bool // a view whose storage may move between runs
	gathers bool // some inputs are windows of its output
	frees   []graph.ValueID
}

// class says when a step is resolved and run.
type class uint8

const (
	regular class = iota // resolved when shapes change, run in every run
	static               // its result follows from the input shapes: run when they change
	view                 // its outputs are views: resolved when shapes change, not run
	dynamic              // its shapes are known only during the run: resolved and run there
)

// place says where a value lives.
type place uint8

const (
	nowhere place = iota
	constant
	given  // by the caller
	early  // result of a static step, in memory of its own
	arena  // at an offset of the arena
	shared // in the storage of another value, written in place
	viewed // a view of another value
	window // a window of a Concat's output
	held   // the end of a state: its storage is the session's
	late   // given storage during the run
)

// planned is where a value lives.
type planned struct {
	place  place
	order  op.Order
	root   graph.ValueID // whose storage it is: itself, or another's
	by     int           // of a window: the step that gathers it
	offset int           // in the arena
	size   int           // bytes there
}

// copyStep copies a strided view for a kernel that needs contiguous input.
var copyStep = func() *step {
	n := &graph.Node{Name: "copy", Domain: "sardonyx", Op: "Copy", Version: 1}
	k, err := layout.Copy{}.Prepare(nil, []op.Info{{Kind: graph.Tensor}}, nil)
	if err != nil {
		panic(err)
	}
	return &step{node: n, op: layout.Copy{}, kernel: k, reads: []bool{false}}
}()

// planner builds a program on a draft instance whose values have the shapes of
// the capacity and no storage.
type planner struct {
	*program
	x     *instance
	users [][]use
}

// use is one input of one step.
type use struct{ step, input int }

// plan builds the program for a capacity.
func (m *Model) plan(key []int, shapes []shape, states []binding) (*program, error) {
	p := &program{m: m, key: slices.Clone(key), states: states, values: make([]planned, len(m.graph.Values))}
	for i := range m.steps {
		s := &m.steps[i]
		p.steps = append(p.steps, progStep{step: s, in: s.node.Inputs, out: s.node.Outputs})
	}
	for i := range p.values {
		p.values[i] = planned{order: m.infos[i].Order, root: graph.ValueID(i)}
		if m.consts[i] != nil {
			p.values[i].place = constant
		}
	}
	b := &planner{program: p, x: newInstance(p, nil)}
	k := 0
	for i, id := range m.graph.Inputs {
		if m.consts[id] != nil {
			k++
			continue
		}
		p.values[id].place = given
		v := b.x.values[id]
		v.Kind = m.infos[id].Kind
		v.Type = m.infos[id].Type
		if shapes[i].present {
			v.Shape = nil
			for range shapes[i].dims {
				v.Shape = append(v.Shape, key[k+1+len(v.Shape)])
			}
			v.SetPlain()
			k += len(v.Shape)
		} else if v.Kind == graph.Tensor {
			v.Kind = graph.Absent
		}
		k++
	}
	if err := b.classify(); err != nil {
		return nil, err
	}
	for _, st := range states {
		if b.values[st.present].place != arena {
			return nil, fmt.Errorf("%w: the shape of state %q is known only during a run", ErrUnsupported, m.graph.Values[st.present].Name)
		}
		b.values[st.present].place, b.values[st.present].root = held, st.past
		b.x.stretch(st)
	}
	b.findUsers()
	b.windows()
	b.views()
	b.findUsers()
	b.inPlace()
	b.allocate()
	if l := m.opts.MaxMemory; l > 0 && int64(p.arena) > l {
		return nil, fmt.Errorf("%w: inputs of these shapes need %d bytes, the limit is %d", ErrMemory, p.arena, l)
	}
	return p, nil
}

// classify infers all shapes that can be known before a run, runs static steps
// and tells the others apart.
func (b *planner) classify() error {
	for i := range b.steps {
		s := &b.steps[i]
		s.class = b.classOf(s)
		if s.class != dynamic {
			if err := b.x.infer(i); err != nil {
				return err
			}
			if !b.x.known(i) {
				s.class = dynamic
			}
		}
		place := arena
		switch s.class {
		case static:
			place = early
		case dynamic:
			place = late
		}
		for k, id := range s.out {
			if id == graph.None {
				continue
			}
			b.values[id].place = place
			if s.class == dynamic {
				b.x.lateValue(i, k)
			}
		}
		if s.class == static {
			if err := b.x.evaluate(i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *planner) classOf(s *progStep) class {
	if s.bodied {
		return dynamic
	}
	fixed, computed := s.fixed, false
	for k, id := range s.in {
		if id == graph.None {
			continue
		}
		p := b.values[id].place
		if p == late || b.x.values[id].Kind == graph.Sequence || b.x.values[id].Kind == graph.Map || b.x.values[id].Kind == graph.Optional {
			return dynamic
		}
		if s.reads[k] && p != constant && p != early {
			return dynamic
		}
		fixed = fixed && (p == constant || p == early)
		computed = computed || p == early
	}
	if s.shape || fixed && computed {
		return static
	}
	return regular
}

func (b *planner) findUsers() {
	b.users = make([][]use, len(b.values))
	for i := range b.steps {
		for k, id := range b.steps[i].in {
			if id != graph.None {
				b.users[id] = append(b.users[id], use{i, k})
			}
		}
	}
}

func (b *planner) isOutput(id graph.ValueID) bool { return slices.Contains(b.m.graph.Outputs, id) }

// windows lets values be written where a Concat wants them. It goes backwards,
// since a Concat's output may be a window itself.
func (b *planner) windows() {
	producer := make([]int, len(b.values))
	for i := range b.steps {
		for _, id := range b.steps[i].out {
			if id != graph.None {
				producer[id] = i
			}
		}
	}
	for i := range b.values {
		if b.values[i].place == arena {
			b.x.ownStrides(graph.ValueID(i))
		}
	}
	for i := len(b.steps) - 1; i >= 0; i-- {
		s := &b.steps[i]
		g, ok := s.kernel.(op.Gatherer)
		if !ok || s.class != regular || !g.Windows(b.x.frames[i]) {
			continue
		}
		s.gathers = b.values[s.out[0]].place == held
		for _, id := range s.in {
			if id == graph.None || !b.canWindow(id, producer[id], i) {
				continue
			}
			b.values[id].place, b.values[id].root, b.values[id].by = window, s.out[0], i
			s.gathers = true
		}
		b.x.placeWindows(i)
	}
}

// canWindow reports whether a value may be a window for step user: it is written
// once, by a kernel that can write strided, and everybody who reads it can read
// strided.
func (b *planner) canWindow(id graph.ValueID, by, user int) bool {
	v := &b.values[id]
	if v.place != arena || b.isOutput(id) || b.x.values[id].Type.Size() == 0 {
		return false
	}
	p := &b.steps[by]
	if _, ok := p.kernel.(op.Viewer); ok || p.class != regular {
		return false
	}
	if v.order == op.ChannelsLast {
		for _, u := range b.users[id] {
			if u.step != user {
				if _, ok := b.steps[u.step].kernel.(op.Viewer); ok && b.values[b.steps[u.step].out[0]].order != op.ChannelsLast {
					return false
				}
			} else if u.input != slices.Index(b.steps[user].in, id) {
				return false // listed twice
			}
		}
		return true
	}
	if so, ok := p.kernel.(op.StridedOut); !ok || !so.StridedOut() {
		return false
	}
	return len(b.users[id]) == 1
}

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
			s.class = view
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

// rootOf follows views, windows and in-place results to the value that owns the
// storage.
func (p *program) rootOf(id graph.ValueID) graph.ValueID {
	for p.values[id].root != id {
		id = p.values[id].root
	}
	return id
}
