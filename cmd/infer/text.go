package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/sardonyx-go/sardonyx/graph"
)

// printable replaces what might command a terminal: names and labels come from
// files that nobody has vouched for.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// isTerminal reports whether somebody watches w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}

// size formats a number of bytes, as in 4.9 MB.
func size(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n), -1
	for v >= 999.5 && unit < 3 {
		v, unit = v/1000, unit+1
	}
	return fmt.Sprintf("%.3g %cB", v, "kMGT"[unit])
}

// plural formats like "1 node" and "2 nodes".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// typeText formats a declared type, as in float32[N 3 224 224]; what the file
// leaves open is ?.
func typeText(t *graph.Type) string {
	switch t.Kind {
	case graph.Tensor, graph.SparseTensor:
		s := t.Elem.String()
		if t.Kind == graph.SparseTensor {
			s = "sparse " + s
		}
		if !t.Ranked {
			return s
		}
		dims := make([]string, len(t.Shape))
		for i, d := range t.Shape {
			switch {
			case d.Size >= 0:
				dims[i] = fmt.Sprint(d.Size)
			case d.Name != "":
				dims[i] = d.Name
			default:
				dims[i] = "?"
			}
		}
		return s + "[" + strings.Join(dims, " ") + "]"
	case graph.Sequence:
		return "sequence of " + typeText(t.Of)
	case graph.Optional:
		return "optional " + typeText(t.Of)
	case graph.Map:
		return fmt.Sprintf("map of %v to %s", t.Key, typeText(&graph.Type{Kind: graph.Tensor, Elem: t.Elem}))
	}
	return "?"
}
