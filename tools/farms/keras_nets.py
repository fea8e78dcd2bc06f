"""Small networks of Keras with random weights."""
import numpy as np

from . import keras_model
from .keras_layers import normal, randomise, version


def network(r, k, ports, y, *inputs):
    """A model with an open batch."""
    model = randomise(r, k.Model(ports, y))
    return (lambda *x: model(x[0] if len(x) == 1 else list(x), training=False)), inputs, [[None, *x.shape[1:]] for x in inputs]


def convolved(r, k, x, channels, stride=1):
    x = k.layers.Conv2D(channels, r.choice([1, 3]), stride, "same", use_bias=False)(x)
    x = k.layers.BatchNormalization()(x)
    return k.layers.Activation(r.choice(["relu", "swish", "gelu"]))(x)


@keras_model
def classifier(r):
    k = version(r)
    x = port = k.layers.Input((r.randint(12, 20), r.randint(12, 20), 3))
    for _ in range(r.randint(1, 3)):
        x = convolved(r, k, x, r.randint(3, 24), r.randint(1, 2))
        if r.random() < 0.4:
            x = k.layers.MaxPooling2D(2, padding=r.choice(["same", "valid"]))(x)
    x = k.layers.Dropout(0.2)(r.choice([k.layers.GlobalAveragePooling2D, k.layers.Flatten])()(x))
    return network(r, k, port, k.layers.Dense(r.randint(2, 9), activation="softmax")(x), normal(r, r.randint(1, 3), *port.shape[1:]))


@keras_model
def residual(r):
    k, c = version(r), 2 * r.randint(2, 10)
    port = k.layers.Input((14, 12, 3))
    x = convolved(r, k, port, c)
    for _ in range(r.randint(1, 3)):
        y = convolved(r, k, x, c)
        y = k.layers.DepthwiseConv2D(3, padding="same")(y) if r.random() < 0.5 else convolved(r, k, y, c)
        x = k.layers.ReLU()(k.layers.Add()([x, y]))
    return network(r, k, port, x, normal(r, 2, 14, 12, 3))


@keras_model
def squeeze_excite(r):
    k, c = version(r), 4 * r.randint(1, 6)
    port = k.layers.Input((10, 10, 3))
    x = convolved(r, k, port, c)
    s = k.layers.Reshape((1, 1, c))(k.layers.GlobalAveragePooling2D()(x))
    s = k.layers.Conv2D(c, 1, activation="sigmoid")(k.layers.Conv2D(c // 4, 1, activation="relu")(s))
    return network(r, k, port, k.layers.Multiply()([x, s]), normal(r, 2, 10, 10, 3))


@keras_model
def hourglass(r):
    k, c = version(r), r.randint(3, 10)
    port = k.layers.Input((12, 16, 3))
    a = convolved(r, k, port, c)
    b = convolved(r, k, a, 2 * c, 2)
    up = k.layers.Conv2DTranspose(c, 2, 2)(b) if r.random() < 0.5 else k.layers.UpSampling2D(2, interpolation=r.choice(["nearest", "bilinear"]))(b)
    return network(r, k, port, k.layers.Conv2D(2, 1, activation="sigmoid")(k.layers.Concatenate()([a, up])), normal(r, 1, 12, 16, 3))


@keras_model
def tagger(r):
    k = version(r)
    port = k.layers.Input((8,), dtype="int32")
    x = k.layers.Embedding(30, r.randint(2, 10))(port)
    x = k.layers.Bidirectional(getattr(k.layers, r.choice(["LSTM", "GRU"]))(r.randint(2, 8), return_sequences=True))(x)
    return network(r, k, port, k.layers.TimeDistributed(k.layers.Dense(5, activation="softmax"))(x), np.array([[r.randrange(30) for _ in range(8)] for _ in range(2)], np.int32))


@keras_model
def text_convolution(r):
    k = version(r)
    port = k.layers.Input((12,), dtype="int32")
    x = k.layers.Embedding(30, r.randint(2, 10))(port)
    x = k.layers.Concatenate()([k.layers.GlobalMaxPooling1D()(k.layers.Conv1D(r.randint(2, 9), n, activation="relu", padding=r.choice(["same", "valid", "causal"]))(x)) for n in (2, 3, 4)])
    return network(r, k, port, k.layers.Dense(1, activation="sigmoid")(x), np.array([[r.randrange(30) for _ in range(12)] for _ in range(3)], np.int32))


@keras_model
def transformer(r):
    k, d = version(r), 4 * r.randint(1, 5)
    port = k.layers.Input((r.randint(3, 7), d))
    x = port
    for _ in range(r.randint(1, 2)):
        x = k.layers.LayerNormalization(epsilon=1e-6)(k.layers.Add()([x, k.layers.MultiHeadAttention(2, d // 2)(x, x)]))
        y = k.layers.Dense(d)(k.layers.Dense(2 * d, activation=r.choice(["gelu", "relu"]))(x))
        x = k.layers.LayerNormalization(epsilon=1e-6)(k.layers.Add()([x, y]))
    return network(r, k, port, x, normal(r, 2, *port.shape[1:]))


@keras_model
def tower(r):
    k = version(r)
    a, b = k.layers.Input((r.randint(2, 9),)), k.layers.Input((r.randint(2, 9),))
    shared = k.layers.Dense(6, activation="relu")
    x = k.layers.Concatenate()([shared(k.layers.Dense(5)(a)), shared(k.layers.Dense(5)(b))])
    return network(r, k, [a, b], [k.layers.Dense(3)(x), k.layers.Dense(1, activation="tanh")(x)], normal(r, 2, a.shape[1]), normal(r, 2, b.shape[1]))


@keras_model
def application(r):
    """A published architecture on a small picture, far fewer classes, weights as they start."""
    k, side = version(r), 32
    build = getattr(k.applications, r.choice(["MobileNet", "MobileNetV2", "MobileNetV3Small", "EfficientNetB0"]))
    model = randomise(r, build(weights=None, input_shape=(side, side, 3), classes=5))
    return (lambda x: model(x, training=False)), (normal(r, 1, side, side, 3),), [[None, side, side, 3]]
