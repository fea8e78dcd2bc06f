"""Where an oracle (onnx 1.23, ONNX Runtime 1.32) is known not to follow the specification: cases it is not asked to decide.

A rule without a condition is about an operator whatever the case; the narrower, the more is compared.
"""
import numpy as np
from onnx import helper, numpy_helper

from . import values


FLOATS = {"float", "float16", "bfloat16"}


class Case:
    """What is judged: the tested node, its inputs and the declared element types of all outputs of the model."""

    def __init__(self, model, sets, op):
        self.op, self.sets = op, sets
        self.node = next((n for n in model.graph.node if n.op_type == op), model.graph.node[0])
        self.ops = [n.op_type for n in model.graph.node]
        self.before = {n.output[0]: n.input[0] for n in model.graph.node if n.output[0] in self.node.input and n is not self.node}
        self.constants = {t.name: t for t in model.graph.initializer}
        self.declared = [values.NUMBERS[o.type.tensor_type.elem_type] for o in model.graph.output]
        self.kinds = {values.name_of(a) for feeds in sets for a in feeds.values()} | set(self.declared)
        self.kinds |= {values.NUMBERS[t.data_type] for t in self.constants.values()}
        self.version = next(o.version for o in model.opset_import if o.domain == self.node.domain)
        self.astray = {oracle: reason for oracle, ops, reason, condition in RULES if op in ops.split() and (condition is None or condition(self))}

    def attribute(self, name, default=None):
        for a in self.node.attribute:
            if a.name == name:
                value = helper.get_attribute_value(a)
                return value.decode() if isinstance(value, bytes) else value
        return default

    def given(self, i):
        return i < len(self.node.input) and self.node.input[i] != ""

    def input(self, i):
        """Input i of the node in each run; none if it is omitted. A node before it, which keeps the shape, is ignored."""
        name = self.node.input[i] if self.given(i) else ""
        name = self.before.get(name, name)
        if name in self.constants:
            return [numpy_helper.to_array(self.constants[name])]
        return [feeds[name] for feeds in self.sets if name in feeds]


def single_score(case):
    """A model of one target that transforms its score."""
    targets = case.attribute("n_targets", case.attribute("targets", 1))
    return targets == 1 and case.attribute("post_transform", "NONE") not in ("NONE", "PROBIT", 0, 4)


def coarse(case, i):
    """Input i holds scales by which the size of a dim depends on the precision of a product."""
    for x, scales in zip(case.input(0), case.input(i) * 2):
        dims = np.array(x.shape[len(x.shape) - scales.size:], np.float32)
        if scales.dtype == np.float32 and scales.size and np.any(np.floor(dims * scales) != np.floor(dims.astype(float) * scales)):
            return True
    return False


def torn(case, i):
    """Input i holds scales by which the pixel nearest to some position depends on the precision of the position."""
    for x, scales in zip(case.input(0), case.input(i) * 2):
        for n, s in zip(x.shape[len(x.shape) - scales.size:], scales if scales.dtype == np.float32 else []):
            at = np.arange(int(np.float32(n) * s))
            for half in (0, 0.5):
                wide, single = (at + half) / float(s) - half, (at.astype(np.float32) + np.float32(half)) / s - np.float32(half)
                if any(np.any(f(2 * wide) != f(2 * single.astype(float))) for f in (np.floor, np.ceil)):
                    return True
    return False


def endless(case):
    """A slice goes back to an end beyond all others."""
    return case.given(4) and any(np.any((steps < 0) & (ends >= 2**31 - 1)) for ends, steps in zip(case.input(2) * 2, case.input(4) * 2))


def fractional(case, i):
    """Input i holds scales that do not give whole sizes."""
    for x, scales in zip(case.input(0), case.input(i) * 2):
        sizes = np.array(x.shape[len(x.shape) - scales.size:], np.float32) * scales if scales.dtype == np.float32 else np.zeros(0)
        if np.any(sizes != np.floor(sizes)):
            return True
    return False


