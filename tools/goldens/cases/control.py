"""Control flow: Loop, Scan and If, with values captured from the graphs around them."""
import numpy as np

from .case import Case, case, model, normal, rng


@case
def loop_captures():
    """A Loop that captures two outer values (an input and a computed one), carries a vector and a matrix that
    grows by a row each trip, stops early by its condition, and has two scan outputs, one of them a scalar each trip."""
    m = model("""
        loop_captures (int64 M, bool keep, float[N] x, float limit) => (float[N] last, float[R,N] grown, float[K,N] trace, int64[K] trips) {
            half = Constant <value_float = 0.5> ()
            step = Mul (x, half)
            row = Constant <value_ints = [1, -1]> ()
            start = Reshape (x, row)
            last, grown, trace, trips = Loop (M, keep, x, start) <body = body (int64 i, bool go, float[N] v, float[S,N] rows)
                    => (bool next, float[N] v_out, float[T,N] rows_out, float[N] t, int64 i_out) {
                v_out = Add (v, step)
                t = Mul (v_out, x)
                axis = Constant <value_ints = [0]> ()
                one = Unsqueeze (v_out, axis)
                rows_out = Concat <axis = 0> (rows, one)
                sum = ReduceSum <keepdims = 0> (t)
                next = Less (sum, limit)
                i_out = Identity (i)
            }>
        }""")
    r = rng("loop_captures")
    feed = lambda trips, keep, n, limit: {"M": np.array(trips, np.int64), "keep": np.array(keep), "x": normal(r, n), "limit": np.array(limit, np.float32)}
    # The reference evaluator stacks scalars of a scan output to [K,1] instead of [K].
    return Case(m, [feed(6, True, 4, 1e9), feed(50, True, 7, 40), feed(1, True, 1, 1e9)], runners=("ort",))


@case
def loop_zero():
    """A Loop that makes no trip, by its count or by its first condition: carried values pass, scan outputs are empty.
    In those sets the body would divide by zero if it ran."""
    m = model("""
        loop_zero (int64 M, bool keep, float[N] x, int64 d) => (float[N] y, int64[K] s) {
            y, s = Loop (M, keep, x) <body = body (int64 i, bool go, float[N] v) => (bool next, float[N] v_out, int64 q) {
                q = Div (i, d)
                v_out = Neg (v)
                next = Identity (go)
            }>
        }""")
    x = normal(rng("loop_zero"), 3)
    n = lambda v: np.array(v, np.int64)
    return Case(m, [{"M": n(0), "keep": np.array(True), "x": x, "d": n(0)}, {"M": n(9), "keep": np.array(False), "x": x[:2], "d": n(0)},
                    {"M": n(3), "keep": np.array(True), "x": x[:1], "d": n(2)}], runners=("ort",))


@case
def loop_5node():
    """A Loop whose cost is all overhead: five nodes on a few floats, ten thousand trips. The map contracts, so
    rounding does not grow from trip to trip."""
    m = model("""
        loop_5node (int64 M, float[N] x) => (float[N] y) {
            yes = Constant <value = bool {1}> ()
            y = Loop (M, yes, x) <body = body (int64 i, bool go, float[N] v) => (bool next, float[N] v_out) {
                k = Constant <value_float = 0.75> ()
                scaled = Mul (v, k)
                moved = Add (scaled, x)
                bounded = Min (moved, k)
                v_out = Sub (bounded, x)
                next = Identity (go)
            }>
        }""")
    x = lambda *v: np.array(v, np.float32)
    return Case(m, [{"M": np.array(10000, np.int64), "x": x(0.3)}, {"M": np.array(7, np.int64), "x": x(-1, 0.25, 2)}])


