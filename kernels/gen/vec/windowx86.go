package main

import (
	"fmt"
	"strings"
)

// windowRegisters is the head of the file.
const windowRegisters = `
// Registers: SI first tap of the pixel, DI its output, R9 byte offset of the
// lanes at hand, R15 lanes left. R10 and R11 count rows, CX taps; AX is the
// input, BX the weights of the next tap. R8 is the size of c lanes in bytes,
// DX the distance of taps, R14 that of rows of weights or the count's address.
`

// window writes a windowKernel.
type window struct {
	strings.Builder
	k    *windowKernel
	wide bool
}

func (b *window) emit(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
func (b *window) label(format string, args ...any) {
	fmt.Fprintf(b, "\n"+format+":\n", args...)
}

func (b *window) reg(n int) string {
	if b.wide {
		return fmt.Sprintf("Z%d", n)
	}
	return fmt.Sprintf("Y%d", n)
}

func (b *window) width() int {
	if b.wide {
		return 64
	}
	return 32
}

// The limits of the result: Y15 is the mask of the tail.
func (b *window) lo() string { return b.reg(b.last()) }
func (b *window) hi() string { return b.reg(b.last() - 1) }

func (b *window) last() int {
	if b.wide {
		return 31
	}
	return 14
}

// load and store one vector, with the mask of the tail if masked.
func (b *window) load(from, to string, masked bool) {
	switch {
	case !masked:
		b.emit("VMOVUPS %s, %s", from, to)
	case b.wide:
		b.emit("VMOVUPS.Z %s, K7, %s", from, to)
	default:
		b.emit("VMASKMOVPS %s, Y15, %s", from, to)
	}
}

func (b *window) store(from, to string, masked bool) {
	switch {
	case !masked:
		b.emit("VMOVUPS %s, %s", from, to)
	case b.wide:
		b.emit("VMOVUPS %s, K7, %s", from, to)
	default:
		b.emit("VMASKMOVPS %s, Y15, %s", from, to)
	}
}

// mask makes the mask of R15 lanes, or of all in a vector if there are more.
func (b *window) mask() {
	if b.wide {
		b.emit("MOVQ $16, AX")
		b.emit("CMPQ R15, AX")
		b.emit("CMOVQLT R15, AX")
		b.emit("MOVQ $-1, BX")
		b.emit("BZHIQ AX, BX, BX")
		b.emit("KMOVW BX, K7")
		return
	}
	b.emit("LEAQ ones<>+256(SB), AX")
	b.emit("MOVQ R15, BX")
	b.emit("NEGQ BX")
	b.emit("VMOVUPS (AX)(BX*4), Y15")
}

// writeWindow returns the assembly of one kernel.
func writeWindow(k *windowKernel, wide bool) string {
	b := &window{k: k, wide: wide}
	name := k.name + isa(wide)
	fmt.Fprintf(b, "\n// func %s%s\n", name, k.signature())
	fmt.Fprintf(b, "TEXT ·%s(SB), NOSPLIT, $0-%d\n", name, k.frame())
	b.emit("MOVQ %s, DI", k.argument("dst_base"))
	b.emit("MOVQ %s, SI", k.argument("x_base"))
	b.emit("MOVQ %s, DX", k.argument("tap"))
	b.emit("SHLQ $2, DX")
	b.emit("MOVQ %s, R8", k.argument("c"))
	b.emit("SHLQ $2, R8")
	b.emit("MOVQ %s, R13", k.argument("taps"))
	switch k.op {
	case "depthwise":
		b.emit("MOVQ %s, R14", k.argument("rowTaps"))
		b.emit("IMULQ R8, R14")
		b.emit("VBROADCASTSS %s, %s", k.argument("lo"), b.lo())
		b.emit("VBROADCASTSS %s, %s", k.argument("hi"), b.hi())
	case "average":
		b.emit("MOVQ %s, R14", k.argument("counts_base"))
	}
	if k.kw > 0 {
		b.quads()
	} else {
		b.pixels()
	}
	b.emit("VZEROUPPER")
	b.emit("RET")
	return b.String()
}

// groups writes a loop over the lanes of a pixel: body for n vectors while
// there are as many, then for one at a time with a mask.
func (b *window) groups(n int, body func(n int, masked bool)) {
	lanes := n * b.width() / 4
	b.emit("XORL R9, R9")
	b.emit("MOVQ %s, R15", b.k.argument("c"))
	b.emit("SUBQ $%d, R15", lanes)
	b.emit("JLT rest")
	b.label("group")
	body(n, false)
	b.emit("ADDQ $%d, R9", n*b.width())
	b.emit("SUBQ $%d, R15", lanes)
	b.emit("JGE group")
	b.label("rest")
	b.emit("ADDQ $%d, R15", lanes)
	b.emit("JLE next")
	b.label("tail")
	b.mask()
	body(1, true)
	b.emit("ADDQ $%d, R9", b.width())
	b.emit("SUBQ $%d, R15", b.width()/4)
	b.emit("JGT tail")
	b.label("next")
}

// rows writes a loop over the kernel rows that are not padding, with AX at the
// row's first tap and BX at its weights.
func (b *window) rows(suffix string, body func()) {
	b.emit("MOVQ %s, R10", b.k.argument("rows_base"))
	b.emit("MOVQ %s, R11", b.k.argument("rows_len"))
	if b.k.op == "depthwise" {
		b.emit("MOVQ %s, R12", b.k.argument("weights_base"))
		b.emit("ADDQ R9, R12")
	}
	b.emit("TESTQ R11, R11")
	b.emit("JZ finish%s", suffix)
	b.label("row%s", suffix)
	b.emit("MOVLQSX (R10), AX")
	b.emit("TESTQ AX, AX")
	b.emit("JLT skip%s", suffix)
	b.emit("LEAQ (SI)(AX*4), AX")
	b.emit("ADDQ R9, AX")
	body()
	b.label("skip%s", suffix)
	b.emit("ADDQ $4, R10")
	if b.k.op == "depthwise" {
		b.emit("ADDQ R14, R12")
	}
	b.emit("DECQ R11")
	b.emit("JNZ row%s", suffix)
	b.label("finish%s", suffix)
}

// pixels writes the loop for one pixel at a time and any number of taps.
func (b *window) pixels() {
	b.label("pixel")
	n := 4
	if b.wide {
		n = 2
	}
	b.groups(n, b.taps)
	b.emit("MOVQ %s, AX", b.k.argument("step"))
	b.emit("LEAQ (SI)(AX*4), SI")
	b.emit("MOVQ %s, AX", b.k.argument("ldd"))
	b.emit("LEAQ (DI)(AX*4), DI")
	if b.k.op == "average" {
		b.emit("ADDQ $4, R14")
	}
	b.emit("DECQ %s", b.k.argument("n"))
	b.emit("JNZ pixel")
}

// taps computes n vectors of one pixel.
func (b *window) taps(n int, masked bool) {
	suffix := "Group"
	if masked {
		suffix = "Tail"
	}
	switch b.k.op {
	case "depthwise":
		b.emit("MOVQ %s, AX", b.k.argument("bias_base"))
		for v := range n {
			b.load(fmt.Sprintf("%d(AX)(R9*1)", v*b.width()), b.reg(v), masked)
		}
	case "max":
		for v := range n {
			b.emit("VBROADCASTSS negInf<>(SB), %s", b.reg(v))
		}
	case "average":
		for v := range n {
			b.emit("VXORPS %s, %s, %s", b.reg(v), b.reg(v), b.reg(v))
		}
	}
	b.rows(suffix, func() {
		if b.k.op == "depthwise" {
			b.emit("MOVQ R12, BX")
		}
		b.emit("MOVQ R13, CX")
		b.emit("TESTQ CX, CX")
		b.emit("JZ skip%s", suffix)
		b.label("tap%s", suffix)
		for v := range n {
			b.tap(v, n, masked)
		}
		b.emit("ADDQ DX, AX")
		if b.k.op == "depthwise" {
			b.emit("ADDQ R8, BX")
		}
		b.emit("DECQ CX")
		b.emit("JNZ tap%s", suffix)
	})
	if b.k.op == "average" {
		b.emit("VBROADCASTSS (R14), %s", b.reg(n))
	}
	for v := range n {
		switch b.k.op {
		case "depthwise":
			b.limit(b.reg(v))
		case "average":
			b.emit("VDIVPS %s, %s, %s", b.reg(n), b.reg(v), b.reg(v))
		}
		b.store(b.reg(v), fmt.Sprintf("%d(DI)(R9*1)", v*b.width()), masked)
	}
}

// tap takes vector v of n of the next tap.
func (b *window) tap(v, n int, masked bool) {
	acc, x, t := b.reg(v), b.reg(n+v), b.reg(2*n+v)
	from := fmt.Sprintf("%d(AX)", v*b.width())
	if b.k.op == "average" && !masked {
		b.emit("VADDPS %s, %s, %s", from, acc, acc)
		return
	}
	b.load(from, x, masked)
	switch b.k.op {
	case "depthwise":
		w := fmt.Sprintf("%d(BX)", v*b.width())
		if masked {
			b.load(w, t, masked)
			w = t
		}
		b.emit("VFMADD231PS %s, %s, %s", w, x, acc)
	case "max": // a NaN stays, and the second source, x, is taken if it is one
		if b.wide {
			b.emit("VCMPPS $0, %s, %s, K1", acc, acc)
			b.emit("VMAXPS %s, %s, K1, %s", x, acc, acc)
			return
		}
		b.emit("VMAXPS %s, %s, %s", x, acc, x)
		b.emit("VCMPPS $0, %s, %s, %s", acc, acc, t)
		b.emit("VBLENDVPS %s, %s, %s, %s", t, x, acc, acc)
	case "average":
		b.emit("VADDPS %s, %s, %s", x, acc, acc)
	}
}

// limit writes min(hi, max(lo, r)): a NaN in the second source passes.
func (b *window) limit(r string) {
	b.emit("VMAXPS %s, %s, %s", r, b.lo(), r)
	b.emit("VMINPS %s, %s, %s", r, b.hi(), r)
}

// writeWindows returns the file of kernels for one instruction set.
func writeWindows(kernels []windowKernel, wide bool) string {
	var b strings.Builder
	b.WriteString(asmHeader + windowRegisters)
	if kernels[0].op != "depthwise" {
		b.WriteString("\nDATA negInf<>+0(SB)/4, $0xff800000\nGLOBL negInf<>(SB), RODATA|NOPTR, $4\n")
	}
	if !wide {
		writeOnes(&b)
	}
	for i := range kernels {
		if wide || !kernels[i].wide {
			b.WriteString(writeWindow(&kernels[i], wide))
		}
	}
	return b.String()
}
