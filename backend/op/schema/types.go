package schema

import (
	"iter"
	"strings"

	"github.com/sardonyx-go/sardonyx/tensor"
)

// Elements is a set of element types.
type Elements uint32

// Has reports whether the set has an element type.
func (e Elements) Has(t tensor.Type) bool { return e>>t&1 == 1 }

// All yields the element types of the set, by number.
func (e Elements) All() iter.Seq[tensor.Type] {
	return func(yield func(tensor.Type) bool) {
		for t := range tensor.Type(32) {
			if e.Has(t) && !yield(t) {
				return
			}
		}
	}
}

// Types is a set of types: tensors, and what is made of them, by element type.
type Types struct {
	Tensor           Elements
	Sequence         Elements
	Optional         Elements // of a tensor
	OptionalSequence Elements
	Map              bool // of any kind
}

// or returns the union.
func (t Types) or(u Types) Types {
	return Types{t.Tensor | u.Tensor, t.Sequence | u.Sequence, t.Optional | u.Optional, t.OptionalSequence | u.OptionalSequence, t.Map || u.Map}
}

// String formats like "float16, float32 or seq(float32)".
func (t Types) String() string {
	var names []string
	for _, c := range []struct {
		before, after string
		elements      Elements
	}{{"", "", t.Tensor}, {"seq(", ")", t.Sequence}, {"optional(", ")", t.Optional}, {"optional(seq(", "))", t.OptionalSequence}} {
		for e := range c.elements.All() {
			names = append(names, c.before+e.String()+c.after)
		}
	}
	if t.Map {
		names = append(names, "map")
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
