"""Shapes that are computed from shapes."""
from .case import Case, case, model, normal, rng


@case
def reshape_dynamic():
    """Heads of attention split off and merged again, with both shapes computed by Shape, Gather and Concat from symbolic
    batch and length."""
    m = model("""
        reshape_dynamic (float[B,T,12] x) => (float[B,3,T,4] heads, float[B,T,12] merged, float[F,12] rows) {
            shape = Shape (x)
            i0 = Constant <value_int = 0> ()
            i1 = Constant <value_int = 1> ()
            b = Gather <axis = 0> (shape, i0)
            t = Gather <axis = 0> (shape, i1)
            axis = Constant <value_ints = [0]> ()
            b1 = Unsqueeze (b, axis)
            t1 = Unsqueeze (t, axis)
            split = Constant <value_ints = [3, 4]> ()
            by_head = Concat <axis = 0> (b1, t1, split)
            cut = Reshape (x, by_head)
            heads = Transpose <perm = [0, 2, 1, 3]> (cut)
            active = Relu (heads)
            back = Transpose <perm = [0, 2, 1, 3]> (active)
            rest = Constant <value_ints = [-1]> ()
            whole = Concat <axis = 0> (b1, t1, rest)
            merged = Reshape (back, whole)
            bt = Mul (b1, t1)
            width = Constant <value_ints = [12]> ()
            flat = Concat <axis = 0> (bt, width)
            rows = Reshape (merged, flat)
        }""")
    r = rng("reshape_dynamic")
    return Case(m, [{"x": normal(r, 2, 5, 12)}, {"x": normal(r, 1, 7, 12)}])
