package main

import (
	"fmt"
	"slices"
	"strings"
)

// writeX86s returns the file of kernels for one instruction set.
func writeX86s(kernels []kernel, wide bool) string {
	pool := &constants{}
	var body strings.Builder
	for i := range kernels {
		body.WriteString(writeX86(&kernels[i], wide, pool))
	}
	var b strings.Builder
	b.WriteString(asmHeader + x86Registers)
	if !wide {
		writeOnes(&b)
	}
	pool.write(&b)
	return b.String() + body.String()
}

// writeX86 returns the assembly of one kernel.
func writeX86(k *kernel, wide bool, pool *constants) string {
	g := &x86{k: k, p: k.program(wide), wide: wide, pool: pool}
	g.last, g.uses = g.p.lastUses(), g.p.uses()
	n, per, tail := g.allocate()

	frame := 0
	if g.accum == onStack && k.reduce != "" {
		frame = 256
	}
	var b strings.Builder
	name := k.name + isa(wide)
	fmt.Fprintf(&b, "\n// func %s%s\n", name, k.signature())
	fmt.Fprintf(&b, "TEXT ·%s(SB), NOSPLIT, $%d-%d\n", name, frame, k.frame())
	lines := func(code []string) {
		for _, l := range code {
			b.WriteString(l + "\n")
		}
	}
	lines(g.entry())
	if k.reduce != "" {
		lines(g.reduction(n, per, tail))
	} else {
		lines(g.mapping(n, per, tail))
	}
	b.WriteString("\tVZEROUPPER\n\tRET\n")
	return b.String()
}

func isa(wide bool) string {
	if wide {
		return "AVX512"
	}
	return "AVX2"
}

// allocate decides how many vectors an iteration has and how many registers
// each of them gets, and the one of the tail; the rest goes to what is fixed.
func (g *x86) allocate() (n, per, tail int) {
	top := 15 // Y15 is the mask of the tail
	if g.wide {
		top = 32
	}
	g.fixed = map[value]int{}
	for v, o := range g.p.ops {
		if o.kind == "param" {
			top--
			g.fixed[value(v)] = top
		}
	}
	n = g.k.unroll
	if g.k.reduce != "" {
		if n == 0 {
			n = g.vectors()
		}
		g.accum = onStack
		const long = 16 // operations of a program that needs the registers more than its accumulators
		if g.wide || len(g.p.ops) < long {
			top -= g.vectors()
			g.accum = top
		}
	}
	pool := g.pool
	g.pool = &constants{}
	_, per = g.body(0, 1, top, false)
	_, tail = g.body(0, 1, top, true)
	g.pool = pool
	for n > 1 && n*per > top {
		n--
	}
	for n > 1 && g.k.reduce != "" && g.vectors()%n != 0 {
		n--
	}
	g.hoist(top, max(n*per, tail))
	return n, per, max(n*per, tail)
}

// hoist gives the registers from low to top-1 to the constants that profit most.
func (g *x86) hoist(top, low int) {
	weight := map[value]int{}
	var order []value
	for _, o := range g.p.ops {
		for j, a := range o.args {
			if g.p.ops[a].kind != "const" {
				continue
			}
			if weight[a] == 0 {
				order = append(order, a)
			}
			weight[a]++
			if o.kind == "atLeast" || o.kind == "atMost" || o.kind == "fma" && j == 1 {
				weight[a]++ // would have to be loaded first
			}
		}
	}
	slices.SortStableFunc(order, func(a, b value) int { return weight[b] - weight[a] })
	for _, v := range order {
		if top == low {
			break
		}
		top--
		g.fixed[v] = top
	}
}

