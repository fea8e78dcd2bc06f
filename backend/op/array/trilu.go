package array

import (
	"fmt"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
)

// trilu is Trilu: matrices with only what is on and above diagonal k (upper), or
// on and below it; zeros elsewhere.
type trilu struct{ upper bool }

func newTrilu(n *graph.Node) (op.Op, error) { return trilu{n.Int("upper", 1) != 0}, nil }

func (trilu) Infer(in, out []op.Info) error {
	x := &in[0]
	if x.Ranked && len(x.Shape) < 2 {
		return fmt.Errorf("%w: the input has rank %d, less than 2", op.ErrShape, len(x.Shape))
	}
	if present(in, 1) {
		if err := checkInts(&in[1], "k"); err != nil {
			return err
		}
		if n := in[1].Len(); n != op.Unknown && n != 1 {
			return fmt.Errorf("%w: k has %d elements, not 1", op.ErrShape, n)
		}
	}
	out[0].Like(x.Type, x)
	return nil
}

func (o trilu) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	return triangle{o.upper, pick(in[0].Type, triangleRow[uint8], triangleRow[uint16], triangleRow[uint32],
		triangleRow[uint64], triangleRow[complex128], triangleRow[string])}, nil
}

type triangle struct {
	upper bool
	row   func(y, x *op.Value, at, n, lo, hi int)
}

func (triangle) InPlace() []op.Pair { return []op.Pair{{In: 0, Out: 0}} }

func (triangle) Resolve(f *op.Frame) error {
	n := rowLength(f.In[0])
	f.Split(rows(f.In[0]), 5+moveCost*float64(n*width(f.In[0].Type)))
	return nil
}

func (t triangle) Run(f *op.Frame, phase, chunk, _ int) error {
	x, k := f.In[0], 0
	if v := given(f, 1); v != nil {
		k = int(max(-1<<29, min(indicesOf(v).value(0), 1<<29)))
	}
	m, n := x.Shape[len(x.Shape)-2], rowLength(x)
	lo, hi := f.Span(phase, chunk, rows(x))
	for r := lo; r < hi; r++ {
		first, last := min(max(r%m+k, 0), n), n // what is kept of the row
		if !t.upper {
			first, last = 0, min(max(r%m+k+1, 0), n)
		}
		t.row(f.Out[0], x, r*n, n, first, last)
	}
	return nil
}

// triangleRow keeps elements lo to hi of a row of n that starts at an element.
func triangleRow[T cell](y, x *op.Value, at, n, lo, hi int) {
	d, s := cells[T](y)[at:at+n], cells[T](x)[at:at+n]
	clear(d[:lo])
	copy(d[lo:hi], s[lo:hi])
	clear(d[hi:])
}
