package main

import (
	"fmt"
	"slices"
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
