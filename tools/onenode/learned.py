"""Generators of ai.onnx.ml: transformations of features, linear models and support vector machines."""
import numpy as np

from . import models, values
from .draw import Reject, generator

TRANSFORMS = ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT")


def numbers(d, count, low=-2.0, high=2.0):
    return [d.number(low, high) for _ in range(count)]


def features(d, columns, low=-4.0, high=4.0):
    """The usual first input: [N, columns]."""
    return d.tensor([d.dim(1, 400 if d.large else 12), columns], low, high)


@generator("Scaler")
def scaler(d):
    c = d.integer(1, 9)
    x = features(d, c)
    count = d.pick(1, c)
    d.attribute("offset", numbers(d, count))
    d.attribute("scale", numbers(d, d.pick(1, c) if x.dtype.kind == "f" and d.chance(0.2) else count))
    d.finish()


@generator("Normalizer")
def normalizer(d):
    d.special = 0
    features(d, d.integer(1, 9))
    d.attribute("norm", d.pick("MAX", "L1", "L2"), 0.8)
    d.finish()


@generator("Binarizer")
def binarizer(d):
    d.tensor(d.shape(1, 3), -3, 3)
    d.attribute("threshold", d.pick(0.0, 1.0, 0.5, d.number(-2, 2)), 0.8)
    d.finish()


@generator("Imputer")
def imputer(d):
    d.special = 0
    c = d.integer(1, 6)
    x = features(d, c, -3, 3)
    count = d.pick(1, c)
    if values.int_range(values.name_of(x)):
        d.attribute("imputed_value_int64s", [d.integer(-9, 9) for _ in range(count)])
        d.attribute("replaced_value_int64", d.integer(-2, 2), 0.8)
        return d.finish()
    replaced = d.pick(0.0, 1.5, float("nan"))
    x[d.s.random(x.shape) < 0.3] = replaced
    d.attribute("imputed_value_floats", numbers(d, count))
    d.attribute("replaced_value_float", replaced, 1 if replaced else 0.5)
    d.finish()


@generator("FeatureVectorizer")
def feature_vectorizer(d):
    n, widths = d.dim(1, 6), [d.integer(1, 5) for _ in range(d.integer(1, 4))]
    for w in widths:
        d.tensor([n, w])
    d.attribute("inputdimensions", widths)
    d.finish()


@generator("ArrayFeatureExtractor")
def array_feature_extractor(d):
    shape = d.shape(1, 4)
    if 0 in shape:
        raise Reject
    d.tensor(shape)
    count = d.integer(1, 5)
    d.setting(d.r.integers(0, shape[-1], d.pick([count], [1, count])), "int64")
    d.finish()


def labels(d, kind, count):
    """Different labels of an element type."""
    if kind == "string":
        return [values.WORDS[i] for i in d.r.permutation(len(values.WORDS))[:count]]
    whole = [int(v) for v in d.r.permutation(21)[:count] - 10]
    return whole if values.int_range(kind) else [v / 2 for v in whole]


def among(d, kind, keys):
    """The next input, of values most of which are keys."""
    shape = d.shape(1, 3)
    pool = keys + labels(d, kind, 3)
    picked = [pool[i] for i in d.s.integers(0, len(pool), int(np.prod(shape)))]
    return d.feed(np.array(picked, object if kind == "string" else values.dtype(kind)).reshape(shape))


@generator("OneHotEncoder")
def one_hot_encoder(d):
    kind = d.types["T"]
    keys = labels(d, "string" if kind == "string" else "int64", d.integer(1, 5))
    x = among(d, kind, keys)
    zeros = d.chance(0.7)
    if not zeros:
        x[...] = keys[0]
    d.attribute("cats_strings" if kind == "string" else "cats_int64s", keys)
    d.attribute("zeros", int(zeros), 0.5 if zeros else 1)
    d.finish()


@generator("CategoryMapper")
def category_mapper(d):
    source = d.types["T1"]
    if d.types["T1"] == d.types["T2"]:
        raise Reject
    n = d.integer(1, 5)
    words, whole = labels(d, "string", n), labels(d, "int64", n)
    among(d, source, words if source == "string" else whole)
    d.attribute("cats_strings", words)
    d.attribute("cats_int64s", whole)
    d.attribute("default_int64", d.integer(-9, 9), 0.6)
    d.attribute("default_string", d.pick("x", ""), 0.6)
    d.finish()


