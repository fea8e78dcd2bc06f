package main

// body writes the program for n vectors from first on, with per registers
// each, or for one element.
func (g *neon) body(first, n, per int, single bool) (code []string, peak int) {
	g.code, g.single = nil, single
	streams := make([]*stream, n)
	for u := range streams {
		streams[u] = &stream{n: first + u, reg: map[value]int{}}
		for r := range per {
			streams[u].free = append(streams[u].free, u*per+r)
		}
	}
	for i := range g.p.ops {
		for u := 0; u < n; u++ {
			if u+1 < n && g.pair(i, streams[u], streams[u+1]) {
				u++
				continue
			}
			g.step(i, streams[u])
		}
	}
	return g.code, streams[0].peak
}

// pair writes operation i for two streams, if one instruction moves what both
// need: an input, a result, or a constant that a fused multiply-add replaces
// by its sum. It reports whether it did.
func (g *neon) pair(i int, s, t *stream) bool {
	o := g.p.ops[i]
	switch {
	case o.kind == "load":
		g.emit("FLDPQ.P 32(R%d), (F%d, F%d)", 1+o.n, g.result(i, s), g.result(i, t))
	case o.kind == "store":
		rs, doneS := g.load(s, o.args[0])
		rt, doneT := g.load(t, o.args[0])
		g.emit("FSTPQ.P (F%d, F%d), 32(R0)", rs, rt)
		doneS()
		doneT()
		g.release(i, s, none)
		g.release(i, t, none)
	case o.kind == "fma" && g.p.ops[o.args[2]].kind == "const":
		ds, dt := s.take(), t.take()
		g.emit("FLDPQ %d(R4), (F%d, F%d)", g.constant(g.p.ops[o.args[2]].bits), ds, dt)
		g.multiplyAdd(i, s, ds, none)
		g.multiplyAdd(i, t, dt, none)
	default:
		return false
	}
	return true
}
