package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
)

func checkCommand(f *flag.FlagSet) action {
	each := f.Bool("v", false, "a line for each node, not for each operator")
	return func(ctx context.Context, s streams, args []string) error {
		path, err := oneModel(args)
		if err != nil {
			return err
		}
		g, err := readModel(s, path)
		if err != nil {
			return err
		}
		nameNodes(g)
		_, err = backend.Compile(g, options(ctx, 0))
		if ctx.Err() != nil {
			return err
		}
		problems := split(err)
		verdicts, others := judge(g, problems)
		if err := printVerdicts(s.out, verdicts, *each); err != nil {
			return err
		}
		for _, p := range others {
			fmt.Fprintln(s.out, printable(p.Error()))
		}
		if err != nil {
			return fmt.Errorf("%s: %d of %s cannot run", path, countProblems(verdicts)+len(others), plural(len(verdicts), "node"))
		}
		_, err = fmt.Fprintf(s.out, "all %s run\n", plural(len(verdicts), "node"))
		return err
	}
}

// nameNodes gives nodes without a name that of their first output, so that a
// complaint leads to them.
func nameNodes(g *graph.Graph) {
	for g := range graphs(g) {
		for i := range g.Nodes {
			n := &g.Nodes[i]
			for _, id := range n.Outputs {
				if n.Name == "" && id != graph.None {
					n.Name = g.Values[id].Name
				}
			}
		}
	}
}

// split returns the errors that err joins.
func split(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// printVerdicts writes a table; nodes that cannot run are last, where they are
// seen. It has a line for each node, or for all nodes of an operator that have
// the same verdict.
func printVerdicts(out io.Writer, verdicts []verdict, each bool) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if each {
		fmt.Fprint(w, "operator\tversion\tnode\n")
		for _, v := range verdicts {
			fmt.Fprintf(w, "%s\t%d\t%s\n", printable(v.operator), v.version, printable(v.names[0]+because(v.problem)))
		}
		return w.Flush()
	}
	rows := grouped(verdicts)
	slices.SortStableFunc(rows, func(a, b verdict) int {
		if (a.problem == "") != (b.problem == "") {
			return strings.Compare(a.problem, b.problem) // the empty one is first
		}
		return cmp.Or(len(b.names)-len(a.names), strings.Compare(a.operator, b.operator), a.version-b.version)
	})
	fmt.Fprint(w, "operator\tversion\tnodes\n")
	for _, r := range rows {
		line := fmt.Sprint(len(r.names))
		if r.problem != "" {
			line += because(r.problem) + ": " + some(r.names)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", printable(r.operator), r.version, printable(line))
	}
	return w.Flush()
}

// grouped joins the verdicts that differ in names only.
func grouped(verdicts []verdict) []verdict {
	type kind struct {
		operator string
		version  int
		problem  string
	}
	at := map[kind]int{}
	var rows []verdict
	for _, v := range verdicts {
		k := kind{v.operator, v.version, v.problem}
		i, ok := at[k]
		if !ok {
			at[k] = len(rows)
			rows = append(rows, v)
			continue
		}
		rows[i].names = append(rows[i].names, v.names...)
	}
	return rows
}

func because(problem string) string {
	if problem == "" {
		return ""
	}
	return "  cannot run: " + problem
}

// some lists the first of some names.
func some(names []string) string {
	const most = 3
	text := fmt.Sprintf("%q", names[:min(len(names), most)])
	text = strings.Trim(text, "[]")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
