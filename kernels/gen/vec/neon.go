package main

import (
	"fmt"
	"slices"
	"strings"
)

// neon writes one kernel for arm64. It allocates as x86 does, but an operand
// is always in a register, and constants come from a table. Loads and stores
// move their pointers on.
type neon struct {
	k      *kernel
	p      *program
	last   []int
	fixed  map[value]int // register of a parameter or constant
	table  []uint32      // constants of the kernel, constantBytes each
	accum  int           // first register of the accumulators
	single bool          // writing the tail: one element at a time
	code   []string
}

func (g *neon) emit(format string, args ...any) {
	g.code = append(g.code, "\t"+fmt.Sprintf(format, args...))
}

// load returns v in a register, and a function that gives it back if it was
// only borrowed.
func (g *neon) load(s *stream, v value) (reg int, done func()) {
	if r, ok := g.fixed[v]; ok {
		return r, func() {}
	}
	if g.p.ops[v].kind != "const" {
		return s.reg[v], func() {}
	}
	r := s.take()
	g.loadConstant(g.p.ops[v].bits, r)
	return r, func() { s.give(r) }
}

func (g *neon) loadConstant(bits uint32, r int) {
	g.emit("FMOVQ %d(R4), F%d", g.constant(bits), r)
}

// constantBytes is the room of a constant in the table: two vectors.
const constantBytes = 32

// constant returns where a constant is in the table.
func (g *neon) constant(bits uint32) int {
	i := slices.Index(g.table, bits)
	if i < 0 {
		i = len(g.table)
		g.table = append(g.table, bits)
	}
	return constantBytes * i
}

// copyTo puts v in register r.
func (g *neon) copyTo(s *stream, v value, r int) {
	if f, ok := g.fixed[v]; ok {
		g.emit("VMOV V%d.B16, V%d.B16", f, r)
	} else if g.p.ops[v].kind == "const" {
		g.loadConstant(g.p.ops[v].bits, r)
	} else {
		g.emit("VMOV V%d.B16, V%d.B16", s.reg[v], r)
	}
}

func (g *neon) dies(i int, v value) bool { return !g.p.fixed(v) && g.last[v] == i }

// release gives back the registers that operation i uses last, except that of keep.
func (g *neon) release(i int, s *stream, keep value) {
	args := slices.Clone(g.p.ops[i].args)
	slices.Sort(args)
	for _, v := range slices.Compact(args) {
		if v != keep && g.dies(i, v) {
			s.give(s.reg[v])
		}
	}
}

// result releases the arguments of operation i and takes a register for it.
func (g *neon) result(i int, s *stream) int {
	g.release(i, s, none)
	r := s.take()
	s.reg[value(i)] = r
	return r
}

// Macros of vec_arm64.h, destination first, and instructions of the Go
// assembler, destination last.
var (
	neonTwo    = map[string]string{"add": "FADD", "sub": "FSUB", "mul": "FMUL", "div": "FDIV"}
	neonOne    = map[string]string{"sqrt": "FSQRT", "toFloat": "SCVTF"}
	neonRound  = map[int]string{toEven: "FRINTN", down: "FRINTM", up: "FRINTP"}
	neonBits   = map[string]string{"and": "VAND", "or": "VORR", "xor": "VEOR"}
	neonInts   = map[string]string{"addInt": "VADD", "subInt": "VSUB"}
	neonLimits = map[string]string{"atLeast": "FMAX", "atMost": "FMIN"}
)

// step writes operation i for a stream.
func (g *neon) step(i int, s *stream) {
	o := g.p.ops[i]
	r := make([]int, len(o.args))
	args := func() { // in registers; the borrowed ones may be overwritten
		var done []func()
		for j, v := range o.args {
			var d func()
			r[j], d = g.load(s, v)
			done = append(done, d)
		}
		for _, d := range done {
			d()
		}
	}
	switch o.kind {
	case "const", "param":
	case "load":
		d := g.result(i, s)
		if g.single {
			g.emit("FMOVS.P 4(R%d), F%d", 1+o.n, d)
		} else {
			g.emit("FMOVQ.P 16(R%d), F%d", 1+o.n, d)
		}
	case "store":
		args()
		if g.single {
			g.emit("FMOVS.P F%d, 4(R0)", r[0])
		} else {
			g.emit("FMOVQ.P F%d, 16(R0)", r[0])
		}
		g.release(i, s, none)
	case "add", "sub", "mul", "div":
		args()
		g.emit("%s(%d, %d, %d)", neonTwo[o.kind], g.result(i, s), r[0], r[1])
	case "sqrt", "toFloat":
		args()
		g.emit("%s(%d, %d)", neonOne[o.kind], g.result(i, s), r[0])
	case "round":
		args()
		g.emit("%s(%d, %d)", neonRound[o.n], g.result(i, s), r[0])
	case "and", "or", "xor":
		args()
		g.emit("%s V%d.B16, V%d.B16, V%d.B16", neonBits[o.kind], r[1], r[0], g.result(i, s))
	case "addInt", "subInt":
		args()
		g.emit("%s V%d.S4, V%d.S4, V%d.S4", neonInts[o.kind], r[1], r[0], g.result(i, s))
	case "left":
		args()
		g.emit("VSHL $%d, V%d.S4, V%d.S4", o.n, r[0], g.result(i, s))
	case "right":
		args()
		g.emit("SSHR(%d, %d, %d)", g.result(i, s), r[0], o.n)
	case "fma":
		g.fma(i, s)
	case "atLeast", "atMost":
		g.limit(i, s)
	case "ifLess", "ifEqual", "ifNegative":
		g.selection(i, s)
	case "accAdd", "accSquare", "accMax", "accMin", "accNaN":
		v, done := g.load(s, o.args[0])
		if g.single { // the accumulation comes when all elements are there
			g.emit("FMOVS.P F%d, 4(R5)", v)
		} else {
			t := s.take()
			g.accumulate(v, g.accum+s.n, t)
			s.give(t)
		}
		done()
		g.release(i, s, none)
	default:
		panic(o.kind)
	}
}

