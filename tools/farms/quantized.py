"""Networks of nets.py, quantised by ONNX Runtime's tools or converted to float16."""
import os
import tempfile

import numpy as np
import onnx
import torch

from . import nets

NETS = [nets.perceptron, nets.classifier, nets.residual, nets.squeeze_excite, nets.shuffled, nets.dense, nets.hourglass, nets.vision_transformer, nets.detector, nets.temporal]


class Samples:
    """Calibration data, as the tools want to read it."""

    def __init__(self, x):
        r = np.random.default_rng(1)
        self.feeds = iter([{"x0": x}] + [{"x0": r.normal(size=x.shape).astype(np.float32)} for _ in range(4)])

    def get_next(self):
        return next(self.feeds, None)


def quantized(r):
    """A model, its input and a name."""
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process
    torch.manual_seed(r.randrange(1 << 30))
    f = r.choice(NETS)
    module, (x,), dynamic = f(r)
    module.eval()
    way = r.choice(["dynamic", "qdq", "qdq", "qoperator", "qoperator", "float16"])
    with tempfile.TemporaryDirectory() as folder:
        plain, ready, done = (os.path.join(folder, n) for n in ("plain.onnx", "ready.onnx", "done.onnx"))
        torch.onnx.export(module, (x,), plain, dynamo=False, opset_version=r.choice([13, 17]), input_names=["x0"], dynamic_axes=dynamic)
        name = f"{way}.{f.__name__}"
        x = x.numpy()
        if way == "float16":
            from onnxconverter_common import float16
            return float16.convert_float_to_float16(onnx.load(plain), keep_io_types=r.random() < 0.5), {"x0": x}, name
        quant_pre_process(plain, ready, skip_symbolic_shape=True)
        weights = r.choice([QuantType.QInt8, QuantType.QUInt8])
        if way == "dynamic":
            quantize_dynamic(ready, done, per_channel=r.random() < 0.5, weight_type=weights)
        else:
            activations = r.choice([QuantType.QUInt8, QuantType.QUInt8, QuantType.QInt8])
            quantize_static(ready, done, Samples(x), quant_format=QuantFormat.QDQ if way == "qdq" else QuantFormat.QOperator, per_channel=r.random() < 0.5,
                            activation_type=activations, weight_type=QuantType.QInt8 if activations == QuantType.QInt8 else weights)
        return onnx.load(done), {"x0": x}, name
