"""Generators of operators that move elements or make them from shapes."""
import math

import numpy as np

from . import models, values
from .draw import Reject, generator


@generator("Shape", "Size", "NonZero")
def of_shape(d):
    shape = d.shape(1 if d.op == "NonZero" else 0)
    d.tensor(shape)
    d.attribute("start", d.integer(-len(shape) - 2, len(shape) + 2), 0.6)
    d.attribute("end", d.integer(-len(shape) - 2, len(shape) + 2), 0.6)
    d.finish()


@generator("Reshape")
def reshape(d):
    shape = d.shape()
    d.tensor(shape)
    total = math.prod(shape)
    target = list(shape)
    for _ in range(d.integer(0, 3)):  # merge or cut
        if len(target) > 1 and d.chance(0.6):
            i = d.integer(0, len(target) - 2)
            target[i:i + 2] = [target[i] * target[i + 1]]
        elif len(target) < 6:
            target.insert(d.integer(0, len(target)), 1)
    allow_zero = d.has("allowzero") and d.chance(0.3)
    if total and d.chance(0.6) and target:
        target[d.integer(0, len(target) - 1)] = -1
    if allow_zero:
        d.attribute("allowzero", 1)
    else:
        target = [0 if i < len(shape) and n == shape[i] and (n == 0 or d.chance(0.3)) else n for i, n in enumerate(target)]
        if any(n == 0 and (i >= len(shape) or shape[i] != 0) for i, n in enumerate(target)) and total == 0:
            raise Reject
    if d.version < 5:
        d.attribute("shape", target)
    else:
        d.setting(target, "int64")
    d.finish()


@generator("Flatten")
def flatten(d):
    shape = d.shape(1 if d.version < 11 else 0)
    d.tensor(shape)
    d.attribute("axis", d.integer(-len(shape) if d.version >= 11 else 0, len(shape)), 0.8 if shape else 1)
    d.finish()


@generator("Transpose")
def transpose(d):
    shape = d.shape()
    d.tensor(shape)
    d.attribute("perm", [int(i) for i in d.r.permutation(len(shape))], 0.8 if shape else 0)
    d.finish()


@generator("Squeeze", "Unsqueeze")
def squeeze(d):
    shape = d.shape(1, 4)
    if d.op == "Squeeze":
        ones = sorted(set(int(i) for i in d.r.permutation(len(shape))[:d.integer(1, 2)]))
        for i in ones:
            shape[i] = 1
        axes = None if d.chance(0.2) else ones
        rank = len(shape)
    else:
        extra = d.integer(1, 2)
        rank = len(shape) + extra
        axes = [int(i) for i in d.r.permutation(rank)[:extra]]
    if axes and d.version >= 11 and d.chance(0.5):
        axes = [a - rank for a in axes]
    d.tensor(shape)
    if axes and d.has("axes"):
        d.attribute("axes", axes if d.version >= 11 else sorted(axes))
    elif axes:
        d.setting(axes, "int64")
    d.finish()


@generator("Expand")
def expand(d):
    a, b = d.broadcast(2, 1)
    d.tensor(a)
    d.setting(b, "int64")
    d.finish()


@generator("Tile")
def tile(d):
    shape = d.shape(1, 4)
    if d.version < 6:
        raise Reject
    d.tensor(shape)
    d.setting([d.pick(1, 1, 2, 3, 0) for _ in shape], "int64")
    d.finish()


@generator("Concat")
def concat(d):
    shape = d.shape(1)
    axis = d.axis(len(shape))
    for _ in range(d.integer(1, 4)):
        s = list(shape)
        s[axis] = d.dim()
        d.tensor(s)
    d.attribute("axis", axis if d.version >= 11 else axis % len(shape))
    d.finish()


