"""Tensors of strings."""
import numpy as np

from .case import Case, case, model


def strings(*v):
    return np.array(v, dtype=object)


@case
def strings_normalise():
    """Lower case with stop words removed, then joined to a suffix. Letters outside ASCII have a case too."""
    m = model("""
        strings_normalise (string[N] words, string[1] suffix) => (string[K] lower, string[K] joined) {
            lower = StringNormalizer <case_change_action = "LOWER", is_case_sensitive = 0, stopwords = ["the", "a"]> (words)
            joined = StringConcat (lower, suffix)
        }""", opset=20, ir=9)
    # ONNX Runtime needs the operating system's en_US locale for this. The reference evaluator strips accents, which
    # it should not: hence letters that have none.
    return Case(m, [{"words": strings("The", "Fox", "sees", "A", "fox"), "suffix": strings("!")},
                    {"words": strings("Stone", "МИР", "the", "ØRE"), "suffix": strings(" über")}], runners=("reference",))


@case
def strings_match():
    """Strings made unique, compared, looked up in a table and gathered."""
    m = model("""
        strings_match (string[N] words, string[1] wanted) => (string[U] unique, int64[U] counts, bool[N] found, int64[N] ids, string[1,N] row) {
            unique, first, inverse, counts = Unique <sorted = 1> (words)
            found = Equal (words, wanted)
            ids = ai.onnx.ml.LabelEncoder <keys_strings = ["fox", "stone", "naïve"], values_int64s = [7, 8, 9], default_int64 = -1> (words)
            again = Gather (unique, inverse)
            axis = Constant <value_ints = [0]> ()
            row = Unsqueeze (again, axis)
        }""", opset=20, ir=9, ml=True)
    return Case(m, [{"words": strings("stone", "fox", "fox", ""), "wanted": strings("fox")}, {"words": strings("naïve", "fig"), "wanted": strings("fig")}],
                runners=("ort",))


@case
def strings_split():
    """Split at spaces into a matrix padded with empty strings, and match by a regular expression."""
    m = model("""
        strings_split (string[N] lines) => (string[N,W] words, int64[N] counts, bool[N] numeric) {
            words, counts = StringSplit (lines)
            numeric = RegexFullMatch <pattern = "[0-9 ]+"> (lines)
        }""", opset=20, ir=9)
    return Case(m, [{"lines": strings("one two", "  3 44 ", "")}, {"lines": strings("12", "a b c d")}], runners=("ort",))
