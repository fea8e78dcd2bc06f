"""What people write in a tf.function: control flow, pictures, detection, strings, indexing."""
import numpy as np
import tensorflow as tf

from . import keras_model
from .keras_layers import normal


def open_dims(r, *inputs):
    """What each input leaves open: nothing, its batch or everything."""
    way = r.choice(["closed", "batch", "all"])
    return [list(x.shape) if way == "closed" or x.ndim == 0 else [None, *x.shape[1:]] if way == "batch" else [None] * x.ndim for x in inputs]


def one(r, choices, *inputs):
    return r.choice(choices), inputs, open_dims(r, *inputs)


def integers(r, *dims, low=0, high=6, kind=np.int32):
    return np.random.default_rng(r.randrange(1 << 30)).integers(low, high, dims).astype(kind)


def dims(r, low=2, high=3):
    return [r.randint(2, 5) for _ in range(r.randint(low, high))]


@keras_model
def elementwise(r):
    m = tf.math
    return one(r, [m.abs, m.erf, m.rsqrt, m.log1p, m.expm1, m.sinh, m.atan, m.sign, m.round, m.rint, m.floor, m.ceil, m.softplus, lambda x: m.pow(m.abs(x), 0.5), lambda x: m.floormod(x, 0.7), lambda x: x // 0.3, lambda x: m.squared_difference(x, 1.0), m.is_nan,
                   lambda x: tf.where(x > 0, x, -x), lambda x: tf.clip_by_value(x, -0.5, 0.5), lambda x: m.divide_no_nan(x, m.floor(x)), lambda x: m.atan2(x, x + 1), lambda x: tf.nn.leaky_relu(x), lambda x: tf.nn.relu6(x), lambda x: tf.nn.crelu(x),
                   lambda x: m.logical_xor(x > 0, x < 1), lambda x: tf.cast(x, tf.int32), lambda x: tf.cast(x * 9, tf.uint8), lambda x: tf.nn.l2_normalize(x, -1), lambda x: tf.nn.log_softmax(x), m.acosh, m.asinh, m.lgamma, m.reciprocal], np.abs(normal(r, *dims(r))) + 0.1)


@keras_model
def integer(r):
    b = tf.bitwise
    return one(r, [lambda x, y: x + y, lambda x, y: x // y, lambda x, y: x % y, lambda x, y: tf.math.floordiv(x, -y), lambda x, y: tf.truncatediv(x, -y), lambda x, y: tf.maximum(x, y), b.bitwise_and, b.bitwise_or, b.bitwise_xor, b.left_shift, lambda x, y: tf.cast(x, tf.float32) / tf.cast(y, tf.float32),
                   lambda x, y: tf.equal(x, y), lambda x, y: tf.math.squared_difference(x, y), lambda x, y: tf.pow(x, 2) - y], integers(r, 3, 4, low=-5), integers(r, 3, 4, low=1))


@keras_model
def reduction(r):
    axis, keep = r.choice([None, 0, -1, [0, 1]]), r.random() < 0.5
    return one(r, [lambda x: tf.reduce_sum(x, axis, keep), lambda x: tf.reduce_mean(x, axis, keep), lambda x: tf.reduce_max(x, axis, keep), lambda x: tf.reduce_prod(x, axis, keep), lambda x: tf.reduce_logsumexp(x, axis, keep), lambda x: tf.reduce_any(x > 0, axis, keep),
                   lambda x: tf.reduce_all(x > -1, axis, keep), lambda x: tf.argmax(x, -1), lambda x: tf.argmin(x, 0, tf.int32), lambda x: tf.cumsum(x, 0, exclusive=keep, reverse=not keep), lambda x: tf.norm(x, axis=-1), lambda x: tf.nn.moments(x, [0]), lambda x: tf.math.reduce_std(x, axis),
                   lambda x: tf.math.cumprod(x, 1)], normal(r, *dims(r)))


@keras_model
def rearrangement(r):
    return one(r, [lambda x: tf.transpose(x), lambda x: tf.reshape(x, [-1]), lambda x: tf.reshape(x, [tf.shape(x)[0], -1]), lambda x: tf.tile(x, [2] * len(x.shape)), lambda x: tf.expand_dims(x, 1), lambda x: tf.reverse(x, [-1]), lambda x: tf.stack([x, x + 1], 1), lambda x: tf.concat([x, -x], -1),
                   lambda x: tf.unstack(x, axis=1) if x.shape[1] else x, lambda x: tf.pad(x, [[1, 2]] * len(x.shape), constant_values=0.5), lambda x: tf.pad(x, [[1, 1]] * len(x.shape), "REFLECT"), lambda x: tf.pad(x, [[1, 0]] * len(x.shape), "SYMMETRIC"), lambda x: tf.roll(x, 1, 0),
                   lambda x: tf.broadcast_to(x, tf.concat([[2], tf.shape(x)], 0)), lambda x: tf.split(x, [1, -1], 0) if x.shape[0] else x, lambda x: tf.squeeze(x[:1], 0), lambda x: tf.repeat(x, 2, 0), lambda x: tf.fill(tf.shape(x), 2.5), lambda x: tf.zeros_like(x) + tf.range(3.0)[0]], normal(r, *dims(r)))


