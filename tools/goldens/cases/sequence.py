"""Sequences of tensors, inside a graph and as its inputs and outputs."""
import numpy as np

from .case import Case, case, model, normal, rng


@case
def sequence():
    """Construct, insert, erase, read, measure, split and join sequences. The first output is a sequence whose tensors
    have different shapes."""
    m = model("""
        sequence (float[N,4] x, float[M,4] z, int64 at) => (seq(float[R,4]) parts, float[R,4] picked, int64 length, float[A,4] joined, float[N,2,4] stacked, seq(float[2,4]) pieces) {
            two = SequenceConstruct (x, z)
            sum = Add (x, x)
            three = SequenceInsert (two, sum, at)
            parts = SequenceInsert (three, z)
            picked = SequenceAt (parts, at)
            last = Constant <value_int = -1> ()
            fewer = SequenceErase (parts, last)
            length = SequenceLength (fewer)
            joined = ConcatFromSequence <axis = 0> (fewer)
            pairs = SequenceConstruct (x, sum)
            stacked = ConcatFromSequence <axis = 1, new_axis = 1> (pairs)
            width = Constant <value_int = 2> ()
            pieces = SplitToSequence <axis = 0> (joined, width)
        }""")
    r = rng("sequence")
    return Case(m, [{"x": normal(r, 2, 4), "z": normal(r, 3, 4), "at": np.array(1)}, {"x": normal(r, 5, 4), "z": normal(r, 1, 4), "at": np.array(-2)}])


@case
def sequence_loop():
    """A sequence as graph input, carried and grown by a Loop that reads it with the trip's number."""
    m = model("""
        sequence_loop (seq(float[R,3]) items) => (seq(float[R,3]) out, float[A,3] joined) {
            n = SequenceLength (items)
            yes = Constant <value = bool {1}> ()
            empty = SequenceEmpty <dtype = 1> ()
            out = Loop (n, yes, empty) <body = body (int64 i, bool go, seq(float[R,3]) so_far) => (bool next, seq(float[R,3]) grown) {
                item = SequenceAt (items, i)
                doubled = Add (item, item)
                grown = SequenceInsert (so_far, doubled)
                next = Identity (go)
            }>
            joined = ConcatFromSequence <axis = 0> (out)
        }""")
    r = rng("sequence_loop")
    return Case(m, [{"items": [normal(r, n, 3) for n in (1, 4, 2)]}, {"items": [normal(r, 2, 3)]}])
