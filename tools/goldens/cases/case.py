"""What a case is, and how it is written down: ONNX's text syntax for the graph, numpy for the weights."""
import dataclasses
import zlib

import numpy as np
import onnx
from onnx import numpy_helper, parser

ALL = {}  # name -> function that builds the case, in the order of definition


@dataclasses.dataclass
class Case:
    model: onnx.ModelProto
    sets: list                          # one dict a set: graph input -> numpy array, list of arrays, or None
    runners: tuple = ("ort", "reference")  # who can run it; the first one's outputs are stored
    check: bool = True                  # False: the checker refuses an output of unknown rank, which exporters do write


def case(build):
    """Registers a case under the name of its function."""
    ALL[build.__name__] = build
    return build


def rng(name):
    """A generator that depends on the name alone."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def normal(r, *shape, scale=1.0):
    """Normal float32 numbers."""
    return (scale * r.standard_normal(shape)).astype(np.float32)


def model(text, weights=None, opset=17, ir=8, ml=False):
    """The model whose graph is text, with weights (name -> array) added as initializers."""
    ml = ', "ai.onnx.ml": 3' if ml else ""
    m = parser.parse_model(f'<ir_version: {ir}, opset_import: ["": {opset}{ml}], producer_name: "gauntlet">\n{text}')
    for name, array in (weights or {}).items():
        m.graph.initializer.append(numpy_helper.from_array(np.asarray(array), name))
    return m
