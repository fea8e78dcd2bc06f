"""Recurrent layers on batches of sequences of different lengths."""
import numpy as np

from .case import Case, case, model, normal, rng

INPUT, HIDDEN = 3, 5


def layer(text, name, gates, states, peepholes=0):
    """The model of text with a bidirectional layer's weights, run on a batch of three and a batch of two, each with a
    full sequence and shorter ones."""
    r = rng(name)
    shapes = {"W": (gates * HIDDEN, INPUT), "R": (gates * HIDDEN, HIDDEN), "bias": (2 * gates * HIDDEN,)}
    if peepholes:
        shapes["P"] = (peepholes * HIDDEN,)
    m = model(text, {k: normal(r, 2, *shape, scale=0.5) for k, shape in shapes.items()})

    def feed(steps, lengths):
        batch = len(lengths)
        return {"x": normal(r, steps, batch, INPUT), "lengths": np.array(lengths, np.int32)} | {s: normal(r, 2, batch, HIDDEN) for s in states}
    return Case(m, [feed(6, [6, 2, 4]), feed(3, [1, 3])], runners=("ort",))


def lstm(name, weights):
    return f"""
        {name} (float[T,B,{INPUT}] x, int32[B] lengths, float[2,B,{HIDDEN}] h0, float[2,B,{HIDDEN}] c0)
                => (float[T,2,B,{HIDDEN}] y, float[2,B,{HIDDEN}] h, float[2,B,{HIDDEN}] c) {{
            y, h, c = LSTM <direction = "bidirectional", hidden_size = {HIDDEN}> (x, W, R, bias, lengths, h0, c0{weights})
        }}"""


@case
def lstm_seqlens():
    """A bidirectional LSTM with sequence lengths and initial states: past its length a sequence yields zeros, its last
    state is that of its own last step, and the backward direction starts there."""
    return layer(lstm("lstm_seqlens", ""), "lstm_seqlens", 4, ("h0", "c0"))


@case
def lstm_peepholes():
    """The same with peephole weights, whose order is input, output, forget."""
    return layer(lstm("lstm_peepholes", ", P"), "lstm_peepholes", 4, ("h0", "c0"), peepholes=3)


@case
def gru_seqlens():
    """A bidirectional GRU with sequence lengths, the reset gate applied after the matrix product."""
    return layer(f"""
        gru_seqlens (float[T,B,{INPUT}] x, int32[B] lengths, float[2,B,{HIDDEN}] h0) => (float[T,2,B,{HIDDEN}] y, float[2,B,{HIDDEN}] h) {{
            y, h = GRU <direction = "bidirectional", hidden_size = {HIDDEN}, linear_before_reset = 1> (x, W, R, bias, lengths, h0)
        }}""", "gru_seqlens", 3, ("h0",))
