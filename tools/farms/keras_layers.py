"""Layers of Keras over random configurations, of Keras 3 and of the Keras 2 that older exports come from."""
import numpy as np
import keras
import tf_keras

from . import keras_model


def normal(r, *dims):
    return np.random.default_rng(r.randrange(1 << 30)).normal(size=dims).astype(np.float32)


def sizes(r, rank, low=6, high=12):
    return [r.randint(low, high) for _ in range(rank)]


def version(r):
    """The layers, Input, Model and Sequential of one of the two."""
    return r.choice([keras, tf_keras])


def randomise(r, model):
    """Gives biases and statistics values other than the 0 and 1 they start with."""
    for w in model.weights:
        if not str(w.dtype).endswith(("float32", "float32'>")):
            continue
        if "variance" in w.name:
            w.assign(np.abs(normal(r, *w.shape)) + 0.5)
        elif len(w.shape) == 1:
            w.assign(w.numpy() + 0.3 * normal(r, *w.shape))
    return model


def alone(r, k, layer, *inputs):
    """A model of one layer; its batch is open."""
    ports = [k.layers.Input(x.shape[1:], dtype=x.dtype.name) for x in inputs]
    y = layer(ports[0] if len(ports) == 1 else ports)
    model = randomise(r, k.Model(ports, y))
    return (lambda *x: model(x[0] if len(x) == 1 else list(x), training=False)), inputs, [[None, *x.shape[1:]] for x in inputs]


@keras_model
def activation(r):
    k = version(r)
    layer = r.choice([lambda: k.layers.Activation(r.choice(["relu", "sigmoid", "tanh", "elu", "selu", "gelu", "swish", "softplus", "softsign", "hard_sigmoid", "exponential", "linear"])),
                      lambda: k.layers.LeakyReLU(0.2), lambda: k.layers.PReLU(shared_axes=[1, 2]), lambda: k.layers.ELU(0.7), lambda: k.layers.ReLU(6.0, 0.1, 0.2), lambda: k.layers.Softmax(r.choice([-1, 1]))])()
    return alone(r, k, layer, 3 * normal(r, r.randint(1, 3), *sizes(r, 3, 1, 6)))


@keras_model
def dense(r):
    k = version(r)
    layer = k.layers.Dense(r.randint(1, 30), activation=r.choice([None, "relu", "softmax", "sigmoid"]), use_bias=r.random() < 0.7)
    return alone(r, k, layer, normal(r, r.randint(1, 4), *sizes(r, r.randint(0, 2), 1, 5), r.randint(1, 30)))


@keras_model
def convolution(r):
    k, rank = version(r), r.choice([1, 2, 2, 2, 3])
    stride = r.randint(1, 2)
    dilation = r.choice([1, 2]) if stride == 1 else 1
    groups = r.choice([1, 1, 2]) if rank == 2 and dilation == 1 else 1
    layer = getattr(k.layers, f"Conv{rank}D")(groups * r.randint(1, 6), [r.randint(1, 4) for _ in range(rank)], stride, r.choice(["same", "valid"]), dilation_rate=dilation, groups=groups,
                                              activation=r.choice([None, "relu", "swish"]), use_bias=r.random() < 0.7)
    return alone(r, k, layer, normal(r, r.randint(1, 2), *sizes(r, rank, 9), groups * r.randint(1, 5)))


@keras_model
def depthwise(r):
    k = version(r)
    kind = r.choice(["DepthwiseConv2D", "SeparableConv2D", "SeparableConv1D"])
    given = {"depth_multiplier": r.randint(1, 2), "padding": r.choice(["same", "valid"]), "strides": r.randint(1, 2)}
    kernel = r.randint(1, 4)
    layer = k.layers.DepthwiseConv2D(kernel, **given) if kind[0] == "D" else getattr(k.layers, kind)(r.randint(1, 9), kernel, **given)
    return alone(r, k, layer, normal(r, r.randint(1, 2), *sizes(r, int(kind[-2])), r.randint(1, 8)))


@keras_model
def transposed_convolution(r):
    k, rank = version(r), r.choice([1, 2, 2])
    layer = getattr(k.layers, f"Conv{rank}DTranspose")(r.randint(1, 6), r.randint(1, 4), r.randint(1, 3), r.choice(["same", "valid"]), use_bias=r.random() < 0.7)
    return alone(r, k, layer, normal(r, r.randint(1, 2), *sizes(r, rank, 3, 7), r.randint(1, 5)))


@keras_model
def pool(r):
    k, rank = version(r), r.choice([1, 2, 2, 3])
    name = r.choice(["MaxPooling", "AveragePooling", "GlobalMaxPooling", "GlobalAveragePooling"])
    kind = getattr(k.layers, f"{name}{rank}D")
    layer = kind(keepdims=r.random() < 0.5) if name[0] == "G" else kind(r.randint(2, 3), r.randint(1, 3), r.choice(["same", "valid"]))
    return alone(r, k, layer, normal(r, r.randint(1, 3), *sizes(r, rank), r.randint(1, 9)))


@keras_model
def normalization(r):
    k, rank = version(r), r.randint(0, 2)
    channels = 2 * r.randint(1, 6)
    layer = r.choice([lambda: k.layers.BatchNormalization(epsilon=r.choice([1e-3, 1e-5]), scale=r.random() < 0.7, center=r.random() < 0.7), lambda: k.layers.LayerNormalization(epsilon=1e-5),
                      lambda: k.layers.GroupNormalization(2), lambda: k.layers.UnitNormalization()])()
    return alone(r, k, layer, normal(r, r.randint(2, 3), *sizes(r, rank, 3, 6), channels))


