"""Generators of elementwise operators, reductions and normalisations along axes."""
import numpy as np

from . import draw, values
from .draw import Reject, generator

UNARY = """Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish Identity
IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh
ThresholdedRelu""".split()
RANGES = {"Acosh": (0.5, 9), "Sqrt": (-0.5, 9), "Log": (-0.5, 9), "Acos": (-1.1, 1.1), "Asin": (-1.1, 1.1), "Atanh": (-1.1, 1.1),
          "Exp": (-12, 12), "Sinh": (-12, 12), "Cosh": (-12, 12), "Tanh": (-10, 10), "Sigmoid": (-20, 20), "Erf": (-4, 4)}


@generator(*UNARY)
def unary(d):
    low, high = RANGES.get(d.op, (-6, 6))
    if d.chance(0.1):
        low, high = low * 20, high * 20
    d.tensor(d.shape(), low, high)
    for name in ("alpha", "beta", "gamma", "lambd", "bias"):
        low = 0.1 if d.op in ("Celu", "Shrink", "ThresholdedRelu", "HardSigmoid") else -1
        d.attribute(name, d.number(low, 2), 0.6)
    d.attribute("approximate", d.pick("none", "tanh"), 0.7)
    d.attribute("detect_negative", d.integer(0, 1), 0.5)
    d.attribute("detect_positive", d.integer(0, 1), 0.5)
    d.finish()


@generator("Add", "Sub", "Mul", "And", "Or", "Xor", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Equal", "Greater", "Less", "GreaterOrEqual",
           "LessOrEqual", "Div", "Mod")
def binary(d):
    a, b = d.broadcast(2) if d.version >= 7 else [d.shape()] * 2
    x = d.tensor(a, -9, 9)
    kind = values.name_of(x)
    if d.op in ("Div", "Mod") and values.int_range(kind):
        lowest = values.int_range(kind)[0]
        if d.op == "Div":  # the specification leaves the smallest integer by -1 open
            x[x == lowest] = 1
        y = values.random(d.s, b, kind, 1, 9, 0)
        if lowest:
            y = np.where(d.s.random(y.shape) < 0.5, -y, y).astype(y.dtype)
        d.feed(y)
    else:
        y = d.tensor(b, -9, 9)
    if d.op == "Mod":
        d.attribute("fmod", 1 if kind in values.FLOATS else d.integer(0, 1), 1 if kind in values.FLOATS else 0.6)
        if kind in values.FLOATS:
            y[y == 0] = 2
    if d.chance(0.2) and y is d.inputs[1]:
        d.constants[1] = values.random(d.r, b, kind, 1, 9)
        d.inputs[1] = d.constants[1]
    d.finish()


@generator("Pow")
def power(d):
    a, b = d.broadcast(2) if d.version >= 7 else [d.shape()] * 2
    if values.int_range(d.type_in(0)):
        d.special = 0  # powers that overflow are nobody's
    kind = values.name_of(d.tensor(a, 0.1 if d.chance(0.6) else -3, 4))
    exponent = d.pick(0.0, 0.5, 1.0, 2.0, 3.0, -1.0, -0.5, None)
    other = d.type_in(1) if d.version >= 12 else kind
    if exponent is None:
        d.special = 0.1 if d.special else 0
        d.feed(values.random(d.s, b, other, 0 if values.int_range(kind) else -3, 3, d.special))
    else:
        if values.int_range(other) or values.int_range(kind):
            exponent = abs(round(exponent))
        y = np.full(b if d.chance(0.3) else (), exponent).astype(values.dtype(other))
        if d.chance(0.7) and y.ndim == 0:
            d.constants[1] = y
        d.feed(y)
    d.finish()


@generator("BitShift")
def shift(d):
    a, b = d.broadcast(2)
    kind = values.name_of(d.tensor(a, 0, 200))
    d.feed(values.random(d.s, b, kind, 0, np.iinfo(values.dtype(kind)).bits - 1))
    d.attribute("direction", d.pick("LEFT", "RIGHT"))
    d.finish()


