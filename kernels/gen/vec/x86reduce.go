package main

import "fmt"

// reduceLanes is the number of partial sums, the same on all machines; see
// kernels/reduce.go.
const reduceLanes = 64

// onStack says that there are too few registers for the accumulators.
const onStack = -1

// vectors returns how many vectors hold the partial sums.
func (g *x86) vectors() int { return reduceLanes * 4 / g.width() }

// accumulator returns the register of the n-th vector of partial sums.
func (g *x86) accumulator(n int) string { return g.name(g.accum + n) }

// slot returns its place in the frame, if accumulators are there.
func (g *x86) slot(n int) string { return fmt.Sprintf("lanes-256+%d(SP)", n*g.width()) }

// accumulate writes the accumulation of a value. In a tail, lanes beyond the
// end add nothing: their loads are 0, but what was computed of them is not.
func (g *x86) accumulate(i int, s *stream) {
	o := g.p.ops[i]
	v := o.args[0]
	if g.accum == onStack {
		g.accumulateOnStack(i, s)
		return
	}
	acc := g.accumulator(s.n)
	mask := ""
	if g.masked && g.wide {
		mask = "K7, "
	}
	narrow := g.masked && !g.wide // no masked arithmetic
	switch o.kind {
	case "accAdd":
		r, _ := g.operand(s, v)
		if narrow {
			r = g.keepMasked(s, v)
		}
		g.emit("VADDPS %s, %s, %s%s", r, acc, mask, acc)
	case "accSquare":
		r, _ := g.operand(s, v)
		if narrow {
			r = g.keepMasked(s, v)
		}
		g.emit("VFMADD231PS %s, %s, %s%s", r, r, mask, acc)
	case "accMax", "accMin":
		m := map[string]string{"accMax": "VMAXPS", "accMin": "VMINPS"}[o.kind]
		r, done := g.load(s, v)
		if narrow {
			g.emit("VBLENDVPS Y15, %s, %s, %s", r, acc, r)
		}
		g.emit("%s %s, %s, %s%s", m, acc, r, mask, acc) // the second source, acc, unless v is beyond it
		done()
	case "accNaN":
		r, done := g.load(s, v)
		if g.wide {
			g.emit("VCMPPS $3, %s, %s, K1", r, r)
			g.emit("KORW K1, K2, K2")
		} else {
			g.emit("VCMPPS $3, %s, %s, %s", r, r, r)
			g.emit("VORPS %s, %s, %s", r, acc, acc)
		}
		done()
	}
	g.release(i, s, none)
}

// keepMasked zeroes the lanes of v beyond the end and returns its register.
func (g *x86) keepMasked(s *stream, v value) string {
	t := s.take()
	g.emit("VANDPS Y15, %s, %s", g.name(s.reg[v]), g.name(t))
	s.give(t)
	return g.name(t)
}

func (g *x86) accumulateOnStack(i int, s *stream) {
	v := g.p.ops[i].args[0]
	r := g.name(s.reg[v])
	t := s.take()
	if g.masked {
		g.emit("VANDPS Y15, %s, %s", r, g.name(t))
		r = g.name(t)
	}
	g.emit("VADDPS %s, %s, %s", g.slot(s.n), r, g.name(t))
	g.emit("VMOVUPS %s, %s", g.name(t), g.slot(s.n))
	s.give(t)
	g.release(i, s, none)
}

// startAccumulators writes their initial values.
func (g *x86) startAccumulators() {
	for n := range g.vectors() {
		switch {
		case g.k.reduce == "accNaN" && g.wide:
			if n == 0 {
				g.emit("KXORW K2, K2, K2")
			}
		case g.k.reduce == "accMax" || g.k.reduce == "accMin":
			bits := map[string]uint32{"accMax": negInf, "accMin": posInf}[g.k.reduce]
			g.emit("VBROADCASTSS %s, %s", g.pool.name(bits), g.accumulator(n))
		case g.accum == onStack:
			if n == 0 {
				g.emit("VXORPS Y0, Y0, Y0")
			}
			g.emit("VMOVUPS Y0, %s", g.slot(n))
		default:
			a := g.accumulator(n)
			g.emit("VXORPS %s, %s, %s", a, a, a)
		}
	}
}

// fold writes what combines the lanes, and the return of the result.
func (g *x86) fold() {
	result := fmt.Sprintf("ret+%d(FP)", g.k.resultOffset())
	if g.k.reduce == "accNaN" && g.wide {
		g.emit("KORTESTW K2, K2")
		g.emit("SETNE %s", result)
		return
	}
	m := map[string]string{"accAdd": "VADDPS", "accMax": "VMAXPS", "accMin": "VMINPS", "accNaN": "VORPS"}[g.k.reduce]
	if g.accum == onStack {
		g.accum = 0
		for n := range g.vectors() {
			g.emit("VMOVUPS %s, %s", g.slot(n), g.accumulator(n))
		}
	}
	// groups of 16 lanes: (0+1) + (2+3)
	per := g.vectors() / 4
	join := func(b, a, d int) { g.emit("%s %s, %s, %s", m, g.accumulator(b), g.accumulator(a), g.name(d)) }
	for n := range per {
		join(per+n, n, g.accum+n)
		join(3*per+n, 2*per+n, g.accum+2*per+n)
	}
	for n := range per {
		join(2*per+n, n, n)
	}
	if g.wide {
		g.emit("VEXTRACTF64X4 $1, Z0, Y1")
	}
	g.emit("%s Y1, Y0, Y0", m)
	g.emit("VEXTRACTF128 $1, Y0, X1")
	g.emit("%s X1, X0, X0", m)
	if g.k.reduce == "accNaN" {
		g.emit("VMOVMSKPS X0, AX")
		g.emit("TESTL AX, AX")
		g.emit("SETNE %s", result)
		return
	}
	g.emit("VPERMILPS $0x4e, X0, X1")
	g.emit("%s X1, X0, X0", m)
	g.emit("VPERMILPS $0xb1, X0, X1")
	g.emit("%s X1, X0, X0", m)
	if m != "VADDPS" { // make -0 +0
		g.emit("VXORPS X1, X1, X1")
		g.emit("VADDSS X1, X0, X0")
	}
	g.emit("VMOVSS X0, %s", result)
}
