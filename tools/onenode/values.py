"""Element types by the names of operators.json, and random tensors of them."""
import ml_dtypes
import numpy as np
from onnx import TensorProto

TYPES = {  # name: (TensorProto.DataType, NumPy's type)
    "float": (TensorProto.FLOAT, np.float32), "double": (TensorProto.DOUBLE, np.float64),
    "float16": (TensorProto.FLOAT16, np.float16), "bfloat16": (TensorProto.BFLOAT16, ml_dtypes.bfloat16),
    "int8": (TensorProto.INT8, np.int8), "int16": (TensorProto.INT16, np.int16),
    "int32": (TensorProto.INT32, np.int32), "int64": (TensorProto.INT64, np.int64),
    "uint8": (TensorProto.UINT8, np.uint8), "uint16": (TensorProto.UINT16, np.uint16),
    "uint32": (TensorProto.UINT32, np.uint32), "uint64": (TensorProto.UINT64, np.uint64),
    "bool": (TensorProto.BOOL, np.bool_), "string": (TensorProto.STRING, np.object_),
    "float8e4m3fn": (TensorProto.FLOAT8E4M3FN, ml_dtypes.float8_e4m3fn),
    "float8e4m3fnuz": (TensorProto.FLOAT8E4M3FNUZ, ml_dtypes.float8_e4m3fnuz),
    "float8e5m2": (TensorProto.FLOAT8E5M2, ml_dtypes.float8_e5m2),
    "float8e5m2fnuz": (TensorProto.FLOAT8E5M2FNUZ, ml_dtypes.float8_e5m2fnuz),
    "float8e8m0": (TensorProto.FLOAT8E8M0, ml_dtypes.float8_e8m0fnu),
    "float4e2m1": (TensorProto.FLOAT4E2M1, ml_dtypes.float4_e2m1fn),
    "int4": (TensorProto.INT4, ml_dtypes.int4), "uint4": (TensorProto.UINT4, ml_dtypes.uint4),
    "int2": (TensorProto.INT2, ml_dtypes.int2), "uint2": (TensorProto.UINT2, ml_dtypes.uint2),
    "complex64": (TensorProto.COMPLEX64, np.complex64), "complex128": (TensorProto.COMPLEX128, np.complex128),
}
NAMES = {np.dtype(t): name for name, (_, t) in TYPES.items()}
NUMBERS = {number: name for name, (number, _) in TYPES.items()}

FLOATS = {"float", "double", "float16", "bfloat16"}
SMALL_FLOATS = {"float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "float8e8m0", "float4e2m1"}
NARROW = SMALL_FLOATS | {"bfloat16", "int4", "uint4", "int2", "uint2"}  # NumPy itself lacks them
WORDS = ["", "a", "b", "ab", "Ab", "tensor", "x y", "0", "-1.5", "é", "日本"]


def dtype(name):
    return np.dtype(TYPES[name][1])


def name_of(array):
    return "string" if array.dtype.kind in "OUS" else NAMES[array.dtype]


def int_range(name):
    """Smallest and largest value of an integer type; None for the others."""
    if not name.lstrip("u").startswith("int"):
        return None
    bits = int(name.lstrip("uint"))
    return (0, 2**bits - 1) if name[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def random(r, shape, name, low=-4.0, high=4.0, special=0.0):
    """A tensor of values in [low, high); with probability special some are extreme: NaN, infinities, the ends of the type."""
    shape = tuple(shape)
    if name == "string":
        return np.array([WORDS[i] for i in r.integers(len(WORDS), size=int(np.prod(shape)))], object).reshape(shape)
    if name == "bool":
        return r.random(shape) < 0.5
    ends = int_range(name)
    if ends:
        values = r.integers(max(int(low), ends[0]), min(int(high), ends[1]) + 1, size=shape)
        extreme = [ends[0], ends[0], ends[1], ends[1] - 1]
        values = values.astype(np.uint64 if name == "uint64" else np.int64)
    else:
        values = r.uniform(low, high, shape)
        if r.random() < 0.3:
            values = np.round(values * 2) / 2  # ties and halves
        extreme = [np.nan, np.inf, -np.inf, -0.0]
    if values.size and r.random() < special:
        flat = values.reshape(-1)
        for _ in range(r.integers(1, 4)):
            flat[r.integers(flat.size)] = extreme[r.integers(len(extreme))]
    with np.errstate(all="ignore"):
        return np.asarray(values).astype(dtype(name))
