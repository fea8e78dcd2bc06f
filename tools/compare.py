"""Compares an engine's outputs with stored ones, over a folder of models.

usage: python compare.py FOLDER [--engine 'infer bench -worker'] [--only PART,..] [--threads 1,2] [--tolerance 1e-4]
needs: numpy

FOLDER is what export_classifiers.py writes: MODEL.onnx with MODEL.batchN.inputs and MODEL.batchN.outputs beside it.
The difference of a model is its largest |got - expected| over its largest |expected|; a wrong shape, a missing output
or a NaN is a disagreement whatever the tolerance. Exits with 1 unless all agree.
"""
import argparse
import glob
import os
import sys
import tempfile
import time

import numpy as np

from worker import Worker, WorkerError, file_name


def difference(got, expected):
    """Largest |got - expected| / largest |expected|; infinite where the two cannot be compared."""
    if got.shape != expected.shape:
        raise WorkerError(f"shape {got.shape}, expected {expected.shape}")
    if got.dtype != expected.dtype:
        raise WorkerError(f"type {got.dtype}, expected {expected.dtype}")
    if expected.size == 0:
        return 0.0
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    distance, scale = np.abs(got - expected).max(), np.abs(expected).max()
    if np.isnan(distance):
        return float("inf")
    return float(distance / scale if scale else distance)


def check(engine, model, inputs, threads):
    """The largest difference over the outputs of one model on one set of inputs."""
    outputs = inputs.removesuffix(".inputs") + ".outputs"
    engine.load(model, inputs, threads)
    with tempfile.TemporaryDirectory() as folder:
        got = {file_name(name) for name in engine.dump(folder)}
        worst = 0.0
        for path in sorted(glob.glob(os.path.join(glob.escape(outputs), "*.npy"))):
            name = os.path.basename(path).removesuffix(".npy")
            if name not in got:
                raise WorkerError(f"no output {name}")
            worst = max(worst, difference(np.load(os.path.join(folder, name + ".npy")), np.load(path)))
        return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--engine", default="infer bench -worker", help="command that speaks the protocol of worker.py")
    parser.add_argument("--only", default="", help="comma-separated parts of names")
    parser.add_argument("--threads", default="2", help="comma-separated counts")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one answer")
    args = parser.parse_args()
    parts = [p for p in args.only.split(",") if p]
    cases = []
    for model in sorted(glob.glob(os.path.join(glob.escape(args.folder), "*.onnx"))):
        base = model.removesuffix(".onnx")
        if not parts or any(p in os.path.basename(base) for p in parts):
            cases += [(model, inputs) for inputs in sorted(glob.glob(glob.escape(base) + ".batch*.inputs"))]
    if not cases:
        sys.exit(f"no models with inputs in {args.folder}")
    agree = total = 0
    with Worker(args.engine, args.timeout) as engine:
        for model, inputs in cases:
            for threads in map(int, args.threads.split(",")):
                start = time.perf_counter()
                try:
                    d = check(engine, model, inputs, threads)
                    ok, result = d <= args.tolerance, f"{d:.1e}"
                except (WorkerError, OSError, ValueError) as e:
                    ok, result = False, str(e)
                total, agree = total + 1, agree + ok
                name = os.path.basename(inputs).removesuffix(".inputs")
                print(f"{'ok  ' if ok else 'DIFF'} {name:36} {threads} thread(s) {time.perf_counter() - start:6.2f} s  {result}", flush=True)
    print(f"{agree} of {total} agree")
    sys.exit(agree != total)


if __name__ == "__main__":
    main()
