package main

import (
	"fmt"
	"math"
	"slices"
)

// An x86 is a vector extension of amd64.
type x86 struct {
	name, requires string
	reg            string // letter of its registers
	regs           int    // how many there are
	width          int    // bytes of one
}

var (
	avx2   = x86{"AVX2", "AVX2, FMA", "Y", 16, 32}
	avx512 = x86{"AVX512", "AVX512F", "Z", 32, 64}
)

// x86Head is the top of an assembly file.
const x86Head = header + `// Each function takes %d channels at a time. The last ones overlap those before
// if n is no multiple, so n must be at least that. Columns of the tile are
// transformed into the frame, and from there rows. Factors are in the highest
// registers.

#include "textflag.h"

#define BYTE R9  // offset of the channels at hand
#define LAST R14 // offset of the last ones
#define TILE R15 // transformed columns, row by row
#define CELL BX  // a vector of them
#define LEFT CX  // columns or rows left
#define STEP R10 // distance of what is transformed together, or of its results
#define STEP3 R11
#define STEP5 R13
`

// x86File returns the assembly file of an instruction set.
func x86File(v x86) []byte {
	b := new(text)
	fmt.Fprintf(b, x86Head, v.width/4)
	for _, k := range []int{2, 4, 5, 8} {
		fmt.Fprintf(b, "\nDATA factor%d<>+0(SB)/4, $%#x\nGLOBL factor%[1]d<>(SB), RODATA|NOPTR, $4\n", k, math.Float32bits(float32(k)))
	}
	for _, f := range algorithms {
		x86Function{text: b, x86: v, f: f, steps: parse(f.input)}.input()
		x86Function{text: b, x86: v, f: f, steps: parse(f.output)}.output()
	}
	return b.Bytes()
}

// An x86Function writes one function.
type x86Function struct {
	*text
	x86
	f     algorithm
	steps []step
}

func (t x86Function) vec(r int) string { return fmt.Sprintf("%s%d", t.reg, r) }

// begin writes the head of a function with a frame for the tile, aligned to
// vectors, and for some pointers before it.
func (t x86Function) begin(kind, signature string, args, pointers int) {
	tile := t.f.a * t.f.a * t.width
	frame := tile + t.width + 8*pointers
	name := "Winograd" + kind + t.f.name + t.name
	fmt.Fprintf(t, "\n// func %s%s\n// Requires: %s\n", name, signature, t.requires)
	fmt.Fprintf(t, "TEXT ·%s(SB), 0, $%d-%d\n", name, frame, args)
	t.op("LEAQ tile-%d(SP), TILE", tile+t.width-(t.width-1))
	t.op("ANDQ $~%d, TILE", t.width-1)
	for i, k := range factors(t.steps) {
		t.op("VBROADCASTSS factor%d<>(SB), %s", k, t.vec(t.regs-1-i))
	}
}

// factor returns the register of a factor.
func (t x86Function) factor(k int) string {
	return t.vec(t.regs - 1 - slices.Index(factors(t.steps), k))
}

// transform writes the formula and returns the registers of its results.
func (t x86Function) transform() []int {
	a := allocate(t.steps, t.f.a, t.regs-len(factors(t.steps)))
	for _, s := range t.steps {
		x, y, r := t.vec(a.reg[s.x]), t.vec(a.reg[s.y]), a.target(s)
		m := map[string]string{"+": "VFMADD", "-": "VFNMADD"}[s.sign]
		switch {
		case s.k == 1 && s.y != "":
			t.op("%s %s, %s, %s", map[string]string{"+": "VADDPS", "-": "VSUBPS"}[s.sign], y, x, t.vec(r))
		case s.y != "" && r == a.reg[s.y]:
			t.op("%s213PS %s, %s, %s", m, x, t.factor(s.k), y)
		default:
			if r != a.reg[s.x] {
				t.op("VMOVAPS %s, %s", x, t.vec(r))
			}
			if s.y != "" {
				t.op("%s231PS %s, %s, %s", m, y, t.factor(s.k), t.vec(r))
			}
		}
		a.done(s, r)
	}
	return a.results()
}

