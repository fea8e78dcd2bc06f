"""Generators of tree ensembles, in both encodings of ai.onnx.ml."""
import numpy as np

from . import models, values
from .draw import generator
from .learned import TRANSFORMS, class_labels, features

MODES = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ")


class Node:
    """A branch with two children, or a leaf with none."""

    def __init__(self, d, columns, mode, depth):
        self.feature, self.split = d.integer(0, columns - 1), round(d.number(-3, 3) * 2) / 2
        self.mode, self.missing = mode or d.pick(*MODES), d.integer(0, 1)
        self.children = []
        if depth and not d.chance(0.25):
            self.children = [Node(d, columns, mode, depth - 1) for _ in range(2)]

    def all(self):
        yield self
        for c in self.children:
            yield from c.all()


def grow(d, columns, least=0):
    """Some trees; half of the time all branches compare alike, as exporters write them."""
    mode = d.pick(*MODES, "BRANCH_LEQ") if d.chance(0.6) else None
    trees = [Node(d, columns, mode, d.integer(0, 4)) for _ in range(d.integer(1, 40 if d.chance(0.1) else 4))]
    for t in trees:
        if least and not t.children:
            t.children = [Node(d, columns, mode, 0) for _ in range(2)]
    return trees


def inputs(d):
    """Features, many of them equal to some split."""
    columns = d.integer(1, 6)
    d.special = 0.15 if d.chance(0.5) else 0
    x = features(d, columns)
    if x.dtype.kind == "f" and d.chance(0.6):
        x[...] = np.round(x * 2) / 2
    return columns


def numeric(d, name, content):
    """Numbers as a list of floats or, since version 3 and for doubles, as a tensor."""
    if d.has(name + "_as_tensor") and d.type_in(0) == "double":
        d.attribute(name + "_as_tensor", models.tensor_proto(np.array(content, np.float64), "t"))
    else:
        d.attribute(name, [float(np.float32(v)) for v in content])


def nodes(d, trees):
    """The attributes of the branches; returns (tree, node) of each leaf."""
    columns = {n: [] for n in ("treeids", "nodeids", "featureids", "modes", "truenodeids", "falsenodeids", "missing_value_tracks_true")}
    splits, leaves = [], []
    for t, root in enumerate(trees):
        order = list(root.all())
        number = {id(n): i for i, n in enumerate(order)}
        for i, n in enumerate(order):
            yes, no = (number[id(c)] for c in n.children) if n.children else (0, 0)
            row = (t, i, n.feature if n.children else 0, n.mode if n.children else "LEAF", yes, no, n.missing if n.children else 0)
            for column, value in zip(columns.values(), row):
                column.append(value)
            splits.append(n.split if n.children else 0.0)
            if not n.children:
                leaves.append((t, i))
    if d.chance(0.4):
        del columns["missing_value_tracks_true"]
    for name, column in columns.items():
        d.attribute("nodes_" + name, column)
    numeric(d, "nodes_values", splits)
    return leaves


def weights(d, leaves, prefix, count):
    """The attributes of what leaves add: each to all of count targets or, if there are trees enough, all leaves of a tree to
    the same one. So no target lacks a tree, whose score the specification leaves open."""
    alike = leaves[-1][0] + 1 >= count and d.chance(0.5)
    rows = [(t, n, k) for t, n in leaves for k in ([t % count] if alike else range(count))]
    for name, column in zip(("treeids", "nodeids", "ids"), zip(*rows)):
        d.attribute(f"{prefix}_{name}", list(column))
    numeric(d, f"{prefix}_weights", [d.number(-2, 2) for _ in rows])


@generator("TreeEnsembleRegressor")
def tree_regressor(d):
    targets = d.pick(1, 1, 2, 3)
    weights(d, nodes(d, grow(d, inputs(d))), "target", targets)
    d.attribute("n_targets", targets)
    d.attribute("aggregate_function", d.pick("SUM", "AVERAGE", "MIN", "MAX"), 0.7)
    d.attribute("post_transform", d.pick(*TRANSFORMS[:4]), 0.4)
    if d.chance(0.4):
        numeric(d, "base_values", [d.number(-1, 1) for _ in range(targets)])
    d.finish()


@generator("TreeEnsembleClassifier")
def tree_classifier(d):
    classes = d.integer(2, 4)
    leaves = nodes(d, grow(d, inputs(d)))
    class_labels(d, classes, "classlabels_int64s")
    if classes == 2 and d.chance(0.5):  # weights of one class only: the score of the positive
        rows = [(t, n, 0) for t, n in leaves]
        for name, column in zip(("treeids", "nodeids", "ids"), zip(*rows)):
            d.attribute(f"class_{name}", list(column))
        low = d.pick(0, -2)
        numeric(d, "class_weights", [d.number(low, 1) for _ in rows])
    else:
        weights(d, leaves, "class", classes)
        if d.chance(0.4):
            numeric(d, "base_values", [d.number(-1, 1) for _ in range(classes)])
    d.attribute("post_transform", d.pick(*TRANSFORMS[:4]), 0.6)
    d.finish(2)


def owners(trees, leaves, targets):
    """The target of each leaf: all of a tree have the same."""
    tree = {id(n): t for t, root in enumerate(trees) for n in root.all()}
    return [tree[id(n)] % targets for n in leaves]


@generator("TreeEnsemble")
def tree_ensemble(d):
    kind, targets = d.types["T"], d.pick(1, 1, 2, 3)
    branches, leaves, members = [], [], []
    numbers = {}
    trees = grow(d, inputs(d), least=1)
    for root in trees:
        for n in root.all():
            (branches if n.children else leaves).append(n)
            numbers[id(n)] = len(branches if n.children else leaves) - 1
    modes = [MODES.index(n.mode) for n in branches]
    if d.chance(0.3):
        for i in range(len(modes)):
            if d.chance(0.4):
                modes[i] = 6
                members += [d.pick(-3, -2, -1, 1, 2, 3) for _ in range(d.integer(1, 3))] + [float("nan")]  # ONNX Runtime has whole numbers only
    def tensor(name, content, dtype=None):
        d.attribute(name, models.tensor_proto(np.array(content).astype(dtype or values.dtype(kind)), "t"))
    d.attribute("tree_roots", [numbers[id(t)] for t in trees])
    d.attribute("nodes_featureids", [n.feature for n in branches])
    tensor("nodes_splits", [n.split for n in branches])
    tensor("nodes_modes", modes, np.uint8)
    for i, side in enumerate(("true", "false")):
        d.attribute(f"nodes_{side}nodeids", [numbers[id(n.children[i])] for n in branches])
        d.attribute(f"nodes_{side}leafs", [int(not n.children[i].children) for n in branches])
    d.attribute("nodes_missing_value_tracks_true", [n.missing for n in branches], 0.6)
    targets = min(targets, len(trees))
    d.attribute("leaf_targetids", owners(trees, leaves, targets))
    tensor("leaf_weights", [d.number(-2, 2) for _ in leaves])
    if members:
        tensor("membership_values", members)
    d.attribute("n_targets", targets)
    d.attribute("aggregate_function", d.integer(0, 3), 0.7)
    d.attribute("post_transform", d.integer(0, 3), 0.4)
    d.finish()
