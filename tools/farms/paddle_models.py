"""Layers, functions and small networks of PaddlePaddle, through paddle2onnx."""
import multiprocessing
import os
import tempfile

import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

from . import paddle_model


class Unary(nn.Layer):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)


class Binary(Unary):
    def forward(self, x, y):
        return self.f(x, y)


def normal(r, *dims):
    return np.random.default_rng(r.randrange(1 << 30)).normal(size=dims).astype(np.float32)


def integers(r, *dims, low=0, high=6):
    return np.random.default_rng(r.randrange(1 << 30)).integers(low, high, dims).astype(np.int64)


def sizes(r, rank, low=5, high=12):
    return [r.randint(low, high) for _ in range(rank)]


def batch(layer, *inputs):
    """The first dim of each input is open."""
    return layer, inputs, [[-1, *x.shape[1:]] for x in inputs]


def fixed(layer, *inputs):
    return layer, inputs, [list(x.shape) for x in inputs]


def one(r, choices, *inputs):
    return r.choice([batch, fixed])((Unary if len(inputs) == 1 else Binary)(r.choice(choices)), *inputs)


@paddle_model
def activation(r):
    name = r.choice(["ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "GELU", "Silu", "Swish", "Mish", "Hardswish", "Hardsigmoid", "Hardtanh", "Hardshrink", "Sigmoid", "Tanh", "Softplus", "Softsign", "Softshrink", "LogSigmoid", "Tanhshrink", "ThresholdedReLU", "PReLU", "Softmax", "LogSoftmax", "Maxout", "GLU"])
    given = {"Maxout": (2,), "GLU": (1,), "GELU": (r.random() < 0.5,)}.get(name, ())
    return batch(getattr(nn, name)(*given), 3 * normal(r, r.randint(1, 3), 2 * r.randint(1, 4), *sizes(r, 2, 1, 5)))


@paddle_model
def linear(r):
    i = r.randint(1, 30)
    return batch(nn.Linear(i, r.randint(1, 30)), normal(r, *sizes(r, r.randint(1, 2), 1, 4), i))


@paddle_model
def convolution(r):
    rank, g = r.choice([1, 2, 2, 2, 3]), r.choice([1, 1, 2, 4])
    i, o = g * r.randint(1, 5), g * r.randint(1, 5)
    pad = r.choice([0, 1, 2, "SAME", "VALID"])
    stride = 1 if pad == "SAME" else r.randint(1, 3)
    mode = "zeros" if isinstance(pad, str) or rank == 3 else r.choice(["zeros", "zeros", "reflect", "replicate", "circular"])
    layer = getattr(nn, f"Conv{rank}D")(i, o, [r.randint(1, 4) for _ in range(rank)], stride, pad, r.choice([1, 1, 2]), g, mode, bias_attr=None if r.random() < 0.7 else False)
    return batch(layer, normal(r, r.randint(1, 2), i, *sizes(r, rank, 7)))


@paddle_model
def transposed_convolution(r):
    rank, g, stride = r.choice([1, 2, 2]), r.choice([1, 1, 2]), r.randint(1, 3)
    i, o = g * r.randint(1, 4), g * r.randint(1, 4)
    layer = getattr(nn, f"Conv{rank}DTranspose")(i, o, r.randint(1, 4), stride, r.randint(0, 1), r.randint(0, stride - 1), groups=g)
    return batch(layer, normal(r, r.randint(1, 2), i, *sizes(r, rank, 3, 6)))


@paddle_model
def pool(r):
    rank, kernel, name = r.choice([1, 2, 2, 3]), r.randint(2, 3), r.choice(["Max", "Avg"])
    layer = getattr(nn, f"{name}Pool{rank}D")(kernel, r.randint(1, 3), r.randint(0, 1), ceil_mode=r.random() < 0.4, **({"exclusive": r.random() < 0.5} if name == "Avg" else {}))
    return batch(layer, normal(r, r.randint(1, 2), r.randint(1, 9), *sizes(r, rank)))


@paddle_model
def adaptive_pool(r):
    n = r.choice([1, 2, 4])
    return batch(getattr(nn, r.choice(["AdaptiveAvgPool2D", "AdaptiveMaxPool2D"]))(n), normal(r, 2, r.randint(1, 9), 4 * r.randint(1, 3), 4 * r.randint(1, 3)))


@paddle_model
def normalization(r):
    c = 2 * r.randint(1, 8)
    layer, rank = r.choice([(lambda: nn.BatchNorm1D(c), 1), (lambda: nn.BatchNorm2D(c), 2), (lambda: nn.BatchNorm3D(c), 3), (lambda: nn.GroupNorm(2, c), 2), (lambda: nn.InstanceNorm2D(c), 2), (lambda: nn.InstanceNorm1D(c), 1), (lambda: nn.LayerNorm([7]), 2), (lambda: nn.LocalResponseNorm(3), 2)])
    return batch(layer(), normal(r, 2, c, *sizes(r, rank - 1, 3, 6), 7))


@paddle_model
def padding(r):
    kind, rank = r.choice([("Pad1D", 1), ("Pad2D", 2), ("Pad3D", 3), ("ZeroPad2D", 2)])
    p = [r.randint(0, 3) for _ in range(2 * rank)]
    layer = nn.ZeroPad2D(p) if kind[0] == "Z" else getattr(nn, kind)(p, r.choice(["constant", "replicate"] + (["reflect", "circular"] if rank < 3 else [])))
    return batch(layer, normal(r, 1, 2, *sizes(r, rank)))


@paddle_model
def recurrent(r):
    i, h = r.randint(1, 9), r.randint(1, 12)
    layer = getattr(nn, r.choice(["SimpleRNN", "LSTM", "GRU"]))(i, h, num_layers=r.randint(1, 2), direction=r.choice(["forward", "bidirect"]))
    return r.choice([batch, fixed])(layer, normal(r, r.randint(1, 3), r.randint(1, 6), i))


@paddle_model
def embedding(r):
    n = r.randint(2, 9)
    return batch(nn.Embedding(n, r.randint(1, 9), padding_idx=r.choice([None, 0])), integers(r, 2, 4, high=n))


@paddle_model
def attention(r):
    d = 4 * r.randint(1, 5)
    x = normal(r, r.randint(1, 2), r.randint(2, 6), d)
    layer = r.choice([lambda: nn.MultiHeadAttention(d, 2), lambda: nn.TransformerEncoderLayer(d, 2, 2 * d, activation=r.choice(["relu", "gelu"]), normalize_before=r.random() < 0.5), lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 2, d), 2)])()
    return batch(layer, x)


