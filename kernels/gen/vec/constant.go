package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// constants collects the constants of a file. Each is repeated over 32 bytes:
// AVX2 has no broadcast in an operand.
type constants struct {
	bits []uint32
}

func (c *constants) name(bits uint32) string {
	if !slices.Contains(c.bits, bits) {
		c.bits = append(c.bits, bits)
	}
	return fmt.Sprintf("c%08x<>(SB)", bits)
}

func (c *constants) write(b *strings.Builder) {
	slices.Sort(c.bits)
	for _, bits := range c.bits {
		fmt.Fprintf(b, "\n// %s\n", float(bits))
		for i := 0; i < 32; i += 8 {
			fmt.Fprintf(b, "DATA c%08x<>+%d(SB)/8, $0x%08x%08x\n", bits, i, bits, bits)
		}
		fmt.Fprintf(b, "GLOBL c%08x<>(SB), RODATA|NOPTR, $32\n", bits)
	}
}

// float formats a constant for a comment: as a number if it is one.
func float(bits uint32) string {
	x := math.Float32frombits(bits)
	if x != x || math.Abs(float64(x)) > 1e30 || x != 0 && math.Abs(float64(x)) < 1e-30 {
		return fmt.Sprintf("%#08x", bits)
	}
	return fmt.Sprint(x)
}

// writeOnes writes the table of masks for the ends of slices.
func writeOnes(b *strings.Builder) {
	b.WriteString("\n// The mask of the last n lanes begins n words before the zeros.\n")
	for i := 0; i < 288; i += 8 {
		v := "0xffffffffffffffff"
		if i >= 256 {
			v = "0"
		}
		fmt.Fprintf(b, "DATA ones<>+%d(SB)/8, $%s\n", i, v)
	}
	b.WriteString("GLOBL ones<>(SB), RODATA|NOPTR, $288\n")
}
