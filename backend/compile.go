package backend

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/optimize"
	"github.com/sardonyx-go/sardonyx/graph"
)

// A Model is a compiled graph. It is immutable and safe for concurrent use.
type Model struct {
	opts    Options
	env     *optimize.Env
	graph   *graph.Graph
	infos   []op.Info // by value
	consts  []*op.Value
	steps   []step
	weights int64 // bytes of constants, packed or not; counted under MaxMemory only
	inputs  []Port
	outputs []Port

	mu       sync.Mutex
	programs []*program
	idle     []*Session
}

// step is a node with its kernel.
type step struct {
	node   *graph.Node
	op     op.Op
	kernel op.Kernel
	reads  []bool // by input: the operator looks at its value
	bodied bool
	shape  bool // ShapeOnly
	fixed  bool // neither volatile nor bodied: may be computed when shapes are resolved
}

// Compile optimises a graph and prepares its kernels. The graph is not changed,
// but the model shares its constants. All nodes that cannot run are reported in
// one error, one line each.
func Compile(g *graph.Graph, o Options) (m *Model, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, panicError(p)
		}
	}()
	e, g, err := open(g, &o)
	if err != nil {
		return nil, err
	}
	return compile(e, g, o, inputInfos(g))
}

// open returns a graph that passes may change, functions and captures explicit.
func open(g *graph.Graph, o *Options) (*optimize.Env, *graph.Graph, error) {
	if err := g.Check(); err != nil {
		return nil, nil, err
	}
	e := &optimize.Env{Context: o.context(), Registry: o.Registry, Set: o.set(), Functions: g.Functions, FoldLimit: foldLimit}
	if e.Registry == nil {
		e.Registry = Operators()
	}
	g = g.Clone()
	for _, name := range o.Override {
		i := slices.IndexFunc(g.Inputs, func(id graph.ValueID) bool { return g.Values[id].Name == name })
		if i < 0 {
			return nil, nil, fmt.Errorf("%w: no input is named %q; inputs are %s", ErrInput, name, names(g, g.Inputs))
		}
		g.Values[g.Inputs[i]].Const = nil
	}
	return e, g, optimize.Open(e, g)
}

// compile is Compile for a graph of our own; in describes its inputs.
func compile(e *optimize.Env, g *graph.Graph, o Options, in []op.Info) (*Model, error) {
	outputs := ports(g, g.Outputs)
	if err := optimize.Graph(e, g); err != nil {
		return nil, err
	}
	if err := e.Context.Err(); err != nil {
		return nil, err
	}
	t, err := optimize.Infer(e, g, in)
	if err != nil {
		return nil, err
	}
	if t.Expanded { // what has been added may be folded
		if err := optimize.Graph(e, g); err != nil {
			return nil, err
		}
		if t, err = optimize.Infer(e, g, in); err != nil {
			return nil, err
		}
	}
	if changed, err := optimize.Widen(e, t); err != nil {
		return nil, err
	} else if changed {
		if t, err = optimize.Infer(e, g, in); err != nil {
			return nil, err
		}
	}
	if optimize.Fuse(e, t) {
		if t, err = optimize.Infer(e, g, in); err != nil {
			return nil, err
		}
	}
	ownOutputs(t)
	orders, changed := optimize.Layout(t)
	if changed || len(t.Ops) != len(g.Nodes) {
		if t, err = optimize.Infer(e, g, in); err != nil {
			return nil, err
		}
	}
	for i := range t.Infos {
		t.Infos[i].Order = orders[i]
	}
	m := &Model{opts: o, env: e, graph: g, infos: t.Infos, inputs: ports(g, g.Inputs), outputs: outputs}
	for i, id := range g.Inputs {
		m.inputs[i].Info = t.Infos[id]
	}
	for i, id := range g.Outputs {
		m.outputs[i].Info = t.Infos[id]
	}
	return m, m.prepare(t)
}

