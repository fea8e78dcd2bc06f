"""Writes over a thousand small models as exporters make them, with ONNX Runtime's outputs, and runs an engine on them.

usage: python farm.py OUT [--torchscript 1200] [--dynamo 120] [--learners 300] [--boosted 60] [--quantized 150] [--seed 1]
       python farm.py OUT --keras 260
       python farm.py OUT --paddle 150
       python farm.py OUT --check 'infer bench -worker' [--only PART,..] [--tolerance 1e-4] [--report FILE.json]
needs: onnx, onnxruntime, numpy and, for what is written,
       torch, onnxscript (torchscript, dynamo, quantized), onnxconverter-common (quantized),
       scikit-learn, skl2onnx (learners), lightgbm, onnxmltools (boosted),
       tensorflow, keras, tf_keras, tf2onnx (keras),
       paddlepaddle, paddle2onnx, onnx_graphsurgeon, sympy (paddle)

Without a count, the first line's are written; with some, only those: TensorFlow and PaddlePaddle want
versions of NumPy and protobuf that the others do not, so each has its own environment.
OUT/NAME.onnx has its inputs in NAME.batch0.inputs and its outputs in NAME.batch0.outputs, as export_classifiers.py writes
them; arrays of strings are .json files, see worker.py. What an exporter or ONNX Runtime refuses is counted and left out.
The check prints how many agree, and the rest by reason.
"""
import argparse
import collections
import io
import json
import logging
import os
import random
import re
import tempfile
import time
import warnings

import numpy as np

from arrays import read_array, write_array
from worker import Worker, WorkerError, file_name


def store(out, name, model, feeds):
    """Runs ONNX Runtime and writes everything; raises what it raises."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # its fusions round elsewhere
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    feeds = {i.name: feeds[i.name] for i in session.get_inputs()}
    outputs = session.run(None, feeds)
    base = os.path.join(out, name)
    for folder, arrays in (("inputs", feeds.items()), ("outputs", zip([o.name for o in session.get_outputs()], outputs))):
        os.makedirs(f"{base}.batch0.{folder}", exist_ok=True)
        for n, a in arrays:
            write_array(os.path.join(f"{base}.batch0.{folder}", file_name(n)), a)
    with open(base + ".onnx", "wb") as f:
        f.write(model)


def flat(inputs):
    """Tensors of nested tuples."""
    return [t for x in inputs for t in (flat(x) if isinstance(x, (tuple, list)) else [x])]


def torch_case(i, seed, dynamo):
    """A model by one of PyTorch's exporters: bytes, inputs, a name."""
    import torch
    from farms import TORCH, functions, layers, nets  # noqa: F401 (generators)
    r = random.Random(f"{seed} torch {dynamo} {i}")
    torch.manual_seed(r.randrange(1 << 30))
    name = sorted(TORCH)[i % len(TORCH)]
    module, inputs, dynamic = TORCH[name](r)
    module.eval()
    names = [f"x{k}" for k in range(len(flat(inputs)))]
    feeds = dict(zip(names, (t.detach().numpy().copy() for t in flat(inputs))))
    if dynamo:
        opset = r.choice([18, 20, 21])
        program = torch.onnx.export(module, inputs, dynamo=True, opset_version=opset, input_names=names, verbose=False)
        return program.model_proto.SerializeToString(), feeds, f"dy{opset}.{name}"
    opset = r.choice([9, 11, 12, 13, 15, 17, 18, 20])
    buffer = io.BytesIO()
    torch.onnx.export(module, inputs, buffer, dynamo=False, opset_version=opset, input_names=names, dynamic_axes=dynamic, do_constant_folding=r.random() < 0.7)
    return buffer.getvalue(), feeds, f"ts{opset}.{name}"


def learner_case(i, seed, boosted):
    from farms import learners
    r = random.Random(f"{seed} learner {boosted} {i}")
    np.random.seed(i)
    model, feeds, name = (learners.boosted if boosted else learners.learner)(r)
    return model.SerializeToString(), feeds, name


