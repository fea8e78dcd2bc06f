#!/usr/bin/env python3
"""Writes the small models and values that the tests of package onnx read.

usage: onnxfiles.py testdata/onnx        (needs onnx >= 1.23, ml_dtypes, numpy)

Beside the files goes expected.json: for every constant of every model, its
element type, shape and the bytes it has in memory (little endian, one byte for
each element of 2, 4 or 6 bits), as hexadecimal, or its strings.
"""
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h

folder = sys.argv[1]
expected = {}  # file -> name of the constant -> type, shape, data


def save(name, model):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(model.SerializeToString(deterministic=True))


def expect(file, name, typ, shape, data):
    expected.setdefault(file, {})[name] = {"type": typ, "shape": list(shape), "data": data}


def model(nodes, inputs, outputs, initializers=(), ir=10, opset=21, imports=(), functions=(), **kw):
    g = h.make_graph(nodes, "main", inputs, outputs, list(initializers), **kw)
    imports = [h.make_opsetid("", opset), *imports]
    return h.make_model(g, opset_imports=imports, ir_version=ir, functions=list(functions), producer_name="")


def info(name, typ=T.FLOAT, shape=("N", 2)):
    return h.make_tensor_value_info(name, typ, shape)


# --- every element type, as raw_data and in its typed field ---

BITS = {
    T.FLOAT: 32, T.UINT8: 8, T.INT8: 8, T.UINT16: 16, T.INT16: 16, T.INT32: 32, T.INT64: 64, T.BOOL: 8, T.FLOAT16: 16,
    T.DOUBLE: 64, T.UINT32: 32, T.UINT64: 64, T.COMPLEX64: 64, T.COMPLEX128: 128, T.BFLOAT16: 16, T.FLOAT8E4M3FN: 8,
    T.FLOAT8E4M3FNUZ: 8, T.FLOAT8E5M2: 8, T.FLOAT8E5M2FNUZ: 8, T.UINT4: 4, T.INT4: 4, T.FLOAT4E2M1: 4, T.FLOAT8E8M0: 8,
    T.UINT2: 2, T.INT2: 2, T.FLOAT6E2M3: 6, T.FLOAT6E3M2: 6,
}
NAMES = {T.FLOAT: "float32", T.DOUBLE: "float64"}


def name_of(typ):
    return NAMES.get(typ, T.DataType.Name(typ).lower())