// ownOutputs gives each output of the graph a value of its own: one that is an
// input, a constant, or listed twice is copied.
func ownOutputs(t *optimize.Typed) {
	g := t.Graph
	made := map[graph.ValueID]bool{}
	for i := range g.Nodes {
		for _, id := range g.Nodes[i].Outputs {
			made[id] = true
		}
	}
	for i, id := range g.Outputs {
		if made[id] {
			made[id] = false
			continue
		}
		name := g.Values[id].Name + "/copy"
		c := g.NewValue(graph.Value{Name: name, Type: g.Values[id].Type})
		n := graph.Node{Name: name, Domain: optimize.Domain, Op: "Copy", Version: 1, Inputs: []graph.ValueID{id}, Outputs: []graph.ValueID{c}}
		g.Nodes = append(g.Nodes, n)
		t.Infos = append(t.Infos, t.Infos[id])
		t.Infos[c].Const = nil
		t.Ops = append(t.Ops, nil)
		g.Outputs[i] = c
	}
	for i := range t.Ops {
		if t.Ops[i] == nil {
			t.Ops[i], _ = builtin.New(&g.Nodes[i])
		}
	}
}

// prepare makes the steps: kernels, packed weights, compiled bodies.
func (m *Model) prepare(t *optimize.Typed) error {
	lean, err := m.lean(t)
	if err != nil {
		return err
	}
	g := m.graph
	m.steps = make([]step, len(g.Nodes))
	errs := make([]error, len(g.Nodes))
	c := newConstants(m)
	order := largestFirst(g)
	each(len(g.Nodes), m.opts.threads(), func(k int) {
		i := order[k]
		if m.env.Context.Err() != nil {
			return
		}
		if errs[i] = m.prepareStep(t, i, lean != nil && lean[i]); errs[i] == nil {
			c.prepared(&m.steps[i])
		}
	})
	if err := m.env.Context.Err(); err != nil {
		return err
	}
	if err := errors.Join(errs...); err != nil || m.opts.MaxMemory <= 0 {
		return err
	}
	if m.weights = m.held(); m.weights > m.opts.MaxMemory {
		return fmt.Errorf("%w: weights need %d bytes, the limit is %d", ErrMemory, m.weights, m.opts.MaxMemory)
	}
	return nil
}

// largestFirst orders the nodes by the bytes of their constants, so that the
// longest packing does not begin when all others have ended.
func largestFirst(g *graph.Graph) []int {
	order, size := make([]int, len(g.Nodes)), make([]int, len(g.Nodes))
	for i := range g.Nodes {
		order[i] = i
		for _, id := range g.Nodes[i].Inputs {
			if id != graph.None && g.Values[id].Const != nil {
				size[i] += len(g.Values[id].Const.Bytes())
			}
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(size[j], size[i]) })
	return order
}

// prepareStep makes step i; a lean one needs as little memory as it can.
func (m *Model) prepareStep(t *optimize.Typed, i int, lean bool) error {
	n := &m.graph.Nodes[i]
	s := &m.steps[i]
	s.node, s.op = n, t.Ops[i]
	s.reads = make([]bool, len(n.Inputs))
	if r, ok := s.op.(op.Reader); ok {
		for _, k := range r.Reads() {
			if k < len(s.reads) {
				s.reads[k] = true
			}
		}
	}
	_, s.bodied = s.op.(op.Bodied)
	if so, ok := s.op.(op.ShapeOnly); ok {
		s.shape = so.ShapeOnly()
	}
	v, ok := s.op.(op.Volatile)
	s.fixed = !s.bodied && !(ok && v.Volatile())
	env := &op.Env{Node: n, Set: m.env.Set, Exact: m.opts.Exact || lean, Epilogue: op.EpilogueOf(n), Compile: m.body, DecodeImage: m.opts.DecodeImage}
	in := t.Gather(n.Inputs)
	var err error
	s.kernel, err = s.op.Prepare(env, in, t.Gather(n.Outputs))
	return op.Wrap(n, in, err)
}

// each calls f for 0...n-1, on several goroutines. A panic in one of them is
// the caller's.
func each(n, threads int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed any
	for range min(n, threads) {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					mu.Lock()
					failed = p
					mu.Unlock()
				}
			}()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
	if failed != nil {
		panic(failed)
	}
}

// body compiles the body of a control-flow node.
func (m *Model) body(g *graph.Graph, in []op.Info) (op.Body, error) {
	b, err := compile(m.env, g.Clone(), m.opts, in)
	if err != nil {
		return nil, err
	}
	return body{b}, nil
}
