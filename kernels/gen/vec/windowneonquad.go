package main

// neonAhead is how many inputs are loaded before the one at hand, for cores
// that do not reorder. The registers of inputs take turns, one more than that.
const neonAhead = 2

// quad computes n vectors of four pixels, which share the inputs of their taps
// and the weights. First come the registers of their sums, then the weights of
// a row, then inputs: 28 with two vectors and seven taps.
func (b *neonWindow) quad(l neonLanes) {
	b.emit("ADD R3, R15, R8")
	b.load(l, "R8", "R11", 0)
	for v := l.n; v < 4*l.n; v++ {
		b.emit("VMOV V%d.B16, V%d.B16", v-l.n, v)
	}
	inputs := 3*b.k.s + b.k.kw
	weights := func(t int) int { return (4 + t) * l.n }
	input := func(x int) int { return (4 + b.k.kw + x%(neonAhead+1)) * l.n }
	b.rows(l, func(string) {
		for t := range b.k.kw {
			b.load(l, "R9", "R11", weights(t))
		}
		for x := range neonAhead {
			b.load(l, "R8", "R6", input(x))
		}
		for x := range inputs {
			if next := x + neonAhead; next < inputs {
				b.load(l, "R8", "R6", input(next))
			}
			for t := range b.k.kw {
				p := (x - t) / b.k.s
				if x < t || (x-t)%b.k.s != 0 || p > 3 {
					continue
				}
				for v := range l.n {
					b.tap(p*l.n+v, input(x)+v, weights(t)+v, 0)
				}
			}
		}
	})
	for v := range 4 * l.n {
		b.limit(v)
	}
	b.emit("ADD R3, R0, R8")
	for p := range 4 {
		b.store(l, p*l.n, "R8", "R23")
	}
}
