package schema

import (
	_ "embed"
	"slices"
	"sync"

	"github.com/sardonyx-go/sardonyx/graph"
)

//go:embed onnx.txt
var text string

// all holds every schema, in the order of the file, and by operator.
var all = sync.OnceValue(func() index { return parse(text) })

// An index finds schemas by operator: the versions of one, oldest first.
type index struct {
	list []*Schema
	of   map[operator][]*Schema
}

type operator struct{ domain, name string }

// A Schema describes the nodes of one version of an operator. It must not be
// changed.
type Schema struct {
	Domain     string // "" is ai.onnx
	Name       string
	Since      int  // first version of the operator set that has it
	Deprecated bool // in this version
	Inputs     []Param
	Outputs    []Param
	Attrs      []Attr
}

// A Count says how many values a formal parameter stands for.
type Count uint8

// The counts: one; one that may be omitted; Least and more, the last ones of the
// node.
const (
	Single Count = iota
	Optional
	Variadic
)

// A Param is a formal input or output.
type Param struct {
	Name           string
	Count          Count
	Least          int    // of a variadic one
	Mixed          bool   // the types of a variadic one may differ
	Differentiable bool   // gradients pass, by the specification
	Variable       string // parameters of one type variable have one type
	Types          Types  // in this version
	Ever           Types  // in any version of the operator
}

// An Attr is a formal attribute.
type Attr struct {
	Name     string
	Kind     graph.AttrKind
	Required bool
}

// Find returns the schema that an operator has in a version of its operator set;
// nil if there is none, or it is not one of ONNX. Domain "" is ai.onnx.
func Find(domain, name string, version int) *Schema {
	var found *Schema
	for _, s := range all().of[operator{domain, name}] {
		if s.Since <= version {
			found = s
		}
	}
	return found
}

// All returns every schema, ordered by domain, name and version.
func All() []*Schema { return slices.Clone(all().list) }

// Input returns the parameter that input i belongs to, nil if it is one too many.
func (s *Schema) Input(i int) *Param {
	if i < len(s.Inputs) {
		return &s.Inputs[i]
	}
	if n := len(s.Inputs); n > 0 && s.Inputs[n-1].Count == Variadic {
		return &s.Inputs[n-1]
	}
	return nil
}

// Attr returns the attribute of that name, or nil.
func (s *Schema) Attr(name string) *Attr {
	i := slices.IndexFunc(s.Attrs, func(a Attr) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Attrs[i]
}

// Arity returns the least and the largest number of values for a list of
// parameters; most is -1 if there is no limit. Omitted values count where
// others follow.
func Arity(params []Param) (least, most int) {
	for i, p := range params {
		switch p.Count {
		case Single:
			least = i + 1
		case Variadic:
			return max(least, i+p.Least), -1
		}
	}
	return least, len(params)
}
