"""Times convolutions of random shapes against ONNX Runtime.

usage: python convbench.py [--count 40] [--seed 1] [--engine 'infer bench -worker'] [--threads 1,2] [--json FILE]
needs: onnx, onnxruntime, numpy

Benchmarks of known networks measure the shapes everybody has tuned. This draws seeded shapes (kernels 1 to 7,
strides, dilations, groups, depthwise, channels that no vector divides, sizes 5 to 112), writes a model of one Conv
for each, and runs both engines in processes of their own, alternating in rounds on the same input, so that neither
gets the quieter machine. Outputs must agree. Ratios are engine / ONNX Runtime: above 1 is slower. Exits with 1 if an
output differs or an engine fails.
"""
import argparse
import dataclasses
import json
import os
import statistics
import sys
import tempfile
import time

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from compare import difference
from worker import Worker, WorkerError

MAX_FLOP, MIN_FLOP = 400e6, 0.2e6  # of one run; less than this measures the call, not the convolution
TOLERANCE = 1e-4


@dataclasses.dataclass(frozen=True)
class Config:
    """One convolution of one image, with bias. Kernel and size are (height, width)."""
    channels: int
    outputs: int
    groups: int
    kernel: tuple
    size: tuple
    stride: int
    dilation: int
    padded: bool  # to keep the size at stride 1; else no padding

    @property
    def pads(self):
        return [(k - 1) * self.dilation // 2 if self.padded else 0 for k in self.kernel]

    @property
    def out(self):
        return [(s + 2 * p - (k - 1) * self.dilation - 1) // self.stride + 1 for s, p, k in zip(self.size, self.pads, self.kernel)]

    @property
    def flop(self):
        return 2 * self.outputs * self.channels // self.groups * int(np.prod(self.kernel)) * int(np.prod(self.out))

    def __str__(self):
        pair = lambda p: f"{p[0]}x{p[1]}"
        kind = "depthwise" if 1 < self.groups == self.channels else f"groups {self.groups}" if self.groups > 1 else ""
        more = [kind, f"stride {self.stride}" if self.stride > 1 else "", f"dilation {self.dilation}" if self.dilation > 1 else "", "" if self.padded else "unpadded"]
        return " ".join([f"{pair(self.kernel)} {self.channels}>{self.outputs} @ {pair(self.size)}", *filter(None, more)])


def draw(r):
    """One random configuration that is possible and within the bounds on work."""
    while True:
        # Half the channel counts are the round ones of published networks.
        count = lambda: int(r.choice([8, 16, 24, 32, 64, 96, 128, 256, 512])) if r.random() < 0.5 else int(r.integers(1, 300))
        k, size = int(r.choice([1, 1, 2, 3, 3, 4, 5, 6, 7])), int(r.integers(5, 113))
        kernel = (k, k) if r.random() < 0.8 else (k, int(r.integers(1, 8)))
        channels, outputs = count(), count()
        groups = int(r.choice([1, 1, 1, 2, 4, 0]))
        if groups == 0:
            outputs = groups = channels
        c = Config(channels, outputs, groups, kernel, (size, size if r.random() < 0.7 else int(r.integers(5, 113))),
                   int(r.choice([1, 1, 2])), int(r.choice([1, 1, 1, 2])) if max(kernel) > 1 else 1, bool(r.random() < 0.8))
        if channels % groups == 0 and outputs % groups == 0 and min(c.out) > 0 and MIN_FLOP <= c.flop <= MAX_FLOP:
            return c


def write(c, base, r):
    """Writes BASE.onnx and its input to BASE.inputs."""
    normal = lambda *shape: r.standard_normal(shape, np.float32)
    w = normal(c.outputs, c.channels // c.groups, *c.kernel) / np.float32(np.sqrt(c.channels // c.groups * np.prod(c.kernel)))
    node = helper.make_node("Conv", ["x", "w", "b"], ["y"], kernel_shape=c.kernel, strides=[c.stride] * 2, dilations=[c.dilation] * 2, pads=c.pads * 2, group=c.groups)
    graph = helper.make_graph(
        [node], "conv",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, c.channels, *c.size])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, c.outputs, *c.out])],
        [numpy_helper.from_array(w, "w"), numpy_helper.from_array(normal(c.outputs), "b")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), base + ".onnx")
    os.makedirs(base + ".inputs")
    np.save(os.path.join(base + ".inputs", "x.npy"), normal(1, c.channels, *c.size))


