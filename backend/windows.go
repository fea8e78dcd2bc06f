package backend

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

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
