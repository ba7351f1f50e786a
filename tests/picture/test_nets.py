"""Lines that share a part of their way belong together, so that none leaves a gap in another."""

from __future__ import annotations

import textwrap

import numpy as np

from gradstudio.language.program import run_program
from gradstudio.layout.model import Options
from gradstudio.picture.build import build_picture
from gradstudio.picture.model import Layer, Level, Picture
from gradstudio.picture.tokens import load_theme
from gradstudio.worker.drawing import draw

SQUARE = """
    import gradstudio as gs
    x = gs.Variable(3.0)
    with gs.GradientTape() as t:
        y = x * x
        z = gs.exp(x) + y
    g = t.gradient(z, x)
"""


def picture() -> Picture:
    text = textwrap.dedent(SQUARE).strip()
    done = run_program(text, {}, lambda printed: None)
    assert done.recorder is not None
    trace = done.recorder.trace()
    graph, layout = draw(trace, text, 0, Options())
    return build_picture(graph, layout, trace, load_theme("light"), Level.FULL, Layer.BOTH)


def test_lines_of_one_net_follow_one_another() -> None:
    nets = picture().lines.net
    changes = int((np.diff(nets) != 0).sum())
    assert changes == len(set(nets.tolist())) - 1


def test_all_forward_lines_of_a_value_are_one_net_apart_from_the_backward_ones() -> None:
    lines = picture().lines
    forward, backward = set(lines.net[~lines.backward].tolist()), set(lines.net[lines.backward].tolist())
    assert not forward & backward
    assert max(int((lines.net == net).sum()) for net in forward) == 3  # x goes into x * x twice and into exp
