"""SVG's own words for shapes: paths of boxes, lines and arrowheads, colours and numbers as attributes."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

import numpy as np

from gradstudio.picture.model import Shape
from gradstudio.picture.visible import character

CUT = 12.0
"""The corner cut off data nodes."""


def outline(shape: Shape, rect: tuple[float, ...], radius: float) -> str:
    """The path of a box with some corners rounded, or the top right one cut."""
    x, y, width, height = rect
    right, bottom = x + width, y + height
    r = min(radius, width / 2, height / 2)
    top = shape in (Shape.ROUND_TOP, Shape.CUT, Shape.CUT_TOP)
    low = shape in (Shape.ROUND_BOTTOM, Shape.CUT)
    rt, rb = (r if top else 0.0), (r if low else 0.0)
    parts = [f"M{number(x + rt)} {number(y)}"]
    if shape in (Shape.CUT, Shape.CUT_TOP):
        parts.append(f"H{number(right - CUT)}L{number(right)} {number(y + CUT)}")
    else:
        parts.append(
            f"H{number(right - rt)}"
            + (f"A{number(rt)} {number(rt)} 0 0 1 {number(right)} {number(y + rt)}" if rt else "")
        )
    parts.append(
        f"V{number(bottom - rb)}"
        + (f"A{number(rb)} {number(rb)} 0 0 1 {number(right - rb)} {number(bottom)}" if rb else "")
    )
    parts.append(
        f"H{number(x + rb)}" + (f"A{number(rb)} {number(rb)} 0 0 1 {number(x)} {number(bottom - rb)}" if rb else "")
    )
    parts.append(
        f"V{number(y + rt)}" + (f"A{number(rt)} {number(rt)} 0 0 1 {number(x + rt)} {number(y)}" if rt else "") + "Z"
    )
    return "".join(parts)


def shortened(points: np.ndarray, by: float) -> np.ndarray:
    """A polyline that ends `by` before its last point, so that the line does not show beyond its arrowhead."""
    step = points[-1] - points[-2]
    size = math.hypot(float(step[0]), float(step[1]))
    if size <= by or size == 0:
        return points
    cut = points.copy()
    cut[-1] = points[-1] - step * (by / size)
    return cut


def rounded(points: np.ndarray, radius: float) -> str:
    """The path of a polyline with rounded bends."""
    parts = [f"M{_pair(points[0])}"]
    for before, here, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        a, b = here - before, after - here
        first, second = math.hypot(*a), math.hypot(*b)
        if first == 0 or second == 0:
            continue
        r = min(radius, first / 2, second / 2)
        start, end = here - a * (r / first), here + b * (r / second)
        parts.append(f"L{_pair(start)}Q{_pair(here)} {_pair(end)}")
    parts.append(f"L{_pair(points[-1])}")
    return "".join(parts)


def arrowhead(points: np.ndarray, length: float, breadth: float) -> str:
    """A triangle whose tip is the last point."""
    tip, step = points[-1], points[-1] - points[-2]
    size = math.hypot(*step)
    along = step / size if size else np.array([1.0, 0.0])
    across = np.array([-along[1], along[0]]) * breadth / 2
    base = tip - along * length
    left, right = base + across, base - across
    corners = (tip, left, right)
    return "M" + "L".join(_pair(c) for c in corners) + "Z"


def _pair(point: np.ndarray) -> str:
    return f"{number(point[0])} {number(point[1])}"


def plain(text: str) -> str:
    """Text without the characters that XML forbids; hidden and direction-changing ones are written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(c: str) -> str:
    return " " if unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff" else character(c)


def paint(role: str, color: int) -> dict[str, str]:
    """An 0xAARRGGBB colour as attributes."""
    alpha = color >> 24 & 255
    if not alpha:
        return {role: "none"}
    found = {role: f"#{color & 0xFFFFFF:06x}"}
    if alpha < 255:
        found["opacity" if role == "color" else f"{role}-opacity"] = number(alpha / 255)
    return found


def place(rect: tuple[float, ...]) -> dict[str, str]:
    return dict(zip(("x", "y", "width", "height"), map(number, rect), strict=True))


def number(x: Any) -> str:
    """A coordinate with two decimals at most."""
    text = f"{float(x):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
