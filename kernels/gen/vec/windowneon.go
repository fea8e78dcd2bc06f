package main

import (
	"fmt"
	"strings"
)

const neonWindowRegisters = `
// Registers: R0 output of the pixel, R1 its first tap, R2 lanes left, R3 byte
// offset of the lanes at hand, R24 their first tap. R4 and R5 count rows, R10
// taps; R8 is the input, R9 the weights of the next tap. R6 is the distance of
// taps, R7 their number, R11 the size of c lanes, R12 the weights of the row,
// R13 the distance of rows of weights, R15 the bias or the count's address.
// R22 and R23 are the distances of pixels in x and dst, R21 is what is left of
// them. V30 and V31 are the limits.
`

// neonWindow writes a windowKernel for arm64: several vectors of a pixel, or of
// four, at a time, then one, then single lanes.
type neonWindow struct {
	strings.Builder
	k *windowKernel
}

func (b *neonWindow) emit(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
func (b *neonWindow) label(format string, args ...any) {
	fmt.Fprintf(b, "\n"+format+":\n", args...)
}

// writeNEONWindow returns the assembly of one kernel.
func writeNEONWindow(k *windowKernel) string {
	b := &neonWindow{k: k}
	fmt.Fprintf(b, "\n// func %sNEON%s\n", k.name, k.signature())
	fmt.Fprintf(b, "TEXT ·%sNEON(SB), NOSPLIT, $0-%d\n", k.name, k.frame())
	b.entry()
	b.label("pixel")
	if k.op == "average" {
		b.emit("FMOVS (R15), F31")
		b.emit("VDUP V31.S[0], V31.S4")
		b.emit("ADD $4, R15")
	}
	b.emit("MOVD $0, R3")
	b.emit("MOVD %s, R2", k.argument("c"))
	if k.kw > 0 {
		b.group("two", "one", 2, 8, b.quad)
		b.group("one", "single", 1, 4, b.quad)
		b.group("single", "next", 1, 1, b.quad)
	} else {
		b.group("four", "one", 4, 16, b.pixel)
		b.group("one", "single", 1, 4, b.pixel)
		b.group("single", "next", 1, 1, b.pixel)
	}
	b.label("next")
	b.advance()
	b.emit("RET")
	return b.String()
}

// entry loads the arguments.
func (b *neonWindow) entry() {
	k := b.k
	b.emit("MOVD %s, R0", k.argument("dst_base"))
	b.emit("MOVD %s, R1", k.argument("x_base"))
	b.emit("MOVD %s, R6", k.argument("tap"))
	b.emit("LSL $2, R6")
	if k.kw == 0 {
		b.emit("MOVD %s, R7", k.argument("taps"))
	}
	b.emit("MOVD %s, R11", k.argument("c"))
	b.emit("LSL $2, R11")
	b.emit("MOVD %s, R19", k.argument("rows_base"))
	b.emit("MOVD %s, R20", k.argument("rows_len"))
	b.emit("MOVD %s, R21", k.argument("n"))
	b.emit("MOVD %s, R22", k.argument("step"))
	b.emit("LSL $2, R22")
	b.emit("MOVD %s, R23", k.argument("ldd"))
	b.emit("LSL $2, R23")
	switch k.op {
	case "depthwise":
		b.emit("MOVD %s, R13", k.argument("rowTaps"))
		b.emit("MUL R11, R13")
		b.emit("MOVD %s, R14", k.argument("weights_base"))
		b.emit("MOVD %s, R15", k.argument("bias_base"))
		b.emit("FMOVS %s, F30", k.argument("lo"))
		b.emit("VDUP V30.S[0], V30.S4")
		b.emit("FMOVS %s, F31", k.argument("hi"))
		b.emit("VDUP V31.S[0], V31.S4")
	case "average":
		b.emit("MOVD %s, R15", k.argument("counts_base"))
	}
}

// advance goes on to the next pixels.
func (b *neonWindow) advance() {
	if b.k.kw > 0 {
		b.emit("ADD R22<<2, R1")
		b.emit("ADD R23<<2, R0")
		b.emit("SUBS $4, R21")
	} else {
		b.emit("ADD R22, R1")
		b.emit("ADD R23, R0")
		b.emit("SUBS $1, R21")
	}
	b.emit("BNE pixel")
}

// A neonLanes is what a group computes: vectors, or a single lane.
type neonLanes struct {
	name   string // of the group, for labels
	n      int    // vectors
	single bool
}

// group writes the loop over groups of n vectors, lanes in all, which goes on
// to the next label when fewer are left.
func (b *neonWindow) group(name, next string, n, lanes int, body func(l neonLanes)) {
	single := lanes == 1
	b.label(name)
	b.emit("SUBS $%d, R2", lanes)
	b.emit("BLT %sRest", name)
	body(neonLanes{name, n, single})
	b.emit("ADD $%d, R3", 4*lanes)
	b.emit("B %s", name)
	b.label("%sRest", name)
	b.emit("ADD $%d, R2", lanes)
	if single {
		b.emit("B %s", next)
	}
}

// load reads lanes into the registers from v on, and moves the address on.
func (b *neonWindow) load(l neonLanes, address, step string, v int) {
	if l.single {
		b.emit("FMOVS (%s), F%d", address, v)
		b.emit("ADD %s, %s", step, address)
		return
	}
	b.emit("VLD1.P (%s)(%s), [%s]", address, step, l.registers(v))
}

// store is the reverse.
func (b *neonWindow) store(l neonLanes, v int, address, step string) {
	if l.single {
		b.emit("FMOVS F%d, (%s)", v, address)
		b.emit("ADD %s, %s", step, address)
		return
	}
	b.emit("VST1.P [%s], (%s)(%s)", l.registers(v), address, step)
}

// registers lists those of the vectors from v on.
func (l neonLanes) registers(v int) string {
	list := make([]string, l.n)
	for i := range list {
		list[i] = fmt.Sprintf("V%d.S4", v+i)
	}
	return strings.Join(list, ", ")
}

// rows writes a loop over the kernel rows that are not padding, with R8 at the
// row's first tap and R9 at its weights. The body may jump to the skip label.
func (b *neonWindow) rows(l neonLanes, body func(skip string)) {
	skip := l.name + "Skip"
	if b.k.op == "depthwise" {
		b.emit("ADD R3, R14, R12")
	}
	b.emit("ADD R3, R1, R24")
	b.emit("MOVD R19, R4")
	b.emit("MOVD R20, R5")
	b.emit("CBZ R5, %sFinish", l.name)
	b.label("%sRow", l.name)
	b.emit("MOVW.P 4(R4), R8")
	b.emit("TBNZ $63, R8, %s", skip)
	b.emit("ADD R8<<2, R24, R8")
	if b.k.op == "depthwise" {
		b.emit("MOVD R12, R9")
	}
	body(skip)
	b.label(skip)
	if b.k.op == "depthwise" {
		b.emit("ADD R13, R12")
	}
	b.emit("SUBS $1, R5")
	b.emit("BNE %sRow", l.name)
	b.label("%sFinish", l.name)
}

// pixel computes n vectors of one pixel.
func (b *neonWindow) pixel(l neonLanes) {
	switch b.k.op {
	case "depthwise":
		b.emit("ADD R3, R15, R8")
		b.load(l, "R8", "R11", 0)
	case "max":
		b.emit("MOVW $0x%x, R8", uint32(negInf))
		for v := range l.n {
			b.emit("VDUP R8, V%d.S4", v)
		}
	case "average":
		for v := range l.n {
			b.emit("VEOR V%d.B16, V%d.B16, V%d.B16", v, v, v)
		}
	}
	b.rows(l, func(skip string) {
		b.emit("MOVD R7, R10")
		b.emit("CBZ R10, %s", skip)
		b.label("%sTap", l.name)
		b.load(l, "R8", "R6", 4)
		if b.k.op == "depthwise" {
			b.load(l, "R9", "R11", 8)
		}
		for v := range l.n {
			b.tap(v, 4+v, 8+v, 12+v)
		}
		b.emit("SUBS $1, R10")
		b.emit("BNE %sTap", l.name)
	})
	for v := range l.n {
		switch b.k.op {
		case "depthwise":
			b.limit(v)
		case "average":
			b.emit("FDIV(%d, %d, 31)", v, v)
		}
	}
	b.emit("ADD R3, R0, R8")
	b.store(l, 0, "R8", "R23")
}

// limit writes min(hi, max(lo, v)): a NaN passes.
func (b *neonWindow) limit(v int) {
	b.emit("FCMGT(29, 30, %d)", v)
	b.emit("VBIT V29.B16, V30.B16, V%d.B16", v)
	b.emit("FCMGT(29, %d, 31)", v)
	b.emit("VBIT V29.B16, V31.B16, V%d.B16", v)
}

// tap takes x, and weights w, into acc; t is free.
func (b *neonWindow) tap(acc, x, w, t int) {
	switch b.k.op {
	case "depthwise":
		b.emit("VFMLA V%d.S4, V%d.S4, V%d.S4", w, x, acc)
	case "max": // acc if it is greater or a NaN, else x
		b.emit("FCMGT(%d, %d, %d)", t, acc, x)
		b.emit("VBSL V%d.B16, V%d.B16, V%d.B16", x, acc, t)
		b.emit("FCMEQ(%d, %d, %d)", w, acc, acc)
		b.emit("VBIT V%d.B16, V%d.B16, V%d.B16", w, t, acc)
	case "average":
		b.emit("FADD(%d, %d, %d)", acc, acc, x)
	}
}

// writeNEONWindows returns the file of kernels.
func writeNEONWindows(kernels []windowKernel) string {
	var b strings.Builder
	b.WriteString(asmHeader + "#include \"vec_arm64.h\"\n" + neonWindowRegisters)
	for i := range kernels {
		b.WriteString(writeNEONWindow(&kernels[i]))
	}
	return b.String()
}
