"""Seeded generators of the models that farm.py writes.

layers.py     torch.nn's layers and losses
functions.py  what people write in forward: indexing, reductions, shapes, comparisons
nets.py       small networks made of layers
quantized.py  networks of nets.py with quantised or float16 weights
learners.py   scikit-learn's and LightGBM's estimators and pipelines

Each torch generator is a function of a random.Random that returns (module, inputs, dynamic): dynamic names the dims of
inputs that the file leaves open, as torch.onnx.export wants it, or is None.
"""
TORCH = {}  # name: generator


def torch_model(f):
    TORCH[f.__name__.rstrip("_")] = f
    return f


KERAS = {}


def keras_model(f):
    KERAS[f.__name__.rstrip("_")] = f
    return f