def pack(codes, bits):
    """The raw_data of unsigned codes of few bits, from the lowest bit on."""
    x = sum(c << (i * bits) for i, c in enumerate(codes))
    return x.to_bytes((len(codes) * bits + 7) // 8, "little")


def all_types():
    rng = np.random.default_rng(1)
    inits = []
    shape = (7, 1)
    for typ, bits in BITS.items():
        if bits < 8:
            codes = [int(c) for c in rng.integers(0, 1 << bits, 7)]
            codes[:2] = [(1 << bits) - 1, 1 << (bits - 1)]  # signs
            signed = typ in (T.INT4, T.INT2)
            memory = bytes((c - (1 << bits if signed and c >> (bits - 1) else 0)) & 0xFF for c in codes)
            raw = pack(codes, bits)
            entries = list(raw) if bits < 6 else codes
        else:
            memory = rng.integers(0, 256, 7 * bits // 8, dtype=np.uint8).tobytes()
            if typ == T.BOOL:
                memory = bytes([0, 1, 1, 0, 1, 0, 0])
            raw = memory
            code = {8: "u1", 16: "<u2", 32: "<u4", 64: "<u8"}
            if typ in (T.INT8, T.INT16, T.INT32, T.INT64):
                code = {k: v.replace("u", "i") for k, v in code.items()}
            if typ in (T.FLOAT, T.COMPLEX64):
                entries = np.frombuffer(memory, "<f4")
            elif typ in (T.DOUBLE, T.COMPLEX128):
                entries = np.frombuffer(memory, "<f8")
            else:
                entries = np.frombuffer(memory, code[bits]).tolist()
        for form in ("raw", "typed"):
            name = f"{form}.{name_of(typ)}"
            t = T(name=name, data_type=typ, dims=shape)
            if form == "raw":
                t.raw_data = raw
            elif typ in (T.FLOAT, T.COMPLEX64):
                t.float_data.extend(entries)
            elif typ in (T.DOUBLE, T.COMPLEX128):
                t.double_data.extend(entries)
            elif typ == T.INT64:
                t.int64_data.extend(entries)
            elif typ in (T.UINT32, T.UINT64):
                t.uint64_data.extend(entries)
            else:
                t.int32_data.extend(entries)
            inits.append(t)
            expect("alltypes.onnx", name, name_of(typ), shape, memory.hex())
    strings = ["", "plain", "Grüße", "\n"] * 2
    t = T(name="typed.string", data_type=T.STRING, dims=(2, 4))
    t.string_data.extend(s.encode() for s in strings)
    inits.append(t)
    expect("alltypes.onnx", t.name, "string", (2, 4), strings)
    for name, dims, values in (("scalar", (), [2.5]), ("empty", (0, 3), [])):
        inits.append(T(name=name, data_type=T.FLOAT, dims=dims, float_data=values))
        expect("alltypes.onnx", name, "float32", dims, np.array(values, "<f4").tobytes().hex())
    # true is any byte but 0, yet one byte in memory
    inits.append(T(name="truths", data_type=T.BOOL, dims=(4,), raw_data=bytes([0, 2, 255, 1])))
    expect("alltypes.onnx", "truths", "bool", (4,), "00010101")
    save("alltypes.onnx", model([h.make_node("Identity", ["scalar"], ["y"])], [], [info("y", T.FLOAT, ())], inits, ir=14, opset=25))


# --- the rest of a model ---


def functions():
    def scale(overload, default):
        body = [
            h.make_node("Constant", [], ["s"]),
            h.make_node("If", ["flag"], ["z"],
                        then_branch=h.make_graph([h.make_node("Mul", ["x", "s"], ["p"])], "then", [], [info("p")]),
                        else_branch=h.make_graph([h.make_node("Add", ["x", "s"], ["q"])], "else", [], [info("q")])),
            h.make_node("LeakyRelu", ["z"], ["y"]),
        ]
        body[0].attribute.append(onnx.AttributeProto(name="value_float", ref_attr_name="by", type=onnx.AttributeProto.FLOAT))
        body[2].attribute.append(onnx.AttributeProto(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT))
        f = h.make_function("custom", "Scale", ["x", "flag"], ["y"], body, [h.make_opsetid("ai.onnx", 15)],
                            attributes=["by"], attribute_protos=[h.make_attribute("slope", default)], overload=overload)
        return f

    call = h.make_node("Scale", ["x", "c"], ["h"], domain="custom", by=2.0)
    call.overload = "a"
    call2 = h.make_node("Scale", ["h", "c"], ["y"], domain="custom", by=3.0, slope=0.25)
    call2.overload = "b"
    save("function.onnx", model([call, call2], [info("x"), info("c", T.BOOL, ())], [info("y")],
                                imports=[h.make_opsetid("custom", 1)], functions=[scale("a", 0.125), scale("b", 0.5)]))


def sparse():
    def make(name, values, indices, dims, typ=T.FLOAT):
        v = h.make_tensor(name, typ, [len(values)], values)
        i = h.make_tensor("", T.INT64, np.shape(indices), np.ravel(indices))
        return h.make_sparse_tensor(v, i, list(dims))

    linear = make("linear", [1.0, 2.0, 3.0], [1, 4, 11], (3, 4))
    pairs = make("pairs", [1.0, 2.0, 3.0], [[0, 1], [1, 0], [2, 3]], (3, 4))
    names = make("names", [b"a", b"b"], [0, 2], (3,), T.STRING)
    dense = np.zeros((3, 4), "<f4")
    dense.flat[[1, 4, 11]] = 1, 2, 3
    for name in ("linear", "pairs"):
        expect("sparse.onnx", name, "float32", (3, 4), dense.tobytes().hex())
    expect("sparse.onnx", "names", "string", (3,), ["a", "", "b"])
    nodes = [
        h.make_node("Constant", [], ["k"], sparse_value=make("k", [5.0], [2], (4,))),
        h.make_node("Add", ["linear", "pairs"], ["s"]),
        h.make_node("Add", ["s", "k"], ["y"]),
    ]
    save("sparse.onnx", model(nodes, [], [info("y", shape=(3, 4))], sparse_initializer=[linear, pairs, names]))


def external():
    # "low" and "high" overlap; "tail" goes to the end and has no length.
    data = np.arange(16, dtype="<f4")
    os.makedirs(os.path.join(folder, "weights"), exist_ok=True)
    with open(os.path.join(folder, "weights", "external.bin"), "wb") as f:
        f.write(data.tobytes())
    inits = []
    for name, start, n, with_length in (("low", 0, 6, True), ("high", 4, 4, True), ("tail", 12, 4, False)):
        t = T(name=name, data_type=T.FLOAT, dims=(n,), data_location=T.EXTERNAL)
        entries = {"location": "weights/external.bin", "offset": str(4 * start)}
        if with_length:
            entries["length"] = str(4 * n)
        for k, v in entries.items():
            t.external_data.add(key=k, value=v)
        inits.append(t)
        expect("external.onnx", name, "float32", (n,), data[start:start + n].tobytes().hex())
    save("external.onnx", model([h.make_node("Add", ["high", "tail"], ["y"])], [], [info("y", shape=(4,))], inits))


def types():
    tensor = h.make_tensor_type_proto
    f = tensor(T.FLOAT, ["N", 3, None])
    inputs = [
        h.make_value_info("tensor", f),
        h.make_value_info("scalar", tensor(T.INT64, [])),
        h.make_value_info("unranked", tensor(T.FLOAT16, None)),
        h.make_value_info("sequence", h.make_sequence_type_proto(f)),
        h.make_value_info("optional", h.make_optional_type_proto(h.make_sequence_type_proto(tensor(T.STRING, None)))),
        h.make_value_info("map", h.make_map_type_proto(T.STRING, tensor(T.FLOAT, []))),
        h.make_value_info("maps", h.make_sequence_type_proto(h.make_map_type_proto(T.INT64, tensor(T.FLOAT, [])))),
        h.make_value_info("sparse", h.make_sparse_tensor_type_proto(T.DOUBLE, [8, "N"])),
    ]
    negative = h.make_value_info("negative", tensor(T.INT32, [-1, 0]))
    m = model([h.make_node("Identity", ["tensor"], ["y"])], inputs + [negative], [h.make_value_info("y", f)])
    h.set_model_props(m, {"task": "none", "labels": "a,b"})
    save("types.onnx", m)


def captures():
    # The branch uses "w" of the main graph and "x" of the loop body.
    branch = h.make_graph([h.make_node("Add", ["x", "w"], ["s"])], "branch", [], [info("s")])
    outside = h.make_graph([], "outside", [], [info("w")])  # returns what it captures
    body = h.make_graph([
        h.make_node("If", ["go"], ["x_out"], then_branch=branch, else_branch=outside),
        h.make_node("Identity", ["go"], ["go_out"]),
    ], "body", [info("i", T.INT64, ()), info("go", T.BOOL, ()), info("x")], [info("go_out", T.BOOL, ()), info("x_out")])
    w = h.make_tensor("w", T.FLOAT, [2], [1.0, 2.0])
    expect("captures.onnx", "w", "float32", (2,), np.array([1, 2], "<f4").tobytes().hex())
    save("captures.onnx", model([h.make_node("Loop", ["n", "", "x0"], ["y"], name="loop", body=body)],
                                [info("n", T.INT64, ()), info("x0")], [info("y")], [w]))


def unsorted():
    branch = h.make_graph([h.make_node("Exp", ["r"], ["e"]), h.make_node("Relu", ["a"], ["r"])], "branch", [], [info("e")])
    other = h.make_graph([h.make_node("Neg", ["b"], ["m"])], "other", [], [info("m")])
    nodes = [
        h.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=other),
        h.make_node("Neg", ["a"], ["b"]),
        h.make_node("Abs", ["x"], ["a"]),
    ]
    save("unsorted.onnx", model(nodes, [info("x"), info("c", T.BOOL, ())], [info("y")]))


def defaults():
    two = h.make_tensor("two", T.FLOAT, [1], [2.0])
    k = h.make_tensor("k", T.FLOAT, [1], [3.0])
    nodes = [h.make_node("Mul", ["x", "two"], ["m"]), h.make_node("Add", ["m", "k"], ["y"])]
    inputs = [info("x"), info("two", shape=(1,))]
    for file, ir in (("default.onnx", 8), ("ir3.onnx", 3)):
        save(file, model(nodes, inputs + [info("k", shape=(1,))] * (ir == 3), [info("y")], [two, k], ir=ir))
        expect(file, "two", "float32", (1,), np.array([2], "<f4").tobytes().hex())
        expect(file, "k", "float32", (1,), np.array([3], "<f4").tobytes().hex())
    m = model([h.make_node("Identity", ["x"], ["y"])], [info("x")], [info("y")], ir=2)
    del m.opset_import[:]
    save("ir2.onnx", m)


def attributes():
    t = h.make_tensor("", T.INT8, [2], [-1, 2])
    g = h.make_graph([h.make_node("Constant", [], ["v"], value_int=1)], "g", [], [info("v", T.INT64, ())])
    g2 = h.make_graph([h.make_node("Constant", [], ["w"], value_int=1)], "g2", [], [info("w", T.INT64, ())])
    s = h.make_sparse_tensor(h.make_tensor("v", T.INT32, [1], [7]), h.make_tensor("", T.INT64, [1], [1]), [3])
    ty = h.make_tensor_type_proto(T.FLOAT, [2, "N"])
    node = h.make_node("Everything", ["x", ""], ["y", ""], domain="custom", name="all")
    for name, v in (("f", 0.5), ("i", -3), ("s", "text"), ("t", t), ("g", g), ("fs", [1.0, 2.5]), ("is", [1, -2]),
                    ("ss", ["a", "b"]), ("ts", [t, t]), ("gs", [g, g2]), ("sp", s), ("sps", [s, s]), ("tp", ty), ("tps", [ty, ty])):
        node.attribute.append(h.make_attribute(name, v))
    none = onnx.AttributeProto(name="none", type=onnx.AttributeProto.INTS)
    node.attribute.append(none)
    old = onnx.AttributeProto(name="old", ints=[4, 5])  # IR version 1 had no type
    node.attribute.append(old)
    save("attributes.onnx", model([node], [info("x")], [info("y")]))


def values():
    """Values as test data comes in."""
    from onnx import numpy_helper as nh
    a, b = np.array([1, 2], "<f4"), np.array([[3]], "<f4")
    files = {
        "tensor.pb": nh.from_array(a),
        "sequence.pb": nh.from_list([a, b]),
        "nested.pb": nh.from_list([[a], [b, a]]),
        "optional.pb": nh.from_optional(a),
        "optional_sequence.pb": nh.from_optional([a, b]),
        "map.pb": nh.from_dict({5: a[0], 9: a[1]}),
        "none.pb": onnx.OptionalProto(),
    }
    strings = onnx.MapProto(key_type=T.STRING)
    strings.string_keys.extend([b"cat", b"dog"])
    strings.values.elem_type = onnx.SequenceProto.TENSOR
    strings.values.tensor_values.extend(h.make_tensor("", T.INT64, [], [v]) for v in (-1, 4))
    files["map_strings.pb"] = strings
    for name, v in files.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(v.SerializeToString(deterministic=True))


for make in (all_types, functions, sparse, external, types, captures, unsorted, defaults, attributes, values):
    make()
with open(os.path.join(folder, "expected.json"), "w") as f:
    json.dump(expected, f, indent=1, sort_keys=True, ensure_ascii=True)
    f.write("\n")
