"""Optional values: present or absent, as inputs, as outputs and inside a graph."""
from .case import Case, case, model, normal, rng


@case
def optional_input():
    """An optional input that is used if it is there."""
    m = model("""
        optional_input (optional(float[N]) bias, float[N] x) => (float[N] y, bool has) {
            has = OptionalHasElement (bias)
            y = If (has) <
                then_branch = present () => (float[N] a) { b = OptionalGetElement (bias)  a = Add (x, b) },
                else_branch = absent () => (float[N] c) { c = Identity (x) }>
        }""", opset=18)
    r = rng("optional_input")
    return Case(m, [{"bias": normal(r, 3), "x": normal(r, 3)}, {"bias": None, "x": normal(r, 5)}], runners=("ort",))


@case
def optional_output():
    """An optional output that holds a tensor."""
    m = model("""
        optional_output (float[N] x) => (optional(float[N]) o, float[N] y) {
            negative = Neg (x)
            o = Optional (negative)
            inside = OptionalGetElement (o)
            y = Relu (inside)
        }""", opset=18)
    r = rng("optional_output")
    return Case(m, [{"x": normal(r, 4)}, {"x": normal(r, 2)}], runners=("ort",))
