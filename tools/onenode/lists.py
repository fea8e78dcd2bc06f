"""Generators of chains whose inner values are sequences or optionals, of bodies, and of operators on strings."""
import numpy as np
from onnx import TensorProto, helper

from . import values
from .draw import Reject, generator

node = helper.make_node


def chain(d, nodes, outputs):
    """Completes a draw of several nodes; outputs are (name, type)."""
    d.nodes, d.results = nodes, outputs


# What the bodies drawn here calculate in; others are passed on. Not float16, in which ONNX Runtime keeps float32 between nodes.
ARITHMETIC = {"float", "double", "int32", "int64"}


def tensors(d, count, kind):
    shape = d.shape(1, 3)
    for _ in range(count):
        d.feed(values.random(d.s, shape, kind))
    return kind, shape, [f"x{len(d.inputs) - count + i}" for i in range(count)]


@generator("SequenceConstruct", "SequenceAt", "SequenceErase", "SequenceInsert", "SequenceLength", "ConcatFromSequence", "SequenceEmpty")
def sequence(d):
    kind, shape, names = tensors(d, d.integer(2, 4), d.tie("S", "T"))
    nodes = [node("SequenceConstruct", names, ["s"])]
    if d.op == "SequenceEmpty":
        nodes = [node("SequenceEmpty", [], ["e"], dtype=values.TYPES[kind][0]), node("SequenceInsert", ["e", names[0]], ["s"])]
        names = names[:1]
    count, last = len(names), "s"
    def position(top):
        d.setting(d.integer(-top, top - 1), d.pick("int32", "int64"))
        return f"x{len(d.inputs) - 1}"
    if d.op == "SequenceErase":
        nodes.append(node("SequenceErase", ["s"] + ([position(count)] if d.chance(0.7) else []), ["t"]))
        last, count = "t", count - 1
    if d.op == "SequenceInsert":
        nodes.append(node("SequenceInsert", ["s", names[0]] + ([position(count)] if d.chance(0.7) else []), ["t"]))
        last, count = "t", count + 1
    if d.op == "SequenceLength":
        nodes.append(node("SequenceLength", [last], ["y"]))
        return chain(d, nodes, [("y", "int64")])
    if d.op == "SequenceAt":
        nodes.append(node("SequenceAt", [last, position(count)], ["y"]))
    else:
        nodes.append(node("ConcatFromSequence", [last], ["y"], axis=d.axis(len(shape)), new_axis=d.integer(0, 1) if d.chance(0.5) else 0))
    chain(d, nodes, [("y", kind)])


@generator("SplitToSequence")
def split_to_sequence(d):
    kind, shape, names = tensors(d, 1, d.tie("T", "S"))
    axis = d.axis(len(shape))
    keep = d.integer(0, 1)
    attributes = {"axis": axis, "keepdims": keep}
    if shape[axis] == 0:
        raise Reject
    if d.chance(0.6):
        if d.chance(0.5):
            d.setting(d.integer(1, 3), "int64")
        else:
            cut = d.integer(0, shape[axis])
            d.setting([cut, shape[axis] - cut], "int64")
        names.append("x1")
        keep = 1
    nodes = [node("SplitToSequence", names, ["s"], **attributes), node("ConcatFromSequence", ["s"], ["y"], axis=axis if keep else 0, new_axis=0 if keep else 1),
             node("SequenceLength", ["s"], ["n"])]
    if kind == "bfloat16":  # no other operator takes sequences of it
        raise Reject
    chain(d, nodes, [("y", kind), ("n", "int64")])


@generator("SequenceMap")
def sequence_map(d):
    kind, shape, names = tensors(d, 3, d.tie("S", "V"))
    a, b, out = (helper.make_tensor_value_info(n, values.TYPES[kind][0], None) for n in ("a", "b", "c"))
    nodes = [node("Mul", ["a", "b"], ["m"]), node("Add", ["m", names[2]], ["c"])]
    if kind not in ARITHMETIC:
        nodes = [node("Concat", ["a", names[2], "b"], ["c"], axis=0)]
    if kind.startswith("complex"):  # which only the reference has, that does not see names of the outer graph
        nodes = [node("Concat", ["a", "b"], ["c"], axis=0)]
    body = helper.make_graph(nodes, "body", [a, b], [out])
    chain(d, [node("SequenceConstruct", names, ["s"]), node("SequenceMap", ["s", names[1]], ["t"], body=body),
              node("ConcatFromSequence", ["t"], ["y"], axis=0)], [("y", kind)])


@generator("Optional", "OptionalHasElement", "OptionalGetElement")
def optional(d):
    kind, shape, names = tensors(d, 1, d.tie("V", "O"))
    nodes = [node("Optional", names, ["o"]), node("OptionalHasElement", ["o"], ["h"]), node("OptionalGetElement", ["o"], ["y"])]
    chain(d, nodes, [("y", kind), ("h", "bool")])


@generator("If")
def if_(d):
    kind, shape, names = tensors(d, 2, d.types["V"])
    d.feed(np.array(d.s.random() < 0.5))
    first, second = node("Identity", names[:1], ["q"]), node("Identity", names[1:], ["p"])
    if kind in ARITHMETIC:
        first, second = node("Add", names, ["q"]), node("Sub", names, ["p"])
    if kind not in values.NARROW and d.chance(0.5):
        second = node("Concat", names, ["p"], axis=0)
    def branch(n):
        return helper.make_graph([n], n.output[0], [], [helper.make_tensor_value_info(n.output[0], values.TYPES[kind][0], None)])
    chain(d, [node("If", ["x2"], ["y"], then_branch=branch(first), else_branch=branch(second))], [("y", kind)])