@case
def scan():
    """A Scan with two states of different shape, one input read forwards along axis 0 and one backwards along axis 1,
    and two outputs, one of them written backwards along axis 1."""
    m = model("""
        scan (float[N] s0, float c0, float[T,N] x, float[N,T] z) => (float[N] s, float c, float[T,N] y, float[N,T] w) {
            s, c, y, w = Scan <num_scan_inputs = 2, scan_input_axes = [0, 1], scan_input_directions = [0, 1],
                               scan_output_axes = [0, 1], scan_output_directions = [0, 1],
                    body = body (float[N] s_in, float c_in, float[N] xt, float[N] zt) => (float[N] s_out, float c_out, float[N] yt, float[N] wt) {
                k = Constant <value_float = 0.9> ()
                decayed = Mul (s_in, k)
                s_out = Add (decayed, xt)
                peak = ReduceMax <keepdims = 0> (zt)
                c_out = Max (c_in, peak)
                yt = Mul (s_out, zt)
                wt = Sub (zt, c_out)
            }> (s0, c0, x, z)
        }""")
    r = rng("scan")
    feed = lambda t, n: {"s0": normal(r, n), "c0": np.array(-3, np.float32), "x": normal(r, t, n), "z": normal(r, n, t)}
    return Case(m, [feed(5, 3), feed(2, 6)], runners=("ort",))


@case
def nested_if():
    """An If inside an If. The inner branches capture a graph input, a value of the main graph and a value of the outer
    branch; the four ways through give four shapes and two ranks."""
    m = model("""
        nested_if (bool outer, bool inner, float[N] x) => (float[] y) {
            two = Constant <value_float = 2.0> ()
            main = Mul (x, two)
            y = If (outer) <
                then_branch = then () => (float[] y_then) {
                    branch = Add (main, x)
                    y_then = If (inner) <
                        then_branch = then_then () => (float[] a) { t = Sub (branch, two)  a = Concat <axis = 0> (t, x) },
                        else_branch = then_else () => (float[] b) { ax = Constant <value_ints = [0]> ()  u = Unsqueeze (branch, ax)  b = Concat <axis = 0> (u, u, u) }>
                },
                else_branch = else () => (float[] y_else) {
                    y_else = If (inner) <
                        then_branch = else_then () => (float[] c) { c = Neg (main) },
                        else_branch = else_else () => (float[] d) { ax0 = Constant <value_ints = [0]> ()  s = ReduceSum <keepdims = 1> (x, ax0)  d = Mul (s, two) }>
                }>
        }""")
    r = rng("nested_if")
    feed = lambda a, b, n: {"outer": np.array(a), "inner": np.array(b), "x": normal(r, n)}
    return Case(m, [feed(True, True, 3), feed(True, False, 5), feed(False, True, 2), feed(False, False, 4)], check=False)


@case
def if_shapes():
    """An If with two outputs whose branches differ in one dimension, consumed by further nodes; the condition is
    computed from the input, so no optimiser may fold it."""
    m = model("""
        if_shapes (float[N,4] x) => (float[K,3] y, float[K] norm) {
            total = ReduceSum <keepdims = 0> (x)
            zero = Constant <value_float = 0.0> ()
            positive = Greater (total, zero)
            rows, count = If (positive) <
                then_branch = keep () => (float[A,4] kept, float n) {
                    kept = Concat <axis = 0> (x, x, x)
                    n = Constant <value_float = 3.0> ()
                },
                else_branch = cut () => (float[B,4] first, float m) {
                    from = Constant <value_ints = [0]> ()
                    to = Constant <value_ints = [1]> ()
                    first = Slice (x, from, to, from)
                    m = Constant <value_float = 1.0> ()
                }>
            product = MatMul (rows, W)
            y = Div (product, count)
            norm = ReduceL2 <axes = [1], keepdims = 0> (y)
        }""", {"W": normal(rng("if_shapes.W"), 4, 3)})
    r = rng("if_shapes")
    return Case(m, [{"x": np.abs(normal(r, 2, 4))}, {"x": -np.abs(normal(r, 5, 4))}])
