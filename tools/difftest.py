"""Compares an engine with ONNX Runtime and onnx.reference on random models of one operator each.

usage: python difftest.py 'infer bench -worker' --operators operators.json [--op Add,..] [--count 40] [--seed 1]
       [--types float,..] [--report FILE.json] [--keep FOLDER]
needs: numpy, onnx, onnxruntime, ml_dtypes

Every draw is tried by itself, all sizes known to the file, and between two other nodes with all dims named, run twice with
other sizes. operators.json is the digest of ONNX's schemas, a record per operator and version. Two oracles that agree are
right; one that stands alone is right until the specification says otherwise. The classes are explained in onenode/judge.py.
--keep stores the models and inputs of what disagrees.
"""
import argparse
import collections
import json
import os
import shutil
import tempfile
import warnings
import zlib

import numpy as np
import onnx

from arrays import read_array, write_array
from onenode import draw, elementwise, judge, lists, lookups, models, moves, nets, oracles, products, quant, values  # noqa: F401 (generators)
from worker import Worker, WorkerError, file_name

NEWEST = 28
BAD = ("wrong", "differs", "threeway", "refused", "internal")


def load_schemas(path):
    """Records by operator, oldest first, with the last opset of each version and its types spelled out."""
    digest = json.load(open(path))
    schemas = collections.defaultdict(list)
    for record in digest["operators"]:
        if record["domain"] in ("", "ai.onnx"):
            record["types"] = {v: digest["typesets"][t] if isinstance(t, str) else t for v, t in record.get("types", {}).items()}
            schemas[record["op"]].append(record)
    for records in schemas.values():
        records.sort(key=lambda r: r["since"])
        for record, following in zip(records, records[1:]):
            record["until"] = following["since"] - 1
    return {name: kept for name, records in schemas.items() if (kept := [r for r in records if not r.get("deprecated")])}


class Engine:
    """The engine under test, behind files."""

    def __init__(self, command):
        self.worker, self.folder = Worker(command, timeout=20), tempfile.mkdtemp()
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


def drawn(record, name, i, args):
    """A draw and the same one with other sizes; None where no seed makes sense."""
    only = set(args.types.split(",")) if args.types else None
    for attempt in range(50):
        seed = zlib.crc32(f"{args.seed} {name} {i} {attempt}".encode())
        pair = []
        for sizes in (seed + 1, seed + 2):
            d = draw.Draw(record, record["types"], seed, sizes, only)
            try:
                draw.GENERATORS[name](d)
            except draw.Reject:
                break
            pair.append(d)
        if pair:
            return pair[0], pair[1] if len(pair) == 2 else None
    return None


def coarsest(sets, results):
    """The element type of the least precision among inputs and outputs."""
    kinds = {values.name_of(a) for feeds in sets for a in feeds.values()} | {k for _, k in results}
    return max(kinds, key=lambda k: judge.RELATIVE.get(k, 0))


def test(engine, oracle, name, model, sets, threads):
    """A verdict, after ONNX's own checker has seen the model."""
    blob = model.SerializeToString()
    try:
        context = onnx.checker.C.CheckerContext()
        context.ir_version, context.opset_imports = model.ir_version, {"": model.opset_import[0].version}
        for node in model.graph.node:
            if not any(a.HasField("g") for a in node.attribute):  # the checker does not know what bodies capture
                onnx.checker.check_node(node, context)
    except Exception as e:
        return "invalid", str(e).splitlines()[0][:200]
    results = [(o.name, values.NUMBERS[o.type.tensor_type.elem_type]) for o in model.graph.output]
    ours = engine.run(blob, sets, results, threads)
    kinds = {values.name_of(a) for a in sets[0].values()} | {k for _, k in results}
    runtime = "element types" if kinds & values.NARROW else oracle.ask("ort", blob, sets)
    reference = oracle.ask("ref", blob, sets)
    return judge.verdict(ours, runtime, reference, name, coarsest(sets, results))


def describe(d, sets):
    """One line that says what was drawn."""
    parts = [f"{n.op_type}(" + " ".join(f"{a.name}={onnx.helper.get_attribute_value(a)!r}" for a in n.attribute if a.type not in (4, 5)) + ")" for n in d.nodes]
    ins = ["-" if a is None else f"{values.name_of(a)}{list(a.shape)}" + ("c" if i in d.constants else "") for i, a in enumerate(d.inputs)]
    return f"{' '.join(parts)}-{d.version} of {' '.join(ins)}"[:400]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine")
    parser.add_argument("--operators", required=True)
    parser.add_argument("--op", default="", help="comma-separated; all if absent")
    parser.add_argument("--count", type=int, default=40, help="draws of each operator")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--types", default="", help="comma-separated element types to draw from where the operator allows one")
    parser.add_argument("--report", default="")
    parser.add_argument("--keep", default="")
    parser.add_argument("--show", type=int, default=3, help="disagreements printed of each operator and class")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    schemas = load_schemas(args.operators)
    names = args.op.split(",") if args.op else sorted(schemas)
    engine, oracle, report = Engine(args.engine), oracles.Oracles(), []
    totals = collections.Counter()
    for name in names:
        if name not in draw.GENERATORS:
            print(f"{name}: no generator")
            continue
        counts, shown = collections.Counter(), collections.Counter()
        for i in range(args.count):
            record = schemas[name][-1 - zlib.crc32(f"{args.seed} {name} {i}".encode()) % len(schemas[name]) if i % 3 else -1]
            pair = drawn(record, name, i, args)
            if pair is None:
                counts["none"] += 1
                continue
            d, again = pair
            opset = record["since"] if i % 2 else min(record.get("until", NEWEST), max(record["since"], 21))
            opset = max(opset, min(record.get("until", NEWEST), 7))
            for variant, (model, sets) in (("alone", models.alone(d, opset)), ("between", models.between(d, again, opset))):
                kind, text = test(engine, oracle, name, model, sets, 1 + i % 2)
                counts[kind] += 1
                if kind in BAD or kind in ("invalid", "contested", "none"):
                    entry = {"op": name, "draw": i, "variant": variant, "class": kind, "what": describe(d, sets), "opset": opset, "text": text,
                             "nodes": [n.op_type for n in model.graph.node]}
                    report.append(entry)
                    if args.keep and kind in BAD:
                        keep(args.keep, entry, model, sets)
                    shown[kind] += 1
                    if kind in BAD + ("invalid",) and shown[kind] <= args.show:
                        print(f"  {kind:8} {name} #{i} {variant} opset {opset}: {entry['what']}\n           {text[:400]}", flush=True)
        totals += counts
        print(f"{name}: " + " ".join(f"{k} {n}" for k, n in sorted(counts.items())), flush=True)
    print("total: " + " ".join(f"{k} {n}" for k, n in sorted(totals.items())))
    if args.report:
        with open(args.report, "w") as f:
            json.dump({"totals": totals, "cases": report}, f, indent=1)
    engine.close()
    oracle.close()


def keep(folder, entry, model, sets):
    base = os.path.join(folder, f"{entry['op']}-{entry['draw']}-{entry['variant']}")
    os.makedirs(base, exist_ok=True)
    onnx.save(model, os.path.join(base, "model.onnx"))
    for i, feeds in enumerate(sets):
        np.savez(os.path.join(base, f"inputs{i}.npz"), **{n: a for n, a in feeds.items()})


if __name__ == "__main__":
    main()