// multiple is the address n steps after a register.
func multiple(base string, n int) string {
	return "(" + base + ")" + []string{"", "(STEP*1)", "(STEP*2)", "(STEP3*1)", "(STEP*4)", "(STEP5*1)"}[n]
}

// multiples sets the multiples of STEP that a tile needs.
func (t x86Function) multiples() {
	if t.f.a > 3 {
		t.op("LEAQ (STEP)(STEP*2), STEP3")
	}
	if t.f.a > 5 {
		t.op("LEAQ (STEP)(STEP*4), STEP5")
	}
}

// groups writes the loop over the channels.
func (t x86Function) groups(n string, body func()) {
	t.op("MOVQ %s, LAST", n)
	t.op("SHLQ $2, LAST")
	t.op("SUBQ $%d, LAST", t.width)
	t.op("XORL BYTE, BYTE")

	t.label("group")
	body()
	t.op("CMPQ BYTE, LAST")
	t.op("JGE done")
	t.op("ADDQ $%d, BYTE", t.width)
	t.op("CMPQ BYTE, LAST")
	t.op("CMOVQGT LAST, BYTE")
	t.op("JMP group")

	t.label("done")
	t.op("VZEROUPPER")
	t.op("RET")
}

// loop writes a loop over the columns or rows of the tile.
func (t x86Function) loop(name, count string, body func()) {
	t.op("MOVQ TILE, CELL")
	t.op("MOVQ %s, LEFT", count)
	t.op("PCALIGN $32")
	t.label(name)
	body()
	t.op("DECQ LEFT")
	t.op("JNZ %s", name)
}

// column transforms a column, in the lowest registers, into the frame.
func (t x86Function) column() {
	for i, v := range t.transform() {
		t.op("VMOVAPS %s, %d(CELL)", t.vec(v), i*t.f.a*t.width)
	}
	t.op("ADDQ $%d, CELL", t.width)
}

// row transforms a row of the frame.
func (t x86Function) row() []int {
	for j := range t.f.a {
		t.op("VMOVAPS %d(CELL), %s", j*t.width, t.vec(j))
	}
	t.op("ADDQ $%d, CELL", t.f.a*t.width)
	return t.transform()
}

func (t x86Function) input() {
	a := t.f.a
	t.begin("Input", inputSignature, inputBytes, a*a)
	pointers := fmt.Sprintf("pixels-%d(SP)", a*a*(t.width+8)+t.width)

	t.note("Addresses of the pixels, column by column.")
	t.op("MOVQ x_base+32(FP), SI")
	t.op("MOVQ rows_base+56(FP), R8")
	t.op("MOVQ cols_base+80(FP), R12")
	t.op("MOVQ zero_base+104(FP), DX")
	t.op("LEAQ %s, AX", pointers)
	t.op("MOVQ $%d, CX", a)
	t.label("pixels")
	t.op("MOVLQSX (R8), R9")
	t.op("LEAQ (SI)(R9*4), R13")
	for j := range a {
		t.op("MOVLQSX %d(R12), BX", 4*j)
		t.op("LEAQ (R13)(BX*4), R11")
		t.op("ORQ R9, BX")
		t.op("CMOVQLT DX, R11")
		t.op("MOVQ R11, %d(AX)", 8*a*j)
	}
	t.op("ADDQ $4, R8")
	t.op("ADDQ $8, AX")
	t.op("DECQ CX")
	t.op("JNZ pixels")

	t.note("Planes.")
	t.op("MOVQ dst_base+0(FP), DI")
	t.op("MOVQ plane+24(FP), STEP")
	t.op("SHLQ $2, STEP")
	t.op("IMUL3Q $%d, STEP, R8", a)
	t.multiples()

	t.groups("n+128(FP)", func() {
		t.op("LEAQ %s, R12", pointers)
		t.loop("column", fmt.Sprintf("$%d", a), func() {
			for i := range a {
				t.op("MOVQ %d(R12), AX", 8*i)
				t.op("VMOVUPS (AX)(BYTE*1), %s", t.vec(i))
			}
			t.column()
			t.op("ADDQ $%d, R12", 8*a)
		})
		t.op("LEAQ (DI)(BYTE*1), AX")
		t.loop("row", fmt.Sprintf("$%d", a), func() {
			for j, v := range t.row() {
				t.op("VMOVUPS %s, %s", t.vec(v), multiple("AX", j))
			}
			t.op("ADDQ R8, AX")
		})
	})
}

