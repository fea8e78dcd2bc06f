package backend_test

import (
	"flag"
	"fmt"
	"math/bits"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/elementwise"
	"github.com/sardonyx-go/sardonyx/backend/op/optest"
	"github.com/sardonyx-go/sardonyx/backend/op/schema"
	"github.com/sardonyx-go/sardonyx/tensor"
)

var update = flag.Bool("update", false, "write OPERATORS.md")

// OPERATORS.md says what the registry holds and what compiles.
func TestOperatorsDocument(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles thousands of models")
	}
	const file = "../OPERATORS.md"
	text := document()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), text, "go test ./backend -run TestOperatorsDocument -update writes it anew")
}

func document() string {
	var b strings.Builder
	b.WriteString(`# Operators

Written by ` + "`go test ./backend -run TestOperatorsDocument -update`" + ` from the registry, ONNX's schemas and trial.

- **versions**: those of ONNX's versions of the operator that are supported; a model's opset has the newest that is not newer.
- **element types**: of the input that takes most, as far as models of one such node compile in the newest version; *(schema)* where
  none did and ONNX's list stands. *floats* are float16, bfloat16, float32 and float64; *integers* are those of 8 to 64 bits, signed or not. Types
  that only newer versions allow work in older ones, too.
- **gradient**: whether the trainer can differentiate it; *graph*: the operator is replaced by a graph of others, which decide.
`)
	defs := abused()
	for len(defs) > 0 {
		domain := defs[0].Domain
		k := slices.IndexFunc(defs, func(d op.Def) bool { return d.Domain != domain })
		if k < 0 {
			k = len(defs)
		}
		writeDomain(&b, domain, defs[:k])
		defs = defs[k:]
	}
	writeMissing(&b)
	return b.String()
}

// writeDomain writes the table of a domain.
func writeDomain(b *strings.Builder, domain string, defs []op.Def) {
	fmt.Fprintf(b, "\n## %s\n\n| operator | versions | element types | gradient |\n|---|---|---|---|\n", domainName(domain))
	for len(defs) > 0 {
		k := slices.IndexFunc(defs, func(d op.Def) bool { return d.Name != defs[0].Name })
		if k < 0 {
			k = len(defs)
		}
		d := defs[k-1] // the newest
		types, gradient := trial(d)
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", d.Name, versions(defs[:k]), types, gradient)
		defs = defs[k:]
	}
}

func domainName(domain string) string {
	if domain == "" {
		return "ai.onnx"
	}
	return domain
}

// versions lists the versions of the schemas that definitions of an operator
// cover; what they say themselves where there are no schemas.
func versions(defs []op.Def) string {
	var list []string
	for _, s := range schema.All() {
		if s.Domain == defs[0].Domain && s.Name == defs[0].Name && covers(defs, s) {
			list = append(list, fmt.Sprint(s.Since))
		}
	}
	if list != nil {
		return strings.Join(list, ", ")
	}
	first, last := defs[0].Since, defs[len(defs)-1].Until
	if last == 0 {
		return fmt.Sprintf("%d on", first)
	}
	return fmt.Sprintf("%d to %d", first, last)
}

// covers reports whether a node of the first opset with a schema is supported.
func covers(defs []op.Def, s *schema.Schema) bool {
	return slices.ContainsFunc(defs, func(d op.Def) bool { return d.Since <= s.Since && (d.Until == 0 || s.Since <= d.Until) })
}

// tries is how many nodes of an operator are made to find some that compile,
// and enough how many of these decide about a type.
const tries, enough = 400, 8

