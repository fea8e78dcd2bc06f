"""ONNX Runtime behind the protocol of worker.py.

usage: python ort_worker.py        (requests on stdin, replies on stdout)
needs: onnxruntime, numpy
"""
import json
import os
import sys
import time

import numpy as np
import onnxruntime as ort

from worker import file_name


class Engine:
    def __init__(self, path, threads, inputs):
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 4
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.feed = {i.name: np.load(os.path.join(inputs, file_name(i.name) + ".npy")) for i in self.session.get_inputs()}

    def dump(self, folder):
        names = [o.name for o in self.session.get_outputs()]
        for name, value in zip(names, self.session.run(names, self.feed)):
            np.save(os.path.join(folder, file_name(name) + ".npy"), value)
        return names

    def times(self, run_for, min_iters=1, max_s=1e9, warmup=0):
        for _ in range(warmup):
            self.session.run(None, self.feed)
        times, start = [], time.perf_counter()
        while True:
            t = time.perf_counter()
            self.session.run(None, self.feed)
            now = time.perf_counter()
            times.append((now - t) * 1e3)
            if now - start >= max_s or len(times) >= min_iters and now - start >= run_for:
                return times


def main():
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a library that prints must not break the protocol
    engine = None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if "load" in request:
                start = time.perf_counter()
                engine = Engine(request["load"], request["threads"], request["inputs"])
                reply = {"ready": True, "load_ms": (time.perf_counter() - start) * 1e3}
            elif "dump" in request:
                reply = {"dumped": engine.dump(request["dump"])}
            else:
                reply = {"times_ms": engine.times(**request)}
        except Exception as e:  # whatever it is, the harness wants to hear of it
            reply = {"error": f"{type(e).__name__}: {e}"[:300]}
        replies.write(json.dumps(reply) + "\n")


if __name__ == "__main__":
    main()