@paddle_model
def upsampling(r):
    mode = r.choice(["nearest", "bilinear", "bicubic"])
    align = mode != "nearest" and r.random() < 0.5
    layer = r.choice([lambda: nn.Upsample(scale_factor=2, mode=mode, align_corners=align), lambda: nn.Upsample(size=[r.randint(3, 9), r.randint(3, 9)], mode=mode, align_corners=align), lambda: nn.PixelShuffle(2), lambda: nn.PixelUnshuffle(2), lambda: nn.ChannelShuffle(2), lambda: nn.UpsamplingBilinear2D(scale_factor=2),
                      lambda: nn.Unfold(2, 1)])()
    return batch(layer, normal(r, 1, 4, 2 * r.randint(2, 4), 2 * r.randint(2, 4)))


@paddle_model
def unary(r):
    p = paddle
    return one(r, [p.abs, p.sign, p.floor, p.ceil, p.round, p.sin, p.cos, p.tan, p.atan, p.sinh, p.cosh, p.erf, p.exp, p.square, p.tanh, lambda x: p.rsqrt(x * x + 1), lambda x: p.log(p.abs(x) + 0.5), lambda x: p.log1p(p.abs(x)), lambda x: p.log2(p.abs(x) + 1), lambda x: p.reciprocal(p.abs(x) + 1), lambda x: p.clip(x, -0.5, 0.5),
                   lambda x: x ** 3, lambda x: p.scale(x, 2.0, 0.5), lambda x: p.cast(x, "int32"), lambda x: p.isnan(x), lambda x: F.normalize(x, axis=-1), lambda x: p.stanh(x), lambda x: p.nn.functional.temporal_shift(p.tile(x, [4, 1, 1])[:4, :, :, None], 2, 0.25)], normal(r, 2, 4, r.randint(2, 5)))