def before(case):
    """A slice goes back from a start before the first element."""
    if not case.given(4):
        return False
    for x, starts, steps in zip(case.input(0), case.input(1) * 2, case.input(4) * 2):
        axes = case.input(3)[0] if case.given(3) else np.arange(starts.size)
        if any(step < 0 and start < -x.shape[axis] for start, axis, step in zip(starts, axes, steps)):
            return True
    return False


def unordered(case):
    """Axes that do not ascend, or count from the last dim of what is not there yet."""
    axes = case.attribute("axes") or [v for a in case.input(1) for v in a.reshape(-1)]
    return list(axes) != sorted(axes) or len(axes) > 1 and min(axes) < 0


def flat(x, case):
    """A group to be normalised is all but constant."""
    with np.errstate(all="ignore"):
        x = np.asarray(x, float)
        axes = tuple(case.attribute("axes", [0, 2, 3]))
        return bool(np.any(x.std(axes) <= 1e-2 * np.abs(x.mean(axes))))


RULES = [  # oracle, operators, reason, condition
    ("ref", "AveragePool", "counts padding in version 1", lambda c: c.version < 7),
    ("ref", "Erf Gelu", "float32 arithmetic for doubles and integers", lambda c: bool(c.kinds - FLOATS)),
    ("ref", "Gemm", "drops C without broadcast in version 6", lambda c: c.version < 7),
    ("ref", "GlobalMaxPool", "reduces to rank 2 for ranks other than 4", lambda c: any(a.ndim != 4 for a in c.input(0))),
    ("ref", "GRU", "ignores sequence_lens, clip, directions and activations", lambda c: c.given(4) or c.attribute("clip") or c.attribute("direction", "forward") != "forward" or c.attribute("activations")),
    ("ref", "LpPool", "ignores dilations", lambda c: max(c.attribute("dilations", [1])) > 1),
    ("ref", "LRN", "sums as many channels as there are batches", None),
    ("ref", "LSTM", "ignores sequence_lens, clip and activations", lambda c: c.given(4) or c.attribute("clip") or c.attribute("activations")),
    ("ref", "Loop", "concatenates scan outputs, which are to be stacked", lambda c: len(c.node.output) > 1),
    ("ort", "Loop", "loses the strings of scan outputs", lambda c: "string" in c.kinds and len(c.node.output) > 1),
    ("ort", "Loop", "scan outputs of no iteration have rank 1", lambda c: any(np.any(a == 0) for a in c.input(0))),
    ("ref", "RNN", "ignores sequence_lens, clip and activations", lambda c: c.given(4) or c.attribute("clip") or c.attribute("activations")),
    ("ref", "StringNormalizer", "drops empty strings and accents", None),
    ("ort", "Dropout", "mask of versions 7 and 10 in inference", lambda c: c.version < 12),
    ("ort", "Shrink", "float32 arithmetic for doubles and integers", lambda c: bool(c.kinds - FLOATS)),
    ("ort", "LSTM", "clips the inputs of the gates, not that of the last activation", lambda c: c.attribute("clip")),
    ("ort", "LSTM GRU RNN", "the last state of no steps is 0, not the first state", lambda c: any(0 in a.shape for a in c.input(0))),
    ("ort", "Gelu", "NaN for minus infinity", lambda c: any(np.isinf(a.astype(float)).any() for a in c.input(0))),
    ("ref", "Gelu", "NaN for minus infinity", lambda c: any(np.isinf(a.astype(float)).any() for a in c.input(0))),
    ("ref", "Gelu", "rounds after each step of the body", lambda c: bool(c.kinds & {"float16", "bfloat16"})),
    ("ort", "MaxPool", "passes over NaN", lambda c: any(np.isnan(a.astype(float)).any() for a in c.input(0))),
    ("ort", "MaxPool", "takes the lowest finite number for minus infinity", lambda c: np.prod(c.attribute("kernel_shape")) == 1 and any(np.isinf(a.astype(float)).any() for a in c.input(0))),
    ("ref", "OneHot", "adds the off value to a rounded difference", lambda c: bool(c.kinds & {"float16", "bfloat16"})),
    ("ort", "LinearRegressor", "divides 0 by 0 where all scores are 0", lambda c: c.attribute("post_transform") == "SOFTMAX_ZERO"),
    ("ref", "MaxPool", "passes over NaN", lambda c: any(np.isnan(a.astype(float)).any() for a in c.input(0))),
    ("ref", "Optional OptionalHasElement OptionalGetElement", "an optional is a list with it to the node behind", lambda c: c.ops[-1] != "OptionalGetElement"),
    ("ref", "Pow", "the root of minus infinity is NaN, where IEEE 754 has infinity",
     lambda c: any(np.isinf(a.astype(float)).any() for a in c.input(0)) and any(np.any(a.astype(float) == 0.5) for a in c.input(1))),
    ("ref", "PRelu", "multiplies zeros by the slope", lambda c: any(not np.isfinite(a.astype(float)).all() for a in c.input(1))),
    ("ref", "QLinearMatMul", "subtracts and multiplies in float 8", lambda c: bool(c.kinds & values.SMALL_FLOATS)),
    ("ref", "Selu", "defaults of version 6 in version 1", lambda c: c.version < 6 and (c.attribute("alpha") is None or c.attribute("gamma") is None)),
    ("ref", "Shape", "counts an end before the first dim from the last", lambda c: any(c.attribute("end", 0) < -a.ndim for a in c.input(0))),
    ("ort", "Slice", "an end of INT_MAX is the first element when stepping back", endless),
    ("ort", "Resize", "align_corners by the whole length of the output, where ONNX's tests have the fractional one",
     lambda c: c.attribute("coordinate_transformation_mode") == "align_corners" and any(fractional(c, i) for i in (1, 2))),
    ("ort", "Resize", "8-bit images are rounded after each axis", lambda c: c.attribute("antialias") and bool(c.kinds & {"int8", "uint8"})),
    ("ref", "Slice", "a start before the first element is not clamped to it when stepping back", before),
    ("ref", "Unsqueeze", "inserts axes one after the other, in the order given", unordered),
    ("ort", "TreeEnsemble", "members are compared with features cut to whole numbers",
     lambda c: c.attribute("membership_values") is not None and any(np.any(a != np.trunc(a)) for a in c.input(0))),
    ("ref", "Unique", "ignores sorted=0, or takes rows where elements are meant", lambda c: c.attribute("sorted", 1) == 0),
    ("ref", "GridSample", "weights of whole numbers are whole numbers",
     lambda c: c.attribute("mode", "linear") != "nearest" and any(a.dtype.kind in "iub" for a in c.input(0))),
    ("ref", "GridSample", "positions in the type of the grid", lambda c: bool(c.kinds & {"float16", "bfloat16"})),
    ("ref", "MeanVarianceNormalization", "the variance is the difference of two sums", lambda c: any(flat(a, c) for a in c.input(0))),
    ("ort", "SVMClassifier", "two linear scores are labelled as one is",
     lambda c: len(c.attribute("classlabels_ints", []) or c.attribute("classlabels_strings", [])) == 2 and not c.attribute("support_vectors")),
    ("ref", "SVMClassifier", "labels of a linear model are 0 and 1", lambda c: not c.attribute("support_vectors")),
    ("ort", "StringSplit", "an empty string has no pieces", None),
    ("ort", "LinearRegressor TreeEnsembleRegressor TreeEnsemble", "leaves a single score as it is", single_score),
    ("ort", "TreeEnsemble", "takes 1 for the logistic function and 2 for softmax", lambda c: c.attribute("post_transform", 0) in (1, 2)),
    ("ref", "TreeEnsemble", "ignores post_transform", lambda c: c.attribute("post_transform", 0) != 0),
    ("ort", "TreeEnsembleClassifier", "scores of two classes with base values are opposites",
     lambda c: len(c.attribute("classlabels_int64s", []) or c.attribute("classlabels_strings", [])) == 2
     and len(c.attribute("base_values", []) or c.attribute("base_values_as_tensor", []) and numpy_helper.to_array(c.attribute("base_values_as_tensor"))) == 2),
    ("ref", "Cast CastLike", "saturates infinities where the type stays the same and nothing is converted", lambda c: c.kinds == {"float8e5m2"}),
    ("ref", "Expand", "multiplies by 1, which makes NaN of complex infinities", lambda c: any(a.dtype.kind == "c" and not np.isfinite(a).all() for a in c.input(0))),
    ("ref", "FeatureVectorizer", "hands whole numbers to the node behind", lambda c: bool(c.kinds & {"int32", "int64"}) and c.ops[-1] != "FeatureVectorizer"),
    ("ref", "Softmax LogSoftmax Hardmax", "versions before 13 flatten to two dims", lambda c: c.version < 13),
    ("ort", "LogSoftmax", "double infinities", lambda c: "double" in c.kinds and any(not np.isfinite(a).all() for a in c.input(0))),
    ("ort", "MeanVarianceNormalization", "NaN for a variance of 0, as the difference of two sums", lambda c: any(flat(a, c) for a in c.input(0))),
    ("ref", "LSTM", "ignores input_forget", lambda c: c.attribute("input_forget")),
    ("ref", "Pad", "fills a type without a zero with NaN", lambda c: "float8e8m0" in c.kinds and c.attribute("mode", "constant") == "constant"),
    ("ref", "RNN LSTM GRU", "rounds within a step", lambda c: "bfloat16" in c.kinds),
    ("ref", "Resize", "curves through whole numbers, which are not those of the same floats",
     lambda c: c.attribute("mode") == "cubic" and any(a.dtype.kind in "iu" for a in c.input(0))),
    ("ref", "Resize", "positions in float64, by scales that float32 does not hold", lambda c: c.attribute("mode", "nearest") == "nearest" and c.attribute("coordinate_transformation_mode") != "align_corners" and any(torn(c, i) for i in (1, 2))),
    ("ref", "Resize", "pytorch_half_pixel does not map a size of 1 to position 0",
     lambda c: c.attribute("coordinate_transformation_mode") == "pytorch_half_pixel" and c.given(3) and any(np.any(a == 1) for a in c.input(3))),
    ("ref", "Resize", "weights of curves in float32", lambda c: "double" in c.kinds and c.attribute("mode") == "cubic"),
    ("ref", "Resize", "neither the scale that a policy gives all dims nor that of each", lambda c: c.attribute("exclude_outside") and c.attribute("keep_aspect_ratio_policy", "stretch") != "stretch"),
    ("ref", "Resize", "sizes in float64, where ONNX Runtime's and float32 scales give another whole number", lambda c: any(coarse(c, i) for i in (1, 2))),
    ("ort", "TreeEnsembleClassifier", "the sign of the second of two scores decides",
     lambda c: len(c.attribute("classlabels_int64s", []) or c.attribute("classlabels_strings", [])) == 2 and set(c.attribute("class_ids")) == {0, 1}),
    ("ref", "ConvInteger", "zero points by channel in two dims only", lambda c: any(a.ndim != 4 for a in c.input(1)) and any(a.ndim for a in c.input(3))),
]
TIES = "positions of half_pixel_symmetric in a fractional size lie halfway between two pixels, where rounding decides"
RULES += [(oracle, "Resize", TIES, lambda c: c.attribute("mode", "nearest") == "nearest" and c.attribute("coordinate_transformation_mode") == "half_pixel_symmetric"
           and any(fractional(c, i) for i in (1, 2))) for oracle in ("ort", "ref")]
SYMMETRIC = "divides 0 by 0 in a symmetric window of one element, which is 1"
RULES += [(oracle, "HannWindow HammingWindow BlackmanWindow", SYMMETRIC, lambda c: c.attribute("periodic", 1) == 0 and any(np.any(a == 1) for a in c.input(0)))
          for oracle in ("ort", "ref")]
