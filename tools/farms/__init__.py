"""Seeded generators of the models that farm.py writes.

layers.py                torch.nn's layers and losses
functions.py             what people write in forward: indexing, reductions, shapes, comparisons
nets.py                  small networks made of layers
quantized.py             networks of nets.py with quantised or float16 weights
learners.py              scikit-learn's and LightGBM's estimators and pipelines
keras_layers.py          Keras's layers
keras_nets.py            small networks made of them
tensorflow_functions.py  what people write in a tf.function: control flow, pictures, detection
paddle_models.py         PaddlePaddle's layers, functions and small networks

Each generator is a function of a random.Random. Those of torch return (module, inputs, dynamic): dynamic names the dims
of inputs that the file leaves open, as torch.onnx.export wants it, or is None. Those of Keras and PaddlePaddle return
(function or layer, inputs, dims): the shape of each input in the file, None (PaddlePaddle: -1) for an open dim.
"""
TORCH, KERAS, PADDLE = {}, {}, {}  # name: generator


def torch_model(f):
    TORCH[f.__name__.rstrip("_")] = f
    return f


def keras_model(f):
    KERAS[f.__name__.rstrip("_")] = f
    return f


def paddle_model(f):
    PADDLE[f.__name__.rstrip("_")] = f
    return f
