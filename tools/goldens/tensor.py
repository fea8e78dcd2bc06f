"""Expected values for the conversions of package tensor.

Writes tensor/testdata/convert.json from NumPy, ml_dtypes and the onnx package:

    python tools/goldens/tensor.py > tensor/testdata/convert.json

Most arrays are long, so only their SHA-256 is stored. NaNs are made one bit
pattern first, since neither ONNX nor IEEE 754 says which one it is. Inputs
are either every pattern of a type, or, for narrowing to a type, all its
finite values, the points halfway between neighbours, and the floats just
below and above both: whatever rounds wrongly does so at one of them.
"""

import hashlib
import json
import sys
import warnings

import ml_dtypes
import numpy as np
import onnx.numpy_helper

warnings.simplefilter("ignore")

NARROW = {
    "float16": (np.float16, 16),
    "bfloat16": (ml_dtypes.bfloat16, 16),
    "float8e4m3fn": (ml_dtypes.float8_e4m3fn, 8),
    "float8e4m3fnuz": (ml_dtypes.float8_e4m3fnuz, 8),
    "float8e5m2": (ml_dtypes.float8_e5m2, 8),
    "float8e5m2fnuz": (ml_dtypes.float8_e5m2fnuz, 8),
    "float8e8m0": (ml_dtypes.float8_e8m0fnu, 8),
    "float6e2m3": (ml_dtypes.float6_e2m3fn, 6),
    "float6e3m2": (ml_dtypes.float6_e3m2fn, 6),
    "float4e2m1": (ml_dtypes.float4_e2m1fn, 4),
}
FLOAT8 = [n for n in NARROW if n.startswith("float8") and n != "float8e8m0"]
INTS = {
    "int8": np.int8, "int16": np.int16, "int32": np.int32, "int64": np.int64,
    "uint8": np.uint8, "uint16": np.uint16, "uint32": np.uint32, "uint64": np.uint64,
    "int4": ml_dtypes.int4, "uint4": ml_dtypes.uint4, "int2": ml_dtypes.int2, "uint2": ml_dtypes.uint2,
}
PACKED = {"int4": 4, "uint4": 4, "int2": 2, "uint2": 2, "float6e2m3": 6, "float6e3m2": 6, "float4e2m1": 4}


def patterns(name):
    dtype, bits = NARROW[name]
    return np.arange(1 << bits).astype(np.uint16 if bits == 16 else np.uint8).view(dtype)


def digest(a):
    """SHA-256 of an array with one NaN."""
    a = np.array(a)
    bits = a.view({1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}[a.itemsize]).copy()
    if a.dtype.kind in "fV" and a.dtype not in (ml_dtypes.int4, ml_dtypes.uint4, ml_dtypes.int2, ml_dtypes.uint2):
        bits[np.isnan(a)] = ~bits.dtype.type(0)
    return hashlib.sha256(bits.tobytes()).hexdigest()


def adversarial(name, wide):
    """Values at which rounding to a type changes, ascending, then the special ones."""
    v = patterns(name).astype(np.float64)
    v = np.unique(v[np.isfinite(v)])
    v = np.concatenate([v, [v[-1] + (v[-1] - v[-2])]])  # where the next one would be
    v = np.concatenate([v, (v[:-1] + v[1:]) / 2])
    v = np.concatenate([v, -v]).astype(wide)
    v = np.concatenate([v, np.nextafter(v, wide(np.inf)), np.nextafter(v, wide(-np.inf))])
    v = np.concatenate([v, np.array([np.finfo(wide).smallest_subnormal, np.finfo(wide).max], wide)])
    v = np.unique(np.concatenate([v, -v])) + wide(0)  # one zero
    return np.concatenate([v, np.array([-0.0, np.inf, -np.inf, np.nan], wide)])