// entry loads the arguments and what is fixed.
func (g *x86) entry() []string {
	g.code = nil
	length := g.k.slices()[0]
	if g.k.out {
		g.emit("MOVQ dst_base+0(FP), DI")
	}
	g.emit("MOVQ %s_len+8(FP), CX", length)
	for i, s := range g.k.in {
		offset := 24 * i
		if g.k.out {
			offset += 24
		}
		g.emit("MOVQ %s_base+%d(FP), %s", s, offset, inputPointers[i])
	}
	for v, o := range g.p.ops { // in order, to write the same file every time
		r, ok := g.fixed[value(v)]
		switch {
		case !ok:
		case o.kind == "param":
			g.emit("VBROADCASTSS %s+%d(FP), %s", g.k.params[o.n], g.k.paramOffset(o.n), g.name(r))
		default:
			g.emit("VBROADCASTSS %s, %s", g.pool.name(o.bits), g.name(r))
		}
	}
	return g.code
}

// advance moves all pointers on by n bytes.
func (g *x86) advance(n int) (code []string) {
	for i := range g.k.in {
		code = append(code, fmt.Sprintf("\tADDQ $%d, %s", n, inputPointers[i]))
	}
	if g.k.out {
		code = append(code, fmt.Sprintf("\tADDQ $%d, DI", n))
	}
	return code
}

// tailMask sets the mask of the next vector, of which CX > 0 lanes are left.
func (g *x86) tailMask() []string {
	if g.wide {
		return []string{"\tMOVQ $-1, R8", "\tBZHIQ CX, R8, R8", "\tKMOVW R8, K7"}
	}
	return []string{"\tMOVQ CX, R8", "\tNEGQ R8", "\tVMOVUPS (R9)(R8*4), Y15"}
}

// tailTable points R9 at the end of the ones that tailMask reads.
func (g *x86) tailTable() []string {
	if g.wide {
		return nil
	}
	return []string{"\tLEAQ ones<>+256(SB), R9"}
}

// mapping writes the loops of an elementwise kernel.
func (g *x86) mapping(n, per, most int) (code []string) {
	lanes := n * g.width() / 4
	body, _ := g.body(0, n, per, false)
	tail, _ := g.body(0, 1, most, true)
	code = append(code, fmt.Sprintf("\tSUBQ $%d, CX", lanes), "\tJLT rest", "\tPCALIGN $32", "", "loop:")
	code = append(code, body...)
	code = append(code, g.advance(n*g.width())...)
	code = append(code, fmt.Sprintf("\tSUBQ $%d, CX", lanes), "\tJGE loop", "",
		"rest:", fmt.Sprintf("\tADDQ $%d, CX", lanes), "\tJLE done")
	code = append(code, g.tailTable()...)
	code = append(code, "", "tail:")
	code = append(code, g.tailMask()...)
	code = append(code, tail...)
	code = append(code, g.advance(g.width())...)
	return append(code, fmt.Sprintf("\tSUBQ $%d, CX", g.width()/4), "\tJGT tail", "", "done:")
}

// reduction writes the loops of a reduction: an iteration is one vector for
// every accumulator.
func (g *x86) reduction(n, per, most int) (code []string) {
	g.code = nil
	g.startAccumulators()
	code = append(code, g.code...)
	code = append(code, fmt.Sprintf("\tSUBQ $%d, CX", reduceLanes), "\tJLT rest", "\tPCALIGN $32", "", "loop:")
	for v := 0; v < g.vectors(); v += n {
		body, _ := g.body(v, n, per, false)
		code = append(code, body...)
	}
	code = append(code, g.advance(4*reduceLanes)...)
	code = append(code, fmt.Sprintf("\tSUBQ $%d, CX", reduceLanes), "\tJGE loop", "",
		"rest:", fmt.Sprintf("\tADDQ $%d, CX", reduceLanes), "\tJLE fold")
	code = append(code, g.tailTable()...)
	for v := range g.vectors() {
		tail, _ := g.body(v, 1, most, true)
		code = append(code, g.tailMask()...)
		code = append(code, tail...)
		code = append(code, fmt.Sprintf("\tSUBQ $%d, CX", g.width()/4), "\tJLE fold")
	}
	code = append(code, "", "fold:")
	g.code = nil
	g.fold()
	return append(code, g.code...)
}
