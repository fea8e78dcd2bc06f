package main

import (
	"fmt"
	"strings"
)

const neonWindowRegisters = `
// Registers: R0 output of the pixel, R1 its first tap, R2 lanes left, R3 byte
// offset of the lanes at hand. R4 and R5 count rows, R10 taps; R8 is the input,
// R9 the weights of the next tap. R6 is the distance of taps, R7 their number,
// R11 the size of c lanes, R12 the weights of the row, R13 the distance of rows
// of weights, R15 the bias or the count's address.
`

// neonWindow writes a windowKernel for arm64: four vectors of a pixel at a
// time, then one, then single lanes.
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
	b.emit("MOVD %s, R0", k.argument("dst_base"))
	b.emit("MOVD %s, R1", k.argument("x_base"))
	b.emit("MOVD %s, R6", k.argument("tap"))
	b.emit("LSL $2, R6")
	b.emit("MOVD %s, R7", k.argument("taps"))
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
	b.label("pixel")
	if k.op == "average" {
		b.emit("FMOVS (R15), F31")
		b.emit("VDUP V31.S[0], V31.S4")
		b.emit("ADD $4, R15")
	}
	b.emit("MOVD $0, R3")
	b.emit("MOVD %s, R2", k.argument("c"))
	b.group("four", "one", 4, 16, false)
	b.group("one", "single", 1, 4, false)
	b.group("single", "next", 1, 1, true)
	b.label("next")
	b.emit("ADD R22, R1")
	b.emit("ADD R23, R0")
	b.emit("SUBS $1, R21")
	b.emit("BNE pixel")
	b.emit("RET")
	return b.String()
}

// group writes the loop over groups of n vectors, lanes in all, which goes on
// to the next label when fewer are left.
func (b *neonWindow) group(name, next string, n, lanes int, single bool) {
	b.label(name)
	b.emit("SUBS $%d, R2", lanes)
	b.emit("BLT %sRest", name)
	b.taps(name, n, single)
	b.emit("ADD $%d, R3", 4*lanes)
	b.emit("B %s", name)
	b.label("%sRest", name)
	b.emit("ADD $%d, R2", lanes)
	if single {
		b.emit("B %s", next)
	}
}

func move(single bool) string {
	if single {
		return "FMOVS"
	}
	return "FMOVQ"
}

// taps computes n vectors of one pixel, or a single lane.
func (b *neonWindow) taps(name string, n int, single bool) {
	m := move(single)
	switch b.k.op {
	case "depthwise":
		b.emit("ADD R3, R15, R8")
		for v := range n {
			b.emit("%s %d(R8), F%d", m, 16*v, v)
		}
		b.emit("ADD R3, R14, R12")
	case "max":
		b.emit("MOVW $0x%x, R8", uint32(negInf))
		for v := range n {
			b.emit("VDUP R8, V%d.S4", v)
		}
	case "average":
		for v := range n {
			b.emit("VEOR V%d.B16, V%d.B16, V%d.B16", v, v, v)
		}
	}
	b.emit("MOVD R19, R4")
	b.emit("MOVD R20, R5")
	b.emit("CBZ R5, %sFinish", name)
	b.label("%sRow", name)
	b.emit("MOVW.P 4(R4), R8")
	b.emit("TBNZ $63, R8, %sSkip", name)
	b.emit("ADD R8<<2, R1, R8")
	b.emit("ADD R3, R8")
	if b.k.op == "depthwise" {
		b.emit("MOVD R12, R9")
	}
	b.emit("MOVD R7, R10")
	b.emit("CBZ R10, %sSkip", name)
	b.label("%sTap", name)
	for v := range n {
		b.emit("%s %d(R8), F%d", m, 16*v, 4+v)
		if b.k.op == "depthwise" {
			b.emit("%s %d(R9), F%d", m, 16*v, 8+v)
		}
	}
	for v := range n {
		b.tap(v, 4+v, 8+v, 12+v)
	}
	b.emit("ADD R6, R8")
	if b.k.op == "depthwise" {
		b.emit("ADD R11, R9")
	}
	b.emit("SUB $1, R10")
	b.emit("CBNZ R10, %sTap", name)
	b.label("%sSkip", name)
	if b.k.op == "depthwise" {
		b.emit("ADD R13, R12")
	}
	b.emit("SUB $1, R5")
	b.emit("CBNZ R5, %sRow", name)
	b.label("%sFinish", name)
	b.emit("ADD R3, R0, R8")
	for v := range n {
		switch b.k.op {
		case "depthwise": // min(hi, max(lo, v)): a NaN passes
			b.emit("FCMGT(4, 30, %d)", v)
			b.emit("VBIT V4.B16, V30.B16, V%d.B16", v)
			b.emit("FCMGT(4, %d, 31)", v)
			b.emit("VBIT V4.B16, V31.B16, V%d.B16", v)
		case "average":
			b.emit("FDIV(%d, %d, 31)", v, v)
		}
		b.emit("%s F%d, %d(R8)", m, v, 16*v)
	}
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
