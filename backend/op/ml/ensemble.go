package ml

import "math"

// An aggregate is how the votes of the trees for one target become its score,
// numbered as TreeEnsemble does.
type aggregate int

const (
	average aggregate = iota
	sum
	minimum
	maximum
)

// An ensemble is a forest of decision trees, flat: T is the type of features and
// thresholds. Nodes that compare come first, each tree's in the order of a walk,
// then the leaves, which lead to themselves.
type ensemble[T float32 | float64] struct {
	nodes []treeNode[T]
	inner int32   // nodes that are no leaves
	roots []int32 // by tree
	first []int32 // by leaf, its first vote; and the end of the last one
	votes []vote
	sole  []float64 // by leaf, its only vote, if there is one target; else nil

	targets   int
	aggregate aggregate
	base      []float64 // by target, added at the end; nil for 0
}

// A treeNode compares a feature with a threshold. All modes of ONNX are written
// in terms of this one (see forest.compile).
type treeNode[T float32 | float64] struct {
	threshold T
	feature   int32
	next      [3]int32 // if the feature is at most the threshold, if it is more, if it is NaN
}

// A vote is what a leaf gives a target.
type vote struct {
	target int32
	weight float64
}

func (e *ensemble[T]) scores() int { return e.targets }

// cost assumes trees of the usual depth, with nodes in the second-level cache.
func (e *ensemble[T]) cost(int) float64 { return 40 * float64(len(e.roots)) }

func (e *ensemble[T]) work(int) int { return 0 }

// step returns the node that follows node i for a sample.
func (e *ensemble[T]) step(i int32, x []T) int32 {
	n := &e.nodes[i]
	v := x[n.feature]
	k := 0
	if v > n.threshold {
		k = 1
	}
	if v != v {
		k = 2
	}
	return n.next[k]
}

// four walks down four trees at once, one for each of four samples: a step waits
// for memory most of its time, and does not branch on what it reads.
func (e *ensemble[T]) four(a, b, c, d int32, w, x, y, z []T) (int32, int32, int32, int32) {
	for min(a, b, c, d) < e.inner {
		a, b, c, d = e.step(a, w), e.step(b, x), e.step(c, y), e.step(d, z)
	}
	return a - e.inner, b - e.inner, c - e.inner, d - e.inner
}

// score goes tree by tree over a block of samples, four samples at a time; over
// less than four samples, four trees at a time. The votes for a sample are added
// in the order of the trees in either case.
func (e *ensemble[T]) score(dst []float64, x []T, rows, c int, _ []byte) {
	dst = dst[:rows*e.targets]
	start := 0.
	if e.aggregate == minimum || e.aggregate == maximum {
		start = math.NaN() // no vote yet
	}
	for i := range dst {
		dst[i] = start
	}
	many := rows &^ 3
	for _, root := range e.roots {
		for r := 0; r < many; r += 4 {
			w := x[r*c:]
			k0, k1, k2, k3 := e.four(root, root, root, root, w, w[c:], w[2*c:], w[3*c:])
			e.add(dst[r*e.targets:], k0)
			e.add(dst[(r+1)*e.targets:], k1)
			e.add(dst[(r+2)*e.targets:], k2)
			e.add(dst[(r+3)*e.targets:], k3)
		}
	}
	for r := many; r < rows; r++ {
		w, d := x[r*c:], dst[r*e.targets:]
		for t := 0; t < len(e.roots); t += 4 {
			last := len(e.roots) - 1
			k0, k1, k2, k3 := e.four(e.roots[t], e.roots[min(t+1, last)], e.roots[min(t+2, last)], e.roots[min(t+3, last)], w, w, w, w)
			leaves := [4]int32{k0, k1, k2, k3}
			for _, k := range leaves[:min(4, last-t+1)] {
				e.add(d, k)
			}
		}
	}
	e.end(dst)
}

// add adds the votes of a leaf to the scores of a sample.
func (e *ensemble[T]) add(s []float64, leaf int32) {
	if e.sole != nil {
		s[0] += e.sole[leaf]
		return
	}
	for _, v := range e.votes[e.first[leaf]:e.first[leaf+1]] {
		p := &s[v.target]
		switch {
		case e.aggregate <= sum:
			*p += v.weight
		case *p != *p, e.aggregate == minimum && v.weight < *p, e.aggregate == maximum && v.weight > *p:
			*p = v.weight
		}
	}
}

// end turns votes into scores.
func (e *ensemble[T]) end(s []float64) {
	for i, v := range s {
		switch {
		case e.aggregate == average:
			v /= float64(len(e.roots))
		case v != v && e.aggregate != sum:
			v = 0
		}
		if e.base != nil {
			v += e.base[i%e.targets]
		}
		s[i] = v
	}
}
