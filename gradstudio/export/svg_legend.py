"""The legend below an exported picture: what its gradient colours mean."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from gradstudio.export.shapes import number, paint, place, plain
from gradstudio.picture.fonts import width
from gradstudio.picture.legend import ScaleLegend
from gradstudio.picture.model import Font
from gradstudio.picture.tokens import Theme

HEIGHT = 44.0
"""How much taller a picture becomes."""

NARROWEST = 660.0
"""Pictures with a legend are at least so wide."""

TITLE = Font("Inter", 11, 600)
TICK = Font("JetBrains Mono", 9, 400)
_WIDTH, _BAR, _MARGIN, _GAP = 200.0, 8.0, 28.0, 28.0


def texts(scales: tuple[ScaleLegend, ...]) -> list[tuple[Font, str]]:
    """Every text of the legend with its font."""
    return [text for s in scales for text in ((TITLE, s.title), *((TICK, label) for _, label in s.ticks))]


def add(root: ET.Element, scales: tuple[ScaleLegend, ...], theme: Theme, x: float, y: float) -> None:
    """Draw the scales side by side into an <svg>, their strip's top left corner at (x, y)."""
    group = ET.SubElement(root, "g", {"id": "legend"})
    left = x + _MARGIN
    for scale in scales:
        _text(group, scale.title, TITLE, left, y + 18.0, "start", theme.ink["ink"])
        left += width(scale.title, TITLE) + 10.0
        cell = _WIDTH / len(scale.colors)
        for i, color in enumerate(scale.colors):
            rect = place((left + i * cell, y + 10.0, cell, _BAR))
            ET.SubElement(group, "rect", {**rect, **paint("fill", color), "shape-rendering": "crispEdges"})
        frame = place((left, y + 10.0, _WIDTH, _BAR))
        ET.SubElement(group, "rect", {**frame, "fill": "none", **paint("stroke", theme.hairline)})
        for at, label in scale.ticks:
            _text(group, label, TICK, left + at * _WIDTH, y + 31.0, "middle", theme.ink["muted"])
        left += _WIDTH + _GAP


def _text(group: ET.Element, text: str, font: Font, x: float, y: float, anchor: str, color: int) -> None:
    kind = "monospace" if "Mono" in font.family else "sans-serif"
    attributes = {"x": number(x), "y": number(y), "text-anchor": anchor, **paint("fill", color)}
    attributes |= {
        "font-family": f"'{font.family}', {kind}",
        "font-size": number(font.size),
        "font-weight": str(font.weight),
    }
    ET.SubElement(group, "text", attributes).text = plain(text)
