"""Generators of products of matrices, recurrent layers, attention and losses."""
import numpy as np

from . import values
from .draw import Reject, generator


@generator("MatMul", "MatMulInteger")
def matmul(d):
    d.special = 0
    k, m, n = d.dim(1, 20), d.dim(1, 20), d.dim(1, 40)
    batch = d.broadcast(2, 0, 3)
    a, b = batch[0] + [m, k], batch[1] + [k, n]
    if d.chance(0.1):
        a = [k]
    elif d.chance(0.1):
        b = [k]
    if d.op == "MatMulInteger":
        d.tensor(a, -200, 200)
        d.weight(b, -200, 200)
        if d.chance(0.6):
            d.setting(values.random(d.r, (), d.type_in(0), -100, 100))
            if d.chance(0.6):
                per_column = d.chance(0.4) and len(b) > 1
                d.setting(values.random(d.r, [n] if per_column else (), d.type_in(1), -100, 100))
    else:
        d.tensor(a)
        d.weight(b) if d.chance(0.5) else d.tensor(b)
    d.finish()


@generator("Gemm")
def gemm(d):
    d.special = 0
    m, k, n = d.dim(1, 20), d.dim(1, 20), d.dim(1, 40)
    ta, tb = d.integer(0, 1), d.integer(0, 1)
    d.tensor([k, m] if ta else [m, k])
    shape = [n, k] if tb else [k, n]
    d.weight(shape) if d.chance(0.5) else d.tensor(shape)
    if d.version < 11 or d.chance(0.8):
        d.tensor(d.pick([m, n], [n], [1, n], [m, 1], [1], []) if d.version >= 7 else [m, n])
    d.attribute("transA", ta, 1 if ta else 0.3)
    d.attribute("transB", tb, 1 if tb else 0.3)
    whole = values.int_range(d.type_in(0))
    d.attribute("alpha", float(d.integer(1, 3)) if whole else d.number(-2, 2), 0.5)
    d.attribute("beta", float(d.integer(0, 3)) if whole else d.number(-2, 2), 0.5)
    d.finish()


EQUATIONS = ["ij,jk->ik", "ij,jk", "bij,bjk->bik", "...ij,...jk->...ik", "ii->i", "ij->ji", "ij->", "i,j->ij", "bhid,bhjd->bhij", "abc,cd,de->abe",
             "ij,ij->i", "...a,...a->...", "ijk->kij", "a,b,c->abc", "ii", "bij,jk->bki", "nchw,ocr->nohwr", "ij,kj,lk->il", "b...i,ij->b...j"]


@generator("Einsum")
def einsum(d):
    d.special = 0
    equation = d.pick(*EQUATIONS)
    sizes = {c: d.dim(1, 6) for c in "abcdehijklnorw"}
    middle = d.shape(0, 2)
    for term in equation.split("->")[0].split(","):
        shape = []
        for c in term.replace("...", "."):
            shape += middle if c == "." else [sizes[c]]
        d.tensor(shape)
    d.attribute("equation", equation)
    d.finish()


@generator("Det")
def det(d):
    d.special = 0
    n = d.integer(1, 6)
    d.tensor(d.shape(0, 3) + [n, n])
    d.finish()


@generator("RNN", "GRU", "LSTM")
def recurrent(d):
    d.special = 0
    t, b, i, h = d.dim(1, 6), d.dim(1, 5), d.integer(1, 9), d.integer(1, 17)
    directions = d.integer(1, 2)
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[d.op]
    batchwise = d.has("layout") and d.chance(0.15)
    def order(*dims):
        return [dims[1], dims[0], *dims[2:]] if batchwise else list(dims)
    d.tensor(order(t, b, i), -1, 1)
    d.weight([directions, gates * h, i])
    d.weight([directions, gates * h, h])
    d.weight([directions, 2 * gates * h]) if d.chance(0.7) else d.skip()
    d.feed(d.s.integers(1, t + 1, b).astype(np.int32)) if d.chance(0.3) and t else d.skip()
    d.tensor(order(directions, b, h), -1, 1) if d.chance(0.4) else d.skip()
    if d.op == "LSTM":
        d.tensor(order(directions, b, h), -1, 1) if d.chance(0.4) else d.skip()
        d.weight([directions, 3 * h]) if d.chance(0.3) else d.skip()
        d.attribute("input_forget", 1, 0.15)
    d.attribute("hidden_size", h)
    d.attribute("direction", "bidirectional" if directions == 2 else d.pick("forward", "reverse"), 1 if directions == 2 else 0.5)
    d.attribute("clip", d.number(0.3, 2), 0.15)
    if d.op == "GRU":
        d.attribute("linear_before_reset", d.integer(0, 1), 0.6)
    if d.chance(0.25):
        per = {"RNN": 1, "GRU": 2, "LSTM": 3}[d.op]
        d.attribute("activations", [d.pick("Tanh", "Sigmoid", "HardSigmoid", "Softsign") for _ in range(per * directions)])
    if batchwise:
        d.attribute("layout", 1)
    d.finish(3 if d.op == "LSTM" else 2)


