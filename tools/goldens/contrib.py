"""Writes models of one com.microsoft operator each, with outputs of ONNX Runtime.

usage: python contrib.py OUT [--only NAME,NAME]         (OUT is testdata/contrib in this repository)
needs: onnx, onnxruntime, numpy

The layout is that of the gauntlet (see gauntlet.py): OUT/NAME/model.onnx and two sets that differ in shape
where the operator allows it. An input that is one array is an initializer; one that is a list holds a value
for each set. Dims of graph inputs that differ between sets are symbols. Where ONNX Runtime has no kernel
for the CPU, the case computes what the operator's documentation says. Numbers are seeded by the case's name.
"""
import argparse
import os
import shutil
import zlib

import ml_dtypes  # noqa: F401 (registers the types of few bits with numpy)
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

CASES = {}  # name -> Case


class Case:
    """One operator on some inputs, a value, a list of two values, or None each."""

    def __init__(self, op, inputs, outputs, domain="com.microsoft", expect=None, **attrs):
        self.op, self.inputs, self.outputs, self.domain, self.expect, self.attrs = op, inputs, outputs, domain, expect, attrs


def case(build):
    """Registers what a function of a random generator returns: a Case, or several by the end of their name."""
    made = build(np.random.default_rng(zlib.crc32(build.__name__.encode())))
    for end, c in made.items() if isinstance(made, dict) else [("", made)]:
        CASES[build.__name__.rstrip("_") + ("_" + end if end else "")] = c
    return build


def f32(r, *shape, scale=1.0):
    return (scale * r.standard_normal(shape)).astype(np.float32)


def two(make, *shapes):
    """A value for each set."""
    return [make(*s) for s in shapes]


def integers(r, dtype, *shape):
    info = np.iinfo(dtype)
    return r.integers(info.min, int(info.max) + 1, shape).astype(dtype)


FLOAT, HALF, U8, I8, I32, STRING = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.UINT8, TensorProto.INT8, TensorProto.INT32,
                                    TensorProto.STRING)


@case
def gelu(r):
    x = two(lambda *s: f32(r, *s, scale=3), (2, 7), (3, 5))
    b = f32(r, 6)
    wide = two(lambda *s: f32(r, *s, scale=3), (2, 4, 6), (1, 3, 6))
    return {
        "": Case("Gelu", [x], [FLOAT]),
        "bias": Case("BiasGelu", [wide, b], [FLOAT]),
        "fast": Case("FastGelu", [wide, b], [FLOAT]),
        "fast_plain": Case("FastGelu", [x], [FLOAT]),
        "quick": Case("QuickGelu", [x], [FLOAT]),
        "quick_alpha": Case("QuickGelu", [x], [FLOAT], alpha=0.7),
    }


@case
def biasadd(r):
    x, skip = (two(lambda *s: f32(r, *s), (2, 3, 4), (1, 5, 4)) for _ in range(2))
    return Case("BiasAdd", [x, f32(r, 4), skip], [FLOAT], expect=lambda x, b, s: [x + b + s])


@case
def fusedmatmul(r):
    a = two(lambda *s: f32(r, *s), (2, 3, 4, 5), (2, 3, 2, 5))
    b = f32(r, 2, 3, 6, 5)
    return {
        "transb": Case("FusedMatMul", [a, b], [FLOAT], transB=1, alpha=0.25),
        "transa": Case("FusedMatMul", [two(lambda *s: f32(r, *s), (5, 4), (5, 7)), f32(r, 5, 6)], [FLOAT], transA=1, alpha=-2.0),
        "batch": Case("FusedMatMul", [two(lambda *s: f32(r, *s), (4, 2, 3, 5), (7, 2, 3, 5)), f32(r, 5, 2, 3, 6)], [FLOAT], transBatchA=1, transBatchB=1),
        "batch_trans": Case("FusedMatMul", [two(lambda *s: f32(r, *s), (5, 2, 3, 4), (5, 2, 3, 6)), f32(r, 6, 2, 3, 5)], [FLOAT],
                            transBatchA=1, transA=1, transBatchB=1, transB=1),
        "vector": Case("FusedMatMul", [two(lambda *s: f32(r, *s), (4, 5), (3, 5)), f32(r, 5)], [FLOAT], alpha=3.0),
        "old": Case("TransposeMatMul", [a, b], [FLOAT], transB=1),
    }


