package array

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// unique is Unique: the different elements, or the different slices along an
// axis, in ascending order or in that of their first occurrence; with the index
// of that occurrence, for each of the input's which one it is, and how often each
// occurs. Their number is late. NaNs equal each other and come last; complex numbers
// are ordered by their real parts, then by their imaginary ones.
type unique struct {
	axis         int
	flat, sorted bool
}

func newUnique(n *graph.Node) (op.Op, error) {
	return unique{n.Int("axis", 0), !n.Has("axis"), n.Int("sorted", 1) != 0}, nil
}

func (o unique) Infer(in, out []op.Info) error {
	x := &in[0]
	n := op.Unknown // of the inverse
	switch {
	case o.flat:
		out[0].Tensor(x.Type, op.Unknown)
		if x.Ranked {
			n = count(x.Shape)
		}
	case !x.Ranked:
		out[0].TensorOfRank(x.Type, -1)
	default:
		axis, err := x.Axis(o.axis)
		if err != nil {
			return err
		}
		n = x.Shape[axis]
		out[0].Like(x.Type, x)
		out[0].Shape[axis] = op.Unknown
	}
	for i := 1; i < len(out); i++ {
		out[i].Tensor(tensor.Int64, op.Unknown)
		if i == 2 {
			out[i].Shape[0] = n
		}
	}
	return nil
}

func (o unique) Prepare(_ *op.Env, in, _ []op.Info) (op.Kernel, error) {
	t := in[0].Type
	c, err := combinerOf("none", t)
	if err != nil {
		return nil, err
	}
	key, parts := keyerOf(t), 1
	switch t {
	case tensor.Complex64:
		key, parts = partKeys(func(v complex64) (uint64, uint64) { return key32(real(v)), key32(imag(v)) }), 2
	case tensor.Complex128:
		key, parts = partKeys(func(v complex128) (uint64, uint64) { return key64(real(v)), key64(imag(v)) }), 2
	}
	if key == nil && t != tensor.String {
		return nil, fmt.Errorf("%w: %v has no order", op.ErrType, t)
	}
	return grouping{o, key, parts, c}, nil
}

// partKeys writes two keys for an element, that of its real part first.
func partKeys[T complex64 | complex128](key func(T) (re, im uint64)) keyer {
	return func(dst []uint64, x *op.Value, from, _ int) {
		for i, v := range op.Data[T](x)[from : from+len(dst)/2] {
			dst[2*i], dst[2*i+1] = key(v)
		}
	}
}

type grouping struct {
	unique
	key   keyer
	parts int // keys of an element
	move  combiner
}

// groups is what one frame keeps between runs.
type groups struct {
	keys    []uint64 // of item i, the m keys from i*m on
	order   []uint64 // items, equal ones next to each other
	work    []uint64
	first   []int // item that stands for each group
	number  []int // group of each item
	table   []int // new numbers of groups
	strings []string
	shape   []int
}

func (k grouping) Resolve(f *op.Frame) error {
	if f.Memo == nil {
		f.Memo = new(groups)
	}
	f.One(50 * f.In[0].Len())
	return nil
}

func (k grouping) Run(f *op.Frame, _, _, _ int) error {
	x, g := f.In[0], f.Memo.(*groups)
	outer, items, block, axis := 1, x.Len(), 1, 0
	if !k.flat {
		axis, _ = op.Axis(k.axis, len(x.Shape))
		outer, items, block = count(x.Shape[:axis]), x.Shape[axis], count(x.Shape[axis+1:])
	}
	g.find(k.key, k.parts, x, outer, items, block)
	g.group(items, outer*block*k.parts, k.sorted)

	n := len(g.first)
	g.shape = append(g.shape[:0], n)
	if !k.flat {
		g.shape = append(g.shape[:0], x.Shape...)
		g.shape[axis] = n
	}
	if f.Out[0] != nil {
		if err := f.Alloc(0, g.shape...); err != nil {
			return err
		}
		for o := range outer {
			for i, item := range g.first {
				k.move(f.Out[0], x, (o*n+i)*block, (o*items+item)*block, block)
			}
		}
	}
	return g.write(f, items)
}

// find computes the keys of all items.
func (g *groups) find(key keyer, parts int, x *op.Value, outer, items, block int) {
	n := block * parts // keys of an item in one outer slice
	m := outer * n
	g.keys = slices.Grow(g.keys[:0], items*m)[:items*m]
	if key == nil {
		// A string's key is its rank among all.
		all := x.Strings[:items*m]
		g.strings = append(g.strings[:0], all...)
		slices.Sort(g.strings)
		key = func(dst []uint64, _ *op.Value, from, _ int) {
			for i := range dst {
				rank, _ := slices.BinarySearch(g.strings, all[from+i])
				dst[i] = uint64(rank)
			}
		}
	}
	for i := range items {
		for o := range outer {
			key(g.keys[i*m+o*n:i*m+(o+1)*n], x, (o*items+i)*block, 1)
		}
	}
}

// group sorts the items of m keys each and numbers the groups.
func (g *groups) group(items, m int, sorted bool) {
	g.first = g.first[:0]
	g.number = slices.Grow(g.number[:0], items)[:items]
	g.order = slices.Grow(g.order[:0], items)[:items]
	for i := range g.order {
		g.order[i] = uint64(i)
	}
	compare := func(a, b uint64) int { return slices.Compare(g.keys[int(a)*m:int(a+1)*m], g.keys[int(b)*m:int(b+1)*m]) }
	if m == 1 {
		g.work = slices.Grow(g.work[:0], 2*items)[:2*items]
		sortWide(g.order, g.keys, g.work[:items], g.work[items:])
	} else {
		slices.SortFunc(g.order, func(a, b uint64) int {
			if c := compare(a, b); c != 0 {
				return c
			}
			return cmp.Compare(a, b)
		})
	}
	for i, item := range g.order {
		if i == 0 || compare(g.order[i-1], item) != 0 {
			g.first = append(g.first, int(item))
		}
		g.number[item] = len(g.first) - 1
	}
	if sorted {
		return
	}
	// Renumber by first occurrence: the group's first item is its least.
	slices.Sort(g.first)
	g.table = slices.Grow(g.table[:0], len(g.first))[:len(g.first)]
	for i, item := range g.first {
		g.table[g.number[item]] = i
	}
	for item, old := range g.number {
		g.number[item] = g.table[old]
	}
}

// write gives the optional outputs.
func (g *groups) write(f *op.Frame, items int) error {
	n := len(g.first)
	for i := 1; i < len(f.Out); i++ {
		if f.Out[i] == nil {
			continue
		}
		g.shape = append(g.shape[:0], n)
		if i == 2 {
			g.shape[0] = items
		}
		if err := f.Alloc(i, g.shape...); err != nil {
			return err
		}
		y := op.Data[int64](f.Out[i])
		switch i {
		case 1:
			for j, item := range g.first {
				y[j] = int64(item)
			}
		case 2:
			for j, number := range g.number {
				y[j] = int64(number)
			}
		case 3:
			clear(y[:n])
			for _, number := range g.number {
				y[number]++
			}
		}
	}
	return nil
}
