"""Comparison of results, and who is right."""
import numpy as np

from . import values

RELATIVE = {"float": 2e-5, "double": 1e-9, "float16": 2e-3, "bfloat16": 1.6e-2, "complex64": 2e-5, "complex128": 1e-9,
            "float8e4m3fn": 0.13, "float8e4m3fnuz": 0.13, "float8e5m2": 0.26, "float8e5m2fnuz": 0.26}

# Sums of many terms are exact to a part of the largest result, not of each.
SUMS = set("""MatMul Gemm Einsum Conv ConvTranspose DeformConv Det LSTM GRU RNN LayerNormalization RMSNormalization InstanceNormalization
GroupNormalization BatchNormalization MeanVarianceNormalization LpNormalization LRN ReduceSum ReduceMean ReduceL1 ReduceL2 ReduceSumSquare
ReduceLogSum ReduceLogSumExp ReduceProd CumSum CumProd AveragePool GlobalAveragePool LpPool GlobalLpPool Resize Upsample GridSample AffineGrid
RoiAlign Attention FlexAttention LinearAttention CausalConvWithState RotaryEmbedding Softmax LogSoftmax Mean Sum DFT STFT MelWeightMatrix
HannWindow HammingWindow BlackmanWindow SoftmaxCrossEntropyLoss NegativeLogLikelihoodLoss SwiGLU Col2Im QLinearMatMul TfIdfVectorizer""".split())

# One step of an integer may differ: a value rounded in another order may fall on the other side of a half, or of a whole.
ROUNDED = {"QLinearConv", "QLinearMatMul", "QuantizeLinear", "DynamicQuantizeLinear", "Resize", "Upsample", "GridSample"}

# Normalisation may be X·a + b with float32 a and b, whose error grows with mean/deviation of a group (stash_type asks for no more).
LOOSE = {"GroupNormalization": 3e-4, "InstanceNormalization": 3e-4}

# Attributes are float32; both oracles calculate with these before a double is met, so their doubles are no better.
SINGLE = {"Attention", "FlexAttention", "Adagrad", "Adam", "Momentum"}

DEFECTS = {  # where an oracle (onnx 1.23, ONNX Runtime 1.32) is known not to follow the specification
    ("ref", "AveragePool"): "version 1 counts padding",
    ("ref", "Det"): "comes out as float64",
    ("ref", "Erf"): "float32 arithmetic for doubles and integers",
    ("ref", "Gemm"): "version 6 drops C without broadcast",
    ("ref", "GlobalMaxPool"): "reduces to rank 2 for ranks other than 4",
    ("ref", "GRU"): "ignores sequence_lens, directions and activations",
    ("ref", "LpPool"): "ignores dilations",
    ("ref", "LRN"): "sums as many channels as there are batches",
    ("ref", "LSTM"): "ignores sequence_lens, clip and activations",
    ("ref", "Loop"): "scan outputs of scalars get a dim of 1",
    ("ref", "RMSNormalization"): "type of the input, not of the scale",
    ("ref", "RNN"): "ignores sequence_lens and activations",
    ("ref", "ReduceSumSquare"): "NumPy's promotion of integers",
    ("ref", "StringNormalizer"): "drops empty strings and accents",
    ("ort", "Dropout"): "mask of versions 7 and 10 in inference",
    ("ort", "Shrink"): "float32 arithmetic for doubles and integers",
    ("ort", "StringSplit"): "an empty string has no pieces",
}


