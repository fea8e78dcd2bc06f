package backend

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// span is the steps between which the storage of a value is in use.
type span struct{ first, last int }

// spans returns, for each value that owns storage, when it is used, directly or
// through others that share it.
func (b *planner) spans() []span {
	life := make([]span, len(b.values))
	for i := range life {
		life[i] = span{len(b.steps), -1}
	}
	touch := func(id graph.ValueID, step int) {
		l := &life[b.rootOf(id)]
		l.first, l.last = min(l.first, step), max(l.last, step)
	}
	for i := range b.steps {
		for _, ids := range [][]graph.ValueID{b.steps[i].in, b.steps[i].out} {
			for _, id := range ids {
				if id != graph.None {
					touch(id, i)
				}
			}
		}
	}
	for _, id := range b.m.graph.Outputs {
		touch(id, len(b.steps))
	}
	return life
}

// inPlace lets results be written over inputs that nobody needs any more.
func (b *planner) inPlace() {
	life := b.spans()
	for i := range b.steps {
		s := &b.steps[i]
		k, ok := s.kernel.(op.InPlacer)
		if !ok || s.class != regular {
			continue
		}
		for _, p := range k.InPlace() {
			if p.In >= len(s.in) || p.Out >= len(s.out) || !b.mayOverwrite(s, i, p, life) {
				continue
			}
			in, out := s.in[p.In], s.out[p.Out]
			root := b.rootOf(in)
			b.values[out].place, b.values[out].root = shared, in
			life[root].last = max(life[root].last, life[out].last)
			break
		}
	}
}

func (b *planner) mayOverwrite(s *progStep, i int, p op.Pair, life []span) bool {
	in, out := s.in[p.In], s.out[p.Out]
	if in == graph.None || out == graph.None || b.values[out].place != arena || b.values[out].order != b.values[in].order {
		return false
	}
	if pl := b.values[in].place; pl != arena && pl != shared {
		return false
	}
	root := b.rootOf(in)
	if b.values[root].place != arena || life[root].last != i || b.isOutput(in) {
		return false
	}
	for k, id := range s.in {
		if k != p.In && id != graph.None && id != in && b.rootOf(id) == root {
			return false // another input is a view of what would be overwritten
		}
	}
	x, y := b.x.values[in], b.x.values[out]
	return x.Type.Size() == y.Type.Size() && slices.Equal(x.Shape, y.Shape) && slices.Equal(x.Stride, y.Stride)
}

// allocate plans the arena and notes when late storage is free again.
func (b *planner) allocate() {
	life := b.spans()
	blocks := map[graph.ValueID]*block{}
	var order []*block
	for i := range b.values {
		id := graph.ValueID(i)
		if b.values[i].place != arena || life[i].last < 0 {
			continue
		}
		v := b.x.values[i]
		n := b.x.storage(v, b.values[i].order) * v.Type.Size()
		blocks[id] = &block{size: n, first: life[i].first, last: life[i].last}
		order = append(order, blocks[id])
	}
	b.arena = plan(order)
	for id, k := range blocks {
		b.values[id].offset, b.values[id].size = k.offset, k.size
	}
	for i := range b.values {
		id := graph.ValueID(i)
		if b.values[i].place != late {
			continue
		}
		b.lates = append(b.lates, id)
		if l := life[b.rootOf(id)].last; l >= 0 && l < len(b.steps) {
			b.steps[l].frees = append(b.steps[l].frees, id)
		}
	}
}