@generator("Loop")
def loop(d):
    kind, shape, names = tensors(d, 2, d.types["V"])
    number = values.TYPES[kind][0]
    d.feed(np.array(d.dim(0 if d.chance(0.1) else 1, 5), np.int64))
    d.feed(np.array(True))
    info = helper.make_tensor_value_info
    nodes = [node("Add", ["v", names[1]], ["w"]), node("ReduceSum", ["w"], ["sum"], keepdims=0), node("Less", ["sum", "x4"], ["small"]),
             node("Or", ["small", "keep"], ["again"]), node("Mul", ["w", "w"], ["square"])]
    if kind in ARITHMETIC:
        limit = np.array(d.number(0, 40)).astype(values.dtype(kind))
        d.constants[len(d.inputs)] = limit
        d.feed(limit)
    else:
        nodes = [node("Identity", ["keep"], ["again"]), node("Identity", [names[1]], ["w"]), node("Identity", ["v"], ["square"]), node("Identity", ["v"], ["sum"])]
    body = helper.make_graph(nodes, "body", [info("i", TensorProto.INT64, []), info("keep", TensorProto.BOOL, []), info("v", number, None)],
                             [info("again", TensorProto.BOOL, []), info("w", number, None), info("square", number, None), info("sum", number, None)])
    if kind in values.NARROW or kind.startswith("complex") or kind == "string":  # each oracle that has these is wrong about scan outputs
        del body.output[2:]
        return chain(d, [node("Loop", ["x2", "x3", names[0]], ["y"], body=body)], [("y", kind)])
    chain(d, [node("Loop", ["x2", "x3", names[0]], ["y", "z", "t"], body=body)], [("y", kind), ("z", kind), ("t", kind)])


@generator("Scan")
def scan(d):
    if d.version < 9:
        raise Reject
    kind = d.types["V"]
    number = values.TYPES[kind][0]
    t, b = d.dim(1, 5), d.dim(1, 4)
    axis, back, out_axis, out_back = d.integer(0, 1), d.integer(0, 1), d.integer(0, 1), d.integer(0, 1)
    if kind in values.NARROW or kind.startswith("complex"):  # which only the reference has, that knows no other axes and directions
        axis = back = out_axis = out_back = 0
    d.feed(values.random(d.s, [b], kind))
    d.feed(values.random(d.s, [b, t] if axis else [t, b], kind))
    info = helper.make_tensor_value_info
    nodes = [node("Mul", ["v", "e"], ["m"]), node("Add", ["m", "e"], ["w"]), node("Neg", ["w"], ["o"])]
    if kind not in ARITHMETIC:
        nodes = [node("Identity", ["e"], ["w"]), node("Identity", ["v"], ["o"])]
    body = helper.make_graph(nodes, "body", [info("v", number, None), info("e", number, None)],
                             [info("w", number, None), info("o", number, None)])
    chain(d, [node("Scan", ["x0", "x1"], ["y", "z"], body=body, num_scan_inputs=1, scan_input_axes=[axis], scan_input_directions=[back],
                   scan_output_axes=[out_axis], scan_output_directions=[out_back])], [("y", kind), ("z", kind)])


@generator("StringConcat")
def string_concat(d):
    for s in d.broadcast(2):
        d.tensor(s)
    d.finish()


@generator("StringSplit")
def string_split(d):
    d.tensor(d.shape(0, 3))
    d.attribute("delimiter", d.pick("", " ", "b", ","), 0.6)
    d.attribute("maxsplit", d.integer(1, 3), 0.4)
    d.finish(2)


@generator("RegexFullMatch")
def regex(d):
    d.tensor(d.shape(0, 3))
    d.attribute("pattern", d.pick("a*b?", "[a-z]+", ".*", "-?[0-9.]+", "(?i)ab", r"\w+ \w+"))
    d.finish()


@generator("StringNormalizer")
def string_normalizer(d):
    d.tensor(d.pick([d.dim(1, 6)], [1, d.dim(1, 6)]))
    d.attribute("case_change_action", d.pick("LOWER", "UPPER", "NONE"), 0.8)
    d.attribute("is_case_sensitive", d.integer(0, 1), 0.6)
    d.attribute("stopwords", [d.pick("a", "ab", "tensor") for _ in range(d.integer(1, 2))], 0.6)
    d.finish()


@generator("TfIdfVectorizer")
def tfidf(d):
    kind = d.types["T"]
    d.special = 0
    shape = d.pick([d.dim(1, 12)], [d.dim(1, 3), d.dim(1, 12)])
    words = d.s.integers(0, 6, shape)
    d.feed(np.array([values.WORDS[w] for w in words.reshape(-1)], object).reshape(shape) if kind == "string" else words.astype(values.dtype(kind)))
    ones = sorted(set(d.integer(0, 5) for _ in range(3)))
    pairs = [(a, b) for a in ones for b in ones][:d.integer(1, 6)]
    n = len(ones) + len(pairs)
    d.attribute("mode", d.pick("TF", "IDF", "TFIDF"))
    least = d.integer(1, 2)
    d.attribute("min_gram_length", least)
    d.attribute("max_gram_length", 2)
    d.attribute("max_skip_count", d.integer(0, 3))
    d.attribute("ngram_counts", [0, len(ones)])
    d.attribute("ngram_indexes", [int(i) for i in d.r.permutation(n)])
    pool = ones + [v for p in pairs for v in p]
    d.attribute("pool_strings" if kind == "string" else "pool_int64s", [values.WORDS[v] for v in pool] if kind == "string" else pool)
    d.attribute("weights", [d.number(0.1, 2) for _ in range(n)], 0.6)
    d.finish()