@generator("Split")
def split(d):
    shape = d.shape(1)
    axis = d.axis(len(shape))
    count = d.integer(1, 4)
    parts = [d.integer(0, 3) for _ in range(count)]
    even = d.chance(0.4)
    shape[axis] = count * d.dim(1, 3) if even else sum(parts)
    ragged = even and d.has("num_outputs") and d.chance(0.5)
    if ragged and shape[axis] >= count > 1:
        shape[axis] -= 1
        if -(-shape[axis] // count) * (count - 1) >= shape[axis]:
            raise Reject
    d.tensor(shape)
    d.attribute("axis", axis if d.version >= 11 else axis % len(shape), 1)
    if even:
        d.attribute("num_outputs", count)
    elif d.has("split"):
        d.attribute("split", parts)
    else:
        d.setting(parts, "int64")
    d.finish(count)


@generator("Slice")
def slice_(d):
    shape = d.shape(1, 5)
    d.tensor(shape)
    axes = d.axes(len(shape))
    if len(set(a % len(shape) for a in axes)) < len(axes):
        raise Reject
    big = d.pick(2**31 - 1, 2**63 - 1)
    starts, ends, steps = [], [], []
    for _ in axes:
        step = d.pick(1, 1, 1, 2, 3, -1, -2) if d.version >= 10 else 1
        a, b = d.pick(0, d.integer(-9, 9)), d.pick(big, d.integer(-9, 9))
        if step < 0:
            a, b = d.pick(-1, big, a), d.pick(-big, b)
        starts.append(a), ends.append(b), steps.append(step)
    plain = axes == list(range(len(axes)))
    if d.version < 10:
        d.attribute("starts", starts)
        d.attribute("ends", ends)
        d.attribute("axes", [a % len(shape) for a in axes])
        return d.finish()
    kind = d.pick("int64", "int64", "int32")
    if kind == "int32":
        starts, ends = ([max(min(v, 2**31 - 1), -(2**31)) for v in x] for x in (starts, ends))
    constant = d.chance(0.7)
    for i, setting in enumerate([starts, ends, None if plain and d.chance(0.5) else axes, None if set(steps) == {1} and d.chance(0.5) else steps]):
        array = d.feed(None if setting is None else np.array(setting, values.dtype(kind)))
        if constant and array is not None:
            d.constants[i + 1] = array
    d.finish()


@generator("Pad")
def pad(d):
    shape = d.shape(1, 5)
    mode = d.pick("constant", "constant", "reflect", "edge", *(["wrap"] if d.version >= 19 else []))
    if mode != "constant" and 0 in shape:
        raise Reject
    axes = d.axes(len(shape)) if d.version >= 18 and d.chance(0.4) else None
    dims = [shape[a] for a in axes] if axes else shape
    top = {"reflect": min(dims) - 1, "edge": 3, "constant": 3, "wrap": min(dims)}[mode]
    if top < 0 or mode == "reflect" and top < 1:
        raise Reject
    low = -1 if mode == "constant" and d.chance(0.2) and min(dims) > 2 else 0
    pads = [d.integer(low, min(top, 3)) for _ in range(2 * len(dims))]
    kind = values.name_of(d.tensor(shape))
    d.attribute("mode", mode, 1 if mode != "constant" else 0.5)
    value = d.integer(0, 3)
    if d.version < 11:
        d.attribute("pads" if d.version >= 2 else "paddings", pads)
        d.attribute("value", float(value), 0.5)
    else:
        d.setting(pads, "int64")
        if d.chance(0.5) and kind != "string":
            d.setting(np.array(value).astype(values.dtype(kind)), kind)
        elif axes:
            d.skip()
        if axes:
            d.setting(axes, d.pick("int64", "int32"))
    d.finish()


@generator("Range")
def range_(d):
    kind = d.type_in(0)
    step = d.pick(1, 2, -1, -3, 0.5) if kind in values.FLOATS else d.pick(1, 2, 5, -1, -3)
    first, last = d.dim(0, 9), d.dim(0, 9)
    for v in (first, last, step):
        d.setting(v, kind)
    d.finish()


@generator("ConstantOfShape")
def constant_of_shape(d):
    d.setting(d.shape(0, 4), "int64")
    kind = d.type_out(0)
    from onnx import numpy_helper
    if d.chance(0.8):
        d.attribute("value", numpy_helper.from_array(np.array([2 if kind != "bool" else 1]).astype(values.dtype(kind)), "v"))
    else:
        d.types[d.record["outputs"][0]["type"]] = "float"
    d.finish()


@generator("EyeLike")
def eye_like(d):
    d.tensor(d.of_rank(2))
    d.attribute("k", d.integer(-3, 3), 0.6)
    if d.chance(0.6):
        d.attribute("dtype", values.TYPES[d.type_out(0)][0])
    else:
        d.types["T2"] = d.types["T1"]
    d.finish()


@generator("Trilu")
def trilu(d):
    d.tensor(d.shape(2))
    if d.chance(0.7):
        d.setting(d.integer(-3, 3), "int64")
    d.attribute("upper", d.integer(0, 1), 0.7)
    d.finish()


@generator("DepthToSpace", "SpaceToDepth")
def depth_to_space(d):
    b = d.integer(1, 3)
    n, c, h, w = d.of_rank(4)
    d.tensor([n, c * b * b, h, w] if d.op == "DepthToSpace" else [n, c, h * b, w * b])
    d.attribute("blocksize", b)
    d.attribute("mode", d.pick("DCR", "CRD"), 0.7)
    d.finish()


@generator("ReverseSequence")
def reverse_sequence(d):
    shape = d.shape(2, 4)
    batch = d.integer(0, 1)
    n, t = shape[batch], shape[1 - batch]
    if t == 0:
        raise Reject
    d.tensor(shape)
    d.feed(d.s.integers(1, t + 1, size=n).astype(np.int64))
    d.attribute("batch_axis", batch)
    d.attribute("time_axis", 1 - batch)
    d.finish()


@generator("CenterCropPad")
def center_crop_pad(d):
    shape = d.shape(1, 4)
    axes = d.axes(len(shape)) if d.chance(0.6) else None
    d.tensor(shape)
    d.setting([d.integer(1, 9) for _ in (axes or shape)], d.type_in(1))
    if axes:
        d.attribute("axes", axes)
    d.finish()


@generator("TensorScatter")
def tensor_scatter(d):
    shape = d.of_rank(4)
    axis = d.pick(1, 2)
    if 0 in shape:
        raise Reject
    d.tensor(shape)
    update = list(shape)
    update[axis] = int(d.s.integers(1, shape[axis] + 1))
    d.tensor(update)
    mode = d.pick("linear", "circular")
    top = shape[axis] - (update[axis] if mode == "linear" else 1)
    d.feed(d.s.integers(0, top + 1, size=shape[0]).astype(np.int64))
    d.attribute("axis", axis - 4 if d.chance(0.5) else axis)
    d.attribute("mode", mode, 1 if mode == "circular" else 0.5)
    d.finish()


@generator("Constant")
def constant(d):
    kind = d.type_out(0)
    plain = {"float": ("value_float", "value_floats"), "int64": ("value_int", "value_ints"), "string": ("value_string", "value_strings")}
    if kind in plain and d.version >= 12 and d.chance(0.3):
        one = d.chance(0.5)
        array = d.values([] if one else [d.dim(1, 5)], kind)
        d.attribute(plain[kind][not one], array.tolist())
    else:
        d.attribute("value", models.tensor_proto(d.values(d.shape(0, 3), kind), "v"))
    d.finish()
