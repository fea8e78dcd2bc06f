"""Comparison of results, and who is right."""
import numpy as np

from . import values

RELATIVE = {"float": 2e-5, "double": 1e-9, "float16": 2e-3, "bfloat16": 1.6e-2, "complex64": 2e-5, "complex128": 1e-9,
            "float8e4m3fn": 0.13, "float8e4m3fnuz": 0.13, "float8e5m2": 0.26, "float8e5m2fnuz": 0.26}

# Sums of many terms are exact to a part of the largest result, not of each.
SUMS = set("""MatMul Gemm Einsum Conv ConvTranspose DeformConv Det LSTM GRU RNN LayerNormalization RMSNormalization InstanceNormalization
GroupNormalization BatchNormalization MeanVarianceNormalization LpNormalization LRN ReduceSum ReduceMean ReduceL1 ReduceL2 ReduceSumSquare
ReduceLogSum ReduceLogSumExp ReduceProd CumSum CumProd AveragePool GlobalAveragePool LpPool GlobalLpPool Resize Upsample GridSample AffineGrid
RoiAlign Attention FlexAttention LinearAttention CausalConvWithState LinearClassifier LinearRegressor SVMClassifier SVMRegressor TreeEnsemble TreeEnsembleRegressor RotaryEmbedding Softmax LogSoftmax Mean Sum DFT STFT MelWeightMatrix
HannWindow HammingWindow BlackmanWindow SoftmaxCrossEntropyLoss NegativeLogLikelihoodLoss SwiGLU Col2Im QLinearMatMul TfIdfVectorizer""".split())

# One step of an integer may differ: a value rounded in another order may fall on the other side of a half, or of a whole.
ROUNDED = {"QLinearConv", "QLinearMatMul", "QuantizeLinear", "DynamicQuantizeLinear", "Resize", "Upsample", "GridSample"}

# What is multiplied by a factor with an error of 1 has that of the factor; results below this are compared as if they were it.
SMALL = {"Gelu": 0.05}

# Normalisation may be X·a + b with float32 a and b, whose error grows with mean/deviation of a group (stash_type asks for no more).
LOOSE = {"GroupNormalization": 3e-4, "InstanceNormalization": 3e-4}

# Attributes and constants of function bodies are float32; oracles calculate with these before a double is met, so their doubles
# are no better.
SINGLE = {"Gelu", "HardSwish", "LpPool", "TreeEnsemble", "Attention", "FlexAttention", "Adagrad", "Adam", "Momentum"}

def same_numerals(a, b):
    """Whether two arrays of strings have the same numbers, to the 8 digits ONNX Runtime prints; how many is left open."""
    words = {"True": 1, "False": 0}
    a, b = (np.array([float(words.get(s, s)) for s in x.reshape(-1)]) for x in (a, b))
    return bool(np.allclose(a, b, rtol=1e-7, atol=0, equal_nan=True))


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
        want = np.array([s if isinstance(s, str) else "" for s in want.reshape(-1)], object).reshape(want.shape)  # the reference fills with 0
        if got.astype(str).tolist() == want.astype(str).tolist() or op in ("Cast", "CastLike") and same_numerals(got, want):
            return None
        return f"{got.tolist()}, want {want.tolist()}"[:200]
    kind, foreign = values.name_of(got), RELATIVE.get(values.name_of(want), 0)
    with np.errstate(all="ignore"):
        want = (np.clip(want, *values.int_range(kind)) if foreign and values.int_range(kind) else want).astype(got.dtype)
    if kind == "bool" or kind.lstrip("u").startswith("int"):
        a, b = got.astype(object), want.astype(object)
        slack = 1 if op in ROUNDED else 0
        bad = np.asarray(np.abs(np.asarray(a - b, float)) > slack) if kind != "bool" else got != want
    else:
        wide = np.complex128 if kind.startswith("complex") else np.float64
        with np.errstate(all="ignore"):
            a, b = got.astype(wide), want.astype(wide)
            relative = max(RELATIVE.get(kind, 0), foreign, RELATIVE.get(narrowest, 0) if op in SUMS else 0)
            single = op in SINGLE and kind == "double"
            relative = max(relative, LOOSE.get(op, 0), 4 * 2.0**-24 if single else 0)
            finite = np.abs(b[np.isfinite(b)])
            scale = finite.max() if finite.size and (op in SUMS or single) else SMALL.get(op, 1e-2)
            close = np.abs(a - b) <= relative * (np.abs(b) + max(min(scale, 1e30), SMALL.get(op, 1e-2)))
            bad = ~(close | (a == b) | (np.isnan(a) & np.isnan(b)))
    if not np.any(bad):
        return None
    at = tuple(int(i) for i in np.argwhere(bad)[0]) if got.ndim else ()
    return f"{int(np.sum(bad))} of {got.size} {kind}: at {list(at)} {got[at]}, want {want[at]}"


def differences(got, want, case):
    """The first difference between the outputs for all sets of inputs, or None."""
    for run, (g, w) in enumerate(zip(got, want)):
        if len(g) != len(w):
            return f"{len(g)} outputs, want {len(w)}"
        for i, (a, b) in enumerate(zip(g, w)):
            d = differ(a, b, case.declared[i], case.op, case.narrowest)
            if d:
                return f"run {run} output {i}: {d}"
    return None


def settled(ours, runtime, case):
    """Whether ONNX Runtime alone, trusted with this case, confirms us."""
    trusted = not isinstance(runtime, str) and "ort" not in case.astray
    return trusted and not isinstance(ours, str) and not differences(ours, runtime, case)


def agreed(a, b, case):
    """Whether two oracles agree, their element types apart."""
    typed = [[np.asarray(x).astype(values.dtype(t)) for x, t in zip(run, case.declared)] for run in a]
    return not differences(typed, b, case)


def decide(ours, runtime, reference, case):
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
    answers = {n: a for n, a in (("ort", runtime), ("ref", reference)) if not isinstance(a, str) and n not in case.astray}
    if isinstance(ours, str):
        if "internal" in ours or "died" in ours or "no answer" in ours or "panic" in ours:
            return "internal", ours
        if "is not known" in ours:
            return "missing", ours
        return ("refused", f"{ours} | answered by {' '.join(answers)}") if answers else ("none", ours)
    if not answers:
        return "none", f"ort: {runtime if isinstance(runtime, str) else case.astray['ort']} | ref: {reference if isinstance(reference, str) else case.astray['ref']}"
    against = {n: differences(ours, a, case) for n, a in answers.items()}
    text = " | ".join(f"{n}: {d}" for n, d in against.items() if d)
    if not any(against.values()):
        return "agree", ""
    if not all(against.values()):
        return "contested", text
    if len(answers) == 1:
        return "differs", text
    return ("wrong" if agreed(runtime, reference, case) else "threeway"), text


def appeal(verdict, ours, wide, reference, case):
    """The verdict after ONNX Runtime, which has no kernel for these types, has answered in float32: this settles a case unless
    the reference is as near to that answer as we are."""
    if isinstance(wide, str) or verdict[0] == "differs" and agreed(wide, reference, case):
        return verdict
    return decide(ours, wide, reference, case)
