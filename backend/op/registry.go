package op

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op/schema"
	"github.com/sardonyx-go/sardonyx/graph"
)

// A Def defines an operator: which versions are supported, and either the
// parser of its nodes or, for an operator that is a graph of others, that
// graph. New states what is wrong with the attributes, nothing more.
type Def struct {
	Domain string // "" is ai.onnx
	Name   string
	Since  int // first version supported
	Until  int // last version supported; 0 is any later one
	New    func(n *graph.Node) (Op, error)
	Expand Expansion
}

// A Registry maps operators to definitions. Its zero value is empty. A model is
// compiled with one registry; add custom operators to a copy.
type Registry struct{ defs map[string][]Def }

// NewRegistry returns a registry of the given families.
func NewRegistry(families ...[]Def) *Registry {
	r := &Registry{defs: map[string][]Def{}}
	for _, f := range families {
		for _, d := range f {
			r.Add(d)
		}
	}
	return r
}

// Add adds a definition. It panics if a version of the operator is defined
// twice.
func (r *Registry) Add(d Def) {
	k := key(d.Domain, d.Name)
	for _, e := range r.defs[k] {
		if d.Since <= last(e) && e.Since <= last(d) {
			panic(fmt.Sprintf("op: %s defined twice for version %d", k, max(d.Since, e.Since)))
		}
	}
	r.defs[k] = append(r.defs[k], d)
}

// Version returns the version of the operator that an opset has: 14 for Relu in
// opset 17. That of an operator which is not ONNX's is d.Since.
func (d Def) Version(opset int) int {
	if s := schema.Find(d.Domain, d.Name, opset); s != nil {
		return s.Since
	}
	return d.Since
}

// Clone returns a copy, to add custom operators to.
func (r *Registry) Clone() *Registry {
	c := &Registry{defs: map[string][]Def{}}
	for k, d := range r.defs {
		c.defs[k] = slices.Clone(d)
	}
	return c
}

// Find returns the definition for an operator's version. Version 0 of a domain
// other than ONNX's is that of a file which does not import the domain, as some
// converters leave com.microsoft; it is taken for the first.
func (r *Registry) Find(domain, name string, version int) (Def, error) {
	ds := r.defs[key(domain, name)]
	if len(ds) == 0 {
		if domain != "" {
			return Def{}, fmt.Errorf("%w: operator %s of domain %s is not known%s", ErrUnsupported, name, domain, r.near(name))
		}
		return Def{}, fmt.Errorf("%w: operator %s is not known%s", ErrUnsupported, name, r.near(name))
	}
	if version == 0 && domain != "" {
		version = 1
	}
	for _, d := range ds {
		if d.Since <= version && version <= last(d) {
			return d, nil
		}
	}
	return Def{}, fmt.Errorf("%w: operator %s in version %d; supported from version %d", ErrUnsupported, name, version, ds[0].Since)
}

// Of returns the definition for a node, which it checks against the operator's
// schema.
func (r *Registry) Of(n *graph.Node) (Def, error) {
	d, err := r.Find(n.Domain, n.Op, n.Version)
	if err != nil {
		return Def{}, err
	}
	return d, checkNode(n)
}

// New parses a node, after a check against the operator's schema.
func (r *Registry) New(n *graph.Node) (Op, error) {
	d, err := r.Of(n)
	if err != nil {
		return nil, err
	}
	if d.New == nil {
		return nil, fmt.Errorf("%w: operator %s has no kernel of its own and must be expanded", ErrUnsupported, n.Op)
	}
	return d.New(n)
}

// All returns every definition, ordered by domain, name and version.
func (r *Registry) All() []Def {
	var all []Def
	for _, k := range slices.Sorted(maps.Keys(r.defs)) {
		all = append(all, r.defs[k]...)
	}
	slices.SortStableFunc(all, func(a, b Def) int {
		if c := strings.Compare(key(a.Domain, a.Name), key(b.Domain, b.Name)); c != 0 {
			return c
		}
		return a.Since - b.Since
	})
	return all
}

// near names an operator of the registry that differs in case only.
func (r *Registry) near(name string) string {
	for _, k := range slices.Sorted(maps.Keys(r.defs)) {
		if _, n, _ := strings.Cut(k, "\x00"); strings.EqualFold(n, name) && n != name {
			return "; did the file mean " + n + "?"
		}
	}
	return ""
}

func key(domain, name string) string { return domain + "\x00" + name }

func last(d Def) int {
	if d.Until == 0 {
		return 1 << 30
	}
	return d.Until
}
