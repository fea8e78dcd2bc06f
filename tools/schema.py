"""Writes ONNX's operator schemas as the text that package backend/op/schema embeds.

usage: python schema.py OPERATORS.json > backend/op/schema/onnx.txt

OPERATORS.json is a digest of onnx.defs.get_all_schemas_with_history(): a list "operators" with domain, op, since,
deprecated, inputs and outputs (name, type, opt, min, heterogeneous, diff), arity, attrs (type, required) and types
(variable to list, or to a key of "typesets"). The text is described in backend/op/schema/parse.go. Nothing but what
this engine checks or documents is kept: names, types and counts, no prose.
"""
import json
import sys

ELEMENTS = {"float": "float32", "double": "float64"}
CLASSES = ["", "seq", "opt", "optseq"]


def term(t):
    """(class, element type) of a type as the digest writes it, such as optional(seq(float))."""
    if "map(" in t:
        return "map", ""
    cls = ""
    for name, short in (("optional(", "opt"), ("seq(", "seq")):
        if t.startswith(name):
            cls, t = cls + short, t[len(name):-1]
    return cls, ELEMENTS.get(t, t)


def types_text(types):
    """A list of types as words: element types, those after a class word being inside it."""
    by_class = {}
    for t in types:
        cls, element = term(t)
        by_class.setdefault(cls, set()).add(element)
    words = []
    for cls in CLASSES:
        if cls in by_class:
            words += [cls] * (cls != "") + sorted(by_class[cls])
    return " ".join(words + ["map"] * ("map" in by_class))


class Sets:
    """Numbers the sets of types in the order they are met."""

    def __init__(self):
        self.number = {}

    def of(self, types):
        return self.number.setdefault(types_text(types), len(self.number))


def formal(p):
    """NAME:VARIABLE with marks: ? optional, * variadic with its least number, ~ of mixed types, ' differentiable."""
    mark = {"optional": "?", "variadic": "*" + str(p.get("min", 0))}.get(p.get("opt"), "")
    return f"{p['name']}:{p['type']}{mark}{'~' * p.get('heterogeneous', False)}{chr(39) * p.get('diff', False)}"


def attribute(name, a):
    return f"{name}:{a['type'].replace('type_proto', 'type')}{'!' * a.get('required', False)}"


def signature(op, digest, sets):
    """The fields of one version: inputs, outputs, attributes, type variables."""
    variables = dict(op["types"])
    for p in op["inputs"] + op["outputs"]:
        variables.setdefault(p["type"], [p["type"]])
    constraints = []
    for name, types in variables.items():
        constraints.append(f"{name}={sets.of(digest['typesets'][types] if isinstance(types, str) else types)}")
    fields = [[formal(p) for p in op["inputs"]], [formal(p) for p in op["outputs"]],
              [attribute(n, a) for n, a in op["attrs"].items()], constraints]
    return "\t".join(" ".join(f) for f in fields)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        digest = json.load(f)
    sets, lines, domain, name = Sets(), [], None, None
    for op in digest["operators"]:
        if op["domain"] != domain:
            domain = op["domain"]
            lines.append(f"domain {domain}")
        if op["op"] != name:
            name = op["op"]
            lines.append(f"op {name}")
        deprecated = "-" if op.get("deprecated") else ""
        lines.append(f"{op['since']}{deprecated}\t{signature(op, digest, sets)}")
    print(f"# Operator schemas of onnx {digest['onnx']} (Apache-2.0), written by tools/schema.py.")
    for text, number in sets.number.items():
        print(f"set {number} {text}")
    print("\n".join(lines))


main()