def output(engine, folder):
    os.makedirs(folder, exist_ok=True)
    engine.dump(folder)
    return np.load(os.path.join(folder, "y.npy"))


def measure(base, threads, engines, rounds, seconds):
    """Loads the model in both engines, compares their outputs and times them round by round."""
    row = {}
    for name, engine in engines.items():
        engine.load(base + ".onnx", base + ".inputs", threads)
    row["difference"] = difference(*(output(e, f"{base}.{name}") for name, e in reversed(engines.items())))
    times = {name: [] for name in engines}
    for turn in range(rounds):
        for name in list(engines)[::1 if turn % 2 else -1]:
            time.sleep(0.02)  # lets the threads that spun for the other engine park
            times[name] += engines[name].times(seconds)
    for name, t in times.items():
        row[name] = {"min_ms": min(t), "median_ms": statistics.median(t), "runs": len(t)}
    for key in ("min", "median"):
        row[f"{key}_ratio"] = row["engine"][f"{key}_ms"] / row["ort"][f"{key}_ms"]
    return row


def summary(rows):
    """One line for each thread count: medians and the worst."""
    for threads in sorted({r["threads"] for r in rows}):
        good = [r for r in rows if r["threads"] == threads and "error" not in r]
        if good:
            of = lambda key: statistics.median(r[key] for r in good)
            worst = max(good, key=lambda r: r["min_ratio"])
            slower = sum(r["min_ratio"] > 1.02 for r in good)
            print(f"{threads} thread(s): median ratio of minima {of('min_ratio'):.2f}, of medians {of('median_ratio'):.2f}; "
                  f"slower by over 2 % in {slower} of {len(good)}; worst {worst['min_ratio']:.2f}: {worst['config']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="infer bench -worker", help="command that speaks the protocol of worker.py")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=0.08, help="of runs in each round")
    parser.add_argument("--json", help="file for all figures")
    args = parser.parse_args()
    r = np.random.default_rng(args.seed)
    configs = [draw(r) for _ in range(args.count)]
    ort = f"'{sys.executable}' '{os.path.join(os.path.dirname(os.path.abspath(__file__)), 'ort_worker.py')}'"
    rows, failed = [], 0
    print(f"{'convolution':52} threads  MFLOP   ORT ms (median)   engine ms (median)   ratio (medians)  difference")
    with tempfile.TemporaryDirectory() as folder, Worker(ort) as reference, Worker(args.engine) as engine:
        for i, c in enumerate(configs):
            base = os.path.join(folder, str(i))
            write(c, base, np.random.default_rng([args.seed, i]))
            for threads in map(int, args.threads.split(",")):
                row = {"config": str(c), "threads": threads, "flop": c.flop}
                try:
                    row |= measure(base, threads, {"ort": reference, "engine": engine}, args.rounds, args.seconds)
                    bad = row["difference"] > TOLERANCE
                    o, e = row["ort"], row["engine"]
                    line = (f"{o['min_ms']:9.3f} ({o['median_ms']:.3f})  {e['min_ms']:9.3f} ({e['median_ms']:.3f})   x{row['min_ratio']:.2f} (x{row['median_ratio']:.2f})"
                            f"   {row['difference']:.0e}{'  DIFFERS' if bad else ''}")
                except (WorkerError, OSError, ValueError) as e:
                    bad, row["error"], line = True, str(e), f"FAILED: {e}"
                failed += bad
                rows.append(row)
                print(f"{str(c):52} {threads:7} {c.flop / 1e6:6.1f} {line}", flush=True)
    summary(rows)
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"seed": args.seed, "rows": rows}, f, indent=1)
    if failed:
        sys.exit(f"{failed} of {len(rows)} failed or differ")


if __name__ == "__main__":
    main()