def differ(got, want, declared, op, narrowest):
    """Why two outputs differ, or None. declared is the element type the model gives the output: ours must have it; an oracle
    that computes in another is compared after conversion, within the precision of the coarser of the two. narrowest is the
    coarsest element type among the node's tensors."""
    if isinstance(want, list) and len(want) == 1:  # an optional, as onnx.reference has it
        want = want[0]
    want = np.asarray(want)
    if values.name_of(got) != declared:
        return f"type {values.name_of(got)}, declared {declared}"
    if got.shape != want.shape:
        return f"shape {list(got.shape)}, want {list(want.shape)}"
    if "string" in (values.name_of(got), values.name_of(want)):
        return None if got.astype(str).tolist() == want.astype(str).tolist() else f"{got.tolist()}, want {want.tolist()}"[:200]
    kind, foreign = values.name_of(got), RELATIVE.get(values.name_of(want), 0)
    with np.errstate(all="ignore"):
        want = want.astype(got.dtype)
    if kind == "bool" or kind.lstrip("u").startswith("int"):
        a, b = got.astype(object), want.astype(object)
        slack = 1 if op in ROUNDED else 0
        bad = np.asarray(np.abs(np.asarray(a - b, float)) > slack) if kind != "bool" else got != want
    else:
        wide = np.complex128 if kind.startswith("complex") else np.float64
        with np.errstate(all="ignore"):
            a, b = got.astype(wide), want.astype(wide)
            relative = max(RELATIVE.get(kind, 0), foreign, RELATIVE.get(narrowest, 0) if op in SUMS else 0)
            relative = max(relative, LOOSE.get(op, 0), 4 * 2.0**-24 if op in SINGLE else 0)
            finite = np.abs(b[np.isfinite(b)])
            scale = finite.max() if finite.size and op in SUMS else 1e-2
            close = np.abs(a - b) <= relative * (np.abs(b) + max(min(scale, 1e30), 1e-2))
            bad = ~(close | (a == b) | (np.isnan(a) & np.isnan(b)))
    if not np.any(bad):
        return None
    at = tuple(int(i) for i in np.argwhere(bad)[0]) if got.ndim else ()
    return f"{int(np.sum(bad))} of {got.size} {kind}: at {list(at)} {got[at]}, want {want[at]}"


def differences(got, want, declared, op, narrowest):
    """The first difference between the outputs for all sets of inputs, or None."""
    for run, (g, w) in enumerate(zip(got, want)):
        if len(g) != len(w):
            return f"{len(g)} outputs, want {len(w)}"
        for i, (a, b) in enumerate(zip(g, w)):
            d = differ(a, b, declared[i], op, narrowest)
            if d:
                return f"run {run} output {i}: {d}"
    return None


def settled(ours, runtime, declared, op, narrowest):
    """Whether ONNX Runtime alone, trusted with this operator, confirms us."""
    trusted = not isinstance(runtime, str) and ("ort", op) not in DEFECTS
    return trusted and not isinstance(ours, str) and not differences(ours, runtime, declared, op, narrowest)


def agreed(a, b, declared, op, narrowest):
    """Whether two oracles agree, their element types apart."""
    typed = [[np.asarray(x).astype(values.dtype(t)) for x, t in zip(run, declared)] for run in a]
    return not differences(typed, b, declared, op, narrowest)


def verdict(ours, runtime, reference, declared, op, narrowest):
    """A class and a text, from three results; a result that is a text is a refusal.

    agree      as both oracles, or as the only one that answers
    contested  as one oracle, and the other differs
    wrong      unlike two oracles that agree
    differs    unlike the only oracle that answers
    threeway   all three differ
    refused    we refuse what an oracle computes
    missing    the operator is not here
    internal   a bug of ours, whatever the oracles say
    none       nobody to compare with
    """
    answers = {n: a for n, a in (("ort", runtime), ("ref", reference)) if not isinstance(a, str) and (n, op) not in DEFECTS}
    if isinstance(ours, str):
        if "internal" in ours or "died" in ours or "no answer" in ours or "panic" in ours:
            return "internal", ours
        if "is not known" in ours:
            return "missing", ours
        return ("refused", f"{ours} | answered by {' '.join(answers)}") if answers else ("none", ours)
    if not answers:
        return "none", f"ort: {runtime} | ref: {reference}"
    against = {n: differences(ours, a, declared, op, narrowest) for n, a in answers.items()}
    text = " | ".join(f"{n}: {d}" for n, d in against.items() if d)
    if not any(against.values()):
        return "agree", ""
    if not all(against.values()):
        return "contested", text
    if len(answers) == 1:
        return "differs", text
    return ("wrong" if agreed(runtime, reference, declared, op, narrowest) else "threeway"), text
