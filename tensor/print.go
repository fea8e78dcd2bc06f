package tensor

import (
	"fmt"
	"strconv"
	"strings"
)

// Format returns a value for people to read: type and shape, then, from the
// next line on, elements in nested brackets, as in
//
//	float32[2 3]
//	[[1 2 3]
//	 [4 5 6]]
//
// A tensor of more than limit elements is shortened to the first and last
// three along each axis. Sequences and maps list their parts.
func Format(v Value, limit int) string {
	switch v := v.(type) {
	case *Tensor:
		p := printer{x: v, short: v.Len() > limit}
		p.measure(0, 0)
		p.print(0, 0)
		return v.String() + "\n" + p.text.String()
	case *Sequence:
		var b strings.Builder
		fmt.Fprintf(&b, "sequence of %d", len(v.Items))
		for i, item := range v.Items {
			fmt.Fprintf(&b, "\n%d: %s", i, Format(item, limit))
		}
		return b.String()
	case *Optional:
		if v.Item == nil {
			return "none"
		}
		return Format(v.Item, limit)
	case *Map:
		return "map\nkeys: " + Format(v.Keys, limit) + "\nvalues: " + Format(v.Values, limit)
	}
	return "none"
}

// edge is how many elements a shortened axis shows at each end.
const edge = 3

// gap stands for the elements that a shortened axis leaves out.
const gap = -1

// A printer writes one tensor: all elements right-aligned to the widest.
type printer struct {
	x     *Tensor
	short bool
	width int
	text  strings.Builder
}

// measure sets the width to that of the widest element shown below a position:
// the axis, and how many blocks of its size come before.
func (p *printer) measure(axis, block int) {
	if axis == p.x.Rank() {
		p.width = max(p.width, len(p.element(block)))
		return
	}
	for _, i := range p.shown(axis) {
		if i != gap {
			p.measure(axis+1, block*p.x.shape[axis]+i)
		}
	}
}

// print writes what is at such a position.
func (p *printer) print(axis, block int) {
	if axis == p.x.Rank() {
		fmt.Fprintf(&p.text, "%*s", p.width, p.element(block))
		return
	}
	separator := " "
	if axis < p.x.Rank()-1 {
		separator = "\n" + strings.Repeat(" ", axis+1)
	}
	p.text.WriteByte('[')
	for k, i := range p.shown(axis) {
		if k > 0 {
			p.text.WriteString(separator)
		}
		if i == gap {
			p.text.WriteString("...")
		} else {
			p.print(axis+1, block*p.x.shape[axis]+i)
		}
	}
	p.text.WriteByte(']')
}

// shown lists the indices of an axis to print.
func (p *printer) shown(axis int) []int {
	n := p.x.shape[axis]
	if p.short && n > 2*edge {
		return []int{0, 1, 2, gap, n - 3, n - 2, n - 1}
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// element returns the text of the i-th element.
func (p *printer) element(i int) string {
	t := p.x.typ
	if t == String {
		return strconv.Quote(p.x.strings[i])
	}
	b := p.x.bytes[i*t.Size():][:t.Size()]
	switch t {
	case Bool:
		return strconv.FormatBool(b[0] != 0)
	case Complex64:
		return strconv.FormatComplex(complex128(View[complex64](b)[0]), 'g', -1, 64)
	case Complex128:
		return strconv.FormatComplex(View[complex128](b)[0], 'g', -1, 128)
	}
	return string(appendElement(nil, t, b, 'g'))
}
