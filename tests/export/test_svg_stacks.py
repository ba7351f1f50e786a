"""Boxes that hide nodes in an SVG: their plots as polylines, their texts as text."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from gradstudio.export.svg import element
from gradstudio.picture.build import build_picture
from gradstudio.picture.sheet import GROUP, STACK, node_sheet
from gradstudio.picture.specimens import specimens
from gradstudio.picture.tokens import load_theme


def test_the_gradients_of_a_stack_are_a_filled_and_a_drawn_polyline() -> None:
    view = specimens((STACK, GROUP), wired=False)
    shown = build_picture(view.graph, view.layout, view.trace, load_theme("light"))
    root = element(shown, [], "stack")
    found = root.findall("polyline")

    assert len(found) == len(shown.paths.fill) == 4  # area, line, the pass's upright, its dot
    for line, fill, stroke in zip(found, shown.paths.fill.tolist(), shown.paths.stroke.tolist(), strict=True):
        assert (line.get("fill") == "none") == (fill >> 24 == 0)
        assert (line.get("stroke") == "none") == (stroke >> 24 == 0)
        assert line.get("stroke-width", "") == ("1.2" if stroke >> 24 else "")
    points = np.array([p.split(",") for p in (found[1].get("points") or "").split()], float)
    assert len(points) == 60
    assert points == pytest.approx(shown.paths.points[shown.paths.start[1] : shown.paths.start[2]], abs=0.006)
    assert {t.text for t in root.findall("text")} >= {"×60", "pass 35 of 60", "5 ops, 2 parameters"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_whole_node_sheet_is_written_as_svg(theme: str) -> None:
    shown = node_sheet(load_theme(theme))
    root = ET.fromstring(ET.tostring(element(shown, [], "node sheet")))
    space = "{http://www.w3.org/2000/svg}"

    assert len(root.findall(f"{space}text")) == len(shown.texts.text)
    symbols = {s.get("id") for s in root.iter(f"{space}symbol")}
    assert symbols == {f"icon-{name}" for name in shown.icons.name}