@paddle_model
def binary(r):
    p = paddle
    x, y = normal(r, 2, 3, 4), normal(r, *r.choice([(2, 3, 4), (3, 4), (1, 4), (2, 1, 4)]))
    f = r.choice([p.add, p.subtract, p.multiply, lambda a, b: a / (p.abs(b) + 1), p.maximum, p.minimum, lambda a, b: p.pow(p.abs(a) + 0.1, b), lambda a, b: p.where(a > b, a, -b), lambda a, b: p.logical_and(a > b, a < 1), lambda a, b: p.not_equal(a, b), lambda a, b: p.floor_divide(a, p.abs(b) + 1), lambda a, b: p.remainder(a, p.abs(b) + 1)])
    return fixed(Binary(f), x, y)


@paddle_model
def integer(r):
    p = paddle
    return one(r, [lambda a, b: a + b, lambda a, b: a // b, lambda a, b: a % b, lambda a, b: p.maximum(a, b), lambda a, b: p.equal(a, b), lambda a, b: p.cast(a, "float32") / p.cast(b, "float32"), lambda a, b: p.bitwise_and(a, b), lambda a, b: p.sum(a * b, 0)], integers(r, 3, 4, low=-5), integers(r, 3, 4, low=1))


@paddle_model
def reduction(r):
    p, d, keep = paddle, r.choice([-1, 0, None]), r.random() < 0.5
    return one(r, [lambda x: p.sum(x, d, keepdim=keep), lambda x: p.mean(x, d, keep), lambda x: p.max(x, d, keep), lambda x: p.min(x, d, keep), lambda x: p.prod(x, d, keep), lambda x: p.logsumexp(x, d, keep), lambda x: p.argmax(x, -1), lambda x: p.argmin(x, 0, keep), lambda x: p.cumsum(x, 1), lambda x: p.any(x > 0, d, keep),
                   lambda x: p.all(x > -2, d, keep), lambda x: p.norm(x, 2, -1), lambda x: p.std(x, d if d is not None else 1), lambda x: p.var(x, -1)], normal(r, *sizes(r, r.randint(2, 3), 2, 5)))


@paddle_model
def views(r):
    p = paddle
    return one(r, [lambda x: p.transpose(x, [0, 2, 1]), lambda x: p.reshape(x, [0, -1]), lambda x: p.flatten(x, 1), lambda x: p.unsqueeze(x, [0, 2]), lambda x: p.squeeze(p.unsqueeze(x, 1)), lambda x: p.tile(x, [1, 2, 1]), lambda x: p.expand(x[:1], [3, -1, -1]), lambda x: p.flip(x, [1]), lambda x: p.roll(x, 1, 1), lambda x: p.stack([x, x + 1], 1),
                   lambda x: p.concat([x, -x], -1), lambda x: p.split(x, 2, 1), lambda x: p.chunk(x, 2, 1), lambda x: p.unbind(x, 1)[0], lambda x: p.slice(x, [1], [1], [3]), lambda x: p.strided_slice(x, [2], [0], [4], [2]), lambda x: p.broadcast_to(x[:, :1], [2, 4, x.shape[2]]), lambda x: p.shape(x)], normal(r, 2, 4, r.randint(4, 6)))


@paddle_model
def indexing(r):
    p = paddle
    i = np.array([1, 0, 1], np.int64)
    return fixed(Binary(r.choice([lambda x, i: x[0], lambda x, i: x[:, -1], lambda x, i: x[..., ::2], lambda x, i: p.gather(x, i), lambda x, i: p.index_select(x, i, 1), lambda x, i: p.gather_nd(x, p.unsqueeze(i, 1)), lambda x, i: p.topk(x, 2), lambda x, i: p.sort(x, -1), lambda x, i: p.argsort(x, 0, True), lambda x, i: p.nonzero(x > 0),
                                      lambda x, i: p.masked_select(x, x > 0), lambda x, i: F.one_hot(i, 4), lambda x, i: p.tril(x), lambda x, i: p.triu(x, 1), lambda x, i: p.where(x > 0, x, p.zeros_like(x)), lambda x, i: p.full([2, 3], 2.5) + x[0, 0], lambda x, i: p.arange(0, 4, dtype="float32") * x, lambda x, i: p.put_along_axis(x, p.zeros([1, 4], "int64"), 9.0, 0),
                                      lambda x, i: p.take_along_axis(x, p.argsort(x, -1), -1), lambda x, i: p.scatter(x, i[:2], x[:2]), lambda x, i: p.unique(i), lambda x, i: p.meshgrid(i, i)[0], lambda x, i: p.linspace(0, 1, 4) + x, lambda x, i: p.scatter_nd_add(x, p.unsqueeze(i, 1), x)])), normal(r, 3, 4), i)


@paddle_model
def products(r):
    p = paddle
    a, b, c, n = (r.randint(1, 6) for _ in range(4))
    f, s, t = r.choice([(p.matmul, (a, b), (b, c)), (p.bmm, (n, a, b), (n, b, c)), (lambda x, y: p.matmul(x, y, transpose_y=True), (n, a, b), (n, c, b)), (lambda x, y: p.matmul(x, y, transpose_x=True), (b, a), (b, c)), (p.mm, (a, b), (b, c)), (p.dot, (b,), (b,)), (lambda x, y: p.addmm(p.ones([a, c]), x, y, alpha=0.5), (a, b), (b, c)), (p.mv, (a, b), (b,)), (p.dist, (a, b), (a, b))])
    return fixed(Binary(f), normal(r, *s), normal(r, *t))


@paddle_model
def sampling(r):
    align = r.random() < 0.5
    grid = np.random.default_rng(r.randrange(1 << 30)).uniform(-1.2, 1.2, (1, 3, 4, 2)).astype(np.float32)
    mode, pad = r.choice(["bilinear", "nearest"]), r.choice(["zeros", "border", "reflection"])
    return fixed(Binary(lambda x, g: F.grid_sample(x, g, mode=mode, padding_mode=pad, align_corners=align)), normal(r, 1, 2, 5, 6), grid)


class Branch(nn.Layer):
    def forward(self, x):
        if paddle.sum(x) > 0:
            y = x * 2
        else:
            y = x - 1
        return y


class Repeat(nn.Layer):
    def forward(self, x, n):
        i = paddle.zeros([1], "int64")
        while i < n:
            x = x * 0.5 + 1
            i = i + 1
        return x


@paddle_model
def control(r):
    x = normal(r, 2, r.randint(1, 5))
    return fixed(Branch(), x) if r.random() < 0.5 else fixed(Repeat(), x, np.array([r.randint(0, 4)], np.int64))


@paddle_model
def suppression(r):
    corners = np.abs(normal(r, 1, 12, 2)) * 10
    boxes = np.concatenate([corners, corners + np.abs(normal(r, 1, 12, 2)) * 20 + 1], 2).astype(np.float32)
    scores = np.random.default_rng(r.randrange(1 << 30)).random((1, r.randint(1, 3), 12)).astype(np.float32)

    def multiclass(boxes, scores):
        return paddle.vision.ops.nms(boxes[0], 0.4, scores[0, 0])

    def grid(boxes, scores):
        return paddle.vision.ops.yolo_box(paddle.reshape(paddle.tile(scores, [1, 1, 3])[:, :1, :], [1, 36, 1, 1]), paddle.to_tensor([[64, 64]], "int32"), [10, 13, 16, 30], 13, 0.01, 32)[0]

    return fixed(Binary(r.choice([multiclass, grid])), boxes, scores)


def block(r, i, o, stride=1):
    return nn.Sequential(nn.Conv2D(i, o, 3, stride, 1, bias_attr=False), nn.BatchNorm2D(o), r.choice([nn.ReLU, nn.Hardswish, nn.Silu, nn.ReLU6])())


@paddle_model
def classifier(r):
    parts, c = [], 3
    for _ in range(r.randint(1, 3)):
        d = r.randint(3, 24)
        parts += [block(r, c, d, r.randint(1, 2))] + ([nn.MaxPool2D(2, ceil_mode=r.random() < 0.5)] if r.random() < 0.4 else [])
        c = d
    return batch(nn.Sequential(*parts, nn.AdaptiveAvgPool2D(1), nn.Flatten(), nn.Linear(c, r.randint(2, 9)), nn.Softmax()), normal(r, r.randint(1, 3), 3, *sizes(r, 2, 12, 20)))


class Excited(nn.Layer):
    def __init__(self, r, c):
        super().__init__()
        self.body, self.squeeze = block(r, c, c), nn.Sequential(nn.AdaptiveAvgPool2D(1), nn.Conv2D(c, c // 2, 1), nn.ReLU(), nn.Conv2D(c // 2, c, 1), nn.Hardsigmoid())

    def forward(self, x):
        y = self.body(x)
        return x + y * self.squeeze(y)


@paddle_model
def squeeze_excite(r):
    c = 2 * r.randint(2, 9)
    return batch(nn.Sequential(block(r, 3, c), *[Excited(r, c) for _ in range(r.randint(1, 2))]), normal(r, 1, 3, 10, 12))


class Reader(nn.Layer):
    """Text recognition: columns of a picture read by an LSTM."""

    def __init__(self, r):
        super().__init__()
        c = r.randint(4, 12)
        self.conv, self.read = nn.Sequential(block(r, 3, c, 2), nn.MaxPool2D((2, 1))), nn.LSTM(c, r.choice([6, 8]), direction="bidirect")
        self.head = nn.Linear(2 * self.read.hidden_size, 5)

    def forward(self, x):
        y = paddle.transpose(paddle.mean(self.conv(x), 2), [0, 2, 1])
        return F.softmax(self.head(self.read(y)[0]), -1)


@paddle_model
def text_reader(r):
    return batch(Reader(r), normal(r, r.randint(1, 2), 3, 8, 2 * r.randint(4, 10)))


@paddle_model
def application(r):
    """A published architecture on a small picture."""
    from paddle.vision import models
    build = r.choice([lambda: models.mobilenet_v2(scale=0.25, num_classes=5), lambda: models.mobilenet_v3_small(scale=0.5, num_classes=5), lambda: models.shufflenet_v2_x0_25(num_classes=5), lambda: models.squeezenet1_1(num_classes=5), lambda: models.mobilenet_v1(scale=0.25, num_classes=5)])
    return batch(build(), normal(r, 1, 3, 64, 64))


def exported(layer, inputs, dims, opset, optimizer):
    """The bytes of a layer's model; its inputs are x0, x1..."""
    layer.eval()
    specs = [paddle.static.InputSpec(d, x.dtype.name, f"x{i}") for i, (x, d) in enumerate(zip(inputs, dims))]
    with tempfile.TemporaryDirectory() as folder:
        base = os.path.join(folder, "model")
        paddle.jit.save(paddle.jit.to_static(layer, input_spec=specs), base)
        converter = multiprocessing.get_context("fork").Process(target=convert, args=(base, opset, optimizer))
        converter.start()
        converter.join(60)
        converter.kill()
        if not os.path.exists(base + ".onnx"):
            raise RuntimeError("paddle2onnx failed")
        with open(base + ".onnx", "rb") as f:
            return f.read()


def convert(base, opset, optimizer):
    """Runs in a process of its own: paddle2onnx aborts the process if it does not know an operator."""
    import paddle2onnx
    parameters = base + ".pdiparams"
    paddle2onnx.export(base + ".json", parameters if os.path.exists(parameters) else "", base + ".onnx", opset, optimize_tool=optimizer)