@case
def fusedgemm(r):
    a, b, c = two(lambda *s: f32(r, *s), (3, 5), (4, 5)), f32(r, 6, 5), f32(r, 6)
    return {
        "relu": Case("FusedGemm", [a, b, c], [FLOAT], activation="Relu", transB=1, alpha=0.5, beta=2.0),
        "leaky": Case("FusedGemm", [a, b, c], [FLOAT], activation="LeakyRelu", activation_alpha=0.3, transB=1),
        "tanh": Case("FusedGemm", [a, b], [FLOAT], activation="Tanh", transB=1),
    }


@case
def fusedconv(r):
    x, w, b = two(lambda *s: f32(r, *s), (1, 4, 6, 5), (2, 4, 7, 8)), f32(r, 8, 4, 3, 3), f32(r, 8)
    z = [f32(r, 1, 8, 6, 5), f32(r, 2, 8, 7, 8)]
    pads = [1, 1, 1, 1]
    nhwc_x, nhwc_z = ([v.transpose(0, 2, 3, 1).copy() for v in y] for y in (x, z))

    def nhwc(x, w, b, z):
        m = build(Case("FusedConv", [[x.transpose(0, 3, 1, 2)] * 2, w, b, [z.transpose(0, 3, 1, 2)] * 2], [FLOAT], activation="Relu", pads=pads))
        return [run(m, {"x0": x.transpose(0, 3, 1, 2), "x3": z.transpose(0, 3, 1, 2)})[0].transpose(0, 2, 3, 1).copy()]

    return {
        "relu": Case("FusedConv", [x, w, b], [FLOAT], activation="Relu", pads=pads),
        "add": Case("FusedConv", [x, w, b, z], [FLOAT], activation="Relu", pads=pads),
        "add_nobias": Case("FusedConv", [x, w, None, z], [FLOAT], activation="Sigmoid", pads=pads),
        "clip": Case("FusedConv", [x, w, b], [FLOAT], activation="Clip", activation_params=[-0.5, 1.5], strides=[2, 1]),
        "hardsigmoid": Case("FusedConv", [x, w], [FLOAT], activation="HardSigmoid", activation_params=[0.1, 0.4]),
        "leaky": Case("FusedConv", [x, w, b], [FLOAT], activation="LeakyRelu", activation_params=[0.2]),
        "nhwc": Case("NhwcFusedConv", [nhwc_x, w, b, nhwc_z], [FLOAT], expect=nhwc, activation="Relu", pads=pads),
    }


@case
def nhwcmaxpool(r):
    x = two(lambda *s: integers(r, np.int8, *s), (1, 6, 5, 3), (2, 4, 7, 3))
    return Case("NhwcMaxPool", [x], [I8], kernel_shape=[3, 2], pads=[1, 0, 1, 1], strides=[2, 1])


@case
def simplifiednorm(r):
    x = two(lambda *s: f32(r, *s), (2, 3, 8), (1, 4, 8))
    return Case("SimplifiedLayerNormalization", [x, f32(r, 8)], [FLOAT, FLOAT], domain="", axis=-1, epsilon=1e-3)


@case
def skipnorm(r):
    x, skip = (two(lambda *s: f32(r, *s), (2, 3, 70), (3, 2, 70)) for _ in range(2))
    gamma, beta, bias = f32(r, 70), f32(r, 70), f32(r, 70)
    half = [[v.astype(np.float16) for v in y] for y in (x, skip)]
    return {
        "": Case("SkipLayerNormalization", [x, skip, gamma, beta], [FLOAT], epsilon=1e-5),
        "sum": Case("SkipLayerNormalization", [x, skip, gamma, beta, bias], [FLOAT, None, None, FLOAT]),
        "nobeta": Case("SkipLayerNormalization", [x, skip, gamma, None, bias], [FLOAT]),
        "repeat": Case("SkipLayerNormalization", [x, two(lambda *s: f32(r, *s), (1, 3, 70), (1, 2, 70)), gamma, beta], [FLOAT]),
        "half": Case("SkipLayerNormalization", [*half, gamma.astype(np.float16), beta.astype(np.float16)], [HALF]),
        "rms": Case("SkipSimplifiedLayerNormalization", [x, skip, gamma], [FLOAT, None, None, FLOAT]),
        "rms_bias": Case("SkipSimplifiedLayerNormalization", [x, skip, gamma, bias], [FLOAT]),
    }


