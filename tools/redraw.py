#!/usr/bin/env python3
"""Writes ONNX's node tests anew, on other random inputs and, where a test allows it, in other shapes.

usage: redraw.py OUT [--seeds 5] [--run REGEXP]        (needs onnx 1.23.2, ml_dtypes)

then: infer conformance OUT

The official tests are programs of the package onnx that draw inputs with one seed, compute what a node should make of
them and write both down. Here the same programs run with numpy's random functions behind a wrapper: other seeds, and
sizes that are replaced by others, the same everywhere in one program. A program that holds sizes as numbers then breaks,
or computes what no longer fits the node; so new shapes count only where onnx's reference evaluator gets the program's
own results, and after some tries the test keeps its shapes.

Tests that draw nothing keep their shapes and get other values of their first input, for which the reference evaluator
says what is right; those on which it fails are left out, and so are those that expect what Bernoulli drew.
"""
import argparse
import collections
import contextlib
import os
import random
import re
import shutil
import sys
import warnings
import zlib

import numpy as np
from onnx import TensorProto, numpy_helper
from onnx.backend.test import cmd_tools
from onnx.backend.test.case import base, node
from onnx.reference import ReferenceEvaluator

TRIES = 8  # of other shapes, until the sizes stay
IMPOSSIBLE = {"Bernoulli"}  # its expected values are draws of numpy's
SIZED = {"rand": None, "randn": None, "ranf": 0, "random_sample": 0, "uniform": 2, "randint": 2}  # where the size is: None, everywhere
# Sizes that a program has as numbers, too, where neither it nor the reference evaluator minds that they differ, by what
# matches its name: weights of classes, the length of a state, the attribute of hidden units, the number of repeats, numbers
# of valid keys, a mask's batch.
FIXED = {
    r"\.(SoftmaxCrossEntropy|NegativeLogLikelihood)Loss\.": {5},
    r"\.CausalConvWithState\.": {3, 4},
    r"\.RNN\.": {5},
    r"\.Tile\.": {4},
    r"\.Attention\..*nonpad": {4, 6, 8},
    r"\.Attention\..*gqa_rank4_mask": {2},
}
original = {name: getattr(np.random, name) for name in [*SIZED, "seed"]}