@generator("PRelu")
def prelu(d):
    x = d.shape(1)
    if d.version >= 7:
        slope = [1 if d.chance(0.4) else n for n in x][d.integer(0, len(x)):]
    else:
        slope = [1]
    d.tensor(x)
    d.tensor(slope)
    d.finish()


@generator("Max", "Min", "Sum", "Mean")
def variadic(d):
    n = d.integer(1, 4)
    for s in d.broadcast(n) if d.version >= 8 else [d.shape()] * n:
        d.tensor(s)
    d.finish()


@generator("Where")
def where(d):
    for s in d.broadcast(3):
        d.tensor(s)
    d.finish()


@generator("Clip")
def clip(d):
    kind = values.name_of(d.tensor(d.shape(), -9, 9))
    low, high = sorted((d.integer(-5, 5), d.integer(-5, 5)))
    if values.int_range(kind):
        low, high = max(low, values.int_range(kind)[0]), max(high, values.int_range(kind)[0])
    if d.chance(0.1):
        low, high = high, low
    if d.version < 11:
        d.attribute("min", float(low), 0.7)
        d.attribute("max", float(high), 0.7)
    else:
        d.setting(low, kind) if d.chance(0.7) else d.skip()
        d.setting(high, kind) if d.chance(0.7) else d.skip()
    d.finish()


def positive(d, source):
    """Finite numbers above 0 and no NaN: the specification leaves it open what negative ones become as powers of two."""
    d.alone = True
    if source == "string":
        words, shape = ["1", "12", "7"], d.shape()
        return np.array([words[i] for i in d.s.integers(3, size=int(np.prod(shape)))], object).reshape(shape)
    if source == "bool":
        return np.ones(d.shape(), bool)
    return values.random(d.s, d.shape(), source, 1, 100 if source not in ("int2", "float8e8m0", "float4e2m1") else 1)


def castable(d, source, target):
    """An array whose conversion the specification defines."""
    whole = values.int_range(target)
    floats = values.FLOATS | values.SMALL_FLOATS
    if target == "float8e8m0":
        return positive(d, source)
    if source == "string":
        words = ["1", "0", "-1", "3.5", "1e3", "NaN", "INF", "-INF", "+7"] if target in floats else ["1", "0", "12", "7"]
        if target in ("bool", "string"):
            raise Reject
        shape = d.shape()
        return np.array([words[i] for i in d.s.integers(len(words), size=int(np.prod(shape)))], object).reshape(shape)
    if whole and source in floats:
        if source == "float8e8m0":
            return values.random(d.s, d.shape(), source, 1, 2)
        return values.random(d.s, d.shape(), source, max(whole[0], -30), min(whole[1], 30))
    wide = d.chance(0.3)
    if source in floats:
        return values.random(d.s, d.shape(), source, -600 if wide else -6, 600 if wide else 6, 0 if target == "bool" else d.special)
    return values.random(d.s, d.shape(), source, -300 if wide else -6, 300 if wide else 6, d.special)


@generator("Cast", "CastLike")
def cast(d):
    source, target = d.types["T1"], d.types["T2"]
    d.feed(castable(d, source, target))
    if d.op == "Cast":
        number = values.TYPES[target][0]
        d.attributes["to"] = target.upper() if d.version < 6 else number
    else:
        d.feed(values.random(d.s, d.shape(0, 2), target))
    if target in values.SMALL_FLOATS:
        d.attribute("saturate", d.integer(0, 1), 0.5)
    if target == "float8e8m0":
        d.attribute("round_mode", d.pick("up", "down", "nearest"), 0.7)
    d.finish()


def bits(kind):
    """The width of an element."""
    if kind in ("int4", "uint4", "float4e2m1"):
        return 4
    return 2 if kind in ("int2", "uint2") else 8 * values.dtype(kind).itemsize


@generator("BitCast")
def bitcast(d):
    target = d.types["T2"]
    if "T2" in d.fixed:
        d.types["T1"] = d.pick(*(t for t in draw.elements(d.record["types"]["T1"]) if bits(t) == bits(target) and t != "bool"))
    kind = values.name_of(d.tensor(d.shape()))
    if bits(kind) != bits(target):
        target = d.pick(*(t for t in draw.elements(d.record["types"]["T2"]) if bits(t) == bits(kind) and t != "bool"))
    d.types["T2"] = target
    d.attributes["to"] = values.TYPES[target][0]
    d.finish()


