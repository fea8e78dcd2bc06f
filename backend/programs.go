package backend

import (
	"errors"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// maxPrograms bounds the programs a model keeps, and the instances a session
// keeps: the oldest are dropped.
const maxPrograms = 32

// serves reports whether the program is for these capacities, or shapes, and
// states.
func (p *program) serves(key []int, shapes []shape, states []binding) bool {
	if !slices.Equal(p.states, states) {
		return false
	}
	if p.exact != nil {
		return equal(p.exact, shapes)
	}
	return slices.Equal(p.key, key)
}

// program returns the program for input shapes, planning it if there is none.
// Where sizes rounded up do not fit together (a total that is a sum of others),
// the program is for exactly these shapes.
func (m *Model) program(key []int, shapes []shape, states []binding) (*program, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.programs {
		if p.serves(key, shapes, states) {
			return p, nil
		}
	}
	p, err := m.plan(key, shapes, states)
	if err != nil && !errors.Is(err, op.ErrMemory) {
		exact := exactKey(shapes)
		if slices.Equal(exact, key) {
			return nil, err
		}
		if p, err = m.plan(exact, shapes, states); err != nil {
			return nil, err
		}
		p.exact = cloneShapes(shapes)
	}
	if err != nil {
		return nil, err
	}
	if len(m.programs) >= maxPrograms {
		m.programs = slices.Delete(m.programs, 0, 1)
	}
	m.programs = append(m.programs, p)
	return p, nil
}

// Programs returns how many programs the model holds: one for each class of
// input shapes it has met.
func (m *Model) Programs() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.programs)
}

// exactKey is the key of shapes as they are.
func exactKey(shapes []shape) []int {
	var key []int
	for _, s := range shapes {
		if !s.present {
			key = append(key, -1)
			continue
		}
		key = append(append(key, len(s.dims)), s.dims...)
	}
	return key
}

func cloneShapes(shapes []shape) []shape {
	c := slices.Clone(shapes)
	for i := range c {
		c[i].dims = slices.Clone(c[i].dims)
	}
	return c
}

// bound reports whether a value is an end of a state.
func (p *program) bound(id graph.ValueID) bool {
	return slices.ContainsFunc(p.states, func(b binding) bool { return b.past == id || b.present == id })
}
