package onnxgo

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/backend/op/schema"
	"github.com/sardonyx-go/sardonyx/graph"
)

// lastOfForm is the last version of the default domain up to which a node's form
// tells what it means. Version 13 gave Softmax, LogSoftmax and Hardmax another
// axis and meaning, and left their form alone.
const lastOfForm = 12

// setVersions sets the domains and versions of a graph's nodes, which onnx-go
// does not hand over. A node is of the first domain that has its operator. A
// domain has one version in a model: the one in which most nodes, if not all,
// have inputs, outputs and attributes as its operators define them; of several
// such the newest, but of the default domain the newest up to lastOfForm and
// then the oldest after it. The version of the default domain is opset unless
// that is 0.
func setVersions(g *graph.Graph, r *op.Registry, opset int) {
	operators := map[string][]string{} // domains by operator
	for _, d := range r.All() {
		if !slices.Contains(operators[d.Name], d.Domain) {
			operators[d.Name] = append(operators[d.Name], d.Domain) // "" comes first
		}
	}
	nodes := map[string][]*graph.Node{}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if of := operators[n.Op]; len(of) > 0 {
			n.Domain = of[0]
		}
		nodes[n.Domain] = append(nodes[n.Domain], n)
	}
	g.Opsets = map[string]int{}
	for domain, of := range nodes {
		version := opset
		if domain != "" || opset == 0 {
			version = bestVersion(r, of, candidates(domain))
		}
		g.Opsets[domain] = version
		for _, n := range of {
			n.Version = version
		}
	}
}

// bestVersion returns the first of the versions in which most nodes are as their
// operators define them.
func bestVersion(r *op.Registry, nodes []*graph.Node, versions []int) int {
	best, most := versions[0], -1
	for _, v := range versions {
		fit := 0
		for _, n := range nodes {
			n.Version = v
			if _, err := r.Of(n); err == nil {
				fit++
			}
		}
		if fit > most {
			best, most = v, fit
		}
		if fit == len(nodes) {
			break
		}
	}
	return best
}

// candidates returns the versions of a domain, the likeliest first.
func candidates(domain string) []int {
	newest := 1
	for _, s := range schema.All() {
		if s.Domain == domain {
			newest = max(newest, s.Since)
		}
	}
	last := newest
	if domain == "" {
		last = lastOfForm
	}
	var versions []int
	for v := last; v > 0; v-- {
		versions = append(versions, v)
	}
	for v := last + 1; v <= newest; v++ {
		versions = append(versions, v)
	}
	return versions
}
