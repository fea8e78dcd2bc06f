package ml

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// labels are the names of a classifier's classes, strings or integers.
type labels struct {
	strings []string
	ints    []int64
}

// newLabels parses classlabels_strings, or the list of integers of that name.
func newLabels(n *graph.Node, ints string) (labels, error) {
	l := labels{strings: n.Strs("classlabels_strings")}
	if a := n.Attr(ints); a != nil {
		l.ints = a.Ints
	}
	if (len(l.strings) == 0) == (len(l.ints) == 0) {
		return l, fmt.Errorf("%w: %d labels in classlabels_strings and %d in %s; want one of them",
			op.ErrAttr, len(l.strings), len(l.ints), ints)
	}
	return l, nil
}

func (l labels) len() int { return max(len(l.strings), len(l.ints)) }

func (l labels) typ() tensor.Type {
	if l.strings != nil {
		return tensor.String
	}
	return tensor.Int64
}

// tensor returns the labels as a tensor of rank 1.
func (l labels) tensor() *tensor.Tensor {
	if l.strings != nil {
		return tensor.OfStrings(l.strings, len(l.strings))
	}
	return tensor.Of(l.ints, len(l.ints))
}

// put sets element i of v, if that is wanted, to a class.
func (l labels) put(v *op.Value, i, class int) {
	switch {
	case v == nil:
	case l.strings != nil:
		v.Strings[i] = l.strings[class]
	default:
		op.Data[int64](v)[i] = l.ints[class]
	}
}