@case
def embed(r):
    shapes = (2, 4), (3, 3)
    ids, segments = two(lambda *s: r.integers(0, 20, s).astype(np.int32), *shapes), two(lambda *s: r.integers(0, 2, s).astype(np.int32), *shapes)
    mask = [np.array([[1, 1, 1, 0], [1, 1, 0, 0]], np.int32), np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0]], np.int32)]
    positions = two(lambda *s: r.integers(0, 8, s).astype(np.int32), *shapes)
    word, position, segment, gamma, beta = f32(r, 20, 6), f32(r, 8, 6), f32(r, 2, 6), f32(r, 6), f32(r, 6)
    half = [v.astype(np.float16) for v in (word, position, segment, gamma, beta)]
    return {
        "": Case("EmbedLayerNormalization", [ids, segments, word, position, segment, gamma, beta, mask], [FLOAT, I32]),
        "sum": Case("EmbedLayerNormalization", [ids, None, word, position, None, gamma, beta, None, positions], [FLOAT, I32, FLOAT]),
        "half": Case("EmbedLayerNormalization", [ids, segments, *half, mask], [HALF, I32]),
    }


@case
def attention(r):
    shapes = (2, 5, 12), (3, 3, 12)
    x = two(lambda *s: f32(r, *s), *shapes)
    w, b = f32(r, 12, 36, scale=0.4), f32(r, 36)
    raw = [np.array([[1, 1, 1, 1, 0], [1, 1, 0, 0, 0]], np.int32), np.array([[1, 1, 1], [1, 0, 0], [0, 1, 1]], np.int32)]
    past = [f32(r, 2, 2, 3, 4, 4), f32(r, 2, 3, 3, 2, 4)]
    past_mask = [(r.random((2, 9)) < 0.8).astype(np.int32), (r.random((3, 5)) < 0.8).astype(np.int32)]
    return {
        "": Case("Attention", [x, w, b], [FLOAT], num_heads=3),
        "lengths": Case("Attention", [x, w, b, [np.array([5, 3], np.int32), np.array([1, 3, 2], np.int32)]], [FLOAT], num_heads=3),
        "starts": Case("Attention", [x, w, b, [np.array([5, 4, 2, 0], np.int32), np.array([3, 3, 2, 0, 1, 1], np.int32)]], [FLOAT], num_heads=3),
        "raw": Case("Attention", [x, w, b, raw], [FLOAT], num_heads=3, mask_filter_value=-500.0),
        "causal": Case("Attention", [x, w, b, raw], [FLOAT], num_heads=3, unidirectional=1),
        "mask3d": Case("Attention", [x, w, b, [(r.random((2, 5, 5)) < 0.7).astype(np.int32), (r.random((3, 3, 3)) < 0.7).astype(np.int32)]], [FLOAT], num_heads=3),
        "past": Case("Attention", [x, w, b, past_mask, past], [FLOAT, FLOAT], num_heads=3, unidirectional=1),
        "bias": Case("Attention", [x, w, b, None, None, [f32(r, 2, 3, 5, 5), f32(r, 1, 3, 3, 3)]], [FLOAT], num_heads=3, scale=0.3),
        "sizes": Case("Attention", [x, f32(r, 12, 30, scale=0.4), f32(r, 30)], [FLOAT], num_heads=3, qkv_hidden_sizes=[12, 12, 6]),
    }


