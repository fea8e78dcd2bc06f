package main

import "strings"

// align puts the operands of each block of instructions in one column, as
// asmfmt does. A block ends at a label, a comment or an empty line.
func align(asm string) string {
	lines := strings.Split(asm, "\n")
	for i := 0; i < len(lines); {
		width, j := 0, i
		for ; j < len(lines); j++ {
			mnemonic, _, operands := strings.Cut(strings.TrimPrefix(lines[j], "\t"), " ")
			if !instruction(lines[j]) {
				break
			}
			if operands && !macro(lines[j]) {
				width = max(width, len(mnemonic))
			}
		}
		for ; i < j; i++ {
			if mnemonic, operands, ok := strings.Cut(lines[i], " "); ok && !macro(lines[i]) {
				lines[i] = mnemonic + strings.Repeat(" ", width+2-len(mnemonic)) + operands
			}
		}
		i = j + 1
	}
	return strings.Join(lines, "\n")
}

func instruction(line string) bool {
	return strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "\t//")
}

// macro reports whether a line is a call of a macro, which has no column.
func macro(line string) bool {
	name, _, _ := strings.Cut(line, " ")
	return strings.Contains(name, "(")
}
