package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

func inspectCommand(f *flag.FlagSet) action {
	asJSON := f.Bool("json", false, "print one JSON object")
	return func(_ context.Context, s streams, args []string) error {
		path, err := oneModel(args)
		if err != nil {
			return err
		}
		g, err := readModel(s, path)
		if err != nil {
			return err
		}
		d := describe(path, g)
		if *asJSON {
			e := json.NewEncoder(s.out)
			e.SetIndent("", "  ")
			return e.Encode(d)
		}
		return d.print(s.out)
	}
}

// A description is what inspect shows of a model.
type description struct {
	File       string            `json:"file"`
	Producer   string            `json:"producer,omitempty"`
	IR         int64             `json:"ir_version,omitempty"`
	Opsets     map[string]int    `json:"opsets"`
	Inputs     []declared        `json:"inputs"`
	Outputs    []declared        `json:"outputs"`
	Parameters int64             `json:"parameters"`
	Bytes      int64             `json:"parameter_bytes"`
	Nodes      int               `json:"nodes"`
	Operators  []count           `json:"operators"`
	Functions  []string          `json:"functions,omitempty"`
	Metadata   map[string]string `json:"metadata,omitempty"`
}

type declared struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Default bool   `json:"default,omitempty"`
}

type count struct {
	Operator string `json:"operator"`
	Count    int    `json:"count"`
}

func describe(path string, g *graph.Graph) description {
	p := readProducer(path)
	d := description{
		File: path, IR: p.IR, Producer: strings.TrimSpace(p.Name + " " + p.Version),
		Opsets: map[string]int{}, Metadata: g.Metadata,
		Inputs: declaredAs(g, g.Inputs), Outputs: declaredAs(g, g.Outputs),
	}
	for domain, v := range g.Opsets {
		d.Opsets[cmp.Or(domain, "ai.onnx")] = v
	}
	for _, f := range g.Functions {
		d.Functions = append(d.Functions, operatorName(f.Domain, f.Name))
	}
	for t := range parameters(g) {
		d.Parameters += int64(t.Len())
		d.Bytes += int64(tensor.PackedLen(t.Type(), t.Len()))
	}
	counts := map[string]int{}
	for n := range allNodes(g) {
		d.Nodes++
		counts[operatorName(n.Domain, n.Op)]++
	}
	for op, n := range counts {
		d.Operators = append(d.Operators, count{op, n})
	}
	slices.SortFunc(d.Operators, func(a, b count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Operator, b.Operator))
	})
	return d
}

func declaredAs(g *graph.Graph, ids []graph.ValueID) []declared {
	out := make([]declared, len(ids))
	for i, id := range ids {
		v := &g.Values[id]
		out[i] = declared{v.Name, typeText(&v.Type), v.Const != nil}
	}
	return out
}

func operatorName(domain, name string) string {
	if domain == "" {
		return name
	}
	return domain + "." + name
}

func (d *description) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(key, format string, args ...any) {
		fmt.Fprintf(w, "%s\t%s\n", key, printable(fmt.Sprintf(format, args...)))
	}
	row("file", "%s", d.File)
	if d.Producer != "" {
		row("producer", "%s", d.Producer)
	}
	if d.IR != 0 {
		row("IR version", "%d", d.IR)
	}
	for _, domain := range slices.Sorted(maps.Keys(d.Opsets)) {
		row("opset", "%s %d", domain, d.Opsets[domain])
	}
	for _, p := range d.Inputs {
		if p.Default {
			continue
		}
		row("input", "%s: %s", p.Name, p.Type)
	}
	for _, p := range d.Outputs {
		row("output", "%s: %s", p.Name, p.Type)
	}
	row("parameters", "%d in %s", d.Parameters, size(d.Bytes))
	row("nodes", "%d", d.Nodes)
	for _, c := range d.Operators {
		row("", "%5d %s", c.Count, c.Operator)
	}
	for _, f := range d.Functions {
		row("function", "%s", f)
	}
	for _, k := range slices.Sorted(maps.Keys(d.Metadata)) {
		row("metadata", "%s: %s", k, shorten(strings.ReplaceAll(d.Metadata[k], "\n", " "), 100))
	}
	return w.Flush()
}

// shorten cuts a text to n bytes.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + fmt.Sprintf("... (%d bytes)", len(s))
}