@generator("Attention")
def attention(d):
    d.special, d.empty = 0, False
    b, kv, group = d.dim(1, 3), d.integer(1, 3), d.integer(1, 3)
    q, s, t, h, hv = kv * group, d.dim(1, 6), d.dim(1, 7), d.integer(1, 5) * 2, d.integer(1, 5) * 2
    packed = d.chance(0.3)
    past = d.dim(1, 4) if d.chance(0.3) else 0
    if d.chance(0.8):
        d.types["T2"] = d.types["T1"]
    for heads, length, size in ((q, s, h), (kv, t, h), (kv, t, hv)):
        d.tensor([b, length, heads * size] if packed else [b, heads, length, size], -1, 1)
    if packed:
        d.attribute("q_num_heads", q)
        d.attribute("kv_num_heads", kv)
    d.types["U"] = d.pick("bool", d.types["T1"])
    if d.chance(0.5):
        full = [b, q, s, t + past]
        mask = d.pick(full, [1, 1] + full[2:], full[2:], [1] + full[1:])
        d.tensor(mask, -2, 2)
    elif past:
        d.skip()
    if past:
        d.tensor([b, kv, past, h], -1, 1)
        d.tensor([b, kv, past, hv], -1, 1)
    d.attribute("is_causal", d.integer(0, 1), 0.6)
    d.attribute("scale", d.number(0.1, 2), 0.4)
    d.attribute("softcap", d.number(0.5, 3), 0.3)
    outputs = 3 if past else 1
    d.finish(outputs)


