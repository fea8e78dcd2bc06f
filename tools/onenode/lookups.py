"""Generators of operators that look elements up by index, put them there, or find indices."""
import math

import numpy as np

from . import values
from .draw import Reject, generator


def indices(d, shape, size, name, negative=True):
    if size == 0 and math.prod(shape):
        raise Reject
    return d.feed(d.s.integers(-size if negative else 0, max(size, 1), size=tuple(shape)).astype(values.dtype(name)))


@generator("Gather")
def gather(d):
    shape = d.shape(1, 4)
    axis = d.axis(len(shape))
    d.tensor(shape)
    d.large = False  # indices of a large tensor, else the result would be huge
    indices(d, d.shape(0, 2), shape[axis], d.type_in(1), d.version >= 11)
    if d.chance(0.3):
        d.constants[1] = d.inputs[1]
    d.attribute("axis", axis if d.version >= 11 else axis % len(shape))
    d.finish()


@generator("GatherElements")
def gather_elements(d):
    shape = d.shape(1, 5)
    axis = d.axis(len(shape))
    d.tensor(shape)
    smaller = [int(d.s.integers(0, n + 1)) if d.chance(0.3) else n for n in shape]
    smaller[axis] = d.dim()
    indices(d, smaller, shape[axis], d.type_in(1))
    d.attribute("axis", axis)
    d.finish()


def nd(d, shape, batch):
    """Indices of GatherND and ScatterND and the number of dims they index."""
    depth = d.integer(1, len(shape) - batch)
    d.large = False  # few indices of a large tensor, else the result would be huge
    lead = shape[:batch] + d.shape(0, 2)
    sizes = shape[batch:batch + depth]
    if 0 in sizes and math.prod(lead):
        raise Reject
    parts = [d.s.integers(-n, max(n, 1), size=tuple(lead)) for n in sizes]
    return np.stack(parts, -1).astype(np.int64), depth


@generator("GatherND")
def gather_nd(d):
    shape = d.shape(1, 5)
    batch = d.integer(0, len(shape) - 1) if d.has("batch_dims") and d.chance(0.4) else 0
    d.tensor(shape)
    d.feed(nd(d, shape, batch)[0])
    if batch:
        d.attribute("batch_dims", batch)
    d.finish()


def reduction(d, kind):
    """The reduction attribute; with duplicates only where the result is defined. Returns whether it is none."""
    choices = ["none"]
    if d.version >= 16:
        choices += ["add", "mul"]
    if d.version >= 18:
        choices += ["max", "min"]
    chosen = d.pick(*choices)
    if kind in ("string", "bool") or kind.startswith("complex"):
        chosen = "none"
    if chosen != "none":
        d.special = 0
        d.attribute("reduction", chosen)
    return chosen == "none"


@generator("ScatterND")
def scatter_nd(d):
    shape = d.shape(1, 4)
    none = reduction(d, d.type_in(0))
    d.tensor(shape)
    index, depth = nd(d, shape, 0)
    if none:  # no duplicates
        sizes = shape[:depth]
        total, count = math.prod(sizes), math.prod(index.shape[:-1])
        if count > total:
            raise Reject
        flat = d.s.permutation(total)[:count]
        index = np.stack(np.unravel_index(flat, sizes), -1).reshape(index.shape).astype(np.int64) if count else index
    d.feed(index)
    d.tensor(list(index.shape[:-1]) + shape[depth:])
    d.finish()


@generator("ScatterElements", "Scatter")
def scatter_elements(d):
    shape = d.shape(1, 4)
    axis = d.axis(len(shape))
    none = reduction(d, d.type_in(0))
    d.tensor(shape)
    smaller = [int(d.s.integers(0, n + 1)) if d.chance(0.3) else n for n in shape]
    index = np.zeros(smaller, values.dtype(d.type_in(1)))
    for at in np.ndindex(*[n for i, n in enumerate(smaller) if i != axis % len(shape)]):
        line = list(at)
        line.insert(axis % len(shape), slice(None))
        n = smaller[axis]
        index[tuple(line)] = d.s.permutation(shape[axis])[:n] if none else d.s.integers(-shape[axis], max(shape[axis], 1), size=n)
    if d.op == "ScatterElements":
        index = np.where(d.s.random(index.shape) < 0.3, np.where(index < 0, index, index - shape[axis]), index).astype(index.dtype)
    d.feed(index)
    d.tensor(smaller)
    d.attribute("axis", axis if d.op == "ScatterElements" else axis % len(shape))
    d.finish()


@generator("TopK")
def topk(d):
    shape = d.shape(1, 4)
    axis = d.axis(len(shape))
    k = d.integer(0, 5)
    if k > shape[axis]:
        raise Reject
    d.special = 0
    d.tensor(shape, -3, 3)
    if d.version < 10:
        d.attribute("k", k)
    else:
        d.setting([k], "int64")
    d.attribute("axis", axis if d.version >= 11 else axis % len(shape))
    d.attribute("largest", d.integer(0, 1), 0.6)
    d.attribute("sorted", 1, 0.3)
    d.finish(2)


@generator("Unique")
def unique(d):
    shape = d.shape(1, 3)
    d.special = 0
    d.empty = False
    d.tensor(shape, -2, 2)
    d.attribute("axis", d.axis(len(shape)), 0.6)
    d.attribute("sorted", d.integer(0, 1), 0.5)
    d.finish(d.integer(1, 4))


@generator("OneHot")
def one_hot(d):
    shape = d.shape(0, 3)
    depth = d.integer(1, 6)
    if "T3" in d.fixed and d.chance(0.6):  # a combination ONNX Runtime has
        d.types["T1"] = d.types["T2"] = "int64"
    kind = d.type_in(0)
    d.special = 0
    signed = not (kind.startswith("uint")) and d.version >= 11
    d.feed(d.s.integers(-depth if signed else 0, depth + 1, size=tuple(shape)).astype(values.dtype(kind)))
    d.alone = True  # a negated depth would make no sense
    d.setting([depth] if d.chance(0.15) else depth, d.type_in(1))
    d.feed(values.random(d.s, [2], d.type_in(2)))
    d.attribute("axis", d.integer(-len(shape) - 1, len(shape)), 0.7)
    d.finish()


@generator("Compress")
def compress(d):
    shape = d.shape(1, 4)
    d.tensor(shape)
    axis = d.axis(len(shape)) if d.chance(0.7) else None
    n = math.prod(shape) if axis is None else shape[axis]
    d.feed(d.s.random(max(0, n - d.integer(0, 2))) < 0.5)
    if axis is not None:
        d.attribute("axis", axis if d.version >= 11 else axis % len(shape))
    d.finish()


@generator("NonMaxSuppression")
def nms(d):
    b, n, c = d.dim(1, 2), d.dim(1, 12), d.dim(1, 3)
    corner = d.s.uniform(0, 3, (b, n, 2))
    d.feed(np.concatenate([corner, corner + d.s.uniform(0.5, 3, (b, n, 2))], -1).astype(np.float32))
    d.feed(d.s.random((b, c, n)).astype(np.float32))
    d.setting([d.integer(0, 6)], "int64")
    d.setting([d.number(0, 0.9)], "float")
    if d.chance(0.6):
        d.setting([d.number(0, 0.6)], "float")
    d.attribute("center_point_box", d.integer(0, 1), 0.4)
    d.finish()
