"""Rings around nodes: what is selected, under the pointer, or has the keyboard's focus. They stack."""

from __future__ import annotations

from gradstudio.picture.anatomy import Rect
from gradstudio.picture.columns import BoxList
from gradstudio.picture.model import Shape
from gradstudio.picture.tokens import Theme

_FOCUS = 3  # index of the dotted line in model.DASHES


def paint_rings(theme: Theme, rect: Rect, boxes: BoxList, hovered: bool, selected: bool, focused: bool) -> None:
    """The rings of one node; those of selection and focus belong below the edges."""
    x, y, w, h = rect
    if hovered and not selected:
        boxes.add(rect, 0, theme.accent, 1.0, Shape.ROUND, 4.0)
    away = 4.0
    if selected:
        boxes.add((x - away, y - away, w + 2 * away, h + 2 * away), 0, theme.accent, 2.0, Shape.ROUND, 8.0)
        away += 3.0
    if focused:
        ink = theme.ink["ink"]
        boxes.add((x - away, y - away, w + 2 * away, h + 2 * away), 0, ink, 1.5, Shape.ROUND, 8.0, _FOCUS)