@generator("RotaryEmbedding")
def rotary(d):
    d.special, d.empty = 0, False
    b, heads, s, size = d.dim(1, 3), d.integer(1, 3), d.dim(1, 5), 2 * d.integer(1, 6)
    part = 2 * d.integer(1, size // 2) if d.chance(0.4) else 0
    half = (part or size) // 2
    packed = d.chance(0.3)
    d.tensor([b, s, heads * size] if packed else [b, heads, s, size])
    positions = d.chance(0.6)
    for _ in range(2):
        d.tensor([11, half] if positions else [b, s, half], -1, 1)
    if positions:
        d.feed(d.s.integers(0, 11, (b, s)).astype(np.int64))
    if packed:
        d.attribute("num_heads", heads)
    if part:
        d.attribute("rotary_embedding_dim", part)
    d.attribute("interleaved", d.integer(0, 1), 0.6)
    d.finish()


@generator("SwiGLU")
def swiglu(d):
    shape = d.shape(1)
    d.tensor(shape)
    d.tensor(shape)
    d.attribute("alpha", d.number(0.5, 2), 0.6)
    d.finish()


@generator("LinearAttention")
def linear_attention(d):
    d.special, d.empty = 0, False
    b, t, kv, dk, dv = d.dim(1, 3), d.dim(1, 6), d.integer(1, 2), d.integer(1, 5), d.integer(1, 5)
    q = kv * d.integer(1, 2)
    rule = d.pick("linear", "gated", "delta", "gated_delta")
    d.tensor([b, t, q * dk], -1, 1)
    d.tensor([b, t, kv * dk], -0.5, 0.5)
    d.tensor([b, t, kv * dv], -1, 1)
    if d.chance(0.5):
        d.tensor([b, kv, dk, dv], -1, 1)
    else:
        d.types["S"] = d.types["T"]
        d.skip()
    d.tensor([b, t, kv * (dk if d.chance(0.5) else 1)], -1, 0) if "gated" in rule else d.skip()
    d.tensor([b, t, kv if d.chance(0.6) else 1], 0, 1) if "delta" in rule else d.skip()
    d.attribute("update_rule", rule)
    d.attribute("q_num_heads", q)
    d.attribute("kv_num_heads", kv)
    d.attribute("scale", d.number(0.2, 2), 0.4)
    d.finish(2)


@generator("CausalConvWithState")
def causal_conv(d):
    d.special, d.empty = 0, False
    b, c, t, k = d.dim(1, 3), d.dim(1, 5), d.dim(1, 8), d.integer(1, 4)
    d.tensor([b, c, t])
    d.tensor([c, 1, k])
    d.tensor([c]) if d.chance(0.6) else d.skip()
    d.tensor([b, c, k - 1]) if d.chance(0.5) else d.skip()
    d.attribute("activation", d.pick("silu", "swish", "none"), 0.7)
    d.finish(2)


@generator("SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss")
def loss(d):
    d.special, d.empty = 0, False
    shape = d.shape(2, 4)
    classes = shape[1]
    d.tensor(shape)
    labels = d.s.integers(0, classes, [shape[0]] + shape[2:])
    ignore = d.chance(0.4)
    if ignore:
        mark = d.pick(-1, 0, 100)
        labels = np.where(d.s.random(labels.shape) < 0.3, mark, labels)
        d.attribute("ignore_index", mark)
    d.feed(np.asarray(labels).astype(values.dtype(d.type_in(1))))
    if d.chance(0.5):
        d.tensor([classes], 0.1, 2)
    d.attribute("reduction", d.pick("none", "sum", "mean"), 0.8)
    d.finish(d.integer(1, 2) if d.op == "SoftmaxCrossEntropyLoss" else 1)


@generator("HannWindow", "HammingWindow", "BlackmanWindow")
def window(d):
    d.setting(d.dim(1, 20), d.type_in(0))
    d.attribute("output_datatype", values.TYPES[d.types["T2"]][0])
    d.attribute("periodic", d.integer(0, 1), 0.6)
    d.finish()


@generator("DFT")
def dft(d):
    d.special, d.empty = 0, False
    shape = d.shape(1, 3)
    axis = d.integer(1 if d.version < 20 else 0, len(shape) - 1) if d.version >= 20 or len(shape) > 1 else None
    if axis is None:
        raise Reject
    inverse, onesided = d.integer(0, 1), 0
    real = d.chance(0.5)
    if real and not inverse:
        onesided = d.integer(0, 1)
    d.tensor(shape + [1 if real else 2])
    d.setting(d.integer(1, 12), "int64") if d.chance(0.4) else d.skip()
    if d.version >= 20:
        d.setting(axis, "int64")
    else:
        d.attribute("axis", axis)
    d.attribute("inverse", inverse, 1)
    d.attribute("onesided", onesided, 1)
    d.finish()


@generator("STFT")
def stft(d):
    d.special, d.empty = 0, False
    length, frame = d.dim(16, 40), d.integer(3, 12)
    d.tensor([d.dim(1, 3), length, 1])
    d.setting(d.integer(1, 6), d.type_in(1))
    windowed = d.chance(0.6)
    d.weight([frame], 0, 1) if windowed else d.skip()
    if not windowed or d.chance(0.5):
        d.setting(frame, d.type_in(1))
    d.attribute("onesided", d.integer(0, 1), 0.7)
    d.finish()


@generator("MelWeightMatrix")
def mel(d):
    kind = d.type_in(0)
    d.alone = True
    d.setting(d.integer(2, 10), kind)
    d.setting(d.pick(16, 32, 64), kind)
    d.setting(8192, kind)
    d.feed(np.array(0, values.dtype(d.type_in(3))))
    d.feed(np.array(4096, values.dtype(d.type_in(4))))
    d.attribute("output_datatype", values.TYPES[d.types["T3"]][0])
    if kind in ("int8", "uint8"):
        raise Reject
    d.finish()


@generator("Dropout")
def dropout(d):
    d.tensor(d.shape())
    if d.version < 12:
        d.attribute("ratio", d.number(0, 0.9), 0.6)
        d.attribute("is_test", 1)
    elif d.chance(0.5):
        d.setting(d.number(0, 0.9), d.type_in(1))
        if d.chance(0.5):
            d.setting(False, "bool")
    d.finish(d.integer(1, 2) if d.version >= 10 else 1)