@keras_model
def shape(r):
    k = version(r)
    layer, rank = r.choice([(lambda: k.layers.Flatten(), 2), (lambda: k.layers.Permute((2, 1)), 2), (lambda: k.layers.RepeatVector(3), 1), (lambda: k.layers.Reshape((-1, 1)), 2),
                            (lambda: k.layers.ZeroPadding2D(((1, 0), (2, 1))), 3), (lambda: k.layers.Cropping2D(((1, 2), (0, 1))), 3), (lambda: k.layers.UpSampling2D(2, interpolation=r.choice(["nearest", "bilinear"])), 3),
                            (lambda: k.layers.UpSampling1D(3), 2), (lambda: k.layers.ZeroPadding1D(2), 2), (lambda: k.layers.Cropping1D((1, 1)), 2)])
    return alone(r, k, layer(), normal(r, r.randint(1, 3), *sizes(r, rank, 4, 7)))


@keras_model
def merge(r):
    k = version(r)
    dims = [r.randint(1, 3), *sizes(r, 2, 3, 5)]
    layer = r.choice([k.layers.Add, k.layers.Subtract, k.layers.Multiply, k.layers.Average, k.layers.Maximum, k.layers.Minimum, k.layers.Concatenate, lambda: k.layers.Dot(2, normalize=r.random() < 0.5)])()
    return alone(r, k, layer, normal(r, *dims), normal(r, *dims))


@keras_model
def recurrent(r):
    k = version(r)
    kind = r.choice(["LSTM", "GRU", "SimpleRNN"])
    more = {"reset_after": r.random() < 0.5} if kind == "GRU" else {}
    layer = getattr(k.layers, kind)(r.randint(1, 12), return_sequences=r.random() < 0.5, go_backwards=r.random() < 0.2, use_bias=r.random() < 0.8, **more)
    return alone(r, k, layer, normal(r, r.randint(1, 3), r.randint(2, 6), r.randint(1, 9)))


@keras_model
def bidirectional(r):
    k = version(r)
    layer = k.layers.Bidirectional(getattr(k.layers, r.choice(["LSTM", "GRU"]))(r.randint(1, 8), return_sequences=r.random() < 0.5), merge_mode=r.choice(["concat", "sum", "ave"]))
    return alone(r, k, layer, normal(r, r.randint(1, 3), r.randint(2, 6), r.randint(1, 9)))


@keras_model
def stacked_cells(r):
    k = version(r)
    layer = k.layers.RNN([k.layers.LSTMCell(r.randint(1, 6)), k.layers.GRUCell(r.randint(1, 6))], return_sequences=r.random() < 0.5)
    return alone(r, k, layer, normal(r, r.randint(1, 3), r.randint(2, 5), r.randint(1, 6)))


@keras_model
def convolutional_recurrent(r):
    k = version(r)
    layer = k.layers.ConvLSTM2D(r.randint(1, 4), r.choice([1, 3]), padding="same", return_sequences=r.random() < 0.5)
    return alone(r, k, layer, normal(r, 1, r.randint(2, 3), *sizes(r, 2, 4, 6), r.randint(1, 3)))


@keras_model
def time_distributed(r):
    k = version(r)
    inner, rank = r.choice([(lambda: k.layers.Dense(r.randint(1, 6)), 1), (lambda: k.layers.Conv2D(r.randint(1, 4), 3), 3)])
    return alone(r, k, k.layers.TimeDistributed(inner()), normal(r, 2, r.randint(2, 4), *sizes(r, rank, 4, 6)))


@keras_model
def masked_recurrent(r):
    k = version(r)
    ids = np.array([[r.randint(1, 9) if t < r.randint(2, 6) else 0 for t in range(6)] for _ in range(2)], np.int32)
    port = k.layers.Input((6,), dtype="int32")
    y = k.layers.Embedding(10, r.randint(1, 6), mask_zero=True)(port)
    model = randomise(r, k.Model(port, getattr(k.layers, r.choice(["LSTM", "GRU"]))(r.randint(1, 6))(y)))
    return (lambda x: model(x, training=False)), (ids,), [[None, 6]]


@keras_model
def attention(r):
    k = version(r)
    t, d = r.randint(2, 6), 2 * r.randint(1, 6)
    x = normal(r, r.randint(1, 2), t, d)
    kind = r.choice(["multi", "dot", "additive"])
    if kind == "dot":
        return alone(r, k, k.layers.Attention(), x, x[:, ::-1].copy())
    if kind == "additive":
        return alone(r, k, k.layers.AdditiveAttention(), x, x[:, ::-1].copy())
    layer = k.layers.MultiHeadAttention(r.randint(1, 3), r.randint(1, 6))
    causal = r.random() < 0.4
    return alone(r, k, lambda p: layer(p, p, use_causal_mask=causal), x)


@keras_model
def lookup(r):
    k = version(r)
    ids = np.array([[r.randrange(7) for _ in range(3)] for _ in range(2)], np.int32)
    layer = r.choice([lambda: k.layers.Embedding(7, r.randint(1, 9)), lambda: k.layers.CategoryEncoding(7, output_mode=r.choice(["multi_hot", "count"]))])()
    return alone(r, k, layer, ids)


@keras_model
def preprocessing(r):
    k = version(r)
    layer = r.choice([lambda: k.layers.Rescaling(1 / 127.5, -1), lambda: k.layers.Resizing(r.randint(3, 9), r.randint(3, 9), interpolation=r.choice(["bilinear", "nearest", "bicubic"])), lambda: k.layers.CenterCrop(4, 3),
                      lambda: k.layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.5, 2.0, 0.7])])()
    return alone(r, k, layer, normal(r, r.randint(1, 2), *sizes(r, 2, 5, 8), 3))
