"""Where memory layout matters: channel counts no vector divides, views, and state that grows."""
import numpy as np

from .case import Case, case, model, normal, rng

HALF = 58  # channels of a ShuffleNet branch: neither it nor 116 is a multiple of 8


def shuffle(name, split, shuffled):
    """A ShuffleNet unit: half the channels pass, half go through 1x1, depthwise 3x3 and 1x1; then the halves interleave."""
    r = rng(name)
    weights = {"W1": normal(r, HALF, HALF, 1, 1, scale=0.13), "B1": normal(r, HALF), "W2": normal(r, HALF, 1, 3, 3, scale=0.33), "B2": normal(r, HALF),
               "W3": normal(r, HALF, HALF, 1, 1, scale=0.13), "B3": normal(r, HALF)}
    m = model(f"""
        {name} (float[N,{2 * HALF},H,W] x) => (float[N,{2 * HALF},H,W] y) {{
            {split}
            c1 = Conv (right, W1, B1)
            r1 = Relu (c1)
            c2 = Conv <group = {HALF}, pads = [1, 1, 1, 1]> (r1, W2, B2)
            c3 = Conv (c2, W3, B3)
            r3 = Relu (c3)
            joined = Concat <axis = 1> (left, r3)
            {shuffled}
        }}""", weights)
    return Case(m, [{"x": normal(r, 1, 2 * HALF, 4, 5)}, {"x": normal(r, 2, 2 * HALF, 3, 3)}])


@case
def shuffle58():
    """With Split and a constant shape, as the newer exporter writes it."""
    return shuffle("shuffle58", "left, right = Split <axis = 1> (x)", f"""
            whole = Shape (x)
            batch_axis = Constant <value_ints = [0]> ()
            batch = Gather <axis = 0> (whole, batch_axis)
            two = Constant <value_ints = [2, {HALF}]> ()
            from = Constant <value_ints = [2]> ()
            to = Constant <value_ints = [4]> ()
            size = Slice (whole, from, to)
            grouped_shape = Concat <axis = 0> (batch, two, size)
            grouped = Reshape (joined, grouped_shape)
            swapped = Transpose <perm = [0, 2, 1, 3, 4]> (grouped)
            y = Reshape (swapped, whole)""")


@case
def shuffle58_slice():
    """With two Slices instead of a Split, and zeros and a -1 in the shapes of the Reshapes."""
    return shuffle("shuffle58_slice", f"""
            axis = Constant <value_ints = [1]> ()
            zero = Constant <value_ints = [0]> ()
            half = Constant <value_ints = [{HALF}]> ()
            end = Constant <value_ints = [9223372036854775807]> ()
            left = Slice (x, zero, half, axis)
            right = Slice (x, half, end, axis)""", f"""
            flat = Shape <start = 2> (x)
            pair = Constant <value_ints = [0, 2, {HALF}]> ()
            grouped_shape = Concat <axis = 0> (pair, flat)
            grouped = Reshape (joined, grouped_shape)
            swapped = Transpose <perm = [0, 2, 1, 3, 4]> (grouped)
            merged = Constant <value_ints = [0, -1]> ()
            out_shape = Concat <axis = 0> (merged, flat)
            y = Reshape (swapped, out_shape)""")


@case
def kvcache():
    """One attention layer with a cache: the present keys and values are the past ones with the new ones appended along
    axis 2. The sets are a first call with nothing cached and steps that continue from it."""
    m = model("""
        kvcache (float[B,H,T,8] q, float[B,H,T,8] k, float[B,H,T,8] v, float[B,H,P,8] past_k, float[B,H,P,8] past_v)
                => (float[B,H,T,8] y, float[B,H,S,8] present_k, float[B,H,S,8] present_v) {
            present_k = Concat <axis = 2> (past_k, k)
            present_v = Concat <axis = 2> (past_v, v)
            keys = Transpose <perm = [0, 1, 3, 2]> (present_k)
            dots = MatMul (q, keys)
            scale = Constant <value_float = 0.35355338> ()
            scaled = Mul (dots, scale)
            weights = Softmax <axis = -1> (scaled)
            y = MatMul (weights, present_v)
        }""")
    r = rng("kvcache")
    keys, values = normal(r, 1, 2, 6, 8), normal(r, 1, 2, 6, 8)

    def step(past, to):
        new = lambda a: np.ascontiguousarray(a[:, :, past:to])
        old = lambda a: np.ascontiguousarray(a[:, :, :past])
        return {"q": normal(r, 1, 2, to - past, 8), "k": new(keys), "v": new(values), "past_k": old(keys), "past_v": old(values)}
    return Case(m, [step(0, 4), step(4, 5), step(5, 6)])
