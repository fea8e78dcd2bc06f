"""What generators of nodes draw from.

Structure (types, ranks, attributes, which dims are 1, constants) comes from one random generator, sizes and values from
another, so that the same node can be drawn again with other sizes.
"""
import numpy as np
from onnx import AttributeProto, helper

from . import values

GENERATORS = {}  # operator: function(Draw)

WEIGHTS = {"float": 12, "double": 3, "float16": 3, "int32": 3, "int64": 4, "bool": 3, "uint8": 2, "int8": 2}


def generator(*operators):
    """Registers a function that draws a node of these operators."""
    def register(f):
        for name in operators:
            GENERATORS[name] = f
        return f
    return register


class Reject(Exception):
    """This draw makes no sense; another seed may."""


def elements(types):
    """The element types we can draw among types, which may be sequences and optionals of tensors."""
    found = []
    for t in types:
        for kind in ("optional(", "seq("):
            if t.startswith(kind):
                t = t[len(kind):-1]
        if t in values.TYPES and t not in found:
            found.append(t)
    return found


class Draw:
    """One draw of a node of an operator's version; record is its line in operators.json, fixed the type variables that are
    not drawn."""

    def __init__(self, record, types, seed, sizes, fixed):
        self.record, self.op, self.version = record, record["op"], record["since"]
        self.r, self.s = np.random.default_rng(seed), np.random.default_rng(sizes)
        self.fixed = fixed
        self.alone = False  # no node may come before: the values of inputs are special
        self.special = 0.25
        self.empty = bool(self.r.random() < 0.15)  # dims may be 0
        self.large = bool(self.r.random() < 0.03)  # enough for several chunks of work
        self.types = {}
        for variable, allowed in types.items():
            allowed = elements(allowed)
            if variable in fixed:
                self.types[variable] = fixed[variable]
            elif allowed:
                weights = np.array([WEIGHTS.get(t, 1) for t in allowed], float)
                self.types[variable] = str(self.r.choice(allowed, p=weights / weights.sum()))
        self.inputs, self.nodes, self.constants, self.results = [], [], {}, None
        self.attributes = {}

    # types, of this draw

    def type_in(self, i):
        """The element type of input i."""
        t = self.record["inputs"][min(i, len(self.record["inputs"]) - 1)]["type"]
        return self.types.get(t, t)

    def type_out(self, i):
        t = self.record["outputs"][min(i, len(self.record["outputs"]) - 1)]["type"]
        return self.types.get(t, t)

    def tie(self, *variables):
        """One element type for several type variables: that of the fixed one, if one is."""
        present = [v for v in variables if v in self.types]
        kind = next((self.fixed[v] for v in present if v in self.fixed), self.types[present[0]])
        self.types.update({v: kind for v in present})
        return kind

    # structure

    def chance(self, p):
        return bool(self.r.random() < p)

    def pick(self, *choices):
        return choices[int(self.r.integers(len(choices)))]

    def integer(self, low, high):
        """From low to high, both included."""
        return int(self.r.integers(low, high + 1))

    def number(self, low, high):
        return float(np.float32(self.r.uniform(low, high)))

    def axis(self, rank):
        """An axis, negative half of the time."""
        if rank == 0:
            raise Reject
        a = self.integer(0, rank - 1)
        return a - rank if self.chance(0.5) else a

    def axes(self, rank, least=1):
        """Several axes in any order, some negative."""
        if rank < least:
            raise Reject
        chosen = self.r.permutation(rank)[:self.integer(least, rank)]
        return [int(a) - rank if self.chance(0.3) else int(a) for a in chosen]

    # sizes

    def dim(self, low=1, high=9):
        if low <= 1 and self.empty and self.s.random() < 0.25:
            return 0
        return int(self.s.integers(low, high + 1))

    def shape(self, least=0, most=6):
        """A shape of a random rank; some dims are 1 in every draw of this structure."""
        return self.of_rank(self.integer(least, most))

    def of_rank(self, rank):
        high = {0: 1, 1: 70, 2: 20, 3: 10, 4: 7, 5: 4}.get(rank, 3)
        if self.large:
            high = {0: 1, 1: 60000, 2: 400, 3: 60, 4: 20, 5: 10}.get(rank, 6)
        return [1 if self.chance(0.12) else self.dim(1, high) for _ in range(rank)]

    def broadcast(self, count, least=0, most=5):
        """Shapes that broadcast to one another."""
        full = self.shape(least, most)
        shapes = []
        for _ in range(count):
            s = [1 if self.chance(0.2) else n for n in full]
            shapes.append(s[self.integer(0, len(s)):] if self.chance(0.3) else s)
        return shapes

    def values(self, shape, name, low=-4.0, high=4.0):
        return values.random(self.s, shape, name, low, high, self.special)

    # parts of the node

    def feed(self, array):
        """An input of the model; None omits it."""
        self.inputs.append(array)
        return array

    def tensor(self, shape, low=-4.0, high=4.0):
        """A random tensor as the next input, of the type the operator wants there."""
        return self.feed(self.values(shape, self.type_in(len(self.inputs)), low, high))

    def setting(self, array, name=None):
        """The next input, a shape or the like: an initializer most of the time."""
        array = np.asarray(array).astype(values.dtype(name or self.type_in(len(self.inputs))))
        if self.chance(0.7):
            self.constants[len(self.inputs)] = array
        return self.feed(array)

    def weight(self, shape, low=-1.0, high=1.0):
        """The next input, weights: an initializer half of the time, the same in every draw of this structure."""
        array = values.random(self.r, shape, self.type_in(len(self.inputs)), low, high)
        if self.chance(0.5):
            self.constants[len(self.inputs)] = array
        return self.feed(array)

    def skip(self):
        return self.feed(None)

    def attribute(self, name, value, p=1.0):
        """Sets an attribute with probability p, if this version has it."""
        if self.chance(p) and name in self.record["attrs"]:
            self.attributes[name] = value

    def has(self, attribute):
        return attribute in self.record["attrs"]

    def finish(self, outputs=1):
        """Completes a draw of a single node; a chain of nodes is completed by its generator instead."""
        while self.inputs and self.inputs[-1] is None:
            self.inputs.pop()
        ins = ["" if a is None else f"x{i}" for i, a in enumerate(self.inputs)]
        outs = [f"y{i}" for i in range(outputs)]
        empty = [name for name, value in self.attributes.items() if isinstance(value, list) and not value]
        full = {name: value for name, value in self.attributes.items() if name not in empty}
        self.nodes = [helper.make_node(self.op, ins, outs, name="tested", domain=self.record["domain"], **full)]
        for name in empty:
            self.nodes[0].attribute.add(name=name, type=AttributeProto.AttributeType.Value(self.record["attrs"][name]["type"].upper()))
        self.results = [(f"y{i}", self.type_out(i)) for i in range(outputs)]
