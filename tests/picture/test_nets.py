"""Lines that share a part of their way belong together, so that none leaves a gap in another."""

from __future__ import annotations

import textwrap

import numpy as np

from gradstudio.graph.build import build
from gradstudio.language.program import run_program
from gradstudio.layout import layout as arranged
from gradstudio.layout.model import Options
from gradstudio.picture.anatomy import sizes
from gradstudio.picture.build import build_picture
from gradstudio.picture.model import Level, Picture
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
    return build_picture(graph, layout, trace, load_theme("light"), Level.FULL)


def test_lines_of_one_net_follow_one_another() -> None:
    nets = picture().lines.net
    changes = int((np.diff(nets) != 0).sum())
    assert changes == len(set(nets.tolist())) - 1


def test_all_forward_lines_of_a_value_are_one_net_apart_from_the_backward_ones() -> None:
    lines = picture().lines
    forward, backward = set(lines.net[~lines.backward].tolist()), set(lines.net[lines.backward].tolist())
    assert not forward & backward
    assert max(int((lines.net == net).sum()) for net in forward) == 3  # x goes into x * x twice and into exp


def test_of_lines_that_are_the_same_inside_an_area_one_remains() -> None:
    text = "import gradstudio as gs\nx = gs.Variable(0.5)\nwith gs.GradientTape() as t:\n    y = x\n"
    text += "    for k in range(60):\n        y = gs.sin(y) * x\ng = t.gradient(y, x)\n"
    done = run_program(text, {}, lambda printed: None)
    assert done.recorder is not None
    trace = done.recorder.trace()
    graph = build(trace, text, 0)
    layout = arranged(graph, sizes(graph), Options(columns=4, wired=200))
    theme = load_theme("light")
    whole = build_picture(graph, layout, trace, theme)
    x, y, w, _ = layout.bounds
    top = build_picture(graph, layout, trace, theme, area=(x, y, w, 300.0))
    shown = set(top.boxes.node.tolist()) - {-1}
    assert shown == {i for i, box in enumerate(layout.boxes.tolist()) if box[1] <= y + 300.0}
    assert len(top.lines.color) < 40 < len(whole.lines.color)
    near = [e for e in range(len(graph.edge_source)) if {int(graph.edge_source[e]), int(graph.edge_target[e])} <= shown]
    assert set(near) <= set(top.lines.edge.tolist())
