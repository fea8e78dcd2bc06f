package main

import "fmt"

// quads writes the depthwise loop for four pixels at a time, which share the
// inputs of their taps and the weights.
func (b *window) quads() {
	b.label("pixel")
	b.groups(1, b.quad)
	b.emit("MOVQ %s, AX", b.k.argument("step"))
	b.emit("SHLQ $4, AX")
	b.emit("ADDQ AX, SI")
	b.emit("MOVQ %s, AX", b.k.argument("ldd"))
	b.emit("SHLQ $4, AX")
	b.emit("ADDQ AX, DI")
	b.emit("SUBQ $4, %s", b.k.argument("n"))
	b.emit("JNZ pixel")
}

// quad computes one vector of four pixels: registers 0 to 3 are their sums,
// then come the weights of a row and three inputs.
func (b *window) quad(_ int, masked bool) {
	suffix := "Group"
	if masked {
		suffix = "Tail"
	}
	b.emit("MOVQ %s, AX", b.k.argument("bias_base"))
	b.load("(AX)(R9*1)", b.reg(0), masked)
	for p := 1; p < 4; p++ {
		b.emit("VMOVAPS %s, %s", b.reg(0), b.reg(p))
	}
	inputs := 3*b.k.s + b.k.kw
	b.rows(suffix, func() {
		b.emit("LEAQ (R8)(R8*2), CX")
		b.emit("MOVQ R12, BX")
		for t := range b.k.kw {
			if t > 0 && t%3 == 0 {
				b.emit("ADDQ CX, BX")
			}
			b.load(address("BX", "R8", t%3), b.reg(4+t), masked)
		}
		b.emit("LEAQ (DX)(DX*2), CX")
		for x := range inputs {
			if x > 0 && x%3 == 0 {
				b.emit("ADDQ CX, AX")
			}
			in := b.reg(4 + b.k.kw + x%3)
			b.load(address("AX", "DX", x%3), in, masked)
			for t := range b.k.kw {
				if p := (x - t) / b.k.s; x >= t && (x-t)%b.k.s == 0 && p < 4 {
					b.emit("VFMADD231PS %s, %s, %s", in, b.reg(4+t), b.reg(p))
				}
			}
		}
	})
	for p := range 4 {
		b.limit(b.reg(p))
	}
	b.emit("MOVQ %s, BX", b.k.argument("ldd"))
	b.emit("SHLQ $2, BX")
	b.emit("LEAQ (DI)(R9*1), AX")
	for p := range 4 {
		if p == 3 {
			b.emit("LEAQ (AX)(BX*2), AX")
			b.store(b.reg(p), "(AX)(BX*1)", masked)
			continue
		}
		b.store(b.reg(p), address("AX", "BX", p), masked)
	}
}

// address returns base + n*step for n < 3.
func address(base, step string, n int) string {
	if n == 0 {
		return "(" + base + ")"
	}
	return fmt.Sprintf("(%s)(%s*%d)", base, step, n)
}
