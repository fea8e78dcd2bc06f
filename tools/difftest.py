"""Compares an engine with ONNX Runtime and onnx.reference on random models of one operator each.

usage: python difftest.py 'infer bench -worker' --operators operators.json [--op Add,..] [--count 4] [--seed 1]
       [--types float,..] [--both] [--report FILE.json] [--keep FOLDER]
needs: numpy, onnx, onnxruntime, ml_dtypes

Every draw is tried by itself, all sizes known to the file, and between two other nodes with all dims named, run twice with
other sizes: two cases. --count asks for so many of each operator and element type, of the operator's first input and of its
first output (onenode/plan.py). operators.json is the digest of ONNX's schemas, a record per operator and version. Two oracles
that agree are right; one that stands alone is right until the specification says otherwise. The classes are explained in
onenode/judge.py.

A report that exists is gone on with: operators in it are not run again. --keep stores the models and inputs of what disagrees.
Each case exchanges a few small files with the engine: set TMPDIR to a folder in memory.
"""
import argparse
import collections
import json
import os
import shutil
import tempfile
import time
import warnings

import numpy as np
import onnx

from arrays import read_array, write_array
from onenode import chances, draw, elementwise, judge, known, learned, lists, lookups, models, moves, nets, oracles, plan, products, quant, trees, values  # noqa: F401 (generators)
from worker import Worker, WorkerError, file_name

BAD = ("wrong", "differs", "threeway", "refused", "internal")
COMPARED = BAD + ("agree", "contested")


class Engine:
    """The engine under test, behind files."""

    def __init__(self, command):
        self.worker, self.folder = Worker(command, timeout=10), tempfile.mkdtemp()
        self.model = os.path.join(self.folder, "model.onnx")

    def write(self, feeds):
        for name, array in feeds.items():
            if values.name_of(array) in values.NARROW:
                array = np.asarray(array).view(np.uint16 if array.dtype.itemsize == 2 else np.uint8)
            write_array(os.path.join(self.folder, file_name(name)), array)

    def read(self, results):
        outputs = []
        for name, kind in results:
            path = os.path.join(self.folder, file_name(name))
            array = read_array(path + (".json" if kind == "string" else ".npy"))
            outputs.append(array.view(values.dtype(kind)) if kind in values.NARROW else array)
        return outputs

    def run(self, model, sets, results, threads):
        """Outputs for each set of inputs, or the text of an error."""
        with open(self.model, "wb") as f:
            f.write(model)
        try:
            outputs = []
            for i, feeds in enumerate(sets):
                self.write(feeds)
                if i == 0:
                    self.worker.load(self.model, self.folder, threads)
                else:
                    self.worker.ask(inputs=self.folder)
                self.worker.dump(self.folder)
                outputs.append(self.read(results))
            return outputs
        except WorkerError as e:
            return str(e)

    def close(self):
        self.worker.close()
        shutil.rmtree(self.folder)


def describe(d, sets):
    """One line that says what was drawn."""
    parts = [f"{n.op_type}(" + " ".join(f"{a.name}={onnx.helper.get_attribute_value(a)!r}" for a in n.attribute if a.type not in (4, 5)) + ")" for n in d.nodes]
    ins = ["-" if a is None else f"{values.name_of(a)}{list(a.shape)}" + ("c" if i in d.constants else "") for i, a in enumerate(d.inputs)]
    return f"{' '.join(parts)}-{d.version} of {' '.join(ins)}"[:400]