REDUCE = "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare".split()


@generator(*REDUCE)
def reduce(d):
    if d.op == "ReduceMean" and d.type_in(0) not in values.FLOATS:
        d.empty = False  # the mean of nothing is no whole number
    shape = d.shape()
    if d.op in ("ReduceMax", "ReduceMin") and d.version < 20 and 0 in shape:
        raise Reject
    positive = d.op == "ReduceLogSum"
    if d.op not in ("ReduceMax", "ReduceMin") and d.type_in(0) not in values.FLOATS:
        d.special = 0  # sums that overflow are nobody's
    d.tensor(shape, 0.1 if positive else -3, 3)
    axes = d.axes(len(shape)) if shape and d.chance(0.8) else None
    d.attribute("keepdims", d.integer(0, 1), 0.7)
    if d.has("axes"):
        if axes:
            d.attribute("axes", axes if d.version >= 11 else [a % len(shape) for a in axes])
    else:
        d.attribute("noop_with_empty_axes", d.integer(0, 1), 0.5)
        if axes:
            d.setting(axes, "int64")
        elif d.chance(0.3):
            d.setting([], "int64")
    d.finish()


@generator("ArgMax", "ArgMin")
def arg(d):
    shape = d.shape(1)
    d.tensor(shape)
    axis = d.axis(len(shape))
    if shape[axis] == 0:
        raise Reject
    if d.chance(0.8):
        d.attribute("axis", axis if d.version >= 11 else axis % len(shape))
    elif shape[0] == 0:
        raise Reject
    d.attribute("keepdims", d.integer(0, 1), 0.7)
    d.attribute("select_last_index", d.integer(0, 1), 0.6)
    d.finish()


@generator("Softmax", "LogSoftmax", "Hardmax")
def softmax(d):
    shape = d.shape(1)
    d.special = 0.1 if d.op != "Hardmax" else 0  # a NaN may or may not be the greatest
    d.tensor(shape, *d.pick((-4, 4), (-80, 80)))
    axis = d.axis(len(shape))
    d.attribute("axis", axis if d.version >= 11 else axis % len(shape), 0.8 if len(shape) > 1 or d.version >= 13 else 1)
    d.finish()


@generator("CumSum", "CumProd")
def cumulative(d):
    if d.op == "CumProd":
        d.large = False  # rounding after each of thousands of steps leaves nothing to compare
    shape = d.shape(1)
    d.special = 0.1
    d.tensor(shape, -3, 3)
    d.setting(d.axis(len(shape)), d.pick("int32", "int64"))
    d.attribute("exclusive", d.integer(0, 1), 0.5)
    d.attribute("reverse", d.integer(0, 1), 0.5)
    d.finish()


@generator("LayerNormalization", "RMSNormalization")
def layer_norm(d):
    d.special, d.empty = 0, False
    shape = d.shape(1, 5)
    axis = d.axis(len(shape))
    d.tensor(shape)
    scale = shape[axis % len(shape):]
    if d.chance(0.2):
        scale = [1 if d.chance(0.4) else n for n in scale]
    d.tensor(scale)
    if d.op == "LayerNormalization":
        d.tensor(scale) if d.chance(0.7) else d.skip()
    d.attribute("axis", axis)
    d.attribute("epsilon", d.pick(1e-5, 1e-3, 0.1), 0.6)
    d.attribute("stash_type", 1, 0.3)
    d.types["U"] = "float"
    d.finish(d.integer(1, 3) if d.op == "LayerNormalization" else 1)


@generator("LpNormalization")
def lp_norm(d):
    shape = d.shape(1)
    d.special = 0
    d.tensor(shape)
    d.attribute("axis", d.axis(len(shape)), 0.8)
    d.attribute("p", d.integer(1, 2), 0.7)
    d.finish()


@generator("MeanVarianceNormalization")
def mvn(d):
    d.special, d.empty = 0, False
    d.tensor(d.of_rank(4))
    d.attribute("axes", sorted(a % 4 for a in d.axes(4)), 0.5)
    d.finish()