def to_odd(x):
    """float64 to float32, not to nearest but so that rounding again is right:
    ml_dtypes goes by float32 and would round to nearest twice."""
    y = x.astype(np.float32)
    away = np.abs(y.astype(np.float64)) > np.abs(x)
    y = np.where(away, np.nextafter(y, np.float32(0)), y)
    inexact = y.astype(np.float64) != x
    return (y.view(np.uint32) | inexact.astype(np.uint32)).view(np.float32)


def narrow(x, name, saturate):
    if x.dtype == np.float64 and name != "float16":
        x = to_odd(x)
    if saturate and name in FLOAT8:
        return onnx.numpy_helper.saturate_cast(x, NARROW[name][0])
    return x.astype(NARROW[name][0])


def main():
    out = {"values": [], "narrow": [], "powers": [], "integers": [], "packed": []}

    for name in NARROW:
        out["values"].append({"type": name, "float32": digest(patterns(name).astype(np.float32))})

    for name in NARROW:
        if name == "float8e8m0":
            continue
        for wide in (np.float32, np.float64):
            x = adversarial(name, wide)
            for saturate in (False, True) if name in FLOAT8 else (False,):
                out["narrow"].append({
                    "from": wide.__name__, "to": name, "saturate": saturate, "n": len(x),
                    "input": digest(x), "output": digest(narrow(x, name, saturate)),
                })

    # Positive normal numbers: elsewhere onnx's function and its text differ.
    x = np.unique(np.concatenate([[m * 2.0**e for m in (1, 1 + 2**-23, 1.25, 1.5 - 2**-23, 1.5, 1.5 + 2**-23, 2 - 2**-23)]
                                  for e in range(-126, 127)])).astype(np.float32)
    for mode in ("up", "down", "nearest"):
        for saturate in (False, True):
            y = onnx.numpy_helper.to_float8e8m0(x, saturate, mode)
            out["powers"].append({"round": mode, "saturate": saturate, "n": len(x), "input": digest(x), "output": digest(y)})

    # Integers from floats, one at a time: NumPy's loops over several differ
    # from its scalar code out of range. Those of 2 and 4 bits go by int32.
    x = [0.0, -0.0, 0.99, -0.99, 1.5, -1.5, 2.5, 7.9, -8.1, 127.5, -128.5, 129, 200.7, -200.7, 255.9, 256, 300, -300, 32767.9,
         -32769, 65535.9, 65536, 70000.3, -70000.3, 2**31 - 0.5, 2.0**31, -(2.0**31) - 0.5, -(2.0**31) - 1, 5e9, 2.0**32 + 5,
         -5e9, 2.0**53 + 2, 2.0**63 - 1024, 2.0**63, -(2.0**63), 1.5 * 2.0**63, 2.0**64 - 2048, 2.0**64, 1e300, -1e300,
         float("inf"), float("-inf"), float("nan")]
    table = {"input": [str(v) for v in x]}
    for name, dtype in INTS.items():
        if name in PACKED:
            low = [int(np.array([v]).astype(np.int32)[0]) & (1 << PACKED[name]) - 1 for v in x]
            y = [int(np.array([v], np.int32).astype(dtype)[0]) for v in low]
        else:
            y = [int(np.array([v]).astype(dtype)[0]) for v in x]
        table[name] = [str(v) for v in y]
    out["integers"] = table

    for name, bits in PACKED.items():
        dtype = INTS.get(name) or NARROW[name][0]
        for n in (1, 2, 3, 4, 5, 7, 8, 13):
            codes = (np.arange(n) * 37 + 11 & (1 << bits) - 1).astype(np.uint8)
            t = onnx.numpy_helper.from_array(codes.astype(dtype) if name in INTS else codes.view(dtype))
            assert np.array_equal(onnx.numpy_helper.to_array(t).view(np.uint8) & (1 << bits) - 1, codes)
            out["packed"].append({"type": name, "n": n, "bytes": t.raw_data.hex()})

    json.dump(out, sys.stdout, indent=1)
    print()


main()