// trial returns with which element types nodes of an operator compile, and
// whether it has a gradient.
func trial(d op.Def) (types, gradient string) {
	s := schema.Find(d.Domain, d.Name, 1<<30)
	if s == nil || d.Until != 0 {
		s = schema.Find(d.Domain, d.Name, max(d.Since, d.Until))
	}
	if gradient = "no"; d.Expand != nil {
		gradient = "graph"
	}
	if s == nil {
		return "", gradient
	}
	d.Since = s.Since // in its newest version only
	p := mainParam(s)
	var all []tensor.Type
	for t := range (p.Types.Tensor | p.Types.Sequence).All() {
		all = append(all, t)
	}
	compiles := func(seed int, t tensor.Type) bool {
		n, in := optest.Arbitrary(d, uint64(seed), map[string]tensor.Type{p.Variable: t})
		g, _ := nodeModel(n, in, 1)
		if _, err := backend.Compile(g, backend.Options{Threads: 1}); err != nil {
			return false
		}
		if o, err := backend.Operators().New(n); err == nil && differentiable(o) {
			gradient = "yes"
		}
		return true
	}
	var seeds []int
	for seed := 0; seed < tries && len(seeds) < enough && len(all) > 0; seed++ {
		if compiles(seed, all[seed%len(all)]) {
			seeds = append(seeds, seed)
		}
	}
	switch {
	case p.Types.Map:
		return "map", gradient
	case len(seeds) == 0:
		return typeNames(p.Types.Tensor|p.Types.Sequence) + " *(schema)*", gradient
	}
	var found schema.Elements
	for _, t := range all {
		if slices.ContainsFunc(seeds, func(seed int) bool { return compiles(seed, t) }) {
			found |= 1 << t
		}
	}
	return typeNames(found), gradient
}

// mainParam returns the parameter whose types are documented: the input that
// takes most, or the output where there is no input.
func mainParam(s *schema.Schema) *schema.Param {
	if len(s.Inputs) == 0 {
		return &s.Outputs[0]
	}
	size := func(p schema.Param) int {
		return bits.OnesCount32(uint32(p.Types.Tensor | p.Types.Sequence))
	}
	best := 0
	for i, p := range s.Inputs {
		if size(p) > size(s.Inputs[best]) {
			best = i
		}
	}
	return &s.Inputs[best]
}

func differentiable(o op.Op) bool {
	if e, ok := o.(*elementwise.Op); ok {
		return e.Gradient != nil
	}
	_, ok := o.(op.Differentiable)
	return ok
}

// typeGroups are names for types that mostly occur together.
var typeGroups = []struct {
	name  string
	types schema.Elements
}{
	{"floats", 1<<tensor.Float16 | 1<<tensor.BFloat16 | 1<<tensor.Float32 | 1<<tensor.Float64},
	{"integers", 1<<tensor.Int8 | 1<<tensor.Int16 | 1<<tensor.Int32 | 1<<tensor.Int64 | 1<<tensor.Uint8 | 1<<tensor.Uint16 | 1<<tensor.Uint32 | 1<<tensor.Uint64},
}

func typeNames(e schema.Elements) string {
	var names []string
	for _, g := range typeGroups {
		if e&g.types == g.types {
			names = append(names, "*"+g.name+"*")
			e &^= g.types
		}
	}
	for t := range e.All() {
		names = append(names, t.String())
	}
	return strings.Join(names, " ")
}

// writeMissing lists what ONNX defines and the registry lacks.
func writeMissing(b *strings.Builder) {
	b.WriteString("\n## Not supported\n\n")
	var lines []string
	registry, all := backend.Operators(), schema.All()
	for len(all) > 0 {
		s := all[0]
		k := slices.IndexFunc(all, func(x *schema.Schema) bool { return x.Domain != s.Domain || x.Name != s.Name })
		if k < 0 {
			k = len(all)
		}
		var missing []string
		for _, x := range all[:k] {
			if _, err := registry.Find(x.Domain, x.Name, x.Since); err != nil && !x.Deprecated {
				missing = append(missing, fmt.Sprint(x.Since))
			}
		}
		switch {
		case len(missing) == k:
			lines = append(lines, fmt.Sprintf("- %s, of %s\n", s.Name, domainName(s.Domain)))
		case len(missing) > 0:
			lines = append(lines, fmt.Sprintf("- %s, of %s, in version %s\n", s.Name, domainName(s.Domain), strings.Join(missing, ", ")))
		}
		all = all[k:]
	}
	if lines == nil {
		lines = []string{"Nothing is missing.\n"}
	}
	b.WriteString(strings.Join(lines, ""))
}
