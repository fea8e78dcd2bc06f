package main

import (
	"fmt"
	"slices"
)

const neonHead = header + `// Each function takes 4 channels at a time. The last ones overlap those before
// if n is no multiple, so n must be at least that. Columns of the tile are
// transformed into the frame, and from there rows. Factors are in the highest
// registers.

#include "textflag.h"
#include "vec_arm64.h"

#define BYTE R3 // offset of the channels at hand
#define LAST R4 // offset of the last ones
#define TILE R5 // transformed columns, row by row
#define CELL R6 // a vector of them
#define LEFT R7 // columns or rows left
#define STEP R8 // distance of what is transformed together, or of its results
#define NEXT R9 // distance of columns or rows in memory
`

// neonFile returns the assembly file of NEON.
func neonFile() []byte {
	b := new(text)
	b.WriteString(neonHead)
	for _, f := range algorithms {
		neonFunction{text: b, f: f, steps: parse(f.input)}.input()
		neonFunction{text: b, f: f, steps: parse(f.output)}.output()
	}
	return b.Bytes()
}

// A neonFunction writes one function.
type neonFunction struct {
	*text
	f     algorithm
	steps []step
}

const neonRegisters, neonWidth = 32, 16

// begin writes the head of a function with a frame for the tile, and for some
// pointers before it.
func (t neonFunction) begin(kind, signature string, args, pointers int) {
	tile := t.f.a * t.f.a * neonWidth
	frame := (tile + 8*pointers + 15) &^ 15
	name := "Winograd" + kind + t.f.name + "NEON"
	fmt.Fprintf(t, "\n// func %s%s\nTEXT ·%s(SB), 0, $%d-%d\n", name, signature, name, frame, args)
	t.op("MOVD $tile-%d(SP), TILE", tile)
	for i, k := range factors(t.steps) {
		t.op("FMOVS $(%d.0), F%d", k, neonRegisters-1-i)
		t.op("VDUP V%d.S[0], V%[1]d.S4", neonRegisters-1-i)
	}
}

// transform writes the formula and returns the registers of its results.
func (t neonFunction) transform() []int {
	a := allocate(t.steps, t.f.a, neonRegisters-len(factors(t.steps)))
	for _, s := range t.steps {
		x, y := a.reg[s.x], a.reg[s.y]
		var r int
		switch {
		case s.k > 1 || s.y == "": // the sum is formed in place of x
			if r = x; !a.dies(s.x) {
				r = a.take()
				t.op("VMOV V%d.B16, V%d.B16", x, r)
			}
			if s.y != "" {
				f := neonRegisters - 1 - slices.Index(factors(t.steps), s.k)
				t.op("%s V%d.S4, V%d.S4, V%d.S4", map[string]string{"+": "VFMLA", "-": "VFMLS"}[s.sign], y, f, r)
			}
		default:
			r = a.target(s)
			t.op("%s(%d, %d, %d)", map[string]string{"+": "FADD", "-": "FSUB"}[s.sign], r, x, y)
		}
		a.done(s, r)
	}
	return a.results()
}

// groups writes the loop over the channels.
func (t neonFunction) groups(n string, body func()) {
	t.op("MOVD %s, LAST", n)
	t.op("LSL $2, LAST")
	t.op("SUB $%d, LAST", neonWidth)
	t.op("MOVD $0, BYTE")

	t.label("group")
	body()
	t.op("CMP LAST, BYTE")
	t.op("BGE done")
	t.op("ADD $%d, BYTE", neonWidth)
	t.op("CMP LAST, BYTE")
	t.op("CSEL GT, LAST, BYTE, BYTE")
	t.op("B group")

	t.label("done")
	t.op("RET")
}

// loop writes a loop over the columns or rows of the tile.
func (t neonFunction) loop(name, count string, body func()) {
	t.op("MOVD TILE, CELL")
	t.op("MOVD %s, LEFT", count)
	t.label(name)
	body()
	t.op("SUBS $1, LEFT")
	t.op("BNE %s", name)
}

// column transforms a column, in the lowest registers, into the frame.
func (t neonFunction) column() {
	for i, v := range t.transform() {
		t.op("FMOVQ F%d, %d(CELL)", v, i*t.f.a*neonWidth)
	}
	t.op("ADD $%d, CELL", neonWidth)
}

// row transforms a row of the frame.
func (t neonFunction) row() []int {
	for j := 0; j+1 < t.f.a; j += 2 {
		t.op("FLDPQ.P %d(CELL), (F%d, F%d)", 2*neonWidth, j, j+1)
	}
	if t.f.a%2 == 1 {
		t.op("FMOVQ.P %d(CELL), F%d", neonWidth, t.f.a-1)
	}
	return t.transform()
}

