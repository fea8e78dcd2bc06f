package main

import (
	"fmt"
	"slices"
	"strings"
)

// neonVectors is how many vectors hold the partial sums of a reduction.
const neonVectors = reduceLanes / 4

// writeNEONs returns the file of kernels.
func writeNEONs(kernels []kernel) string {
	var b strings.Builder
	b.WriteString(asmHeader + "#include \"vec_arm64.h\"\n" + neonRegisters)
	for i := range kernels {
		b.WriteString(writeNEON(&kernels[i]))
	}
	return b.String()
}

// writeNEON returns the assembly of one kernel.
func writeNEON(k *kernel) string {
	g := &neon{k: k, p: k.program(false)}
	g.last = g.p.lastUses()
	n, per, most := g.allocate()

	g.table = nil
	g.entry()
	code := g.code
	if k.reduce != "" {
		code = append(code, g.reduction(n, per, most)...)
	} else {
		code = append(code, g.mapping(n, per, most)...)
	}
	frame := 0
	if k.reduce != "" {
		frame = 4 * reduceLanes
	}
	var b strings.Builder
	g.writeTable(&b)
	fmt.Fprintf(&b, "\n// func %sNEON%s\n", k.name, k.signature())
	fmt.Fprintf(&b, "TEXT ·%sNEON(SB), NOSPLIT, $%d-%d\n", k.name, frame, k.frame())
	b.WriteString(strings.Join(code, "\n") + "\n\tRET\n")
	return b.String()
}

// allocate is as for x86.
func (g *neon) allocate() (n, per, most int) {
	top := 32
	g.fixed = map[value]int{}
	for v, o := range g.p.ops {
		if o.kind == "param" {
			top--
			g.fixed[value(v)] = top
		}
	}
	n = g.k.unroll
	if g.k.reduce != "" {
		n = max(n, 4)
		top -= neonVectors
		g.accum = top
	}
	_, per = g.body(0, 1, top, false)
	_, single := g.body(0, 1, top, true)
	for n > 1 && n*per > top {
		n /= 2
	}
	most = max(n*per, single)
	g.hoist(top, most, n > 1)
	return n, per, most
}

