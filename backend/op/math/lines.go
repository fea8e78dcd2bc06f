package math

import "github.com/sardonyx-go/sardonyx/backend/op"

// lines are the one-dimensional pieces of a tensor along an axis, and where
// each begins in input and output. The other dims are ordered by the input's
// strides, so that neighbouring lines are neighbours in memory, and merged.
type lines struct {
	n       int // elements of a line
	in, out int // strides along the axis
	rest    []reduceDim
	count   int // lines
}

// plan finds the lines of x along an axis. Dims of y are those of x, or all but
// the axis.
func (l *lines) plan(x, y *op.Value, axis int) {
	l.n, l.in, l.count = x.Shape[axis], x.Stride[axis], 1
	l.out = 0
	whole := len(y.Shape) == len(x.Shape)
	if whole {
		l.out = y.Stride[axis]
	}
	l.rest = l.rest[:0]
	for i, n := range x.Shape {
		l.count *= n
		j := i
		if i == axis {
			continue
		}
		if !whole && i > axis {
			j--
		}
		if n == 1 {
			continue
		}
		l.rest = append(l.rest, reduceDim{n, x.Stride[i], y.Stride[j]})
		for k := len(l.rest) - 1; k > 0 && l.rest[k].in > l.rest[k-1].in; k-- {
			l.rest[k], l.rest[k-1] = l.rest[k-1], l.rest[k]
		}
	}
	if l.n > 0 {
		l.count /= l.n
	}
	l.merge()
}

// flat makes lines of all dims from axis on, of contiguous values.
func (l *lines) flat(x *op.Value, axis int) {
	l.n, l.in, l.out = op.Product(x.Shape[axis:]), 1, 1
	l.count = op.Product(x.Shape[:axis])
	l.rest = append(l.rest[:0], reduceDim{l.count, l.n, l.n})
}

func (l *lines) merge() {
	if len(l.rest) == 0 {
		l.rest = append(l.rest, reduceDim{1, 1, 1})
		return
	}
	last := 0
	for _, b := range l.rest[1:] {
		a := &l.rest[last]
		if a.in == b.n*b.in && a.out == b.n*b.out {
			a.n, a.in, a.out = a.n*b.n, b.in, b.out
			continue
		}
		last++
		l.rest[last] = b
	}
	l.rest = l.rest[:last+1]
}

// inner returns the innermost dim across lines.
func (l *lines) inner() reduceDim { return l.rest[len(l.rest)-1] }