@keras_model
def strided_slice(r):
    return one(r, [lambda x: x[0], lambda x: x[..., -1], lambda x: x[:, ::2], lambda x: x[:, ::-1], lambda x: x[1:, tf.newaxis, :-1], lambda x: x[tf.shape(x)[0] // 2:], lambda x: x[:, 1], lambda x: x[-1:, ..., tf.newaxis], lambda x: tf.slice(x, [0, 1], [-1, 1]), lambda x: x[:tf.shape(x)[0] - 1]], normal(r, *dims(r, 2, 2)))


@keras_model
def gathering(r):
    ids = integers(r, 2, 3, high=2)
    return one(r, [lambda x, i: tf.gather(x, i), lambda x, i: tf.gather(x, i, axis=1), lambda x, i: tf.gather_nd(x, i[:, :2]), lambda x, i: tf.gather(x, i, axis=1, batch_dims=1), lambda x, i: tf.one_hot(i, 3) * tf.reduce_sum(x), lambda x, i: tf.one_hot(i, 4, 2.0, -1.0, 0) + x[0, 0],
                   lambda x, i: tf.scatter_nd(i[:, :1], x, [6, tf.shape(x)[1]]), lambda x, i: tf.tensor_scatter_nd_update(x, i[:1, :1], x[:1]), lambda x, i: tf.nn.embedding_lookup(x, i), lambda x, i: tf.math.segment_sum(x, tf.constant([0, 1])), lambda x, i: tf.math.unsorted_segment_sum(x, i[:, 0], 3),
                   lambda x, i: tf.boolean_mask(x, x[:, 0] > 0), lambda x, i: tf.where(x > 0), lambda x, i: tf.sequence_mask(i, 4)], normal(r, 2, 4), ids)


@keras_model
def ordering(r):
    return one(r, [lambda x: tf.nn.top_k(x, 2), lambda x: tf.sort(x, -1), lambda x: tf.argsort(x, 0, "DESCENDING"), lambda x: tf.unique(tf.cast(tf.reshape(x, [-1]) * 2, tf.int32)), lambda x: tf.math.in_top_k(tf.zeros([tf.shape(x)[0]], tf.int32), x, 2), lambda x: tf.math.top_k(x, k=tf.shape(x)[1] - 1, sorted=True)],
               normal(r, *dims(r, 2, 2)))


@keras_model
def products(r):
    a, b, c, n = (r.randint(1, 6) for _ in range(4))
    f, s, t = r.choice([(tf.matmul, (a, b), (b, c)), (tf.matmul, (n, a, b), (n, b, c)), (lambda x, y: tf.matmul(x, y, transpose_b=True), (n, a, b), (n, c, b)), (lambda x, y: tf.matmul(x, y, transpose_a=True), (b, a), (b, c)), (lambda x, y: tf.einsum("bid,bjd->bij", x, y), (n, a, b), (n, c, b)),
                        (lambda x, y: tf.einsum("abc,cd->abd", x, y), (n, a, b), (b, c)), (lambda x, y: tf.tensordot(x, y, 1), (n, a, b), (b, c)), (lambda x, y: tf.linalg.matvec(x, y[:, 0]), (a, b), (b, c)), (lambda x, y: tf.einsum("bhid,bhjd->bhij", x, y), (1, n, a, b), (1, n, c, b))])
    x, y = normal(r, *s), normal(r, *t)
    return f, (x, y), open_dims(r, x, y)


@keras_model
def linear_algebra(r):
    return one(r, [lambda x: tf.linalg.band_part(x, 1, 0), lambda x: tf.linalg.diag_part(x), lambda x: tf.linalg.diag(x[:, 0]), lambda x: tf.linalg.trace(x), lambda x: tf.eye(tf.shape(x)[0]) + 1, lambda x: tf.linalg.set_diag(x, x[0])], normal(r, *[r.randint(2, 5)] * 2))


@keras_model
def loop(r):
    n = np.array(r.randint(0, 5), np.int32)

    def count(x, n):
        return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * 0.9 + tf.cast(i, tf.float32)), (0, x))[1]

    def until(x, n):
        return tf.while_loop(lambda y, i: tf.reduce_sum(tf.abs(y)) > 0.5, lambda y, i: (y / 2, i + n), (x, 0))

    def collect(x, n):
        rows = tf.TensorArray(tf.float32, 4, element_shape=x.shape)
        for i in tf.range(4):
            rows = rows.write(i, x * tf.cast(i + n, tf.float32))
        return rows.stack()

    def nested(x, n):
        def inner(i, y):
            return i + 1, tf.while_loop(lambda j, z: j < i, lambda j, z: (j + 1, z + x), (0, y))[1]
        return tf.while_loop(lambda i, y: i < n, inner, (0, x))[1]

    def scan(x, n):
        return tf.scan(lambda a, b: a * 0.5 + b, x) + tf.cast(n, tf.float32)

    def mapped(x, n):
        return tf.map_fn(lambda row: tf.reduce_sum(row) * row, x) * tf.cast(n, tf.float32)

    x = normal(r, *dims(r, 2, 2))
    return r.choice([count, until, collect, nested, scan, mapped]), (x, n), [list(x.shape), []]


@keras_model
def condition(r):
    def plain(x, y):
        return tf.cond(tf.reduce_sum(x) > 0, lambda: x + y, lambda: x - y)

    def case(x, y):
        return tf.case([(x[0, 0] > 1, lambda: x), (x[0, 0] > 0, lambda: y)], default=lambda: x * y)

    def written(x, y):
        if tf.reduce_max(x) > tf.reduce_max(y):
            z = x[:, :1]
        else:
            z = y[:, :2]
        return tf.reduce_sum(z, 1)

    def within(x, y):
        z = y
        for i in tf.range(3):
            if z[0, 0] > 0.0:
                z = z - x
            else:
                z = z + tf.cast(i, tf.float32)
        return z

    def switch(x, y):
        return tf.switch_case(tf.cast(tf.reduce_sum(x) > 0, tf.int32), [lambda: x, lambda: y * 2])

    d = dims(r, 2, 2)
    return one(r, [plain, case, written, within, switch], normal(r, *d), normal(r, *d))


@keras_model
def picture(r):
    size = [r.randint(3, 12), r.randint(3, 12)]
    boxes, which = np.array([[0, 0, 1, 1], [0.1, 0.2, 0.7, 0.9]], np.float32), np.array([0, 0], np.int32)
    i, v1 = tf.image, tf.compat.v1.image
    x = normal(r, 1, r.randint(4, 8), r.randint(4, 8), r.randint(1, 3))
    more = r.random() < 0.5
    return one(r, [lambda x: i.resize(x, size), lambda x: i.resize(x, size, "nearest"), lambda x: i.resize(x, size, "bicubic"), lambda x: v1.resize_bilinear(x, size, align_corners=more), lambda x: v1.resize_nearest_neighbor(x, size, align_corners=more), lambda x: v1.resize_bilinear(x, size),
                   lambda x: i.resize(x, tf.shape(x)[1:3] * 2), lambda x: i.crop_and_resize(x, boxes, which, size, "bilinear"), lambda x: i.flip_left_right(x), lambda x: i.rot90(x), lambda x: i.adjust_contrast(x, 1.5), lambda x: i.per_image_standardization(x),
                   lambda x: i.pad_to_bounding_box(x, 1, 2, 12, 12), lambda x: i.central_crop(x, 0.5), lambda x: i.resize_with_pad(x, *size), lambda x: tf.nn.space_to_depth(x[:, :4, :4], 2), lambda x: tf.nn.depth_to_space(tf.tile(x, [1, 1, 1, 4]), 2),
                   lambda x: i.extract_patches(x, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID"), lambda x: i.rgb_to_grayscale(tf.tile(x[..., :1], [1, 1, 1, 3])), lambda x: tf.space_to_batch(x[:, :4, :4], [2, 2], [[0, 0], [0, 0]]), lambda x: i.adjust_gamma(tf.abs(x), 0.8)], x)


@keras_model
def neural(r):
    n = tf.nn
    kernel = normal(r, 3, 3, 4, 4)
    return one(r, [lambda x: n.conv2d(x, kernel, r.randint(1, 2), "SAME"), lambda x: n.conv2d(x, kernel, 1, [[0, 0], [1, 2], [0, 1], [0, 0]]), lambda x: n.depthwise_conv2d(x, kernel, [1, 2, 2, 1], "SAME"), lambda x: n.atrous_conv2d(x, kernel, 2, "SAME"), lambda x: n.lrn(x, 2), lambda x: n.max_pool2d(x, 3, 2, "SAME"),
                   lambda x: n.avg_pool2d(x, 3, 2, "SAME"), lambda x: n.conv2d_transpose(x, kernel, [1, 16, 14, 4], 2, "SAME"), lambda x: n.dilation2d(x, kernel[..., 0], [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]), lambda x: n.bias_add(x, kernel[0, 0, 0]), lambda x: n.max_pool_with_argmax(x, 2, 2, "VALID"),
                   lambda x: n.softmax(x, 1), lambda x: n.batch_normalization(x, kernel[0, 0, 0], np.abs(kernel[0, 0, 1]) + 0.5, 0.2, 1.1, 1e-3), lambda x: n.pool(x, [2, 2], "AVG")], normal(r, 1, 8, 7, 4))


@keras_model
def detection(r):
    """SSD's last steps: decoded boxes, suppression, gathered."""
    n, classes, most = r.randint(5, 30), r.randint(1, 4), r.randint(1, 10)
    corners = np.abs(normal(r, n, 2)) * 0.3
    boxes = np.concatenate([corners, corners + np.abs(normal(r, n, 2)) * 0.4 + 0.05], 1).astype(np.float32)
    scores = np.random.default_rng(r.randrange(1 << 30)).random((n, classes)).astype(np.float32)

    def plain(boxes, scores):
        keep = tf.image.non_max_suppression(boxes, scores[:, 0], most, 0.5, 0.2)
        return tf.gather(boxes, keep), tf.gather(scores, keep)

    def padded(boxes, scores):
        keep, valid = tf.image.non_max_suppression_padded(boxes, scores[:, 0], most, 0.4, 0.1, pad_to_max_output_size=True)
        return keep, valid

    def soft(boxes, scores):
        return tf.image.non_max_suppression_with_scores(boxes, scores[:, 0], most, 0.5, 0.1, 0.0)

    def combined(boxes, scores):
        return tuple(tf.image.combined_non_max_suppression(boxes[None, :, None], scores[None], most, most * 2, 0.5, 0.2))

    def decoded(boxes, scores):
        y, x, h, w = tf.unstack(boxes, axis=1)
        corners = tf.stack([y - tf.exp(h) / 2, x - tf.exp(w) / 2, y + tf.exp(h) / 2, x + tf.exp(w) / 2], 1)
        best = tf.reduce_max(tf.sigmoid(scores), 1)
        keep = tf.image.non_max_suppression(corners, best, most, 0.6)
        top = tf.nn.top_k(tf.gather(best, keep), tf.minimum(3, tf.shape(keep)[0]))
        return tf.gather(tf.gather(corners, keep), top.indices), top.values, tf.argmax(tf.gather(scores, keep), 1)

    return r.choice([plain, plain, padded, soft, combined, decoded, decoded]), (boxes, scores), open_dims(r, boxes, scores) if r.random() < 0.5 else [list(boxes.shape), list(scores.shape)]


@keras_model
def strings(r):
    words = np.array([r.choice(["Ab", "cde f", "", "Zz"]) for _ in range(4)], object)
    s = tf.strings
    return one(r, [lambda x: s.lower(x), lambda x: s.upper(x), lambda x: tf.equal(x, "Ab"), lambda x: tf.where(tf.equal(x, ""), "none", x), lambda x: tf.gather(x, [1, 0]), lambda x: tf.reshape(x, [2, 2]), lambda x: tf.concat([x, x], 0), lambda x: s.join([x, x], "-"), lambda x: s.regex_replace(x, "[a-c]", "_"), lambda x: s.length(x)], words)


@keras_model
def spectrum(r):
    return one(r, [lambda x: tf.abs(tf.signal.rfft(x)), lambda x: tf.math.real(tf.signal.rfft(x)), lambda x: tf.abs(tf.signal.stft(x, 8, 4)), lambda x: tf.signal.frame(x, 4, 2), lambda x: tf.signal.hann_window(8) * x[:, :8], lambda x: tf.signal.irfft(tf.signal.rfft(x))], normal(r, 2, 16))


@keras_model
def fake_quantized(r):
    lo, hi = -r.uniform(1, 3), r.uniform(1, 3)
    return one(r, [lambda x: tf.quantization.fake_quant_with_min_max_vars(x, lo, hi), lambda x: tf.quantization.fake_quant_with_min_max_args(x, lo, hi, 8, True)], normal(r, *dims(r)))
