"""Generators of quantised operators."""
import numpy as np

from . import values
from .draw import Reject, generator


def scale_shape(d, shape):
    """A scale for the whole tensor, for an axis, or for blocks along it; sets the attributes."""
    way = d.pick("tensor", "axis", "block")
    if way == "tensor" or not shape or not d.has("axis"):
        return []
    axis = d.axis(len(shape))
    d.attribute("axis", axis)
    if way == "axis" or not d.has("block_size"):
        return [shape[axis]]
    block = d.integer(1, 4)
    d.attribute("block_size", block)
    scale = list(shape)
    scale[axis] = -(-shape[axis] // block)
    return scale


def positive(d, shape):
    """The next input, scales: an initializer half of the time."""
    kind = d.type_in(len(d.inputs))
    array = np.asarray(d.r.integers(1, 5, shape) if values.int_range(kind) else d.r.uniform(0.1, 1, shape)).astype(values.dtype(kind))
    if d.chance(0.5):
        d.constants[len(d.inputs)] = array
    return d.feed(array)


@generator("QuantizeLinear")
def quantize(d):
    d.special, d.empty = 0, False
    shape = d.shape(0, 4)
    kind = values.name_of(d.tensor(shape, -20, 20))
    scale = scale_shape(d, shape)
    target = d.type_out(0)
    if kind == "int32" and d.version < 19 and d.chance(0.5):
        raise Reject
    positive(d, scale)
    if target != "uint8" or d.chance(0.7):
        whole = values.int_range(target)
        zero = values.random(d.r, scale, target, whole[0] // 4, whole[1] // 4) if whole else np.zeros(scale).astype(values.dtype(target))
        d.constants[2] = zero
        d.feed(zero)
    d.attribute("saturate", d.integer(0, 1), 0.3 if target in values.SMALL_FLOATS else 0)
    d.finish()


@generator("DequantizeLinear")
def dequantize(d):
    d.special, d.empty = 0, False
    shape = d.shape(0, 4)
    kind = values.name_of(d.tensor(shape, -100, 200))
    scale = scale_shape(d, shape)
    positive(d, scale)
    if "T3" in d.types:
        d.types["T3"] = d.type_in(1)
        if d.types["T3"] == "float8e8m0":
            d.types["T3"] = d.pick("float", "float16", "bfloat16")
            d.attribute("output_dtype", values.TYPES[d.types["T3"]][0])
    if d.chance(0.6):
        whole = values.int_range(kind)
        zero = values.random(d.r, scale, kind, whole[0] // 4, whole[1] // 4) if whole and kind != "int32" else np.zeros(scale).astype(values.dtype(kind))
        d.constants[2] = zero
        d.feed(zero)
    d.finish()


@generator("DynamicQuantizeLinear")
def dynamic_quantize(d):
    d.special, d.empty = 0, False
    d.tensor(d.shape(1), d.pick(-5, 0.5), 9)
    d.finish(3)


def scale_and_zero(d, i, shape=()):
    """A scale and a zero point of the type of input i."""
    d.setting(d.r.uniform(0.02, 0.2, shape), d.type_in(len(d.inputs)))
    d.setting(values.random(d.r, shape, d.type_in(i), -20, 100))


@generator("QLinearMatMul")
def qlinear_matmul(d):
    d.special = 0
    k, m, n = d.dim(1, 20), d.dim(1, 20), d.dim(1, 20)
    batch = d.pick([], [], [2], [2, 3])
    if "TS" in d.types and d.chance(0.7):
        d.types["TS"] = "float"
    d.tensor(batch + [m, k], -100, 200)
    scale_and_zero(d, 0)
    d.tensor((batch if d.chance(0.5) else []) + [k, n], -100, 200)
    scale_and_zero(d, 3, [n] if d.chance(0.3) else ())
    d.setting(d.r.uniform(0.5, 2), d.type_in(6))
    d.setting(values.random(d.r, (), d.type_out(0), -20, 100), d.type_out(0))
    d.finish()


@generator("QLinearConv")
def qlinear_conv(d):
    from .nets import geometry
    d.special, d.empty = 0, False
    groups, each, out = d.pick(1, 1, 2, 8), d.integer(1, 6), d.integer(1, 6)
    if groups == 8:
        each = out = 1
    spatial = [d.dim(3, 9), d.dim(3, 9)]
    kernel, *_ = geometry(d, spatial, 2)
    d.tensor([d.dim(1, 2), groups * each] + spatial, -100, 200)
    scale_and_zero(d, 0)
    d.weight([groups * out, each] + kernel, -100, 200)
    d.setting(d.r.uniform(0.02, 0.2, [groups * out] if d.chance(0.5) else ()), "float")
    shape = d.inputs[-1].shape
    kind = d.type_in(3)
    d.setting(np.zeros(shape) if kind == "int8" else np.full(shape, d.integer(0, 200)), kind)
    d.setting(d.r.uniform(0.5, 2), "float")
    d.setting(values.random(d.r, (), d.type_out(0), -20, 100), d.type_out(0))
    if d.chance(0.6):
        d.weight([groups * out], -500, 500)
    d.attribute("group", groups, 1 if groups > 1 else 0.3)
    d.attribute("kernel_shape", kernel, 0.6)
    d.finish()
