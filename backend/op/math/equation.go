package math

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sardonyx-go/sardonyx/backend/op"
)

// Labels of an equation are small numbers: letters first, then the dims that an
// ellipsis stands for, the last of which is always the same label, as they are
// aligned at the end.
const (
	maxDots   = 8
	firstDot  = 52
	maxLabels = firstDot + maxDots
	dots      = -1 // the ellipsis itself, in a term
)

// An equation is a parsed Einsum equation: labels by term.
type equation struct {
	terms [][]int
	out   []int
}

// parseEquation parses terms separated by commas, and after "->" the output's
// term. Without that the output has the ellipsis, then the labels that occur
// once, in order.
func parseEquation(s string) (*equation, error) {
	s = strings.ReplaceAll(s, " ", "")
	left, right, explicit := strings.Cut(s, "->")
	eq := &equation{}
	var count [maxLabels]int
	ellipsis := false
	for _, t := range strings.Split(left, ",") {
		labels, err := parseTerm(t)
		if err != nil {
			return nil, err
		}
		for _, l := range labels {
			if l == dots {
				ellipsis = true
			} else {
				count[l]++
			}
		}
		eq.terms = append(eq.terms, labels)
	}
	if explicit {
		var err error
		if eq.out, err = parseTerm(right); err != nil {
			return nil, err
		}
		for i, l := range eq.out {
			if slices.Contains(eq.out[:i], l) {
				return nil, errors.New("a label is twice in the output")
			}
			if l == dots && !ellipsis || l != dots && count[l] == 0 {
				return nil, errors.New("a label of the output is in no term")
			}
		}
		return eq, nil
	}
	if ellipsis {
		eq.out = append(eq.out, dots)
	}
	for l := range firstDot {
		if count[l] == 1 {
			eq.out = append(eq.out, l)
		}
	}
	return eq, nil
}

// parseTerm returns the labels of a term: capital letters are 0 to 25.
func parseTerm(s string) ([]int, error) {
	labels := []int{}
	for len(s) > 0 {
		if rest, ok := strings.CutPrefix(s, "..."); ok {
			if slices.Contains(labels, dots) {
				return nil, errors.New("two ellipses in a term")
			}
			labels, s = append(labels, dots), rest
			continue
		}
		switch c := s[0]; {
		case c >= 'A' && c <= 'Z':
			labels = append(labels, int(c-'A'))
		case c >= 'a' && c <= 'z':
			labels = append(labels, int(c-'a')+26)
		default:
			return nil, fmt.Errorf("%q is no label", c)
		}
		s = s[1:]
	}
	return labels, nil
}

// each calls f with the label of each dim of term t for a rank.
func each(t []int, rank int, f func(dim, label int) error) error {
	n := rank - len(t)
	if slices.Contains(t, dots) {
		n++
	} else if n != 0 {
		return fmt.Errorf("%w: rank is %d, the term has %d labels", op.ErrShape, rank, len(t))
	}
	if n < 0 || n > maxDots {
		return fmt.Errorf("%w: rank is %d, the term has %d labels", op.ErrShape, rank, len(t))
	}
	d := 0
	for _, l := range t {
		if l != dots {
			if err := f(d, l); err != nil {
				return err
			}
			d++
			continue
		}
		for i := range n {
			if err := f(d, firstDot+maxDots-n+i); err != nil {
				return err
			}
			d++
		}
	}
	return nil
}

// size adds what the shape of operand i says to the sizes of labels, and
// returns how many dims the ellipsis has so far.
func (q *equation) size(i int, shape, dims []int, ellipsis int) (int, error) {
	err := each(q.terms[i], len(shape), func(d, l int) error {
		n := shape[d]
		if l >= firstDot {
			ellipsis = max(ellipsis, maxLabels-l)
		}
		switch {
		case dims[l] == 1 || dims[l] < 0 && n >= 0 && n != 1:
			dims[l] = n
		case dims[l] < 0 && n < 0 && n != dims[l]:
			dims[l] = op.Unknown
		case op.Clash(dims[l], n) && n != 1:
			return fmt.Errorf("%w: dim %d of operand %d is %d but %d before", op.ErrShape, d, i, n, dims[l])
		}
		return nil
	})
	return ellipsis, err
}