class Drawing:
    """numpy's random functions for one run of one program."""

    def __init__(self, seed, change, fixed=()):
        """change is how likely a size that is not fixed is to become another one."""
        self.seed, self.change = seed, change
        self.choice, self.sizes, self.calls = random.Random(seed), {1: 1, **{n: n for n in fixed}}, 0

    def size(self, n):
        n = int(n)
        if n not in self.sizes:
            other = max(1, n + self.choice.choice([-2, -1, 1, 2, 3, n // 2]))
            self.sizes[n] = other if self.choice.random() < self.change else n
        return self.sizes[n]

    def shape(self, dims):
        if dims is None:
            return None
        return tuple(self.size(n) for n in dims) if np.iterable(dims) else self.size(dims)

    def sized(self, name, where):
        def draw(*args, **kwargs):
            self.calls += 1
            if where is None:
                args = self.shape(args)
            elif len(args) > where:
                args = (*args[:where], self.shape(args[where]), *args[where + 1 :])
            elif "size" in kwargs:
                kwargs["size"] = self.shape(kwargs["size"])
            return original[name](*args, **kwargs)

        return draw

    def reseed(self, seed=None):
        """A program's own seed is replaced, but not that of a reference implementation in it: Dropout's is an attribute."""
        if sys._getframe(1).f_code.co_name.startswith("export"):
            seed = self.seed
        original["seed"](seed)

    @contextlib.contextmanager
    def installed(self):
        for name, where in SIZED.items():
            setattr(np.random, name, self.sized(name, where))
        np.random.seed = self.reseed
        original["seed"](self.seed)
        try:
            yield
        finally:
            for name, function in original.items():
                setattr(np.random, name, function)


def programs():
    """The functions that make tests, by class and name; importing them runs them all once."""
    node.collect_testcases()
    for cls in base.Base.__subclasses__():
        for name, member in vars(cls).items():
            if name.startswith("export"):
                yield f"{cls.__module__}.{cls.__name__}.{name}", member.__func__


def run(program, drawing):
    """The tests that a program makes."""
    node._NodeTestCases.clear()
    node._existing_names.clear()
    with drawing.installed():
        program()
    return list(node._NodeTestCases)


def array(x):
    """A value as the reference evaluator takes and returns it."""
    if isinstance(x, TensorProto):
        return numpy_helper.to_array(x)
    return [array(v) for v in x] if isinstance(x, list) else x


def same(x, y):
    if isinstance(x, list) or x is None:
        return type(x) is type(y) and (x is None or len(x) == len(y) and all(map(same, x, y)))
    x, y = np.asarray(x), np.asarray(y)
    if x.dtype != y.dtype or x.shape != y.shape:
        return False
    if x.dtype.kind in "OUTSb":
        return (x == y).all()
    return np.allclose(x.astype(np.float64), y.astype(np.float64), rtol=1e-3, atol=1e-7, equal_nan=True)


def evaluate(test):
    """The reference evaluator's outputs for the test's inputs."""
    feeds = {v.name: array(x) for v, x in zip(test.model.graph.input, test.data_sets[0][0])}
    return ReferenceEvaluator(test.model).run(None, feeds)


def confirmed(test):
    """Whether the reference evaluator gets the test's own results."""
    got, outputs = evaluate(test), test.data_sets[0][1]
    return len(got) == len(outputs) and all(same(array(want), x) for want, x in zip(outputs, got))


def shaken(test, seed):
    """The test with the values of its first input in another order and, if they are floats, of other sizes, or None."""
    r = np.random.RandomState(seed)
    try:
        (inputs, _), ok = test.data_sets[0], confirmed(test)
        x = array(inputs[0]) if inputs else None
        if not ok or not isinstance(x, np.ndarray):
            return None
        y = r.permutation(x.reshape(-1)).reshape(x.shape)
        if x.dtype.kind == "f":
            whole = (x == np.round(x)).all()  # as indices are, which some operators take as floats
            y = y * r.uniform(0.5, 1.5, x.shape)
            y = (np.round(y) if whole else y).astype(x.dtype)
        if same(x, y):
            return None
        y = numpy_helper.from_array(y, test.model.graph.input[0].name) if isinstance(inputs[0], TensorProto) else y
        test.data_sets = [([y, *inputs[1:]], None)]
        test.data_sets = [([y, *inputs[1:]], evaluate(test))]
    except Exception:  # the reference evaluator has it not, or the values do not fit
        return None
    return test


def redraw(name, program, seed):
    """The tests of a program for a seed, and whether their shapes are new."""
    fixed = set().union(*(sizes for pattern, sizes in FIXED.items() if re.search(pattern, name)))
    for attempt in range(TRIES):
        drawing = Drawing(zlib.crc32(f"{name} {seed} {attempt}".encode()), change=1 if attempt < 2 else 0.4, fixed=fixed)
        try:
            tests = run(program, drawing)
            if drawing.calls == 0:
                return [t for t in (shaken(t, drawing.seed) for t in tests) if t], False
            changed = any(a != b for a, b in drawing.sizes.items())
            if changed and all(map(confirmed, tests)):
                return tests, True
        except Exception:  # whatever a program says about sizes that it does not expect
            continue
    return run(program, Drawing(zlib.crc32(f"{name} {seed}".encode()), change=0)), False


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("out")
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--run", default="", help="which programs, by a regular expression for module.Class.function")
    args = p.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    shutil.rmtree(os.path.join(args.out, "node"), ignore_errors=True)
    chosen = [(n, f) for n, f in programs() if re.search(args.run, n) and n.split(".")[-2] not in IMPOSSIBLE]
    for seed in range(1, args.seeds + 1):
        count = collections.Counter()
        for name, program in chosen:
            tests, reshaped = redraw(name, program, seed)
            for t in tests:
                t.name += f"__seed{seed}"
            count["tests"] += len(tests)
            count["in new shapes"] += reshaped * len(tests)
            cmd_tools.model_test.collect_testcases = lambda tests=tests: tests
            cmd_tools.generate_data(argparse.Namespace(output=args.out))
        print(f"seed {seed}:", ", ".join(f"{n} {what}" for what, n in count.items()))


if __name__ == "__main__":
    main()
