"""Which node is drawn next: operators, their versions, and the element types that cases are counted by.

A case counts for the element type of the operator's first input and, where that is another type variable, for that of its
first output. Both are called roles here, in and out, because the names of variables change between versions.
"""
import collections
import json
import zlib

from . import draw

NEWEST = 28


def load_schemas(path):
    """Records by operator, oldest first and without the deprecated ones, with the last opset of each version and its types
    spelled out."""
    digest = json.load(open(path))
    schemas = collections.defaultdict(list)
    for record in digest["operators"]:
        record["types"] = {v: digest["typesets"][t] if isinstance(t, str) else t for v, t in record.get("types", {}).items()}
        record["domain"] = "" if record["domain"] == "ai.onnx" else record["domain"]
        schemas[record["op"]].append(record)
    for records in schemas.values():
        records.sort(key=lambda r: r["since"])
        for record, following in zip(records, records[1:]):
            record["until"] = following["since"] - 1
        if records[-1]["domain"]:
            records[-1].setdefault("until", records[-1]["since"])
    return {name: kept for name, records in schemas.items() if (kept := [r for r in records if not r.get("deprecated")])}


def variable(record, role):
    """The type variable, or the type itself, of a role; None if the operator has no such role."""
    first = {"in": record["inputs"][:1], "out": record["outputs"][:1]}
    names = {r: tensors[0]["type"] for r, tensors in first.items() if tensors}
    if role == "out" and names.get("in") == names.get("out"):
        return None
    return names.get(role)


def allowed(record, role):
    """The element types of a role in a version."""
    name = variable(record, role)
    return draw.elements(record["types"].get(name, [name])) if name else []


def pairs(records):
    """The (role, type) that the newest version knows."""
    return [(role, t) for role in ("in", "out") for t in allowed(records[-1], role)]


def counted(d):
    """The (role, type) that a draw is a case of."""
    names = {role: variable(d.record, role) for role in ("in", "out")}
    return {(role, d.types.get(name, name)) for role, name in names.items() if name}


def drawn(records, role, kind, i, seed):
    """Draw i of an operator for a type: a draw and the same one with other sizes, which may be None; None where no seed makes
    sense. Every third is of the newest version, the others of any that knows the type."""
    name = records[0]["op"]
    able = [r for r in records if kind in allowed(r, role)]
    for attempt in range(50):
        at = zlib.crc32(f"{seed} {name} {role} {kind} {i} {attempt}".encode())
        record = able[-1] if i % 3 == 0 else able[-1 - at % len(able)]
        pair = []
        for sizes in (at + 1, at + 2):
            d = draw.Draw(record, record["types"], at, sizes, {variable(record, role): kind})
            try:
                draw.GENERATORS[name](d)
            except draw.Reject:
                break
            if (role, kind) not in counted(d):
                break
            pair.append(d)
        if pair:
            return pair[0], pair[1] if len(pair) == 2 else None
    return None


def opset_of(record, i):
    """The opset, of the operator's domain, to test a version in: its first, or a late one."""
    last = record.get("until", NEWEST)
    opset = record["since"] if i % 2 else min(last, max(record["since"], 21))
    return opset if record["domain"] else max(opset, min(last, 7))
