package ml

import (
	"fmt"
	"math"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// A mode is the comparison of a node with its value that leads to its true
// branch, numbered as TreeEnsemble does.
type mode int

const (
	atMost mode = iota
	less
	atLeast
	more
	equal
	unequal
	member // of a set
)

var modes = []string{"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ", "BRANCH_MEMBER"}

// A forest is decision trees as files describe them.
type forest struct {
	branches  []branch
	roots     []int
	leaves    [][]vote
	values    tensor.Type // float64 if the file has any values in it, else float32
	targets   int
	aggregate aggregate
	base      []float64
}

// A branch is a node that compares. Children are numbers of branches, or of
// leaves where negative: ^k is leaf k.
type branch struct {
	mode    mode
	feature int
	value   float64
	set     []float64 // of mode member
	yes, no int
	nanYes  bool // where NaN goes
}

func newForestOf(targets int, a aggregate) *forest {
	return &forest{targets: targets, aggregate: a, values: tensor.Float32}
}

// widen notes the type of values in the file.
func (f *forest) widen(t tensor.Type) {
	if t == tensor.Float64 {
		f.values = t
	}
}

// features returns how many features a sample must have at least. Leaves look at
// one, whatever it is.
func (f *forest) features() int {
	n := 1
	for i := range f.branches {
		n = max(n, f.branches[i].feature+1)
	}
	return n
}

// maxDepth bounds the depth of trees.
const maxDepth = 10000

// compile makes a flat ensemble.
//
// Each mode becomes nodes that ask whether the feature x is at most a threshold:
// x < v is x ≤ the next number below v; ≥ and > are < and ≤ with the children
// swapped; x = v is x ≤ v and not x < v; a set is a tree of comparisons that
// finds the member next to x.
func compile[T float32 | float64](f *forest) (*ensemble[T], error) {
	e := &ensemble[T]{targets: f.targets, aggregate: f.aggregate, base: f.base}
	c := compiler[T]{f: f, e: e, at: make([]int32, len(f.branches))}
	for _, r := range f.roots {
		i, err := c.emit(r, 0)
		if err != nil {
			return nil, err
		}
		e.roots = append(e.roots, i)
	}
	e.inner = int32(len(e.nodes))
	for i := range e.nodes {
		for k, n := range e.nodes[i].next {
			if n < 0 {
				e.nodes[i].next[k] = e.inner + ^n
			}
		}
	}
	for i, r := range e.roots {
		if r < 0 {
			e.roots[i] = e.inner + ^r
		}
	}
	single := f.targets == 1 && f.aggregate <= sum
	for i, votes := range f.leaves {
		k := e.inner + int32(i)
		e.nodes = append(e.nodes, treeNode[T]{next: [3]int32{k, k, k}})
		e.first = append(e.first, int32(len(e.votes)))
		e.votes = append(e.votes, votes...)
		total := 0.
		for _, v := range votes {
			total += v.weight
		}
		if single {
			e.sole = append(e.sole, total)
		}
	}
	e.first = append(e.first, int32(len(e.votes)))
	return e, nil
}

// compiler emits the nodes of a forest.
type compiler[T float32 | float64] struct {
	f  *forest
	e  *ensemble[T]
	at []int32 // by branch: 1 + its first node, 0 if it is to be emitted, -1 while it is
}

// emit returns the node of a branch; leaves stay ^k.
func (c *compiler[T]) emit(i, depth int) (int32, error) {
	if i < 0 {
		return int32(i), nil
	}
	switch {
	case c.at[i] > 0:
		return c.at[i] - 1, nil
	case c.at[i] < 0:
		return 0, fmt.Errorf("%w: tree node %d is below itself", op.ErrAttr, i)
	case depth >= maxDepth:
		return 0, fmt.Errorf("%w: a tree is deeper than %d nodes", op.ErrLimit, maxDepth)
	}
	c.at[i] = -1
	b := &c.f.branches[i]
	// The nodes of a branch come before those of its children, which are not
	// known yet.
	const yes, no = math.MaxInt32, math.MaxInt32 - 1
	first := len(c.e.nodes)
	c.compare(b, yes, no)
	last := len(c.e.nodes)
	y, err := c.emit(b.yes, depth+1)
	if err != nil {
		return 0, err
	}
	n, err := c.emit(b.no, depth+1)
	if err != nil {
		return 0, err
	}
	for j := first; j < last; j++ {
		for k, to := range c.e.nodes[j].next {
			switch to {
			case yes:
				c.e.nodes[j].next[k] = y
			case no:
				c.e.nodes[j].next[k] = n
			}
		}
	}
	c.at[i] = int32(first) + 1
	return int32(first), nil
}

// compare emits the nodes of one branch; the first of them is the one to start
// from.
func (c *compiler[T]) compare(b *branch, yes, no int32) {
	v, nan := T(b.value), no
	if b.nanYes {
		nan = yes
	}
	switch {
	case v != v && b.mode == unequal:
		c.node(b, 0, yes, yes, yes)
	case v != v && b.mode != member:
		c.node(b, 0, no, no, nan)
	case b.mode == atMost:
		c.node(b, v, yes, no, nan)
	case b.mode == less:
		c.below(b, v, yes, no, nan)
	case b.mode == atLeast:
		c.below(b, v, no, yes, nan)
	case b.mode == more:
		c.node(b, v, no, yes, nan)
	case b.mode == equal:
		c.among(b, []T{v}, yes, no, nan)
	case b.mode == unequal: // NaN is
		c.among(b, []T{v}, no, yes, yes)
	default:
		var set []T
		for _, m := range b.set {
			set = append(set, T(m))
		}
		slices.Sort(set)
		c.among(b, slices.Compact(set), yes, no, nan)
	}
}

func (c *compiler[T]) node(b *branch, v T, atMost, more, nan int32) {
	c.e.nodes = append(c.e.nodes, treeNode[T]{v, int32(b.feature), [3]int32{atMost, more, nan}})
}

// below emits the comparison with the next number below v; there is none below
// minus infinity.
func (c *compiler[T]) below(b *branch, v T, less, atLeast, nan int32) {
	if math.IsInf(float64(v), -1) {
		less = atLeast
	}
	c.node(b, before(v), less, atLeast, nan)
}

// among emits nodes that find whether the feature is in a sorted set: the first
// half of it or the second one, and at last the only member.
func (c *compiler[T]) among(b *branch, set []T, in, out, nan int32) {
	switch n := len(set); n {
	case 0:
		c.node(b, 0, out, out, nan)
	case 1:
		next := int32(len(c.e.nodes)) + 1
		c.node(b, set[0], next, out, nan)
		c.below(b, set[0], out, in, nan)
	default:
		at := len(c.e.nodes)
		c.node(b, set[n/2-1], int32(at)+1, 0, nan)
		c.among(b, set[:n/2], in, out, nan)
		c.e.nodes[at].next[1] = int32(len(c.e.nodes))
		c.among(b, set[n/2:], in, out, nan)
	}
}

// before returns the number next to v, toward minus infinity.
func before[T float32 | float64](v T) T {
	if f, ok := any(v).(float32); ok {
		return T(math.Nextafter32(f, float32(math.Inf(-1))))
	}
	return T(math.Nextafter(float64(v), math.Inf(-1)))
}
