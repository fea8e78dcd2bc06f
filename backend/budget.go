package backend

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/optimize"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// Under Options.MaxMemory a model is planned before its kernels are prepared:
// its constants, the memory that kernels want beyond (see op.Leaner), and the
// values of one session have to fit; where shapes are not known, half of what
// constants leave is for values. Kernels do without what they want, the one that
// wants most first, until they do: that costs the fewest layers their faster
// algorithm. All of it follows from the graph and the limit alone.

// lean returns which nodes are prepared to need little memory; nil means none.
func (m *Model) lean(t *optimize.Typed) ([]bool, error) {
	limit := m.opts.MaxMemory
	if limit <= 0 {
		return nil, nil
	}
	constants := int64(0)
	for i := range t.Infos {
		if c := t.Infos[i].Const; c != nil && t.Graph.Values[i].Const != nil {
			constants += int64(len(c.Bytes()))
		}
	}
	if constants > limit {
		return nil, fmt.Errorf("%w: constants of the model are %d bytes, the limit is %d", ErrMemory, constants, limit)
	}
	values, known := activations(t)
	if !known {
		values = max(values, (limit-constants)/2)
	}
	total := constants + values
	type want struct{ node, bytes int }
	var wants []want
	env := op.Env{Exact: m.opts.Exact}
	for i, o := range t.Ops {
		if l, ok := o.(op.Leaner); ok {
			n := &t.Graph.Nodes[i]
			if b := l.Spare(&env, t.Gather(n.Inputs), t.Gather(n.Outputs)); b > 0 {
				wants = append(wants, want{i, b})
				total += int64(b)
			}
		}
	}
	slices.SortStableFunc(wants, func(a, b want) int { return cmp.Compare(b.bytes, a.bytes) })
	lean := make([]bool, len(t.Ops))
	for _, w := range wants {
		if total <= limit {
			break
		}
		lean[w.node] = true
		total -= int64(w.bytes)
	}
	return lean, nil
}

// activations estimates what a session's arena will need: the most bytes of
// values that are alive at the same time, and whether all shapes are known.
// Values that turn out to share memory count twice, which makes up for gaps
// between others.
func activations(t *optimize.Typed) (most int64, known bool) {
	g := t.Graph
	last := make([]int, len(t.Infos))
	for i := range g.Nodes {
		for _, id := range g.Nodes[i].Inputs {
			if id != graph.None {
				last[id] = i
			}
		}
	}
	for _, id := range g.Outputs {
		last[id] = len(g.Nodes)
	}
	known = true
	bytes := func(id graph.ValueID) int64 {
		v := &t.Infos[id]
		if v.Kind != graph.Tensor || !v.Static() {
			known = false
			return 0
		}
		shape := slices.Clone(v.Shape)
		if v.Order == op.ChannelsLast && shape[1] > 8 {
			shape[1] = (shape[1] + 7) &^ 7
		}
		n, ok := tensor.Elements(shape)
		if !ok {
			return 0
		}
		return int64(round(n * max(1, v.Type.Size())))
	}
	alive := int64(0)
	ends := make([]int64, len(g.Nodes)+1) // by node: bytes that die after it
	for i := range g.Nodes {
		for _, id := range g.Nodes[i].Outputs {
			if id != graph.None {
				b := bytes(id)
				alive += b
				ends[max(i, last[id])] += b
			}
		}
		most = max(most, alive)
		alive -= ends[i]
	}
	return most, known
}

// held returns the bytes that the model keeps: constants that kernels read as
// they are, and packed ones.
func (m *Model) held() int64 {
	n := int64(0)
	for _, v := range m.consts {
		if v != nil {
			n += int64(len(v.Bytes))
		}
	}
	for i := range m.steps {
		s := &m.steps[i]
		if h, ok := s.kernel.(op.Holder); ok {
			n += int64(h.Held())
			continue
		}
		for _, id := range s.node.Inputs {
			if id == graph.None {
				continue
			}
			if v := m.consts[id]; v != nil && v.Bytes == nil { // dropped: some kernel has it
				n += int64(v.Len() * v.Type.Size())
			}
		}
	}
	return n
}
