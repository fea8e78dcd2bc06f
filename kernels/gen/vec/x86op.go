package main

import (
	"fmt"
	"slices"
)

// x86Two lists operations that are one instruction with two sources. Go writes
// the second source first.
var x86Two = map[string]string{
	"add": "VADDPS", "sub": "VSUBPS", "mul": "VMULPS", "div": "VDIVPS",
	"atLeast": "VMAXPS", "atMost": "VMINPS", // both return the second source unless the first is beyond it
	"and": "VANDPS", "or": "VORPS", "xor": "VXORPS",
	"addInt": "VPADDD", "subInt": "VPSUBD", "timesPow2": "VSCALEFPS",
}

var x86Commutes = []string{"add", "mul", "and", "or", "xor", "addInt"}

// step writes operation i for a stream.
func (g *x86) step(i int, s *stream) {
	o := g.p.ops[i]
	if m, ok := x86Two[o.kind]; ok {
		a, b := o.args[0], o.args[1]
		if slices.Contains(x86Commutes, o.kind) && g.inMemory(a) {
			a, b = b, a
		}
		ra, done := g.load(s, a)
		rb, suffix := g.operand(s, b)
		done()
		g.emit("%s%s %s, %s, %s", m, suffix, rb, ra, g.result(i, s))
		return
	}
	switch o.kind {
	case "const", "param":
	case "load":
		g.loadInput(i, s)
	case "store":
		g.storeOutput(i, s)
	case "fma":
		g.fma(i, s)
	case "sqrt":
		a, suffix := g.operand(s, o.args[0])
		g.emit("VSQRTPS%s %s, %s", suffix, a, g.result(i, s))
	case "toFloat":
		a, _ := g.operand(s, o.args[0])
		g.emit("VCVTDQ2PS %s, %s", a, g.result(i, s))
	case "left":
		a, _ := g.operand(s, o.args[0])
		g.emit("VPSLLD $%d, %s, %s", o.n, a, g.result(i, s))
	case "right":
		a, _ := g.operand(s, o.args[0])
		g.emit("VPSRAD $%d, %s, %s", o.n, a, g.result(i, s))
	case "round":
		a, _ := g.operand(s, o.args[0])
		m := "VROUNDPS"
		if g.wide {
			m = "VRNDSCALEPS"
		}
		g.emit("%s $%d, %s, %s", m, 8+o.n, a, g.result(i, s)) // 8: no exception
	case "ifLess", "ifEqual", "ifNegative":
		g.selection(i, s)
	case "accAdd", "accSquare", "accMax", "accMin", "accNaN":
		g.accumulate(i, s)
	default:
		panic(o.kind)
	}
}

func (g *x86) loadInput(i int, s *stream) {
	if g.folded(value(i)) {
		return
	}
	from := g.address(s, g.p.ops[i].n)
	r := g.result(i, s)
	switch {
	case g.masked && g.wide:
		g.emit("VMOVUPS.Z %s, K7, %s", from, r)
	case g.masked:
		g.emit("VMASKMOVPS %s, Y15, %s", from, r)
	default:
		g.emit("VMOVUPS %s, %s", from, r)
	}
}

func (g *x86) storeOutput(i int, s *stream) {
	r, done := g.load(s, g.p.ops[i].args[0])
	to := fmt.Sprintf("%d(DI)", s.n*g.width())
	switch {
	case g.masked && g.wide:
		g.emit("VMOVUPS %s, K7, %s", r, to)
	case g.masked:
		g.emit("VMASKMOVPS %s, Y15, %s", r, to)
	default:
		g.emit("VMOVUPS %s, %s", r, to)
	}
	done()
	g.release(i, s, none)
}

// selection writes a comparison and a blend.
func (g *x86) selection(i int, s *stream) {
	o := g.p.ops[i]
	yes, no := o.args[len(o.args)-2], o.args[len(o.args)-1]
	mask, back := "K1", func() {}
	if o.kind == "ifNegative" {
		a := g.name(g.register(s, o.args[0]))
		if g.wide {
			g.emit("VPMOVD2M %s, K1", a)
		} else {
			mask = a // a blend looks at signs only
		}
	} else {
		predicate := map[string]string{"ifLess": "0x11", "ifEqual": "0"}[o.kind] // false for NaN, no exception
		a, done := g.load(s, o.args[0])
		b, suffix := g.operand(s, o.args[1])
		done()
		if !g.wide {
			r := s.take()
			mask, back = g.name(r), func() { s.give(r) }
		}
		g.emit("VCMPPS%s $%s, %s, %s, %s", suffix, predicate, b, a, mask)
	}
	rn, doneNo := g.load(s, no)
	ry, suffix := g.operand(s, yes)
	doneNo()
	back()
	r := g.result(i, s)
	if g.wide {
		g.emit("VBLENDMPS%s %s, %s, K1, %s", suffix, ry, rn, r)
	} else {
		g.emit("VBLENDVPS %s, %s, %s, %s", mask, ry, rn, r)
	}
}

// fma writes a*b + c over one of its arguments if that is not needed again.
func (g *x86) fma(i int, s *stream) {
	a, b, c := g.p.ops[i].args[0], g.p.ops[i].args[1], g.p.ops[i].args[2]
	if g.inMemory(a) || g.p.fixed(a) {
		a, b = b, a
	}
	keep := none
	switch {
	case g.dies(i, c) && c != a && c != b:
		keep = c
		rb, suffix := g.operand(s, b)
		g.emit("VFMADD231PS%s %s, %s, %s", suffix, rb, g.name(g.register(s, a)), g.name(s.reg[c]))
	case g.dies(i, a) && a != b && a != c:
		keep = a
		g.multiplyInto(s, s.reg[a], b, c)
	case g.dies(i, b) && b != a && b != c:
		keep = b
		g.multiplyInto(s, s.reg[b], a, c)
	default:
		r := s.take()
		switch {
		case g.inMemory(b):
			g.copyTo(s, b, r)
			g.multiplyInto(s, r, a, c)
		case g.p.fixed(c) || a == b:
			g.copyTo(s, c, r)
			g.emit("VFMADD231PS %s, %s, %s", g.name(g.register(s, b)), g.name(g.register(s, a)), g.name(r))
		default:
			g.copyTo(s, a, r)
			g.multiplyInto(s, r, b, c)
		}
		g.release(i, s, none)
		s.reg[value(i)] = r
		return
	}
	g.release(i, s, keep)
	s.reg[value(i)] = s.reg[keep]
}

// multiplyInto writes r = r*b + c.
func (g *x86) multiplyInto(s *stream, r int, b, c value) {
	if g.inMemory(b) {
		rb, suffix := g.operand(s, b)
		rc, done := g.load(s, c)
		g.emit("VFMADD132PS%s %s, %s, %s", suffix, rb, rc, g.name(r))
		done()
		return
	}
	rc, suffix := g.operand(s, c)
	g.emit("VFMADD213PS%s %s, %s, %s", suffix, rc, g.name(g.register(s, b)), g.name(r))
}