@case
def multihead(r):
    q, k, v = two(lambda *s: f32(r, *s), (2, 4, 12), (1, 3, 12)), two(lambda *s: f32(r, *s), (2, 6, 12), (1, 5, 12)), two(lambda *s: f32(r, *s), (2, 6, 9), (1, 5, 9))
    self_q, self_k, self_v = (two(lambda *s: f32(r, *s), (2, 70, 12), (1, 3, 12)) for _ in range(3))
    past = [two(lambda *s: f32(r, *s), (2, 3, 4, 4), (1, 3, 2, 4)) for _ in range(2)]
    half = [[a.astype(np.float16) for a in y] for y in (q, k, v)]
    return {
        "cross": Case("MultiHeadAttention", [q, k, v, f32(r, 33)], [FLOAT], num_heads=3),
        "lengths": Case("MultiHeadAttention", [q, k, v, None, [np.array([6, 4], np.int32), np.array([2], np.int32)]], [FLOAT], num_heads=3),
        "mask": Case("MultiHeadAttention", [q, k, v, None, [(r.random((2, 6)) < 0.7).astype(np.int32), (r.random((1, 5)) < 0.7).astype(np.int32)]], [FLOAT], num_heads=3),
        "bias": Case("MultiHeadAttention", [q, k, v, None, None, [f32(r, 1, 3, 4, 6), f32(r, 1, 3, 3, 5)]], [FLOAT], num_heads=3, scale=0.2),
        "long": Case("MultiHeadAttention", [self_q, self_k, self_v], [FLOAT], num_heads=3, unidirectional=1),
        "past": Case("MultiHeadAttention", [self_q, self_k, self_v, f32(r, 36), None, None, *past], [FLOAT, FLOAT, FLOAT], num_heads=3),
        "present": Case("MultiHeadAttention", [self_q, self_k, self_v], [FLOAT, FLOAT, FLOAT], num_heads=3),
        "heads": Case("MultiHeadAttention", [q, *[two(lambda *s: f32(r, *s), (2, 3, 6, 4), (1, 3, 5, 4)) for _ in range(2)]], [FLOAT], num_heads=3),
        "packed": Case("MultiHeadAttention", [two(lambda *s: f32(r, *s), (2, 5, 3, 3, 4), (1, 3, 3, 3, 4))], [FLOAT], num_heads=3,
                       expect=lambda x: packed_attention(x)),
        "half": Case("MultiHeadAttention", [*half], [HALF], num_heads=3, expect=lambda q, k, v: [
            attend(*(split_heads(a.astype(np.float32), 3) for a in (q, k, v))).astype(np.float16)]),
    }


def split_heads(x, n):
    return x.reshape(x.shape[0], x.shape[1], n, -1).transpose(0, 2, 1, 3)


def attend(q, k, v):
    s = np.einsum("bnsh,bnth->bnst", q, k) / np.sqrt(q.shape[3])
    s = np.exp(s - s.max(-1, keepdims=True))
    y = np.einsum("bnst,bnth->bsnh", s / s.sum(-1, keepdims=True), v)
    return y.reshape(y.shape[0], y.shape[1], -1).astype(np.float32)


def packed_attention(x):
    return [attend(*(x[:, :, :, i].transpose(0, 2, 1, 3) for i in range(3)))]


@case
def groupquery(r):
    def caches(length):
        angle = np.outer(np.arange(length), 0.3 ** np.arange(8))
        return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)

    cos, sin = caches(32)

    def inputs(batch, steps, past, lengths, total, packed=False, rotary=True):
        width = 4 * 16
        q = f32(r, batch, steps, width + (2 * 2 * 16 if packed else 0))
        k, v = (None if packed else f32(r, batch, steps, 32) for _ in range(2))
        pk, pv = (f32(r, batch, 2, past, 16) for _ in range(2))
        for b, last in enumerate(lengths):  # what follows in the cache is not defined
            pk[b, :, max(0, last + 1 - steps):] = pv[b, :, max(0, last + 1 - steps):] = 0
        return [q, k, v, pk, pv, np.array(lengths, np.int32), np.array(total, np.int32)], [cos, sin] if rotary else []

    def both(first, second, *more):
        return [None if a is None else [a, b] for a, b in zip(first[0], second[0])] + first[1] + list(more)

    prompt = inputs(2, 5, 0, [4, 4], 5), inputs(1, 7, 0, [6], 7)
    token = inputs(2, 1, 6, [6, 3], 7), inputs(1, 1, 3, [3], 4)
    shared = inputs(2, 1, 10, [6, 3], 7), inputs(1, 1, 8, [3], 4)
    chunk = inputs(1, 3, 6, [8], 9), inputs(1, 2, 3, [4], 5)
    packed = inputs(2, 5, 0, [4, 4], 5, packed=True), inputs(1, 1, 4, [4], 5, packed=True)
    plain = inputs(2, 5, 0, [4, 4], 5, rotary=False), inputs(1, 1, 4, [4], 5, rotary=False)
    outs, attrs = [FLOAT] * 3, dict(num_heads=4, kv_num_heads=2)
    bias = [f32(r, 2, 4, 5, 5), f32(r, 1, 1, 1, 5)]
    return {
        "prompt": Case("GroupQueryAttention", both(*prompt), outs, do_rotary=1, **attrs),
        "token": Case("GroupQueryAttention", both(*token), outs, do_rotary=1, rotary_interleaved=1, **attrs),
        "shared": Case("GroupQueryAttention", both(*shared), outs, do_rotary=1, **attrs),
        "chunk": Case("GroupQueryAttention", both(*chunk), outs, do_rotary=1, **attrs),
        "packed": Case("GroupQueryAttention", both(*packed), outs, do_rotary=1, **attrs),
        "window": Case("GroupQueryAttention", both(*plain), outs, local_window_size=3, softcap=2.0, **attrs),
        "smooth": Case("GroupQueryAttention", both(*plain), outs, smooth_softmax=1, scale=0.5, **attrs),
        "sink": Case("GroupQueryAttention", both(*plain, None, None, None, None, f32(r, 4)), outs, **attrs),
        "bias": Case("GroupQueryAttention", both(*plain, None, None, None, bias), outs, softcap=1.5, **attrs),
    }


