package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/onnx/backendtest"
)

// printReport prints failing tests by reason, then the counts of each group; the
// last line is the sum.
func printReport(w io.Writer, tests []*backendTest, verbose bool) {
	if verbose {
		for _, t := range tests {
			if t.err == nil {
				fmt.Fprintf(w, "pass %v\n", t)
			} else {
				fmt.Fprintf(w, "FAIL %v: %s\n", t, printable(firstLine(t.err)))
			}
		}
	}
	printReasons(w, tests)
	passed, lax := 0, 0
	for _, g := range backendtest.Groups() {
		all, ok := 0, 0
		for _, t := range tests {
			if t.Group != g {
				continue
			}
			all++
			if t.err == nil {
				ok++
			}
			if t.passesLax {
				lax++
			}
		}
		if all > 0 {
			fmt.Fprintf(w, "%-18s %4d of %4d\n", g, ok, all)
		}
		passed += ok
	}
	if lax > 0 {
		fmt.Fprintf(w, "%d more within the tolerances of onnx's own runner\n", lax)
	}
	fmt.Fprintf(w, "passed %d of %d\n", passed, len(tests))
}

// printReasons groups failures, the most frequent reason first.
func printReasons(w io.Writer, tests []*backendTest) {
	by := map[string][]string{}
	for _, t := range tests {
		if t.err != nil {
			by[reason(t.err)] = append(by[reason(t.err)], t.String())
		}
	}
	var reasons []string
	for r := range by {
		reasons = append(reasons, r)
	}
	slices.SortFunc(reasons, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(by[b]), len(by[a])), strings.Compare(a, b))
	})
	for _, r := range reasons {
		fmt.Fprintf(w, "%s: %s\n", plural(len(by[r]), "test"), printable(r))
		for _, name := range by[r] {
			fmt.Fprintf(w, "    %s\n", name)
		}
	}
}

// reason is the cause of a failure without its place: numbers become #, so that
// the same complaint about other sizes is the same reason.
func reason(err error) string {
	if errors.Is(err, errWrong) {
		return "wrong result"
	}
	text := firstLine(err)
	var e *backend.Error
	if errors.As(err, &e) {
		text = firstLine(e.Err)
		if !errors.Is(err, backend.ErrUnsupported) {
			op, _, _ := strings.Cut(e.Op, "-")
			text = op + ": " + text
		}
	}
	var b strings.Builder
	for _, r := range text {
		if r < '0' || r > '9' {
			b.WriteRune(r)
		} else if !strings.HasSuffix(b.String(), "#") {
			b.WriteByte('#')
		}
	}
	return b.String()
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
