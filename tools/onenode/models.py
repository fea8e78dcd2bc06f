"""Drawn nodes as models."""
import numpy as np
from onnx import helper, numpy_helper

from . import values


def tensor_proto(array, name):
    kind = values.name_of(array)
    number = values.TYPES[kind][0]
    if kind == "string":
        return helper.make_tensor(name, number, array.shape, [s.encode() for s in array.reshape(-1)])
    return numpy_helper.from_array(array, name)


def info(name, kind, shape):
    return helper.make_tensor_value_info(name, values.TYPES[kind][0], shape)


PLAIN = 21  # opset of the nodes around one of another domain


def build(draw, nodes, feeds, constants, results, opset, shapes):
    graph = helper.make_graph(
        nodes, "g", [info(n, values.name_of(a), shapes[n]) for n, a in feeds.items()],
        [info(n, t, None) for n, t in results], [tensor_proto(a, n) for n, a in constants.items()])
    domain = draw.record["domain"]
    imports = [helper.make_opsetid("", PLAIN), helper.make_opsetid(domain, opset)] if domain else [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports, ir_version=13 if opset > 24 else 10 if domain or opset > 20 else 8)


def split(draw):
    """The inputs of a draw, by name: those that are fed, and those that are initializers."""
    feeds = {f"x{i}": a for i, a in enumerate(draw.inputs) if a is not None and i not in draw.constants}
    return feeds, {f"x{i}": a for i, a in draw.constants.items()}


def alone(draw, opset):
    """The node by itself, all shapes declared."""
    feeds, constants = split(draw)
    model = build(draw, draw.nodes, feeds, constants, draw.results, opset, {n: a.shape for n, a in feeds.items()})
    return model, [feeds]


def between(draw, again, opset):
    """The node between two others; all dims have names but those that fix a constant's shape. Two sets of inputs, if the
    draw with other sizes has the same nodes and constants."""
    feeds, constants = split(draw)
    sets = [feeds]
    if again is not None:
        other, others = split(again)
        if (same_nodes(draw.nodes, again.nodes) and others.keys() == constants.keys() and other.keys() == feeds.keys()
                and all(np.array_equal(others[n], constants[n]) and others[n].shape == constants[n].shape for n in constants)
                and all(other[n].ndim == feeds[n].ndim and other[n].dtype == feeds[n].dtype for n in feeds)):
            sets.append(other)
    shapes = {n: [f"{n}d{i}" for i in range(a.ndim)] for n, a in feeds.items()}
    nodes = [n for n in draw.nodes]
    before = predecessor(draw, feeds, shapes, sets, constants, opset)
    if before:
        name = before.input[0]
        nodes = [rename(n, name, before.output[0]) for n in nodes]
        nodes.insert(0, before)
    results = list(draw.results)
    after = successor(draw, results[0])
    if after:
        nodes.append(after)
        if draw.chance(0.6):
            results[0] = ("after", results[0][1])
        else:
            results.append(("after", results[0][1]))
    return build(draw, nodes, feeds, constants, results, opset, shapes), sets


SAME = {"GlobalLpPool", "MaxRoiPool", "Multinomial"}  # version 22 adds bfloat16 and nothing else; ONNX Runtime has the one before
INTERPOLATING = {"Resize", "Upsample", "GridSample"}  # of whole numbers as of others, but for the rounding of results


def in_float(model, sets):
    """The same model and inputs with float32 in place of other floating-point types and, where operators compute alike with
    them, of whole numbers: ONNX Runtime lacks kernels for many of them. None where there is nothing to replace."""
    others = {"double", "float16", "bfloat16"} | ({"int32", "int64"} if any(n.domain == "ai.onnx.ml" for n in model.graph.node) else set())
    copy = type(model)()
    copy.CopyFrom(model)
    floats, replaced = values.TYPES["float"][0], set()
    images = {n.input[0] for n in model.graph.node if n.op_type in INTERPOLATING}
    for i in copy.graph.input:
        kind = values.NUMBERS[i.type.tensor_type.elem_type]
        if kind in others or i.name in images and values.int_range(kind):
            i.type.tensor_type.elem_type = floats
            replaced.add(i.name)
    if not replaced:
        return None
    for o in copy.graph.output:
        if images & replaced or values.NUMBERS[o.type.tensor_type.elem_type] in others - {"int32", "int64"}:
            o.type.tensor_type.elem_type = floats
    for t in copy.graph.initializer:
        if values.NUMBERS[t.data_type] in others:
            t.CopyFrom(tensor_proto(numpy_helper.to_array(t).astype(np.float32), t.name))
    if any(n.op_type in SAME for n in model.graph.node):
        copy.opset_import[0].version = min(copy.opset_import[0].version, PLAIN)
    return copy.SerializeToString(), [{n: a.astype(np.float32) if n in replaced else a for n, a in feeds.items()} for feeds in sets]


def same_nodes(a, b):
    return [n.SerializeToString() for n in a] == [n.SerializeToString() for n in b]


def rename(node, old, new):
    copy = type(node)()
    copy.CopyFrom(node)
    for i, name in enumerate(copy.input):
        if name == old:
            copy.input[i] = new
    return copy


def predecessor(draw, feeds, shapes, sets, constants, opset):
    """A node in front of one of the float inputs: an activation, or a convolution that brings channels-last order."""
    if draw.alone:
        return None
    able = [n for n, a in feeds.items() if a.dtype == np.float32 and n in draw.nodes[0].input]
    if not able or draw.chance(0.4):
        return None
    name = draw.pick(*able)
    array = feeds[name]
    finite = all(np.isfinite(s[name]).all() for s in sets)
    if array.ndim == 4 and finite and all(s[name].size for s in sets) and draw.chance(0.7):
        channels = array.shape[1]
        if any(s[name].shape[1] != channels for s in sets):
            del sets[1:]
        shapes[name][1] = channels
        weight = np.zeros((channels, channels, 1, 1), np.float32)
        weight[np.arange(channels), draw.r.permutation(channels)] = 1
        constants["before_w"] = weight
        return helper.make_node("Conv", [name, "before_w"], ["before"])
    return helper.make_node(draw.pick("Neg", "Identity", "Relu"), [name], ["before"])


def successor(draw, result):
    name, kind = result
    if kind not in ("float", "double", "float16", "int64", "int32"):
        return None
    choices = ["Identity", "Transpose"] + ([] if kind.startswith("int") else ["Add"])  # whole numbers may be off by 1, twice that by 2
    if kind == "float":
        choices += ["Relu", "Sigmoid", "Tanh", "LeakyRelu", "Relu", "Sigmoid"]
    op = draw.pick(*choices)
    if op == "Add":
        return helper.make_node("Add", [name, name], ["after"])
    return helper.make_node(op, [name], ["after"])