@case
def range_(r):
    scalars = lambda t, *values: [np.array(v, t) for v in values]
    return {
        "plain": Case("Range", [scalars(np.int32, -2, 1), scalars(np.int32, 3, 9)], [I32]),
        "delta": Case("Range", [scalars(np.float32, 0.5, 7), scalars(np.float32, 3, 5), scalars(np.float32, 0.25, -0.5)], [FLOAT]),
    }


@case
def rotary(r):
    cos, sin = f32(r, 10, 4), f32(r, 10, 4)
    ids = [np.array([[1, 2, 3], [4, 0, 9]]), np.array([[7, 6]])]
    flat = two(lambda *s: f32(r, *s), (2, 3, 24), (1, 2, 24))
    heads = two(lambda *s: f32(r, *s), (2, 3, 3, 8), (1, 3, 2, 8))
    return {
        "": Case("RotaryEmbedding", [flat, ids, cos, sin], [FLOAT]),
        "interleaved": Case("RotaryEmbedding", [heads, ids, cos, sin], [FLOAT], interleaved=1),
        "offset": Case("RotaryEmbedding", [heads, [np.array([4]), np.array([2])], cos, sin], [FLOAT]),
        "part": Case("RotaryEmbedding", [two(lambda *s: f32(r, *s), (2, 3, 24), (1, 2, 24)), ids, cos[:, :2].copy(), sin[:, :2].copy()], [FLOAT],
                     num_heads=3, rotary_embedding_dim=4),
    }


