package main

import (
	"fmt"
	"slices"
	"strings"
)

// x86 writes one kernel for AVX2 or AVX-512. Several streams, one vector each,
// run interleaved through the program; each has its own registers. What is
// fixed, parameters and constants, sits in the top registers as far as these
// reach; other constants are memory operands.
type x86 struct {
	k      *kernel
	p      *program
	wide   bool // AVX-512: 16 lanes, 32 registers, masks
	last   []int
	uses   []int
	fixed  map[value]int // register of a parameter or constant
	accum  int           // first register of the accumulators, or onStack
	pool   *constants
	masked bool // writing the tail
	code   []string
}

// A stream is the state of one vector on its way through the program.
type stream struct {
	n     int // its number among the vectors of an iteration
	free  []int
	reg   map[value]int
	peak  int // most registers in use at once
	inUse int
}

func (s *stream) take() int {
	if len(s.free) == 0 {
		panic("no register left")
	}
	r := s.free[0]
	s.free = s.free[1:]
	s.inUse++
	s.peak = max(s.peak, s.inUse)
	return r
}

func (s *stream) give(r int) {
	s.free = slices.Insert(s.free, 0, r)
	s.inUse--
}

func (g *x86) emit(format string, args ...any) {
	g.code = append(g.code, "\t"+fmt.Sprintf(format, args...))
}

// name returns the name of vector register r.
func (g *x86) name(r int) string {
	if g.wide {
		return fmt.Sprintf("Z%d", r)
	}
	return fmt.Sprintf("Y%d", r)
}

// width returns the bytes in a vector.
func (g *x86) width() int {
	if g.wide {
		return 64
	}
	return 32
}

// pointers are the registers of the slices: dst, then the inputs.
var inputPointers = []string{"SI", "DX", "BX"}

// address returns where input n of a stream is.
func (g *x86) address(s *stream, n int) string {
	return fmt.Sprintf("%d(%s)", s.n*g.width(), inputPointers[n])
}

// inMemory reports whether v is not in a register.
func (g *x86) inMemory(v value) bool {
	if g.folded(v) {
		return true
	}
	_, ok := g.fixed[v]
	return g.p.ops[v].kind == "const" && !ok
}

// folded reports whether the load v is a memory operand of its only use.
func (g *x86) folded(v value) bool {
	if g.p.ops[v].kind != "load" || g.uses[v] != 1 || g.masked {
		return false
	}
	use := g.p.ops[g.last[v]]
	if use.args[len(use.args)-1] != v {
		return false
	}
	return slices.Contains([]string{"add", "sub", "mul", "div", "fma", "atLeast", "atMost", "accAdd"}, use.kind)
}

// operand returns v as a source that may be in memory, and the suffix of the
// instruction that broadcasts it from there.
func (g *x86) operand(s *stream, v value) (operand, suffix string) {
	if g.folded(v) {
		return g.address(s, g.p.ops[v].n), ""
	}
	if !g.inMemory(v) {
		return g.name(g.register(s, v)), ""
	}
	if g.wide {
		suffix = ".BCST"
	}
	return g.pool.name(g.p.ops[v].bits), suffix
}

// register returns the register of a value that is in one.
func (g *x86) register(s *stream, v value) int {
	if r, ok := g.fixed[v]; ok {
		return r
	}
	return s.reg[v]
}

// load returns v in a register, and a function that gives it back if it was
// only borrowed.
func (g *x86) load(s *stream, v value) (reg string, done func()) {
	if !g.inMemory(v) {
		return g.name(g.register(s, v)), func() {}
	}
	r := s.take()
	g.copyTo(s, v, r)
	return g.name(r), func() { s.give(r) }
}

// copyTo puts v in register r.
func (g *x86) copyTo(s *stream, v value, r int) {
	switch {
	case g.folded(v):
		g.emit("VMOVUPS %s, %s", g.address(s, g.p.ops[v].n), g.name(r))
	case !g.inMemory(v):
		g.emit("VMOVAPS %s, %s", g.name(g.register(s, v)), g.name(r))
	case g.wide:
		g.emit("VBROADCASTSS %s, %s", g.pool.name(g.p.ops[v].bits), g.name(r))
	default:
		g.emit("VMOVUPS %s, %s", g.pool.name(g.p.ops[v].bits), g.name(r))
	}
}

// dies reports whether operation i is the last use of v's register.
func (g *x86) dies(i int, v value) bool {
	return !g.p.fixed(v) && !g.folded(v) && g.last[v] == i
}

// release gives back the registers that operation i uses last, except that of keep.
func (g *x86) release(i int, s *stream, keep value) {
	args := slices.Clone(g.p.ops[i].args)
	slices.Sort(args)
	for _, v := range slices.Compact(args) {
		if v != keep && g.dies(i, v) {
			s.give(s.reg[v])
		}
	}
}

const none = value(-1)

// result releases the arguments of operation i and takes a register for it.
func (g *x86) result(i int, s *stream) string {
	g.release(i, s, none)
	r := s.take()
	s.reg[value(i)] = r
	return g.name(r)
}

// mnemonics of operations that are one instruction with two sources. Go writes
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

// body writes the program for n vectors from first on, with per registers each.
func (g *x86) body(first, n, per int, masked bool) (code []string, peak int) {
	g.code, g.masked = nil, masked
	streams := make([]*stream, n)
	for u := range streams {
		streams[u] = &stream{n: first + u, reg: map[value]int{}}
		for r := range per {
			streams[u].free = append(streams[u].free, u*per+r)
		}
	}
	for i := range g.p.ops {
		for _, s := range streams {
			g.step(i, s)
		}
	}
	return g.code, streams[0].peak
}

// constants collects the constants of a file. Each is repeated over 32 bytes:
// AVX2 has no broadcast in an operand.
type constants struct {
	bits []uint32
}

func (c *constants) name(bits uint32) string {
	if !slices.Contains(c.bits, bits) {
		c.bits = append(c.bits, bits)
	}
	return fmt.Sprintf("c%08x<>(SB)", bits)
}

func (c *constants) write(b *strings.Builder) {
	slices.Sort(c.bits)
	for _, bits := range c.bits {
		fmt.Fprintf(b, "\n// %s\n", float(bits))
		for i := 0; i < 32; i += 8 {
			fmt.Fprintf(b, "DATA c%08x<>+%d(SB)/8, $0x%08x%08x\n", bits, i, bits, bits)
		}
		fmt.Fprintf(b, "GLOBL c%08x<>(SB), RODATA|NOPTR, $32\n", bits)
	}
}