class Report:
    """What was found, as the JSON object of --report: written after each operator, and read to go on where a run ended."""

    def __init__(self, path, seed, count):
        self.path, self.examples = path, collections.Counter()
        self.content = {"seed": seed, "count": count, "onnx": onnx.__version__, "pairs": [], "no generator": [], "set aside": {}, "seconds": {}, "cases": []}
        if path and os.path.exists(path):
            with open(path) as f:
                self.content = json.load(f)

    def done(self, name):
        return name in self.content["seconds"]

    def add(self, entry):
        """Keeps all disagreements, and of what could not be compared one for each type."""
        key = entry["op"], entry["class"], entry["types"]
        self.examples[key] += 1
        if entry["class"] in BAD or self.examples[key] == 1:
            self.content["cases"].append(entry)

    def finish(self, name, seconds, classes):
        self.content["seconds"][name] = round(seconds, 1)
        for (role, kind), counts in classes.items():
            compared = sum(n for k, n in counts.items() if k in COMPARED)
            self.content["pairs"].append({"op": name, "role": role, "type": kind, "compared": compared, "classes": counts})
        if self.path:
            with open(self.path + ".new", "w") as f:
                json.dump(self.content, f, indent=1)
            os.replace(self.path + ".new", self.path)

    def summary(self):
        roles = collections.defaultdict(collections.Counter)
        for pair in self.content["pairs"]:
            roles[pair["op"], pair["role"]].update(pair["classes"])
        totals = collections.Counter()  # by one role of each operator: a case counts for both
        for op in self.content["seconds"]:
            totals += max((roles[op, "in"], roles[op, "out"]), key=lambda c: c.total())
        few = [p for p in self.content["pairs"] if p["compared"] < self.content["count"]]
        for p in few:
            why = next((c["text"] for c in self.content["cases"] if c["op"] == p["op"] and c["class"] == "none" and f"{p['role']}={p['type']}" in c["types"]), "")
            print(f"{p['op']} {p['role']} {p['type']}: {p['compared']} cases; {why[:200]}")
        return (f"{len(self.content['pairs'])} pairs of operator and type, {len(few)} of them with fewer than {self.content['count']} cases; "
                + " ".join(f"{k} {n}" for k, n in sorted(totals.items())))


class Run:
    """One operator: draws until each of its types has the cases asked for."""

    def __init__(self, name, records, harness):
        self.name, self.records, self.harness = name, records, harness
        self.classes = {pair: collections.Counter() for pair in plan.pairs(records)}
        self.shown = collections.Counter()

    def compared(self, pair):
        return sum(n for k, n in self.classes[pair].items() if k in COMPARED)

    def types(self, count, seed, only):
        for role, kind in self.classes:
            if only and kind not in only:
                continue
            draws, barren = 0, 0
            while self.compared((role, kind)) < count and draws < 4 * count and barren < 40:
                before = self.compared((role, kind))
                pair = plan.drawn(self.records, role, kind, draws, seed)
                if pair:
                    self.cases(draws, *pair)
                barren = barren + 1 if self.compared((role, kind)) == before else 0
                draws += 1

    def cases(self, i, d, again):
        """Both models of a draw."""
        opset = plan.opset_of(d.record, i)
        for variant, (model, sets) in (("alone", models.alone(d, opset)), ("between", models.between(d, again, opset))):
            kind, text = self.harness.test(self.name, model, sets, 1 + i % 2)
            for pair in plan.counted(d):
                if pair in self.classes:
                    self.classes[pair][kind] += 1
            if kind == "agree":
                continue
            types = " ".join(sorted(f"{role}={t}" for role, t in plan.counted(d)))
            entry = {"op": self.name, "types": types, "draw": i, "variant": variant, "class": kind, "what": describe(d, sets), "opset": opset, "text": text,
                     "nodes": [n.op_type for n in model.graph.node]}
            self.harness.report.add(entry)
            self.shown[kind] += 1
            if kind in BAD and self.harness.keep and self.shown[kind] <= 60:
                keep(self.harness.keep, entry, sum(self.shown.values()), model, sets)
            if kind in BAD + ("invalid",) and self.shown[kind] <= self.harness.show:
                print(f"  {kind:8} {self.name} #{i} {variant} opset {opset}: {entry['what']}\n           {text[:400]}", flush=True)