func (t x86Function) output() {
	a, m := t.f.a, t.f.m
	t.begin("Output", outputSignature, outputBytes, 0)
	t.op("MOVQ m_base+40(FP), SI")
	t.op("MOVQ plane+64(FP), R8")
	t.op("SHLQ $2, R8")
	t.op("IMUL3Q $%d, R8, STEP", a)
	t.multiples()
	t.op("MOVQ pixel+32(FP), R12")
	t.op("SHLQ $2, R12")
	for _, arg := range []string{"row+24(FP)", "resRow+120(FP)", "resPixel+128(FP)"} {
		t.op("SHLQ $2, %s", arg)
	}

	t.groups("n+72(FP)", func() {
		t.op("LEAQ (SI)(BYTE*1), AX")
		t.loop("column", fmt.Sprintf("$%d", a), func() {
			for i := range a {
				t.op("VMOVUPS %s, %s", multiple("AX", i), t.vec(i))
			}
			t.column()
			t.op("ADDQ R8, AX")
		})
		t.op("MOVQ dst_base+0(FP), DI")
		t.op("ADDQ BYTE, DI")
		t.op("MOVQ res_base+96(FP), DX")
		t.op("LEAQ (DX)(BYTE*1), AX")
		t.op("TESTQ DX, DX")
		t.op("CMOVQNE AX, DX")
		t.loop("row", "ny+80(FP)", func() {
			out := t.row()
			t.residual(out)
			t.clamp(out)
			t.op("MOVQ DI, AX")
			t.pixels(m, "next", "R12", func(j int) { t.op("VMOVUPS %s, (AX)", t.vec(out[j])) })
			t.label("next")
			t.op("ADDQ row+24(FP), DI")
		})
	})
}

// pixels does something for each of m outputs of a row that exist, at AX.
func (t x86Function) pixels(m int, end, step string, body func(j int)) {
	for j := range m {
		if j > 0 {
			t.op("CMPQ nx+88(FP), $%d", j)
			t.op("JLE %s", end)
			t.op("ADDQ %s, AX", step)
		}
		body(j)
	}
}

// residual adds the residual's row at DX, if there is one.
func (t x86Function) residual(out []int) {
	t.op("TESTQ DX, DX")
	t.op("JZ clamp")
	t.op("MOVQ DX, AX")
	t.op("ADDQ resRow+120(FP), DX")
	t.pixels(len(out), "clamp", "resPixel+128(FP)", func(j int) { t.op("VADDPS (AX), %s, %[1]s", t.vec(out[j])) })
	t.label("clamp")
}

// clamp limits the outputs. MAXPS and MINPS return their second source, which
// the Go assembler writes first, if either is NaN or both are 0: the output.
func (t x86Function) clamp(out []int) {
	free := spare(out, 2)
	lo, hi := t.vec(free[0]), t.vec(free[1])
	t.op("VBROADCASTSS lo+136(FP), %s", lo)
	t.op("VBROADCASTSS hi+140(FP), %s", hi)
	for _, r := range out {
		t.op("VMAXPS %s, %s, %[1]s", t.vec(r), lo)
		t.op("VMINPS %s, %s, %[1]s", t.vec(r), hi)
	}
}