@case
def matmulnbits(r):
    a = two(lambda *s: f32(r, *s), (2, 3, 40), (1, 1, 40))

    def weights(bits, k, n, block, zeros=None):
        blocks = -(-k // block)
        b = integers(r, np.uint8, n, blocks, block * bits // 8)
        scales = (0.01 + 0.1 * r.random((n, blocks))).astype(np.float32)
        z = {None: None, "packed": integers(r, np.uint8, n, -(-blocks * bits // 8)), "float": f32(r, n, blocks, scale=4)}[zeros]
        return [b, scales, z]

    def attrs(bits, k, n, block):
        return dict(K=k, N=n, bits=bits, block_size=block)

    return {
        "4": Case("MatMulNBits", [a, *weights(4, 40, 37, 16)], [FLOAT], **attrs(4, 40, 37, 16)),
        "4_zeros": Case("MatMulNBits", [a, *weights(4, 40, 37, 16, "packed")], [FLOAT], **attrs(4, 40, 37, 16)),
        "4_float": Case("MatMulNBits", [a, *weights(4, 40, 8, 32, "float")], [FLOAT], **attrs(4, 40, 8, 32)),
        "4_bias": Case("MatMulNBits", [a, *weights(4, 40, 37, 16), None, f32(r, 37)], [FLOAT], **attrs(4, 40, 37, 16)),
        "8": Case("MatMulNBits", [a, *weights(8, 40, 20, 32, "packed")], [FLOAT], **attrs(8, 40, 20, 32)),
        "2": Case("MatMulNBits", [a, *weights(2, 40, 20, 16, "packed")], [FLOAT], **attrs(2, 40, 20, 16)),
    }


@case
def gatherblocks(r):
    indices = [np.array([[1, -1], [0, 4]]), np.array([[3]])]
    scales = (0.01 + r.random((5, 3))).astype(np.float32)
    data = r.integers(-8, 8, (5, 40)).astype(np.int8)
    zeros = r.integers(-8, 8, (5, 3)).astype(np.int8)

    def four(x, kind):
        return helper.make_tensor("", kind, x.shape, x.flatten())

    first = r.integers(0, 16, (40, 3, 2)).astype(np.uint8)
    return {
        "int4": Case("GatherBlockQuantized", [four(data, TensorProto.INT4), indices, scales, four(zeros, TensorProto.INT4)], [FLOAT], block_size=16, quantize_axis=1),
        "uint4": Case("GatherBlockQuantized", [four(first, TensorProto.UINT4), [np.array([1, 0, 1], np.int32), np.array([0], np.int32)],
                                               (0.01 + r.random((3, 3, 2))).astype(np.float32)], [FLOAT], block_size=16, quantize_axis=0, gather_axis=2),
        "uint8_4": Case("GatherBlockQuantized", [integers(r, np.uint8, 5, 20), indices, scales, integers(r, np.uint8, 5, 2)], [FLOAT], block_size=16, bits=4),
        "uint8_8": Case("GatherBlockQuantized", [integers(r, np.uint8, 5, 40), indices, scales.astype(np.float16)], [HALF], block_size=16, bits=8),
    }


@case
def qmatmul(r):
    a, b = two(lambda *s: integers(r, np.uint8, *s), (2, 3, 8), (1, 5, 8)), integers(r, np.int8, 8, 6)
    real, scales = two(lambda *s: f32(r, *s), (2, 3, 8), (1, 5, 8)), (0.01 + 0.02 * r.random(6)).astype(np.float32)
    scale, zero = np.float32(0.02), np.uint8(113)
    return {
        "tofloat": Case("MatMulIntegerToFloat", [a, b, scale, np.float32(0.03), zero, np.int8(3), f32(r, 6)], [FLOAT]),
        "tofloat_columns": Case("MatMulIntegerToFloat", [a, b, scale, scales, zero, np.zeros(6, np.int8)], [FLOAT]),
        "dynamic": Case("DynamicQuantizeMatMul", [real, b, np.float32(0.03), np.int8(2), f32(r, 6)], [FLOAT]),
        "dynamic_columns": Case("DynamicQuantizeMatMul", [real, b, scales], [FLOAT]),
    }


@case
def qgemm(r):
    a, b = two(lambda *s: integers(r, np.uint8, *s), (3, 8), (5, 8)), integers(r, np.int8, 6, 8)
    c, scale, zero = r.integers(-3000, 3000, 6).astype(np.int32), np.float32(0.02), np.uint8(113)
    scales = (0.01 + 0.02 * r.random(6)).astype(np.float32)
    return {
        "": Case("QGemm", [a, scale, zero, b, scales, np.zeros(6, np.int8), c, np.float32(0.4), np.uint8(120)], [U8], transB=1),
        "float": Case("QGemm", [a, scale, zero, b, np.float32(0.01), np.int8(4), c], [FLOAT], transB=1, alpha=0.5),
    }


@case
def qlinear(r):
    a, b = two(lambda *s: integers(r, np.uint8, *s), (2, 3, 5), (1, 4, 5)), integers(r, np.uint8, 1, 5)
    signed = two(lambda *s: integers(r, np.int8, *s), (2, 3, 5), (1, 4, 5))
    sa, za, sb, zb, sc, zc = np.float32(0.02), np.uint8(121), np.float32(0.03), np.uint8(100), np.float32(0.05), np.uint8(130)
    image = two(lambda *s: integers(r, np.uint8, *s), (1, 3, 6, 5), (2, 3, 4, 7))
    last = [v.transpose(0, 2, 3, 1).copy() for v in image]
    condition = two(lambda *s: r.random(s) < 0.5, (2, 3, 5), (1, 4, 5))
    zero = np.uint8(0)

    def mean(x, scale, x_zero, y_scale, y_zero):
        y = ((x.astype(np.float32) - x_zero) * scale).mean((0, 1), keepdims=True)
        return [np.clip(np.rint(y / y_scale) + y_zero, 0, 255).astype(np.uint8)]

    return {
        "add": Case("QLinearAdd", [a, sa, za, b, sb, zb, sc, zc], [U8]),
        "add_signed": Case("QLinearAdd", [signed, sa, np.int8(4), signed, sb, np.int8(-3), sc, np.int8(9)], [I8]),
        "mul": Case("QLinearMul", [a, sa, za, b, sb, zb, sc, zc], [U8]),
        "sigmoid": Case("QLinearSigmoid", [a, sa, za, np.float32(1 / 256), zero], [U8]),
        "leakyrelu": Case("QLinearLeakyRelu", [signed, sa, np.int8(5), sc, np.int8(-7)], [I8], alpha=0.1),
        "concat": Case("QLinearConcat", [sc, zc, a, sa, za, a, sb, zb], [U8], axis=1),
        "averagepool": Case("QLinearAveragePool", [image, sa, za, sb, zb], [U8], kernel_shape=[3, 2], pads=[1, 0, 1, 1], strides=[2, 1]),
        "averagepool_last": Case("QLinearAveragePool", [last, sa, za, sb, zb], [U8], kernel_shape=[3, 2], channels_last=1, count_include_pad=1, pads=[1, 0, 1, 1]),
        "globalaveragepool": Case("QLinearGlobalAveragePool", [image, sa, za, np.float32(0.004), zb], [U8]),
        "globalaveragepool_last": Case("QLinearGlobalAveragePool", [last, sa, za, np.float32(0.004), zb], [U8], channels_last=1),
        "softmax": Case("QLinearSoftmax", [a, sa, za, np.float32(1 / 256), zero], [U8], opset=13, axis=-1),
        "softmax_flat": Case("QLinearSoftmax", [a, sa, za, np.float32(1 / 256), zero], [U8], opset=12, axis=1),
        "where": Case("QLinearWhere", [condition, a, sa, za, b, sb, zb, sc, zc], [U8]),
        "reducemean": Case("QLinearReduceMean", [a, sa, za, np.float32(0.01), zb], [U8], axes=[0, -2], keepdims=1, expect=mean),
        "conv_last": Case("QLinearConv", [last, sa, za, integers(r, np.int8, 4, 3, 3, 3), np.float32(0.01), np.int8(0), np.float32(0.5), zb,
                                          r.integers(-2000, 2000, 4).astype(np.int32)], [U8], channels_last=1, pads=[1, 1, 1, 1]),
    }


@case
def linear(r):
    x = two(lambda *s: f32(r, *s, scale=40), (2, 3, 5), (4, 3, 2))
    wide = two(lambda *s: integers(r, np.int16, *s), (2, 3), (4, 2))
    scales = (0.1 + r.random(3)).astype(np.float32)
    return {
        "quantize": Case("QuantizeLinear", [x, np.float32(0.002), np.uint16(30000)], [TensorProto.UINT16]),
        "quantize_axis": Case("QuantizeLinear", [x, scales, integers(r, np.int8, 3)], [I8], axis=1),
        "dequantize": Case("DequantizeLinear", [wide, np.float32(0.01), np.int16(-77)], [FLOAT]),
    }


@case
def qattention(r):
    x, w, b = two(lambda *s: integers(r, np.uint8, *s), (2, 5, 12), (1, 3, 12)), integers(r, np.int8, 12, 36), f32(r, 36)
    scales = (0.005 * (0.5 + r.random(36))).astype(np.float32)
    past = [f32(r, 2, 2, 3, 4, 4), f32(r, 2, 1, 3, 2, 4)]
    return {
        "": Case("QAttention", [x, w, b, np.float32(0.02), np.float32(0.01), [np.array([5, 3], np.int32), np.array([2], np.int32)], np.uint8(120), np.int8(3)],
                 [FLOAT], num_heads=3),
        "past": Case("QAttention", [x, w, b, np.float32(0.02), scales, None, np.uint8(120), np.zeros(36, np.int8), past], [FLOAT, FLOAT],
                     num_heads=3, unidirectional=1),
    }


@case
def lstm(r):
    x = two(lambda *s: f32(r, *s), (4, 2, 3), (5, 1, 3))
    w, rec, b = integers(r, np.int8, 2, 3, 20), integers(r, np.int8, 2, 5, 20), f32(r, 2, 40, scale=0.2)
    channel = (0.004 * (0.5 + r.random((2, 20)))).astype(np.float32)
    return Case("DynamicQuantizeLSTM", [x, w, rec, b, [np.array([4, 2], np.int32), np.array([5], np.int32)], None, None, None,
                                        np.array([0.01, 0.008], np.float32), np.array([8, -5], np.int8), channel, np.zeros((2, 20), np.int8)],
                [FLOAT] * 3, direction="bidirectional", hidden_size=5)


@case
def tokenizer(r):
    text = [np.array(["Hello World", "I love computer science !", ""], object), np.array([["one,two;three", "a"], ["bb  cc", "δεζ ηθ"]], object)]
    line = [np.array(["Hello World", "a bb ccc"], object), np.array(["δεζ ηθ"], object)]
    return {
        "space": Case("Tokenizer", [text], [STRING], separators=[" "], mark=0, pad_value="#", mincharnum=1),
        "several": Case("Tokenizer", [text], [STRING], separators=["[,;]", " +"], mark=1, pad_value="#", mincharnum=2),
        "characters": Case("Tokenizer", [line], [STRING], separators=[""], mark=1, pad_value="0xdeadbeaf", mincharnum=1),
        "expression": Case("Tokenizer", [text], [STRING], tokenexp="[a-z]+|[A-Z]", mark=0, pad_value="", mincharnum=2),
    }


def build(c):
    """The model of a case. Inputs are x0, x1, ..., outputs y0, y1, ..."""
    graph_inputs, constants, names = [], [], []
    for i, v in enumerate(c.inputs):
        name = f"x{i}" if v is not None else ""
        names.append(name)
        if isinstance(v, list):
            assert v[0].ndim == v[1].ndim or c.op == "Tokenizer", f"{c.op}: ranks of input {i}"
            kind = STRING if v[0].dtype == object else helper.np_dtype_to_tensor_dtype(v[0].dtype)
            shape = None
            if v[0].ndim == v[1].ndim:
                shape = [a if a == b else f"d{i}_{k}" for k, (a, b) in enumerate(zip(v[0].shape, v[1].shape))]
            graph_inputs.append(helper.make_tensor_value_info(name, kind, shape))
        elif isinstance(v, TensorProto):
            t = TensorProto()
            t.CopyFrom(v)
            t.name = name
            constants.append(t)
        elif v is not None:
            constants.append(numpy_helper.from_array(np.asarray(v), name))
    outs = [f"y{i}" if kind is not None else "" for i, kind in enumerate(c.outputs)]
    infos = [helper.make_tensor_value_info(o, kind, None) for o, kind in zip(outs, c.outputs) if kind is not None]
    node = helper.make_node(c.op, names, outs, name="node", domain=c.domain, **c.attrs)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    graph = helper.make_graph([node], c.op, graph_inputs, infos, constants)
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="goldens")


def run(model, feed):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feed)


def write(name, c, out):
    model = build(c)
    folder = os.path.join(out, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(folder, "model.onnx"), "wb") as f:
        f.write(model.SerializeToString(deterministic=True))
    for s in range(2):
        feed = {f"x{i}": v[s] for i, v in enumerate(c.inputs) if isinstance(v, list)}
        if c.expect:
            got = c.expect(*[v[s] if isinstance(v, list) else v for v in c.inputs])
        else:
            got = run(model, feed)
        os.makedirs(os.path.join(folder, f"set_{s}"))
        for kind, values in (("input", feed.values()), ("output", got)):
            for k, value in enumerate(values):
                value = np.asarray(value)
                message = helper.make_tensor("", STRING, value.shape, [str(v).encode() for v in value.flatten()]) if value.dtype == object \
                    else numpy_helper.from_array(value)
                with open(os.path.join(folder, f"set_{s}", f"{kind}_{k}.pb"), "wb") as f:
                    f.write(message.SerializeToString(deterministic=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--only", default="", help="comma-separated names")
    args = parser.parse_args()
    only = set(filter(None, args.only.split(",")))
    failed = 0
    for name, c in CASES.items():
        if only and name not in only:
            continue
        try:
            write(name, c, args.out)
        except Exception as e:  # noqa: BLE001 (all cases are tried)
            failed += 1
            print(f"{name}: {str(e).splitlines()[0][:300]}")
    print(f"{len(CASES)} cases, {failed} failed")
    raise SystemExit(failed > 0)


if __name__ == "__main__":
    main()
