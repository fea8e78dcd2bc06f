"""Generators of random operators where nothing is left to chance, of optimisers, of decoded pictures and of attention with bodies."""
import io

import numpy as np
from onnx import TensorProto, helper

from . import values
from .draw import Reject, generator


@generator("RandomUniform", "RandomUniformLike", "RandomNormal", "RandomNormalLike")
def random_(d):
    """An interval of no length, or a deviation too small to see: every element is the same number."""
    shape, value = d.shape(1, 4), float(d.integer(-3, 3))
    if d.op.endswith("Like"):
        d.tensor(shape)
        role = "T2"
    else:
        d.attribute("shape", shape)
        role = "T"
    d.attribute("dtype", values.TYPES[d.types[role]][0])
    if "Uniform" in d.op:
        d.attribute("low", value)
        d.attribute("high", value)
    else:
        d.attribute("mean", value)
        d.attribute("scale", 1e-30)
    d.attribute("seed", float(d.integer(0, 9)), 0.5)
    d.finish()


@generator("Bernoulli")
def bernoulli(d):
    """Probabilities of 0 and 1."""
    d.alone = True
    d.feed((d.s.random(tuple(d.shape(0, 4))) < 0.5).astype(values.dtype(d.types["T1"])))
    d.attribute("dtype", values.TYPES[d.types["T2"]][0])
    d.attribute("seed", float(d.integer(0, 9)), 0.5)
    d.finish()


@generator("Multinomial")
def multinomial(d):
    """One class has all the probability, but for a part of 1e-20 and less."""
    d.alone = True
    rows, classes = d.dim(1, 5), d.integer(1, 6)
    logits = d.s.uniform(-90, -60, (rows, classes)) if d.types["T1"] != "float16" else d.s.uniform(-60, -50, (rows, classes))
    logits[np.arange(rows), d.s.integers(0, classes, rows)] = 0
    d.feed(logits.astype(values.dtype(d.types["T1"])))
    d.attribute("dtype", values.TYPES[d.types["T2"]][0])
    d.attribute("sample_size", d.integer(1, 5), 0.7)
    d.attribute("seed", float(d.integer(0, 9)), 0.5)
    d.finish()


@generator("Adagrad", "Adam", "Momentum")
def optimizer(d):
    d.special, d.empty, d.alone = 0, False, True  # sums of squares are not negative
    kind = d.types["T3"]
    states = 2 if d.op == "Adam" else 1
    shapes = [d.shape(0, 3) for _ in range(d.integer(1, 3))]
    if d.record["inputs"][0]["type"] not in d.fixed:
        d.types["T1"] = kind
    d.tensor([], 0.001, 0.1)
    d.feed(np.array(d.integer(0, 5), np.int64))
    for block in range(2 + states):
        for s in shapes:
            d.feed(values.random(d.s, s, kind, 0 if block > 1 else -2, 2))
    for name, low, high in (("alpha", 0, 0.99), ("beta", 0, 0.99), ("norm_coefficient", 0, 0.1), ("norm_coefficient_post", 0, 0.1),
                            ("decay_factor", 0, 0.5), ("epsilon", 1e-7, 1e-2)):
        d.attribute(name, d.number(low, high), 1 if d.op == "Momentum" else 0.7)
    d.attribute("mode", d.pick("standard", "nesterov"))
    d.finish(len(shapes) * (1 + states))


@generator("ImageDecoder")
def image_decoder(d):
    """Pictures whose formats lose nothing."""
    from PIL import Image
    shape = (d.dim(1, 12), d.dim(1, 12), 3)
    if 0 in shape:
        raise Reject
    file = io.BytesIO()
    Image.fromarray(d.s.integers(0, 256, shape).astype(np.uint8)).save(file, d.pick("PNG", "BMP", "TIFF", "PPM"))
    d.feed(np.frombuffer(file.getvalue(), np.uint8))
    d.attribute("pixel_format", d.pick("RGB", "BGR", "Grayscale"), 0.8)
    d.finish()


@generator("FlexAttention")
def flex_attention(d):
    d.special, d.empty = 0, False
    b, kv, group = d.dim(1, 3), d.integer(1, 3), d.integer(1, 3)
    s, t, h, hv = d.dim(1, 6), d.dim(1, 7), d.integer(1, 8), d.integer(1, 8)
    kind = d.types["T1"]
    for heads, length, size in ((kv * group, s, h), (kv, t, h), (kv, t, hv)):
        d.tensor([b, heads, length, size], -1, 1)
    d.attribute("scale", d.number(0.1, 2), 0.4)
    inner = TensorProto.DOUBLE if kind == "double" else TensorProto.FLOAT
    for name, op in (("score_mod", "Tanh"), ("prob_mod", "Sqrt")):
        if d.chance(0.4):
            ends = [helper.make_tensor_value_info(n, inner, [None] * 4) for n in ("in_" + name, "out_" + name)]
            d.attribute(name, helper.make_graph([helper.make_node(op, ["in_" + name], ["out_" + name])], name, ends[:1], ends[1:]))
    d.finish()
