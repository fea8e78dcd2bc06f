package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend"
	"github.com/sardonyx-go/sardonyx/graph"
)

// A verdict says what became of a node.
type verdict struct {
	names    []string // of the node, or of several alike
	operator string
	version  int    // of the operator
	problem  string // empty for a node that runs, or only waits for one that does not
}

// judge returns a verdict for each node of the file, and the problems that are
// none of a single node's. If there are problems, they include operators that
// are not known in nodes that Compile does not reach: those behind others, and
// the second of two alike.
func judge(g *graph.Graph, problems []error) (verdicts []verdict, others []error) {
	type key struct{ node, op string }
	of := map[key]string{}
	for _, p := range problems {
		var e *backend.Error
		if errors.As(p, &e) {
			of[key{e.Node, e.Op}] = cause(e.Err)
		}
	}
	known := backend.Operators()
	met := map[key]bool{}
	for n := range allNodes(g) {
		v := verdict{names: []string{n.Name}, operator: operatorName(n.Domain, n.Op), version: n.Version}
		k := key{n.Name, fmt.Sprintf("%s-%d", v.operator, n.Version)}
		v.problem, met[k] = of[k], true
		d, err := known.Find(n.Domain, n.Op, n.Version)
		switch {
		case err == nil:
			v.version = d.Version(n.Version)
		case v.problem == "" && len(problems) > 0 && !isFunction(g, n):
			v.problem = cause(err)
		}
		verdicts = append(verdicts, v)
	}
	for _, p := range problems {
		var e *backend.Error
		if !errors.As(p, &e) || !met[key{e.Node, e.Op}] {
			others = append(others, p)
		}
	}
	return verdicts, others
}

// cause is the first line of a node's error, without the sentinel that all share.
func cause(err error) string {
	return strings.TrimPrefix(firstLine(err), backend.ErrUnsupported.Error()+": ")
}

// isFunction reports whether the model itself defines the operator of a node.
func isFunction(g *graph.Graph, n *graph.Node) bool {
	return slices.ContainsFunc(g.Functions, func(f *graph.Function) bool { return f.Domain == n.Domain && f.Name == n.Op })
}

func countProblems(verdicts []verdict) int {
	n := 0
	for _, v := range verdicts {
		if v.problem != "" {
			n++
		}
	}
	return n
}