func (t neonFunction) input() {
	a := t.f.a
	t.begin("Input", inputSignature, inputBytes, a*a)
	pointers := fmt.Sprintf("$pixels-%d(SP)", (a*a*(neonWidth+8)+15)&^15)

	t.note("Addresses of the pixels, column by column.")
	t.op("MOVD x_base+32(FP), R1")
	t.op("MOVD zero_base+104(FP), R2")
	t.op("MOVD rows_base+56(FP), R10")
	t.op("MOVD cols_base+80(FP), R11")
	t.op("MOVD %s, R12", pointers)
	t.op("MOVD $%d, LEFT", a)
	t.label("pixels")
	t.op("MOVW.P 4(R10), R13")
	t.op("ADD R13<<2, R1, R14")
	for j := range a {
		t.op("MOVW %d(R11), R15", 4*j)
		t.op("ADD R15<<2, R14, R19")
		t.op("ORR R13, R15")
		t.op("CMP $0, R15")
		t.op("CSEL LT, R2, R19, R19")
		t.op("MOVD R19, %d(R12)", 8*a*j)
	}
	t.op("ADD $8, R12")
	t.op("SUBS $1, LEFT")
	t.op("BNE pixels")

	t.note("Planes.")
	t.op("MOVD dst_base+0(FP), R0")
	t.op("MOVD plane+24(FP), STEP")
	t.op("LSL $2, STEP")

	t.groups("n+128(FP)", func() {
		t.op("MOVD %s, R12", pointers)
		t.loop("column", fmt.Sprintf("$%d", a), func() {
			for i := range a {
				t.pointer(i)
				t.op("ADD BYTE, R%d", 10+i%2)
				t.op("FMOVQ (R%d), F%d", 10+i%2, i)
			}
			t.column()
		})
		t.op("ADD BYTE, R0, R10")
		t.loop("row", fmt.Sprintf("$%d", a), func() {
			for _, v := range t.row() {
				t.op("VST1.P [V%d.S4], (R10)(STEP)", v)
			}
		})
	})
}

// pointer reads the next address at R12 to R10, or to R11 if i is odd, which is
// done with the one before.
func (t neonFunction) pointer(i int) {
	switch {
	case i%2 == 1:
	case i+1 < t.f.a:
		t.op("LDP.P 16(R12), (R10, R11)")
	default:
		t.op("MOVD.P 8(R12), R10")
	}
}

func (t neonFunction) output() {
	a, m := t.f.a, t.f.m
	t.begin("Output", outputSignature, outputBytes, 0)
	t.op("MOVD m_base+40(FP), R1")
	t.op("MOVD plane+64(FP), NEXT")
	t.op("LSL $2, NEXT")
	t.op("MOVD $%d, R10", a)
	t.op("MUL R10, NEXT, STEP")
	for i, arg := range []string{"row+24", "pixel+32", "resRow+120", "resPixel+128"} {
		t.op("MOVD %s(FP), R%d", arg, 20+i)
		t.op("LSL $2, R%d", 20+i)
	}
	t.op("MOVD nx+88(FP), R24")

	t.groups("n+72(FP)", func() {
		t.op("ADD BYTE, R1, R11")
		t.loop("column", fmt.Sprintf("$%d", a), func() {
			t.op("MOVD R11, R10")
			for i := range a {
				t.op("VLD1.P (R10)(STEP), [V%d.S4]", i)
			}
			t.column()
			t.op("ADD NEXT, R11")
		})
		t.op("MOVD dst_base+0(FP), R0")
		t.op("ADD BYTE, R0")
		t.op("MOVD res_base+96(FP), R2")
		t.op("ADD BYTE, R2, R10")
		t.op("CMP $0, R2")
		t.op("CSEL NE, R10, R2, R2")
		t.loop("row", "ny+80(FP)", func() {
			out := t.row()
			t.residual(out)
			t.clamp(out)
			t.op("MOVD R0, R10")
			t.pixels(m, "next", func(j int) { t.op("VST1.P [V%d.S4], (R10)(R21)", out[j]) })
			t.label("next")
			t.op("ADD R20, R0")
		})
	})
}

// pixels does something for each of m outputs of a row that exist, at R10,
// which the body moves on.
func (t neonFunction) pixels(m int, end string, body func(j int)) {
	for j := range m {
		if j > 0 {
			t.op("CMP $%d, R24", j)
			t.op("BLE %s", end)
		}
		body(j)
	}
}

// residual adds the residual's row at R2, if there is one.
func (t neonFunction) residual(out []int) {
	x := spare(out, 1)[0]
	t.op("CBZ R2, clamp")
	t.op("MOVD R2, R10")
	t.op("ADD R22, R2")
	t.pixels(len(out), "clamp", func(j int) {
		t.op("VLD1.P (R10)(R23), [V%d.S4]", x)
		t.op("FADD(%d, %d, %d)", out[j], out[j], x)
	})
	t.label("clamp")
}

// clamp limits the outputs by comparing and selecting: FMAX and FMIN have other
// ideas of NaN and of zeros.
func (t neonFunction) clamp(out []int) {
	free := spare(out, 3)
	lo, hi, mask := free[0], free[1], free[2]
	t.op("FMOVS lo+136(FP), F%d", lo)
	t.op("VDUP V%d.S[0], V%[1]d.S4", lo)
	t.op("FMOVS hi+140(FP), F%d", hi)
	t.op("VDUP V%d.S[0], V%[1]d.S4", hi)
	for _, v := range out {
		t.op("FCMGT(%d, %d, %d)", mask, lo, v)
		t.op("VBIT V%d.B16, V%d.B16, V%d.B16", mask, lo, v)
		t.op("FCMGT(%d, %d, %d)", mask, v, hi)
		t.op("VBIT V%d.B16, V%d.B16, V%d.B16", mask, hi, v)
	}
}
