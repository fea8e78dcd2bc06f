package ml

import (
	"fmt"
	"slices"

	"github.com/sardonyx-go/sardonyx/backend/op"
	"github.com/sardonyx-go/sardonyx/graph"
	"github.com/sardonyx-go/sardonyx/tensor"
)

// treeRegressor is TreeEnsembleRegressor, or TreeEnsemble.
type treeRegressor struct {
	*forest
	post   transform
	result bool // the output has the input's type, else it is float32
}

func newTreeRegressor(n *graph.Node) (op.Op, error) {
	post, err := newTransform(n)
	if err != nil {
		return nil, err
	}
	targets := n.Int("n_targets", 1)
	if targets < 1 || targets > 1<<20 {
		return nil, fmt.Errorf("%w: %d targets", op.ErrAttr, targets)
	}
	f, err := newForest(n, "target", targets)
	if err != nil {
		return nil, err
	}
	name := n.Str("aggregate_function", "SUM")
	i := slices.Index([]string{average: "AVERAGE", sum: "SUM", minimum: "MIN", maximum: "MAX"}, name)
	if i < 0 {
		return nil, fmt.Errorf("%w: aggregate_function is %q", op.ErrAttr, name)
	}
	f.aggregate = aggregate(i)
	if len(f.base) == 1 && targets > 1 {
		f.base = slices.Repeat(f.base, targets)
	}
	if f.base != nil && len(f.base) != targets {
		return nil, fmt.Errorf("%w: %d base values for %d targets", op.ErrAttr, len(f.base), targets)
	}
	return &treeRegressor{f, post, false}, nil
}

// newTreeEnsemble parses TreeEnsemble, whose branches and leaves have numbers of
// their own.
func newTreeEnsemble(n *graph.Node) (op.Op, error) {
	f := newForestOf(n.Int("n_targets", 1), aggregate(n.Int("aggregate_function", int(sum))))
	o := &treeRegressor{f, transform(n.Int("post_transform", int(none))), true}
	if f.targets < 1 || f.targets > 1<<20 || f.aggregate < average || f.aggregate > maximum || o.post < none || o.post > probit {
		return nil, fmt.Errorf("%w: %d targets, aggregate_function %d, post_transform %d", op.ErrAttr, f.targets, f.aggregate, o.post)
	}
	weights, typ, err := numbers(n, "leaf_weights", "")
	if err != nil {
		return nil, err
	}
	f.widen(typ)
	targets, err := listed(n, "leaf_targetids", len(weights), false)
	if err != nil {
		return nil, err
	}
	for i, w := range weights {
		if targets[i] < 0 || targets[i] >= f.targets {
			return nil, fmt.Errorf("%w: leaf %d is for target %d of %d", op.ErrAttr, i, targets[i], f.targets)
		}
		f.leaves = append(f.leaves, []vote{{int32(targets[i]), w}})
	}
	if err := f.grow(n); err != nil {
		return nil, err
	}
	return o, nil
}

// grow parses the branches of TreeEnsemble.
func (f *forest) grow(n *graph.Node) error {
	modes, _, err := numbers(n, "nodes_modes", "")
	if err != nil {
		return err
	}
	values, typ, err := numbers(n, "nodes_splits", "")
	if err != nil {
		return err
	}
	if len(values) != len(modes) {
		return fmt.Errorf("%w: nodes_splits has %d elements, nodes_modes %d", op.ErrAttr, len(values), len(modes))
	}
	if typ == tensor.Float64 {
		f.widen(typ)
	}
	sets, _, err := numbers(n, "membership_values", "")
	if err != nil {
		return err
	}
	lists := [6][]int{}
	for i, name := range []string{"featureids", "truenodeids", "falsenodeids", "trueleafs", "falseleafs", "missing_value_tracks_true"} {
		if lists[i], err = listed(n, "nodes_"+name, len(modes), i == 5); err != nil {
			return err
		}
	}
	child := func(i, leaf int) (int, error) {
		limit := len(modes)
		if leaf != 0 {
			limit = len(f.leaves)
		}
		if i < 0 || i >= limit {
			return 0, fmt.Errorf("%w: a node leads to number %d of %d", op.ErrAttr, i, limit)
		}
		if leaf != 0 {
			return ^i, nil
		}
		return i, nil
	}
	for i, m := range modes {
		b := branch{mode: mode(m), feature: lists[0][i], value: values[i], nanYes: lists[5][i] != 0}
		if b.mode > member || b.feature < 0 || b.feature > 1<<30 {
			return fmt.Errorf("%w: node %d has mode %d and feature %d", op.ErrAttr, i, b.mode, b.feature)
		}
		if b.yes, err = child(lists[1][i], lists[3][i]); err != nil {
			return err
		}
		if b.no, err = child(lists[2][i], lists[4][i]); err != nil {
			return err
		}
		if b.mode == member {
			end := slices.IndexFunc(sets, func(v float64) bool { return v != v })
			if end < 0 {
				end = len(sets)
			}
			b.set, sets = sets[:end], sets[min(end+1, len(sets)):]
		}
		f.branches = append(f.branches, b)
	}
	for _, r := range n.Ints("tree_roots") {
		if _, err := child(r, 0); err != nil {
			return err
		}
		f.roots = append(f.roots, r)
	}
	return nil
}

func (o *treeRegressor) Infer(in, out []op.Info) error {
	if o.result && len(in) == 1 && in[0].Type == tensor.Float16 {
		return o.infer(in, out, tensor.Float16)
	}
	if err := checkNumeric(in); err != nil {
		return err
	}
	if o.result {
		return o.infer(in, out, in[0].Type)
	}
	return o.infer(in, out, tensor.Float32)
}

func (o *treeRegressor) infer(in, out []op.Info, result tensor.Type) error {
	c, err := inferPredict(in, out, tensor.Undefined, result, o.targets)
	if err != nil {
		return err
	}
	return checkFeatures(c, o.features(), false)
}

func (o *treeRegressor) Prepare(e *op.Env, in, _ []op.Info) (op.Kernel, error) {
	if in[0].Type == tensor.Float16 {
		k, err := o.kernel(tensor.Float32, o.post.finish)
		return op.Widen(e.Set, k, tensor.Float32), err
	}
	return o.kernel(in[0].Type, o.post.finish)
}