class Harness:
    """What all operators share."""

    def __init__(self, args):
        self.engine, self.oracle = Engine(args.engine), oracles.Oracles()
        self.report = Report(args.report, args.seed, args.count)
        self.keep, self.show, self.both = args.keep, args.show, args.both
        self.aside = collections.Counter()

    def test(self, name, model, sets, threads):
        """A verdict, after ONNX's own checker has seen the model. The reference, far slower than ONNX Runtime, is asked where
        that does not settle the case."""
        blob = model.SerializeToString()
        try:
            check(model)
        except Exception as e:
            return "invalid", str(e).splitlines()[0][:200]
        case = known.Case(model, sets, name)
        case.narrowest = max(case.kinds, key=lambda k: judge.RELATIVE.get(k, 0))
        self.aside.update(f"{oracle}, {name}: {reason}" for oracle, reason in case.astray.items())
        ours = self.engine.run(blob, sets, [(o.name, kind) for o, kind in zip(model.graph.output, case.declared)], threads)
        runtime = "element types" if case.kinds & values.NARROW else self.oracle.ask("ort", blob, sets)
        reference = "not asked"
        if self.both or not judge.settled(ours, runtime, case):
            reference = self.oracle.ask("ref", blob, sets)
        verdict = judge.decide(ours, runtime, reference, case)
        if verdict[0] in ("differs", "none") and isinstance(runtime, str) and (alike := models.in_float(model, sets)):
            return judge.appeal(verdict, ours, self.oracle.ask("ort", *alike), reference, case)
        return verdict

    def close(self):
        self.engine.close()
        self.oracle.close()


def check(model):
    """Raises an error for what ONNX's checker finds in the nodes."""
    context = onnx.checker.C.CheckerContext()
    context.ir_version, context.opset_imports = model.ir_version, {o.domain: o.version for o in model.opset_import}
    for node in model.graph.node:
        if not any(a.HasField("g") for a in node.attribute):  # the checker does not know what bodies capture
            onnx.checker.check_node(node, context)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine")
    parser.add_argument("--operators", required=True)
    parser.add_argument("--op", default="", help="comma-separated; all if absent")
    parser.add_argument("--count", type=int, default=4, help="cases of each operator and element type")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--types", default="", help="comma-separated element types; all if absent")
    parser.add_argument("--both", action="store_true", help="ask onnx.reference even where ONNX Runtime agrees")
    parser.add_argument("--report", default="")
    parser.add_argument("--keep", default="")
    parser.add_argument("--show", type=int, default=3, help="disagreements printed of each operator and class")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    schemas = plan.load_schemas(args.operators)
    harness = Harness(args)
    report = harness.report
    report.content["no generator"] = sorted(set(schemas) - set(draw.GENERATORS))
    for name in args.op.split(",") if args.op else sorted(schemas):
        if name not in draw.GENERATORS or report.done(name):
            continue
        start, run = time.monotonic(), Run(name, schemas[name], harness)
        run.types(args.count, args.seed, set(args.types.split(",")) if args.types else None)
        report.content["set aside"].update(harness.aside)
        harness.aside.clear()
        report.finish(name, time.monotonic() - start, {p: c for p, c in run.classes.items() if c})
        totals = sum(run.classes.values(), collections.Counter())
        print(f"{name}: {time.monotonic() - start:.1f} s " + " ".join(f"{k} {n}" for k, n in sorted(totals.items())), flush=True)
    print("no generator: " + " ".join(report.content["no generator"]))
    print(report.summary())
    harness.close()


def keep(folder, entry, number, model, sets):
    base = os.path.join(folder, f"{entry['op']}-{number}")
    os.makedirs(base, exist_ok=True)
    onnx.save(model, os.path.join(base, "model.onnx"))
    with open(os.path.join(base, "case.json"), "w") as f:
        json.dump(entry, f, indent=1)
    for i, feeds in enumerate(sets):
        np.savez(os.path.join(base, f"inputs{i}.npz"), **{n: a for n, a in feeds.items()})


if __name__ == "__main__":
    main()
