package array

import (
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// padding is the kernel of operators whose output is their input shifted, cut and
// extended along each axis. It works row by row, a row being the dim that is
// innermost in the output's memory, in any order.
type padding struct {
	begins func(f *op.Frame, dst []int) []int // what is added before each axis
	mode   padMode
	value  *op.Value // the constant where input 2 does not give one
	run    func(y, x, value *op.Value, maps, order []int, lo, hi int)
}

// padder returns the inner loops for an element type.
func padder(t tensor.Type) func(y, x, value *op.Value, maps, order []int, lo, hi int) {
	return pick(t, padRows[uint8], padRows[uint16], padRows[uint32], padRows[uint64], padRows[complex128], padRows[string])
}

func (padding) Strided(int) bool { return true }
func (padding) StridedOut() bool { return true }

// Resolve leaves in Param the axes from the outermost to the innermost in memory,
// what is added before each axis, and for each axis where in the input each
// element of the output lies (-1: it is the constant).
func (k padding) Resolve(f *op.Frame) error {
	x, y := f.In[0], f.Out[0]
	rank := len(x.Shape)
	f.Param = f.Param[:0]
	for d := range rank {
		f.Param = append(f.Param, d)
	}
	order := f.Param[:rank]
	for i := 1; i < rank; i++ {
		for j := i; j > 0 && y.Stride[order[j]] > y.Stride[order[j-1]]; j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	f.Param = k.begins(f, f.Param)
	begins := f.Param[rank:]
	for d, n := range y.Shape {
		begin, size := begins[d], x.Shape[d]
		end := n - size - begin
		for i := range n {
			f.Param = append(f.Param, k.mode.source(i, begin, end, size))
		}
	}
	if rank == 0 || y.Len() == 0 {
		f.One(10)
		return nil
	}
	row := y.Shape[f.Param[rank-1]]
	f.Split(y.Len()/row, 10+moveCost*float64(row*width(y.Type)))
	return nil
}

// source returns which element of an axis of the given size is element i of the
// padded axis; -1 if none is. Where padding is negative, elements that it takes
// away are not used for the other side either.
func (m padMode) source(i, begin, end, size int) int {
	lo, hi := max(-begin, 0), size-max(-end, 0)
	j := i - max(begin, 0)
	n := hi - lo
	if 0 <= j && j < n {
		return lo + j
	}
	switch m {
	case padEdge:
		j = min(max(j, 0), n-1)
	case padReflect:
		period := max(2*(n-1), 1)
		j = (j%period + period) % period
		if j >= n {
			j = period - j
		}
	case padWrap:
		j = (j%n + n) % n
	default:
		return -1
	}
	return lo + j
}

func (k padding) Run(f *op.Frame, phase, chunk, _ int) error {
	x, y := f.In[0], f.Out[0]
	if y.Len() == 0 {
		return nil
	}
	value, rank, n := k.value, len(x.Shape), 1
	if v := given(f, 2); v != nil {
		value = v
	}
	if rank > 0 {
		n = y.Len() / y.Shape[f.Param[rank-1]]
	}
	lo, hi := f.Span(phase, chunk, n)
	k.run(y, x, value, f.Param[2*rank:], f.Param[:rank], lo, hi)
	return nil
}

func padRows[T cell](y, x, value *op.Value, maps, order []int, lo, hi int) {
	d, s, c := cells[T](y), cells[T](x), cells[T](value)[0]
	if len(order) == 0 {
		d[0] = s[0]
		return
	}
	var buf [stackRank]int
	start := buf[:0] // of each axis' map
	at := 0
	for _, n := range y.Shape {
		start = append(start, at)
		at += n
	}
	inner := order[len(order)-1]
	n, ds, ss := y.Shape[inner], y.Stride[inner], x.Stride[inner]
	m := maps[start[inner] : start[inner]+n]
	// The part of a row that is a run of the input.
	first := slices.IndexFunc(m, func(j int) bool { return j >= 0 })
	last := first
	for first >= 0 && last+1 < n && m[last+1] == m[last]+1 {
		last++
	}
	for row := lo; row < hi; row++ {
		to, from, inside := 0, 0, true
		for i, r := len(order)-2, row; i >= 0; i-- {
			axis := order[i]
			j := r % y.Shape[axis]
			r /= y.Shape[axis]
			to += j * y.Stride[axis]
			src := maps[start[axis]+j]
			inside = inside && src >= 0
			from += src * x.Stride[axis]
		}
		if !inside || first < 0 {
			for i := range n {
				d[to+i*ds] = c
			}
			continue
		}
		if ds == 1 && ss == 1 {
			copy(d[to+first:to+last+1], s[from+m[first]:])
			padRun(d[to:], s[from:], m, 0, first, 1, 1, c)
			padRun(d[to:], s[from:], m, last+1, n, 1, 1, c)
			continue
		}
		padRun(d[to:], s[from:], m, 0, n, ds, ss, c)
	}
}

// padRun sets elements lo to hi of a row from the map.
func padRun[T cell](d, s []T, m []int, lo, hi, ds, ss int, c T) {
	for i := lo; i < hi; i++ {
		if m[i] < 0 {
			d[i*ds] = c
		} else {
			d[i*ds] = s[m[i]*ss]
		}
	}
}
