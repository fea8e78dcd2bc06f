"""Random models of one operator, and the engines that say what they should compute; used by difftest.py.

values.py    element types and random tensors
draw.py      what a generator of nodes draws from: types, ranks, sizes, axes, constants
plan.py      operators, their versions, and the element types that cases are counted by
elementwise.py, moves.py, lookups.py, products.py, nets.py, quant.py, lists.py, learned.py, trees.py, chances.py
             generators, one function for an operator or a family, found by name in draw.GENERATORS
models.py    a drawn node as a model: alone, or between two others with dims that have names
known.py     where an oracle is known to be wrong
oracles.py   ONNX Runtime and onnx.reference in a process that may die
judge.py     comparison of tensors, and who is right
"""