def quantized_case(i, seed, _):
    from farms import quantized
    model, feeds, name = quantized.quantized(random.Random(f"{seed} quantized {i}"))
    kinds = {v.name: v.type.tensor_type.elem_type for v in model.graph.input}
    feeds = {n: x.astype(np.float16) if kinds[n] == 10 else x for n, x in feeds.items()}
    return model.SerializeToString(), feeds, name


def keras_case(i, seed, _):
    """A model of Keras or a tf.function by tf2onnx."""
    import tensorflow
    import tf2onnx
    from farms import KERAS, keras_layers, keras_nets, tensorflow_functions  # noqa: F401 (generators)
    r = random.Random(f"{seed} keras {i}")
    tensorflow.keras.utils.set_random_seed(r.randrange(1 << 30))
    name = sorted(KERAS)[i % len(KERAS)]
    function, inputs, dims = KERAS[name](r)
    opset = r.choice([9, 11, 12, 13, 15, 16, 17, 18])
    names = [f"x{k}" for k in range(len(inputs))]
    kinds = [tensorflow.string if x.dtype == object else x.dtype for x in inputs]
    specs = [tensorflow.TensorSpec(d, t, n) for d, t, n in zip(dims, kinds, names)]
    model, _ = tf2onnx.convert.from_function(tensorflow.function(function), specs, opset=opset)
    return model.SerializeToString(), dict(zip(names, inputs)), f"tf{opset}.{name}"


def paddle_case(i, seed, _):
    """A model of PaddlePaddle by paddle2onnx."""
    import paddle
    from farms import PADDLE, paddle_models
    r = random.Random(f"{seed} paddle {i}")
    paddle.seed(r.randrange(1 << 30))
    name = sorted(PADDLE)[i % len(PADDLE)]
    layer, inputs, dims = PADDLE[name](r)
    opset = r.choice([9, 11, 12, 13, 15, 16, 17, 18])
    model = paddle_models.exported(layer, inputs, dims, opset, r.choice(["None", "onnxoptimizer", "polygraphy"]))
    return model, {f"x{k}": x for k, x in enumerate(inputs)}, f"pd{opset}.{name}"


KINDS = {"torchscript": (torch_case, False), "dynamo": (torch_case, True), "learners": (learner_case, False), "boosted": (learner_case, True),
         "quantized": (quantized_case, None), "keras": (keras_case, None), "paddle": (paddle_case, None)}
DEFAULTS = {"torchscript": 1200, "dynamo": 120, "learners": 300, "boosted": 60, "quantized": 150}


def write(args):
    """Writes the farm and prints what is left out."""
    report = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # exporters print the graphs that they refuse
    os.makedirs(args.out, exist_ok=True)
    left, written, start = collections.Counter(), 0, time.time()
    given = {kind: getattr(args, kind) for kind in KINDS if getattr(args, kind) is not None}
    for kind, count in (given or DEFAULTS).items():
        case, flag = KINDS[kind]
        for i in range(count):
            try:
                model, feeds, name = case(i, args.seed, flag)
            except Exception as e:
                left[refusal(f"exporter: {type(e).__name__}", e)] += 1
                continue
            try:
                store(args.out, f"{name}.{i:03}", model, feeds)
                written += 1
            except Exception as e:
                left[refusal(f"ONNX Runtime, {name.split('.')[-1]}", e)] += 1
        print(f"{kind} {count}: {written} written so far, {time.time() - start:.0f} s", file=report, flush=True)
    for reason, n in left.most_common():
        print(f"{n:5}  {reason}", file=report)
    print(f"{written} models written, {sum(left.values())} left out", file=report)


def refusal(who, e):
    """A line that counts refusals of a kind."""
    text = (str(e).strip().splitlines() or [""])[0].removeprefix("Exporting the operator ")
    return re.sub(r" to ONNX opset version \d+ is not supported.*", " cannot be exported to some opsets", f"{who}: {text}")[:150]


