package backend

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
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
	values []planned       // the model's values, then copies
	lates  []graph.ValueID // values that get storage during a run
	arena  int             // bytes
}

// progStep is a step in a program.
type progStep struct {
	*step
	class   class
	in, out []graph.ValueID
	rebind  bool // a view whose storage may move between runs
	flat    bool // a view of one run of memory at the planned sizes, which readers rely on
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
	if l := m.opts.MaxMemory; l > 0 && int64(p.arena)+m.weights > l {
		return nil, fmt.Errorf("%w: inputs of these shapes need %d bytes beside %d of weights, the limit is %d", ErrMemory, p.arena, m.weights, l)
	}
	return p, nil
}

func (b *planner) isOutput(id graph.ValueID) bool { return slices.Contains(b.m.graph.Outputs, id) }

// rootOf follows views, windows and in-place results to the value that owns the
// storage.
func (p *program) rootOf(id graph.ValueID) graph.ValueID {
	for p.values[id].root != id {
		id = p.values[id].root
	}
	return id
}
