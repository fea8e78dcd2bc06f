"""Arrays as the files of worker.py's protocol: .npy, and .json for strings."""
import json

import numpy as np


def write_array(path, array):
    """path lacks the extension."""
    array = np.asarray(array)
    if array.dtype.kind in "OUS":
        with open(path + ".json", "w") as f:
            json.dump({"shape": array.shape, "strings": [str(s) for s in array.reshape(-1)]}, f)
    else:
        np.save(path + ".npy", array)


def read_array(path):
    """path has its extension."""
    if path.endswith(".npy"):
        return np.load(path)
    with open(path) as f:
        got = json.load(f)
    return np.array(got["strings"] or [], object).reshape(got["shape"] or ())
