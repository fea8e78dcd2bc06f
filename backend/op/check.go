package op

import (
	"fmt"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op/schema"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// checkNode reports how a node departs from its operator's schema: a missing
// input, an output too many, an attribute of another kind. Operators that ONNX
// does not define have no schema.
func checkNode(n *graph.Node) error {
	s := schema.Find(n.Domain, n.Op, n.Version)
	if s == nil {
		return nil
	}
	inputs := n.Inputs[:formal(n)]
	for i, p := range s.Inputs {
		if p.Count == schema.Single && i >= len(inputs) {
			return fmt.Errorf("%w: input %d (%q) is missing", ErrInput, i, p.Name)
		}
	}
	for i, id := range inputs {
		if p := s.Input(i); p != nil && p.Count != schema.Optional && id == graph.None {
			return fmt.Errorf("%w: input %d (%q) is missing", ErrInput, i, p.Name)
		}
	}
	if err := checkCount("inputs", len(inputs), s.Inputs); err != nil {
		return err
	}
	if err := checkCount("outputs", len(n.Outputs), s.Outputs); err != nil {
		return err
	}
	for i, p := range s.Outputs {
		if p.Count == schema.Single && n.Outputs[i] == graph.None {
			return fmt.Errorf("%w: output %d (%q) is missing", ErrInput, i, p.Name)
		}
	}
	return checkAttrs(n, s)
}

func checkCount(what string, n int, params []schema.Param) error {
	least, most := schema.Arity(params)
	if n < least {
		return fmt.Errorf("%w: %d %s, at least %d are needed", ErrInput, n, what, least)
	}
	if most >= 0 && n > most {
		return fmt.Errorf("%w: %d %s, at most %d are allowed", ErrInput, n, what, most)
	}
	return nil
}

// checkAttrs refuses attributes that the operator does not have: to ignore one
// would be to compute something else than what was asked for.
func checkAttrs(n *graph.Node, s *schema.Schema) error {
	for i := range n.Attrs {
		a := &n.Attrs[i]
		if internal(n, a.Name) {
			continue
		}
		f := s.Attr(a.Name)
		if f == nil {
			return fmt.Errorf("%w: version %d of %s has none named %q", ErrAttr, s.Since, s.Name, a.Name)
		}
		if a.Kind != f.Kind {
			return fmt.Errorf("%w: %s is of kind %s, not %s", ErrAttr, a.Name, schema.KindName(a.Kind), schema.KindName(f.Kind))
		}
	}
	for _, f := range s.Attrs {
		if f.Required && !n.Has(f.Name) {
			return fmt.Errorf("%w: %s is missing", ErrAttr, f.Name)
		}
	}
	return nil
}

// CheckTypes reports an input of a type that the operator takes in no version,
// or inputs of different types where the operator wants one. Versions are not
// told apart further: newer ones allow more types, and an engine that has the
// kernel has it for older models, too.
func CheckTypes(n *graph.Node, in []Info) error {
	s := schema.Find(n.Domain, n.Op, n.Version)
	if s == nil {
		return nil
	}
	in = in[:min(len(in), formal(n))]
	for i := range in {
		x, p := &in[i], s.Input(i)
		if p == nil || !x.Present() {
			continue
		}
		if !takes(&p.Ever, x) {
			return fmt.Errorf("%w: input %d (%q) is %s; %s takes %v", ErrType, i, p.Name, x.typeString(), s.Name, p.Ever)
		}
		for j := range i { // to the first of the same type variable
			y, q := &in[j], s.Input(j)
			if q.Variable != p.Variable || p.Mixed || !y.Present() {
				continue
			}
			if x.Kind != y.Kind || x.Type != y.Type && x.Type.Valid() && y.Type.Valid() {
				return fmt.Errorf("%w: input %d (%q) is %s but input %d (%q) is %s", ErrType, j, q.Name, y.typeString(), i, p.Name, x.typeString())
			}
			break
		}
	}
	return nil
}

// takes reports whether a value of what is known of x may be of the types.
func takes(t *schema.Types, x *Info) bool {
	of := x.Elem
	switch x.Kind {
	case graph.Tensor:
		return has(t.Tensor, x.Type)
	case graph.Sequence:
		return t.Sequence != 0 && (of == nil || has(t.Sequence, of.Type))
	case graph.Optional:
		if of != nil && of.Kind == graph.Sequence {
			return t.OptionalSequence != 0 && (of.Elem == nil || has(t.OptionalSequence, of.Elem.Type))
		}
		return t.Optional != 0 && (of == nil || has(t.Optional, of.Type))
	case graph.Map:
		return t.Map
	}
	return false
}

func has(e schema.Elements, t tensor.Type) bool { return e != 0 && (!t.Valid() || e.Has(t)) }

// typeString is String without shapes.
func (x *Info) typeString() string {
	if x.Kind == graph.Tensor {
		return x.Type.String()
	}
	y := *x
	if x.Elem != nil {
		y.Elem = &Info{Kind: x.Elem.Kind, Type: x.Elem.Type}
	}
	return y.String()
}

// formal returns how many of a node's inputs its operator defines: passes append
// what they fuse into it (see [Epilogue]) and what bodies capture (see
// [BodyAttr]).
func formal(n *graph.Node) int {
	count := len(n.Inputs) - n.Int(AttrBias, 0) - n.Int(AttrAdd, 0) - n.Int(AttrGate, 0)
	for i := range n.Attrs {
		if a := &n.Attrs[i]; isCaptures(n, a.Name) {
			for _, c := range a.Ints {
				count = min(count, int(c))
			}
		}
	}
	return max(count, 0)
}

// internal reports whether an attribute is one that passes note on nodes.
func internal(n *graph.Node, name string) bool {
	return strings.HasPrefix(name, AttrPrefix) || isCaptures(n, name)
}

func isCaptures(n *graph.Node, name string) bool {
	body, ok := strings.CutSuffix(name, ".captures")
	return ok && n.Body(body) != nil
}
