"""Builders: primitives appended one by one or many at once, frozen into the columns of a display list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradstudio.picture.anatomy import FONTS
from gradstudio.picture.model import Align, Boxes, Font, Hatches, Icons, Paths, Shape, Strips, Texts

_FONT_INDEX = {font: i for i, font in enumerate(FONTS)}
Rect = tuple[float, float, float, float]
Column = Any
"""A number for all, or an array with one for each."""


class _Columns:
    """Parts of columns, joined when they are frozen. A part is one row or many."""

    def __init__(self, *kinds: tuple[Any, int]) -> None:
        """kinds: dtype of each column, and how many numbers a row of it has (0: one, without an axis)."""
        self._kinds = kinds
        self._parts: list[tuple[int, tuple[Column, ...]]] = []

    def append(self, count: int, *columns: Column) -> None:
        if count:
            self._parts.append((count, columns))

    def join(self) -> list[np.ndarray]:
        total = sum(count for count, _ in self._parts)
        # Many rows are read column by column, so a column is one piece of memory.
        out = [np.empty((total, wide) if wide else total, dtype, order="F") for dtype, wide in self._kinds]
        at = 0
        for count, columns in self._parts:
            end = at + count
            for whole, part in zip(out, columns, strict=True):
                whole[at:end] = part
            at = end
        return out


_RECT, _NUMBER, _SIZE = (np.float64, 4), (np.float64, 0), (np.float32, 0)
_COLOR, _SMALL, _NODE, _COUNT = (np.uint32, 0), (np.uint8, 0), (np.int32, 0), (np.int64, 0)


def _starts(count: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])


class BoxList:
    """Boxes in paint order."""

    def __init__(self) -> None:
        self._columns = _Columns(_RECT, _SMALL, _SIZE, _COLOR, _COLOR, _SIZE, _SMALL, _NODE)

    def add(
        self,
        rect: Rect,
        fill: int = 0,
        stroke: int = 0,
        width: float = 1.0,
        shape: int = Shape.RECT,
        radius: float = 0.0,
        dash: int = 0,
        node: int = -1,
    ) -> None:
        """One box; fill or stroke 0 means none."""
        self._columns.append(1, rect, shape, radius, fill, stroke, width, dash, node)

    def extend(
        self,
        rect: np.ndarray,
        node: Column,
        fill: Column = 0,
        stroke: Column = 0,
        width: Column = 1.0,
        shape: Column = Shape.RECT,
        radius: Column = 0.0,
        dash: Column = 0,
    ) -> None:
        """Many boxes: rect (n, 4), the others one for all or (n,)."""
        self._columns.append(len(rect), rect, shape, radius, fill, stroke, width, dash, node)

    def freeze(self) -> Boxes:
        """The columns."""
        return Boxes(*self._columns.join())


class TextList:
    """Texts in paint order."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._short: list[str] = []
        self._columns = _Columns(_NUMBER, _NUMBER, _SMALL, _COLOR, _SMALL, _SIZE, _NODE)

    def add(
        self,
        x: float,
        y: float,
        text: str,
        font: Font,
        color: int,
        room: float,
        align: int = Align.LEFT,
        node: int = -1,
        short: str | None = None,
    ) -> None:
        """One text; y is the middle of its line. short: the same in fewer characters, shown where it is too wide; "":
        nothing is shown there."""
        if text:
            self._text.append(text)
            self._short.append(text if short is None else short)
            self._columns.append(1, x, y, _FONT_INDEX[font], color, align, room, node)

    def extend(
        self,
        text: list[str],
        x: Column,
        y: Column,
        font: Font,
        color: Column,
        room: Column,
        align: Column = Align.LEFT,
        node: Column = -1,
        short: list[str] | None = None,
    ) -> None:
        """Many texts of one font; empty ones are left out."""
        short = text if short is None else short
        columns: tuple[Column, ...] = (x, y, _FONT_INDEX[font], color, align, room, node)
        if not all(text):
            kept = [i for i, t in enumerate(text) if t]
            columns = tuple(c[kept] if isinstance(c, np.ndarray) and c.ndim else c for c in columns)
            text, short = [text[i] for i in kept], [short[i] for i in kept]
        self._text += text
        self._short += short
        self._columns.append(len(text), *columns)

    def freeze(self) -> Texts:
        """The columns."""
        x, y, font, color, align, room, node = self._columns.join()
        place = np.stack([x, y], axis=1)
        return Texts(place, tuple(self._text), font, color, align, room, node, tuple(self._short))


class StripList:
    """Strips of coloured cells."""

    def __init__(self) -> None:
        self._columns = _Columns(_RECT, (np.bool_, 0), _COUNT, _COLOR, _NODE)
        self._cells = _Columns(_SIZE, _COLOR)

    def add(
        self, rect: Rect, sizes: Sequence[float] | np.ndarray, colors: Sequence[int] | np.ndarray, node: int = -1,
        vertical: bool = False, border: int = 0,
    ) -> None:  # fmt: skip
        """One strip; sizes are the shares of its cells."""
        self.extend(np.array([rect]), len(colors), sizes, colors, node, vertical, border)

    def extend(
        self, rect: np.ndarray, count: Column, sizes: Column, colors: Column, node: Column, vertical: bool = False,
        border: Column = 0,
    ) -> None:  # fmt: skip
        """Many strips: rect (n, 4), how many cells each has, and the cells of all, one strip after the other."""
        self._columns.append(len(rect), rect, vertical, count, border, node)
        self._cells.append(len(colors), sizes, colors)

    def freeze(self) -> Strips:
        """The columns."""
        rect, vertical, count, border, node = self._columns.join()
        size, color = self._cells.join()
        return Strips(rect, vertical, _starts(count), size, color, border, node)


class PathList:
    """Polylines and polygons."""

    def __init__(self) -> None:
        self._points: list[np.ndarray] = []
        self._columns = _Columns(_COUNT, _COLOR, _COLOR, _SIZE, _NODE)

    def add(self, points: np.ndarray, fill: int = 0, stroke: int = 0, width: float = 1.0, node: int = -1) -> None:
        """One path, (p, 2)."""
        self._points.append(points)
        self._columns.append(1, len(points), fill, stroke, width, node)

    def freeze(self) -> Paths:
        """The columns."""
        count, *columns = self._columns.join()
        points = np.concatenate(self._points) if self._points else np.zeros((0, 2))
        return Paths(_starts(count), points, *columns)


class IconList:
    """Icons in paint order."""

    def __init__(self) -> None:
        self._name: list[str] = []
        self._columns = _Columns(_NUMBER, _NUMBER, _NUMBER, _COLOR, _NODE)

    def add(self, name: str, x: float, y: float, size: float, color: int, node: int = -1) -> None:
        """One icon by its centre; size in screen pixels."""
        self.extend([name], x, y, size, color, node)

    def extend(self, name: list[str], x: Column, y: Column, size: Column, color: Column, node: Column) -> None:
        """Many icons."""
        self._name += name
        self._columns.append(len(name), x, y, size, color, node)

    def freeze(self) -> Icons:
        """The columns."""
        x, y, size, color, node = self._columns.join()
        return Icons(tuple(self._name), np.stack([x, y, size, size], axis=1), color, node)


class HatchList:
    """Hatched rectangles."""

    def __init__(self) -> None:
        self._columns = _Columns(_RECT, _COLOR, _NODE)

    def extend(self, rect: np.ndarray, color: Column, node: Column) -> None:
        """Hatched rectangles, (n, 4)."""
        self._columns.append(len(rect), rect, color, node)

    def freeze(self) -> Hatches:
        """The columns."""
        return Hatches(*self._columns.join())
