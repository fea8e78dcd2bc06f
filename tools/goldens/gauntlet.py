"""Writes the gauntlet: tiny models that exercise what most engines get wrong, with expected outputs.

usage: python gauntlet.py OUT [--only NAME,NAME]        (OUT is testdata/gauntlet in this repository)
needs: onnx, onnxruntime, numpy

For each case of the package `cases` it writes, in the layout of ONNX's own backend tests,

    OUT/NAME/model.onnx
    OUT/NAME/set_S/input_K.pb     K-th graph input:  TensorProto, SequenceProto or OptionalProto
    OUT/NAME/set_S/output_K.pb    K-th graph output: likewise, by the declared type of the output

The sets of a case differ in shape, so that alternating them changes every symbol of the model. Expected
outputs are ONNX Runtime's without optimisations, or the ONNX reference evaluator's where a case says so;
where both can run a case they must agree. Inputs and weights are seeded by the case's name: running the
script again writes the same bytes.
"""
import argparse
import os
import shutil
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

import cases


def ort_run(model, feed):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feed)


def reference_run(model, feed):
    return ReferenceEvaluator(model).run(None, feed)


def same(a, b):
    """Whether two outputs agree: exactly for strings, bools and integers, to 1e-5 for floats."""
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    if a.dtype.kind == "f":
        return np.allclose(a, b, rtol=1e-5, atol=1e-5)
    return bool(np.all(a.astype(b.dtype) == b))


def save(value, info, path):
    """Writes a value as the message its declared type asks for."""
    kind = info.type.WhichOneof("value")
    if kind == "optional_type":
        message = numpy_helper.from_optional(value)
    elif kind == "sequence_type":
        message = numpy_helper.from_list(value)
    else:
        message = numpy_helper.from_array(np.asarray(value))
    with open(path, "wb") as f:
        f.write(message.SerializeToString(deterministic=True))


def write(name, case, out):
    """Checks, runs and stores one case; returns the bytes written."""
    if case.check:
        onnx.checker.check_model(case.model, full_check=True)
    folder = os.path.join(out, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(folder, "model.onnx"), "wb") as f:
        f.write(case.model.SerializeToString(deterministic=True))
    graph = case.model.graph
    for s, feed in enumerate(case.sets):
        assert list(feed) == [i.name for i in graph.input], f"{name}: inputs of set {s} are not the graph's"
        results = {who: run(case.model, feed) for who, run in (("ort", ort_run), ("reference", reference_run)) if who in case.runners}
        expected = results[case.runners[0]]
        for who, got in results.items():
            assert same(expected, got), f"{name}: set {s}: {case.runners[0]} and {who} disagree:\n{expected}\n{got}"
        os.makedirs(os.path.join(folder, f"set_{s}"))
        for kind, infos, values in (("input", graph.input, feed.values()), ("output", graph.output, expected)):
            for k, (info, value) in enumerate(zip(infos, values)):
                save(value, info, os.path.join(folder, f"set_{s}", f"{kind}_{k}.pb"))
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(folder) for f in files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--only", default="", help="comma-separated names")
    args = parser.parse_args()
    only = set(filter(None, args.only.split(",")))
    if unknown := only - set(cases.ALL):
        sys.exit(f"no such case: {', '.join(sorted(unknown))}")
    total = 0
    for name, build in cases.ALL.items():
        if only and name not in only:
            continue
        case = build()
        size = write(name, case, args.out)
        total += size
        print(f"{name:20} {len(case.model.graph.node):3} nodes  {len(case.sets)} sets  {size:7,} bytes  by {' and '.join(case.runners)}")
    print(f"{total:,} bytes in all")


if __name__ == "__main__":
    main()
