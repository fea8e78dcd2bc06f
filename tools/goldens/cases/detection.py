"""Values whose size is known only after a node has run: NonZero, NonMaxSuppression, TopK with K from an input."""
import numpy as np

from .case import Case, case, model, normal, rng


@case
def nonzero():
    """NonZero, whose result is gathered from, counted by Shape, and used to size another tensor. The last set has
    nothing but zeros."""
    m = model("""
        nonzero (float[N,M] x) => (float[K] values, int64[2,K] where, int64 count, float[K,3] filled) {
            where = NonZero (x)
            pairs = Transpose <perm = [1, 0]> (where)
            values = GatherND (x, pairs)
            shape = Shape (where)
            one = Constant <value_int = 1> ()
            count = Gather <axis = 0> (shape, one)
            axis = Constant <value_ints = [0]> ()
            count1 = Unsqueeze (count, axis)
            three = Constant <value_ints = [3]> ()
            size = Concat <axis = 0> (count1, three)
            ones = ConstantOfShape <value = float[1] {1.0}> (size)
            column_axis = Constant <value_ints = [1]> ()
            column = Unsqueeze (values, column_axis)
            filled = Mul (ones, column)
        }""")
    r = rng("nonzero")
    sparse = lambda n, k: normal(r, n, k) * (r.random((n, k)) < 0.4)
    return Case(m, [{"x": sparse(4, 5)}, {"x": sparse(3, 9)}, {"x": np.zeros((2, 2), np.float32)}])


@case
def nms():
    """NonMaxSuppression with all three thresholds as inputs, then the kept boxes and scores by GatherND. The last set
    keeps nothing."""
    m = model("""
        nms (float[B,N,4] boxes, float[B,C,N] scores, int64[1] max_output, float[1] iou, float[1] score)
                => (int64[K,3] kept, float[K,4] kept_boxes, float[K] kept_scores, float[K,1] area) {
            kept = NonMaxSuppression (boxes, scores, max_output, iou, score)
            columns = Constant <value_ints = [0, 2]> ()
            pairs = Gather <axis = 1> (kept, columns)
            kept_boxes = GatherND (boxes, pairs)
            kept_scores = GatherND (scores, kept)
            y0, x0, y1, x1 = Split <axis = 1> (kept_boxes)
            h = Sub (y1, y0)
            w = Sub (x1, x0)
            area = Mul (h, w)
        }""")
    r = rng("nms")

    def feed(batch, classes, n, max_output, iou, score):
        corner, size = r.random((batch, n, 2)), 0.2 + 0.3 * r.random((batch, n, 2))
        return {"boxes": np.concatenate([corner, corner + size], 2).astype(np.float32), "scores": r.random((batch, classes, n)).astype(np.float32),
                "max_output": np.array([max_output]), "iou": np.array([iou], np.float32), "score": np.array([score], np.float32)}
    return Case(m, [feed(1, 2, 30, 5, 0.3, 0.2), feed(2, 3, 12, 20, 0.5, 0.4), feed(1, 1, 4, 3, 0.5, 2.0)])


@case
def topk_dynamic():
    """TopK along two axes, largest and smallest, with K from inputs. Ties keep the lower index first."""
    m = model("""
        topk_dynamic (float[N,M] x, int64[1] k, int64[1] j) => (float[N,K] top, int64[N,K] at, float[J,M] low, int64[J,M] low_at) {
            top, at = TopK <axis = -1, largest = 1, sorted = 1> (x, k)
            low, low_at = TopK <axis = 0, largest = 0, sorted = 1> (x, j)
        }""")
    r = rng("topk_dynamic")
    tied = lambda n, k: r.integers(-3, 4, (n, k)).astype(np.float32)
    return Case(m, [{"x": tied(4, 9), "k": np.array([3]), "j": np.array([2])}, {"x": tied(7, 5), "k": np.array([5]), "j": np.array([0])}])
