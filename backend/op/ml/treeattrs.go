package ml

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// numbers returns a list attribute of floats, or the tensor attribute of that
// name with the given suffix, and the type of its elements.
func numbers(n *graph.Node, name, suffix string) ([]float64, tensor.Type, error) {
	t := n.Tensor(name + suffix)
	if t == nil {
		f := n.Floats(name)
		t = tensor.Of(f, len(f))
	}
	d, err := tensor.Convert(tensor.Float64, t, tensor.ConvertOptions{})
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %s: %w", op.ErrAttr, name, err)
	}
	return tensor.Data[float64](d), t.Type(), nil
}

// listed returns an integer list attribute, which must have n elements; zeros if
// it is absent and may be.
func listed(node *graph.Node, name string, n int, optional bool) ([]int, error) {
	x := node.Ints(name)
	if x == nil && optional {
		return make([]int, n), nil
	}
	if len(x) != n {
		return nil, fmt.Errorf("%w: %s has %d elements, want %d", op.ErrAttr, name, len(x), n)
	}
	return x, nil
}

// A nodeKey is how files name a node of versions 1 and 3.
type nodeKey struct{ tree, node int }

// newForest parses the attributes of TreeEnsembleClassifier and
// TreeEnsembleRegressor. Those of votes begin with prefix ("class" or "target").
func newForest(n *graph.Node, prefix string, targets int) (*forest, error) {
	f := newForestOf(targets, sum)
	names := n.Strs("nodes_modes")
	count := len(names)
	values, typ, err := numbers(n, "nodes_values", "_as_tensor")
	if err != nil {
		return nil, err
	}
	f.widen(typ)
	if len(values) != count {
		return nil, fmt.Errorf("%w: nodes_values has %d elements, nodes_modes %d", op.ErrAttr, len(values), count)
	}
	lists := [6][]int{}
	for i, name := range []string{"treeids", "nodeids", "featureids", "truenodeids", "falsenodeids", "missing_value_tracks_true"} {
		if lists[i], err = listed(n, "nodes_"+name, count, i == 5); err != nil {
			return nil, err
		}
	}
	trees, ids, features, yes, no, nans := lists[0], lists[1], lists[2], lists[3], lists[4], lists[5]

	at := make(map[nodeKey]int, count) // number of a branch, or ^number of a leaf
	for i, name := range names {
		key := nodeKey{trees[i], ids[i]}
		if _, ok := at[key]; ok {
			return nil, fmt.Errorf("%w: two nodes %d in tree %d", op.ErrAttr, key.node, key.tree)
		}
		if name == "LEAF" {
			at[key] = ^len(f.leaves)
			f.leaves = append(f.leaves, nil)
			continue
		}
		m := slices.Index(modes[:member], name)
		if m < 0 || features[i] < 0 || features[i] > 1<<30 {
			return nil, fmt.Errorf("%w: node %d in tree %d has mode %q and feature %d", op.ErrAttr, key.node, key.tree, name, features[i])
		}
		at[key] = len(f.branches)
		f.branches = append(f.branches, branch{mode: mode(m), feature: features[i], value: values[i], nanYes: nans[i] != 0})
	}
	child := make(map[nodeKey]bool, count)
	for i, k := 0, 0; i < count; i++ {
		if names[i] == "LEAF" {
			continue
		}
		for _, to := range []struct {
			id  int
			ref *int
		}{{yes[i], &f.branches[k].yes}, {no[i], &f.branches[k].no}} {
			key := nodeKey{trees[i], to.id}
			ref, ok := at[key]
			if !ok {
				return nil, fmt.Errorf("%w: node %d in tree %d leads to node %d, which does not exist", op.ErrAttr, ids[i], trees[i], to.id)
			}
			*to.ref, child[key] = ref, true
		}
		k++
	}
	rooted := map[int]bool{}
	for i := range count {
		if key := (nodeKey{trees[i], ids[i]}); !child[key] && !rooted[key.tree] {
			rooted[key.tree] = true
			f.roots = append(f.roots, at[key])
		}
	}
	for _, t := range trees {
		if !rooted[t] {
			return nil, fmt.Errorf("%w: tree %d has no root", op.ErrAttr, t)
		}
	}
	return f, f.vote(n, prefix, at)
}

// vote parses the votes of the leaves, and the base values.
func (f *forest) vote(n *graph.Node, prefix string, at map[nodeKey]int) error {
	weights, typ, err := numbers(n, prefix+"_weights", "_as_tensor")
	if err != nil {
		return err
	}
	f.widen(typ)
	lists := [3][]int{}
	for i, name := range []string{"_treeids", "_nodeids", "_ids"} {
		if lists[i], err = listed(n, prefix+name, len(weights), false); err != nil {
			return err
		}
	}
	for i, w := range weights {
		key, target := nodeKey{lists[0][i], lists[1][i]}, lists[2][i]
		k, ok := at[key]
		switch {
		case !ok:
			return fmt.Errorf("%w: vote %d is of node %d in tree %d, which does not exist", op.ErrAttr, i, key.node, key.tree)
		case target < 0 || target >= f.targets:
			return fmt.Errorf("%w: vote %d is for target %d of %d", op.ErrAttr, i, target, f.targets)
		case k < 0: // only leaves have a vote
			f.leaves[^k] = append(f.leaves[^k], vote{int32(target), w})
		}
	}
	if f.base, _, err = numbers(n, "base_values", "_as_tensor"); err != nil {
		return err
	}
	if len(f.base) == 0 {
		f.base = nil
	}
	return nil
}