def difference(got, want, tolerance):
    """Why two arrays differ, or None."""
    if got.shape != want.shape:
        return f"shape {list(got.shape)}, not {list(want.shape)}"
    if want.dtype.kind in "OUS":
        return None if got.tolist() == want.tolist() else "strings differ"
    if got.dtype != want.dtype:
        return f"type {got.dtype}, not {want.dtype}"
    if want.dtype.kind in "biu":
        return None if np.array_equal(got, want) else f"integers differ: {int((got != want).sum())} of {want.size}"
    with np.errstate(all="ignore"):
        same = (got == want) | (np.isnan(got) & np.isnan(want))
        finite = np.abs(want[np.isfinite(want)])
        scale = max(float(finite.max()) if finite.size else 1.0, 1e-3)
        close = same | (np.abs(got.astype(np.float64) - want) <= tolerance * scale)
    return None if close.all() else f"floats differ: {int((~close).sum())} of {want.size}"


def check(engine, base, tolerance, threads):
    """None if the engine agrees, else the reason."""
    try:
        engine.load(base + ".onnx", base + ".batch0.inputs", threads)
        with tempfile.TemporaryDirectory() as folder:
            engine.dump(folder)
            for name in sorted(os.listdir(base + ".batch0.outputs")):
                got = os.path.join(folder, name)
                if not os.path.exists(got):
                    return f"no output {name}"
                reason = difference(read_array(got), read_array(os.path.join(base + ".batch0.outputs", name)), tolerance)
                if reason:
                    return reason
    except WorkerError as e:
        return str(e)


def kind(reason):
    """A reason without what is particular to a model."""
    lines = [re.sub(r'^node "[^"]*" \(([A-Za-z]+)-\d+[^)]*\):', r"\1:", line) for line in reason.splitlines() if not line.startswith(("goroutine", "\t"))]
    known = [line for line in lines if "is not known" in line]
    return re.sub(r"\d+", "N", (known or lines)[0])[:110]


COARSE = {"float16": 5e-3, "qdq": 2e-2, "qoperator": 2e-2, "dynamic": 2e-2}  # a few roundings, or one step of 8 bits


def run(args):
    parts = [p for p in args.only.split(",") if p]
    names = sorted(n.removesuffix(".onnx") for n in os.listdir(args.out) if n.endswith(".onnx"))
    names = [n for n in names if not parts or any(p in n for p in parts)]
    reasons, agree = collections.defaultdict(list), collections.Counter()
    with Worker(args.check, 30) as engine:
        for i, name in enumerate(names):
            tolerance = max(args.tolerance, COARSE.get(name.split(".")[0], 0))
            reason = check(engine, os.path.join(args.out, name), tolerance, 1 + i % 2)
            agree[name.split(".")[0]] += reason is None
            if reason:
                reasons[kind(reason)].append((name, reason))
    total = collections.Counter(n.split(".")[0] for n in names)
    for group in sorted(total):
        print(f"{group:12} {agree[group]:4} of {total[group]:4}")
    for reason, cases in sorted(reasons.items(), key=lambda x: -len(x[1])):
        print(f"{len(cases):5}  {reason}   {' '.join(n for n, _ in cases[:3])}")
    print(f"{sum(agree.values())} of {len(names)} agree")
    if args.report:
        with open(args.report, "w") as f:
            json.dump({r: c for r, c in reasons.items()}, f, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    for kind in KINDS:
        parser.add_argument("--" + kind, type=int, help="how many to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", default="", help="command of an engine that speaks the protocol of worker.py")
    parser.add_argument("--only", default="", help="comma-separated parts of names")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="part of an output's largest value")
    parser.add_argument("--report", default="")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if args.check:
        run(args)
    else:
        write(args)


if __name__ == "__main__":
    main()