@generator("LabelEncoder")
def label_encoder(d):
    source, target = d.types["T1"], d.types["T2"]
    n = d.integer(1, 5)
    keys, images = labels(d, source, n), labels(d, target, n)
    if d.version == 1:
        if source == target:
            raise Reject
        words = keys if source == "string" else images
        among(d, source, words if source == "string" else list(range(n)))
        d.attribute("classes_strings", words)
    else:
        among(d, source, keys)
        plain = {"float": "floats", "int64": "int64s", "string": "strings"}
        def put(prefix, kind, content):
            if kind in plain and (d.version < 4 or kind == "string" or d.chance(0.6)):
                d.attribute(prefix + plain[kind], content)
            else:
                d.attribute(prefix + "tensor", models.tensor_proto(np.array(content, values.dtype(kind)), "t"))
        put("keys_", source, keys)
        put("values_", target, images)
        if target not in plain or "values_tensor" in d.attributes:
            d.attribute("default_tensor", models.tensor_proto(np.array([7]).astype(values.dtype(target)), "t"), 1)
            return d.finish()
    d.attribute("default_int64", d.integer(-9, 9), 0.5)
    d.attribute("default_string", d.pick("x", ""), 0.5)
    d.attribute("default_float", d.number(-2, 2), 0.5)
    d.finish()


def class_labels(d, count, ints):
    """The attribute of a classifier's labels; ints is its name where they are integers."""
    text = d.types["T2"] == "string"
    d.attribute("classlabels_strings" if text else ints, labels(d, "string" if text else "int64", count))


@generator("LinearRegressor")
def linear_regressor(d):
    d.special = 0
    c, targets = d.integer(1, 9), d.pick(1, 1, 2, 3)
    features(d, c)
    d.attribute("coefficients", numbers(d, c * targets))
    d.attribute("intercepts", numbers(d, targets), 0.7)
    d.attribute("targets", targets, 1 if targets > 1 else 0.5)
    d.attribute("post_transform", d.pick(*TRANSFORMS[:4]), 0.4)
    d.finish()


@generator("LinearClassifier")
def linear_classifier(d):
    d.special = 0
    c, classes = d.integer(1, 9), d.integer(2, 5)
    rows = 1 if classes == 2 and d.chance(0.5) else classes
    features(d, c)
    class_labels(d, classes, "classlabels_ints")
    d.attribute("coefficients", numbers(d, c * rows))
    d.attribute("intercepts", numbers(d, rows), 1)
    d.attribute("multi_class", d.integer(0, 1), 0.5)
    d.attribute("post_transform", d.pick(*TRANSFORMS[:4]), 0.7)
    d.finish(2)


def kernel(d):
    d.attribute("kernel_type", d.pick("LINEAR", "POLY", "RBF", "SIGMOID"))
    d.attribute("kernel_params", [d.number(0.05, 0.5), d.number(0, 1), float(d.integer(1, 3))])


@generator("SVMRegressor")
def svm_regressor(d):
    d.special = 0
    c, supports = d.integer(1, 6), d.pick(0, d.integer(1, 6))
    features(d, c, -2, 2)
    kernel(d)
    if supports:
        d.attribute("support_vectors", numbers(d, supports * c))
        d.attribute("n_supports", supports)
    else:
        d.attributes["kernel_type"] = "LINEAR"
    d.attribute("coefficients", numbers(d, supports or c))
    d.attribute("rho", numbers(d, 1))
    d.attribute("one_class", d.integer(0, 1), 0.4)
    d.finish()


@generator("SVMClassifier")
def svm_classifier(d):
    d.special = 0
    c, classes = d.integer(1, 6), d.integer(2, 4)
    per = [d.integer(1, 4) for _ in range(classes)]
    linear = d.chance(0.2)
    features(d, c, -2, 2)
    class_labels(d, classes, "classlabels_ints")
    kernel(d)
    if linear:
        d.attributes["kernel_type"] = "LINEAR"
        d.attribute("coefficients", numbers(d, classes * c))
        d.attribute("rho", numbers(d, 1))
    else:
        pairs = classes * (classes - 1) // 2
        d.attribute("support_vectors", numbers(d, sum(per) * c))
        d.attribute("vectors_per_class", per)
        d.attribute("coefficients", numbers(d, sum(per) * (classes - 1)))
        d.attribute("rho", numbers(d, pairs))
        if d.chance(0.4):
            d.attribute("prob_a", numbers(d, pairs, -2, -0.5))
            d.attribute("prob_b", numbers(d, pairs, -1, 1))
    d.attribute("post_transform", d.pick(*TRANSFORMS[:4]), 0.4)
    d.finish(2)
