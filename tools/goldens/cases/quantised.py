"""Convolution on 8-bit integers."""
import numpy as np

from .case import Case, case, model, rng


def qlinearconv_model(name, channels, outputs, group, w_zero, pads, strides):
    r = rng(name)
    weights = {
        "x_scale": np.float32(0.02), "x_zero": np.uint8(121),
        "w": r.integers(-127, 128, (outputs, channels // group, 3, 3)).astype(np.int8),
        "w_scale": (0.002 + 0.01 * r.random(outputs)).astype(np.float32), "w_zero": w_zero,
        "y_scale": np.float32(0.15), "y_zero": np.uint8(99),
        "bias": r.integers(-3000, 3000, outputs).astype(np.int32),
    }
    m = model(f"""
        {name} (uint8[N,{channels},H,W] x) => (uint8[N,{outputs},P,Q] y) {{
            y = QLinearConv <group = {group}, pads = {pads}, strides = {strides}> (x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias)
        }}""", weights)
    return m, [{"x": r.integers(0, 256, shape).astype(np.uint8)} for shape in ((1, channels, 7, 6), (2, channels, 5, 9))]


@case
def qlinearconv():
    """Per-channel scales, stride 2, unequal padding (with the zero point, not with 0)."""
    return Case(*qlinearconv_model("qlinearconv", 5, 11, 1, np.zeros(11, np.int8), [1, 0, 2, 1], [2, 2]))


@case
def qlinearconv_depthwise():
    """The same, one filter a channel."""
    return Case(*qlinearconv_model("qlinearconv_depthwise", 10, 10, 10, np.zeros(10, np.int8), [1, 1, 1, 1], [1, 2]))


@case
def qlinearconv_zero():
    """Zero points that differ between channels, which ONNX Runtime refuses."""
    zero = rng("qlinearconv_zero.w").integers(-20, 20, 6).astype(np.int8)
    return Case(*qlinearconv_model("qlinearconv_zero", 4, 6, 2, zero, [1, 1, 1, 1], [1, 1]), runners=("reference",))
