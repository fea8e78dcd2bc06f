"""Engines as processes that speak one protocol; used by compare.py and convbench.py.

Each request is one JSON object on a line of stdin, each reply one on a line of stdout; stderr is free.

    {"load": "MODEL.onnx", "threads": 2, "inputs": "FOLDER"}         -> {"ready": true, "load_ms": 12.3}
        FOLDER holds one .npy file per graph input, named by file_name; types that NumPy lacks are unsigned integers of
        their bits in it, an element each, and strings are in a .json file: {"shape": [2], "strings": ["a", "b"]}
    {"inputs": "FOLDER"}                                             -> {"ready": true}
        other inputs for the loaded model, of other sizes too (not by every engine)
    {"run_for": 0.4, "min_iters": 5, "max_s": 4, "warmup": 1}        -> {"times_ms": [1.23, ...]}
        runs until run_for seconds and min_iters runs have passed, or max_s seconds
    {"dump": "FOLDER"}                                               -> {"dumped": ["OUTPUT", ...]}
        runs once and writes each graph output to FOLDER/OUTPUT.npy
    any failure                                                      -> {"error": "text"}, and the worker lives on

`infer bench -worker` is such an engine; ort_worker.py makes ONNX Runtime one.
"""
import json
import os
import select
import shlex
import subprocess


def file_name(name):
    """The name of a tensor as the name of a file, without its extension."""
    return "".join(c if c.isascii() and c.isalnum() or c in "_-" else "_" for c in name)


class WorkerError(Exception):
    """The engine reported a failure, did not answer in time, or died."""


class Worker:
    """One engine. After an error it may be asked again: a dead or silent process is replaced by the next request."""

    def __init__(self, command, timeout=60.0):
        self.command, self.timeout, self.process = shlex.split(command), timeout, None

    def ask(self, **request):
        """Sends one request and returns the reply; raises WorkerError."""
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            self.process.stdin.write((json.dumps(request) + "\n").encode())
            self.process.stdin.flush()
            answered = select.select([self.process.stdout], [], [], self.timeout)[0]
            line = self.process.stdout.readline() if answered else b""
        except BrokenPipeError:
            answered, line = True, b""
        if not line:
            self.close()
            raise WorkerError("the worker died" if answered else f"no answer in {self.timeout:.0f} s")
        try:
            reply = json.loads(line)
        except ValueError:
            self.close()
            raise WorkerError(f"not a reply: {line[:80]!r}") from None
        if "error" in reply:
            raise WorkerError(reply["error"])
        return reply

    def load(self, model, inputs, threads):
        self.ask(load=os.path.abspath(model), inputs=os.path.abspath(inputs), threads=threads)

    def dump(self, folder):
        """Runs once; returns the names of the outputs written to the folder."""
        return self.ask(dump=os.path.abspath(folder))["dumped"]

    def times(self, run_for, min_iters=3, max_s=4.0, warmup=1):
        """Milliseconds of each run."""
        return self.ask(run_for=run_for, min_iters=min_iters, max_s=max_s, warmup=warmup)["times_ms"]

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
