package backend

import (
	"runtime"
	"sync"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// packs is implemented by kernels that hold a constant input in a form of their
// own and never look at the input again.
type packs interface{ Packs(in int) bool }

// constants lets go of a model's constants while its kernels are prepared: most
// of a file are weights that kernels pack, and both forms of all of them need
// not be in memory at the same time. The collector is asked for what has been
// dropped a few times while a model is compiled: left to itself it would wait
// until the heap has doubled, which is the peak this is about.
type constants struct {
	m       *Model
	mu      sync.Mutex
	users   []int  // by value: steps that are not prepared yet
	needed  []bool // by value: a kernel reads it when it runs
	total   int    // bytes of all constants
	dropped int    // of these, since the last collection
}

// Collections while a model is compiled, at most, and the least they are for.
const (
	collections = 6
	worthIt     = 4 << 20 // bytes
)

// newConstants gives every constant that a step uses a run-time value.
func newConstants(m *Model) *constants {
	g := m.graph
	c := &constants{m: m, users: make([]int, len(g.Values)), needed: make([]bool, len(g.Values))}
	for i := range g.Nodes {
		for _, id := range g.Nodes[i].Inputs {
			if id != graph.None {
				c.users[id]++
			}
		}
	}
	m.consts = make([]*op.Value, len(g.Values))
	for i := range g.Values {
		t := g.Values[i].Const
		if t == nil {
			continue
		}
		c.total += len(t.Bytes())
		if m.consts[i] = op.FromTensor(t); c.users[i] == 0 {
			c.drop(graph.ValueID(i))
			m.consts[i] = nil
		}
	}
	return c
}

// prepared notes that a step has its kernel, and drops what nobody else needs.
func (c *constants) prepared(s *step) {
	if c.release(s) {
		runtime.GC()
	}
}

// release drops what only s has waited for, and reports whether a collection is
// due.
func (c *constants) release(s *step) bool {
	p, ok := s.kernel.(packs)
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, id := range s.node.Inputs {
		if id == graph.None {
			continue
		}
		c.users[id]--
		c.needed[id] = c.needed[id] || !(ok && p.Packs(k))
		if c.users[id] == 0 && !c.needed[id] && c.m.consts[id] != nil {
			c.drop(id)
		}
	}
	if c.dropped < max(c.total/collections, worthIt) {
		return false
	}
	c.dropped = 0
	return true
}

// drop keeps the shape of a constant, not its elements.
func (c *constants) drop(id graph.ValueID) {
	c.m.graph.Values[id].Const = nil
	c.m.infos[id].Const = nil
	v := c.m.consts[id]
	c.dropped += len(v.Bytes)
	c.m.consts[id] = &op.Value{Kind: v.Kind, Type: v.Type, Shape: v.Shape, Stride: v.Stride}
}