// hoist gives the registers from low to top-1 to constants, those first that
// are not addends: an addend is loaded into the result, two at a time if there
// is a pair of streams, which is better than copying it.
func (g *neon) hoist(top, low int, pairs bool) {
	weight := map[value]int{}
	var order []value
	for _, o := range g.p.ops {
		for j, a := range o.args {
			addend := o.kind == "fma" && j == 2
			if g.p.ops[a].kind != "const" || addend && pairs {
				continue
			}
			if weight[a] == 0 {
				order = append(order, a)
			}
			weight[a]++
			if !addend {
				weight[a] += 10
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

// entry loads the arguments and what is fixed: R0 is dst, R1 to R3 are the
// inputs, R6 is the length, R4 the table of constants.
func (g *neon) entry() {
	g.code = nil
	for i, s := range g.k.slices() {
		r := i
		if !g.k.out {
			r++
		}
		g.emit("MOVD %s_base+%d(FP), R%d", s, 24*i, r)
	}
	g.emit("MOVD %s_len+8(FP), R6", g.k.slices()[0])
	code := g.code
	g.code = nil
	for v, o := range g.p.ops {
		r, ok := g.fixed[value(v)]
		switch {
		case !ok:
		case o.kind == "param":
			g.emit("FMOVS %s+%d(FP), F%d", g.k.params[o.n], g.k.paramOffset(o.n), r)
			g.emit("VDUP V%d.S[0], V%d.S4", r, r)
		default:
			g.loadConstant(o.bits, r)
		}
	}
	if slices.ContainsFunc(g.p.ops, func(o op) bool { return o.kind == "const" }) {
		code = append(code, fmt.Sprintf("\tMOVD $constants%s<>(SB), R4", g.k.name))
	}
	g.code = append(code, g.code...)
}

// mapping writes the loops of an elementwise kernel.
func (g *neon) mapping(n, per, most int) (code []string) {
	body, _ := g.body(0, n, per, false)
	single, _ := g.body(0, 1, most, true)
	code = append(code, fmt.Sprintf("\tSUBS $%d, R6", 4*n), "\tBLT rest", "", "loop:")
	code = append(code, body...)
	code = append(code, fmt.Sprintf("\tSUBS $%d, R6", 4*n), "\tBGE loop", "",
		"rest:", fmt.Sprintf("\tADDS $%d, R6", 4*n), "\tBEQ done", "", "tail:")
	code = append(code, single...)
	return append(code, "\tSUBS $1, R6", "\tBNE tail", "", "done:")
}

// reduction writes the loops of a reduction. What the last elements add is
// collected in the frame, whose other lanes change nothing.
func (g *neon) reduction(n, per, most int) (code []string) {
	g.code = nil
	for v := range neonVectors {
		g.neutral(g.accum + v)
	}
	code = append(code, g.code...)
	code = append(code, fmt.Sprintf("\tSUBS $%d, R6", reduceLanes), "\tBLT rest", "", "loop:")
	for v := 0; v < neonVectors; v += n {
		body, _ := g.body(v, n, per, false)
		code = append(code, body...)
	}
	code = append(code, fmt.Sprintf("\tSUBS $%d, R6", reduceLanes), "\tBGE loop", "",
		"rest:", fmt.Sprintf("\tADDS $%d, R6", reduceLanes), "\tBEQ fold")
	g.code = nil
	g.emit("MOVD $lanes-%d(SP), R5", 4*reduceLanes)
	g.neutral(0)
	if g.k.reduce == "accNaN" { // here a value, not a comparison
		g.emit("VEOR V0.B16, V0.B16, V0.B16")
	}
	for v := range neonVectors {
		g.emit("FMOVQ F0, %d(R5)", 16*v)
	}
	code = append(code, g.code...)
	single, _ := g.body(0, 1, most, true)
	code = append(append(code, "", "tail:"), single...)
	code = append(code, "\tSUBS $1, R6", "\tBNE tail")
	g.code = nil
	g.emit("MOVD $lanes-%d(SP), R5", 4*reduceLanes)
	for v := range neonVectors {
		g.emit("FMOVQ %d(R5), F0", 16*v)
		g.accumulate(0, g.accum+v, 1)
	}
	code = append(code, g.code...)
	g.code = nil
	g.fold()
	return append(append(code, "", "fold:"), g.code...)
}

// neutral sets a register to what accumulates to nothing.
func (g *neon) neutral(r int) {
	switch g.k.reduce {
	case "accMax":
		g.emit("MOVW $0x%x, R7", uint32(negInf))
		g.emit("VDUP R7, V%d.S4", r)
	case "accMin":
		g.emit("MOVW $0x%x, R7", uint32(posInf))
		g.emit("VDUP R7, V%d.S4", r)
	case "accNaN":
		g.emit("VEOR V%d.B16, V%d.B16, V%d.B16", r, r, r)
		g.emit("FCMEQ(%d, %d, %d)", r, r, r) // all ones
	default:
		g.emit("VEOR V%d.B16, V%d.B16, V%d.B16", r, r, r)
	}
}

// accumulate takes v into acc, with t for an intermediate result.
func (g *neon) accumulate(v, acc, t int) {
	kind := g.k.reduce
	for _, o := range g.p.ops {
		if o.kind == "accSquare" {
			kind = o.kind
		}
	}
	switch kind {
	case "accAdd":
		g.emit("FADD(%d, %d, %d)", acc, acc, v)
	case "accSquare":
		g.emit("VFMLA V%d.S4, V%d.S4, V%d.S4", v, v, acc)
	case "accMax": // not FMAXNM, which does not skip a signalling NaN
		g.emit("FCMGT(%d, %d, %d)", t, v, acc)
		g.emit("VBIT V%d.B16, V%d.B16, V%d.B16", t, v, acc)
	case "accMin":
		g.emit("FCMGT(%d, %d, %d)", t, acc, v)
		g.emit("VBIT V%d.B16, V%d.B16, V%d.B16", t, v, acc)
	case "accNaN": // all ones while every value equals itself
		g.emit("FCMEQ(%d, %d, %d)", t, v, v)
		g.emit("VAND V%d.B16, V%d.B16, V%d.B16", t, acc, acc)
	}
}

// fold writes what combines the lanes, and the return of the result.
func (g *neon) fold() {
	m := map[string]string{"accAdd": "FADD", "accMax": "FMAX", "accMin": "FMIN"}[g.k.reduce]
	join := func(d, a, b int) {
		if m == "" {
			g.emit("VAND V%d.B16, V%d.B16, V%d.B16", b, a, d)
			return
		}
		g.emit("%s(%d, %d, %d)", m, d, a, b)
	}
	a := g.accum
	for v := range 4 { // groups of 16 lanes: (0+1) + (2+3)
		join(a+v, a+v, a+4+v)
		join(a+8+v, a+8+v, a+12+v)
		join(v, a+v, a+8+v)
	}
	join(0, 0, 2)
	join(1, 1, 3)
	join(0, 0, 1)
	g.emit("VEXT $8, V0.B16, V0.B16, V1.B16")
	join(0, 0, 1)
	g.emit("VEXT $4, V0.B16, V0.B16, V1.B16")
	join(0, 0, 1)
	result := fmt.Sprintf("ret+%d(FP)", g.k.resultOffset())
	switch g.k.reduce {
	case "accNaN":
		g.emit("VMOV V0.S[0], R7")
		g.emit("CMPW $0, R7")
		g.emit("CSET EQ, R7")
		g.emit("MOVB R7, %s", result)
		return
	case "accMax", "accMin": // make -0 +0
		g.emit("VEOR V1.B16, V1.B16, V1.B16")
		g.emit("FADD(0, 0, 1)")
	}
	g.emit("FMOVS F0, %s", result)
}
