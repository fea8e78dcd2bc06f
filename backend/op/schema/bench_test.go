package schema

import "testing"

// Parsing is part of the first compilation of a process.
func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		parse(text)
	}
}