// fma writes a*b + c: into c, if that is not needed again.
func (g *neon) fma(i int, s *stream) {
	a, b, c := g.p.ops[i].args[0], g.p.ops[i].args[1], g.p.ops[i].args[2]
	if g.dies(i, c) && c != a && c != b {
		g.multiplyAdd(i, s, s.reg[c], c)
		return
	}
	d := s.take()
	g.copyTo(s, c, d)
	g.multiplyAdd(i, s, d, none)
}

// multiplyAdd writes the fused multiply-add i, whose addend is in register d,
// that of keep if it is not none.
func (g *neon) multiplyAdd(i int, s *stream, d int, keep value) {
	ra, doneA := g.load(s, g.p.ops[i].args[0])
	rb, doneB := g.load(s, g.p.ops[i].args[1])
	g.emit("VFMLA V%d.S4, V%d.S4, V%d.S4", rb, ra, d)
	doneA()
	doneB()
	g.release(i, s, keep)
	s.reg[value(i)] = d
}

// limit writes atLeast or atMost. FMAX and FMIN do the same but for zeros of
// different sign and a NaN in the limit, which a constant other than 0 excludes.
func (g *neon) limit(i int, s *stream) {
	o := g.p.ops[i]
	c, x := o.args[0], o.args[1]
	rc, doneC := g.load(s, c)
	rx, doneX := g.load(s, x)
	if g.p.ops[c].kind == "const" && g.p.ops[c].bits != 0 {
		doneC()
		doneX()
		g.emit("%s(%d, %d, %d)", neonLimits[o.kind], g.result(i, s), rc, rx)
		return
	}
	d := s.take()
	if o.kind == "atLeast" {
		g.emit("FCMGT(%d, %d, %d)", d, rc, rx)
	} else {
		g.emit("FCMGT(%d, %d, %d)", d, rx, rc)
	}
	g.emit("VBSL V%d.B16, V%d.B16, V%d.B16", rx, rc, d)
	doneC()
	doneX()
	g.release(i, s, none)
	s.reg[value(i)] = d
}

// selection writes a comparison and a selection by its bits.
func (g *neon) selection(i int, s *stream) {
	o := g.p.ops[i]
	yes, no := o.args[len(o.args)-2], o.args[len(o.args)-1]
	d := s.take()
	a, doneA := g.load(s, o.args[0])
	b, doneB := 0, func() {}
	if o.kind != "ifNegative" {
		b, doneB = g.load(s, o.args[1])
	}
	switch o.kind {
	case "ifLess":
		g.emit("FCMGT(%d, %d, %d)", d, b, a)
	case "ifEqual":
		g.emit("FCMEQ(%d, %d, %d)", d, a, b)
	case "ifNegative":
		g.emit("CMLT0(%d, %d)", d, a)
	}
	doneA()
	doneB()
	ry, doneYes := g.load(s, yes)
	rn, doneNo := g.load(s, no)
	g.emit("VBSL V%d.B16, V%d.B16, V%d.B16", rn, ry, d)
	doneYes()
	doneNo()
	g.release(i, s, none)
	s.reg[value(i)] = d
}

// writeTable writes the constants, repeated over two vectors.
func (g *neon) writeTable(b *strings.Builder) {
	if len(g.table) == 0 {
		return
	}
	name := "constants" + g.k.name
	b.WriteString("\n")
	for i, bits := range g.table {
		for j := 0; j < constantBytes; j += 8 {
			fmt.Fprintf(b, "DATA %s<>+%d(SB)/8, $0x%08x%08x // %s\n", name, constantBytes*i+j, bits, bits, float(bits))
		}
	}
	fmt.Fprintf(b, "GLOBL %s<>(SB), RODATA|NOPTR, $%d\n", name, constantBytes*len(g.table))
}
