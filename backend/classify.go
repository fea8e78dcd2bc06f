package backend

import "github.com/sardonyx-go/sardonyx/graph"

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
