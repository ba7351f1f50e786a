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

    def __init__(self, dtypes: tuple[Any, ...]) -> None:
        self._dtypes = dtypes
        self._parts: list[list[np.ndarray]] = [[] for _ in dtypes]

    def append(self, count: int, *columns: Column) -> None:
        for parts, dtype, column in zip(self._parts, self._dtypes, columns, strict=True):
            parts.append(np.broadcast_to(np.asarray(column, dtype), count))

    def join(self) -> list[np.ndarray]:
        return [
            np.concatenate(parts) if parts else np.zeros(0, dtype)
            for parts, dtype in zip(self._parts, self._dtypes, strict=True)
        ]


def _joined(rects: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(rects) if rects else np.zeros((0, 4))


class BoxList:
    """Boxes in paint order."""

    def __init__(self) -> None:
        self._rects: list[np.ndarray] = []
        self._columns = _Columns((np.uint8, np.float32, np.uint32, np.uint32, np.float32, np.uint8, np.int32))

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
        self.extend(np.array([rect]), node, fill, stroke, width, shape, radius, dash)

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
        if len(rect):
            self._rects.append(rect)
            self._columns.append(len(rect), shape, radius, fill, stroke, width, dash, node)

    def freeze(self) -> Boxes:
        """The columns."""
        return Boxes(_joined(self._rects), *self._columns.join())


class TextList:
    """Texts in paint order."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._short: list[str] = []
        self._columns = _Columns((np.float64, np.float64, np.uint8, np.uint32, np.uint8, np.float32, np.int32))

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
        short: str = "",
    ) -> None:
        """One text; y is the middle of its line. short: the same in fewer characters, shown where it is too wide."""
        self.extend([text], x, y, font, color, room, align, node, [short or text])

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
        self._rects: list[np.ndarray] = []
        self._columns = _Columns((bool, np.int64, np.uint32, np.int32))
        self._cells = _Columns((np.float32, np.uint32))

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
        if len(rect):
            self._rects.append(rect)
            self._columns.append(len(rect), vertical, count, border, node)
            self._cells.append(len(colors), sizes, colors)

    def freeze(self) -> Strips:
        """The columns."""
        vertical, count, border, node = self._columns.join()
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
        sizes, colors = self._cells.join()
        return Strips(_joined(self._rects), vertical, start, sizes, colors, border, node)


class PathList:
    """Polylines and polygons."""

    def __init__(self) -> None:
        self._points: list[np.ndarray] = []
        self._columns = _Columns((np.int64, np.uint32, np.uint32, np.float32, np.int32))

    def add(self, points: np.ndarray, fill: int = 0, stroke: int = 0, width: float = 1.0, node: int = -1) -> None:
        """One path, (p, 2)."""
        self._points.append(points)
        self._columns.append(1, len(points), fill, stroke, width, node)

    def freeze(self) -> Paths:
        """The columns."""
        count, *columns = self._columns.join()
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
        return Paths(start, np.concatenate(self._points) if self._points else np.zeros((0, 2)), *columns)


class IconList:
    """Icons in paint order."""

    def __init__(self) -> None:
        self._name: list[str] = []
        self._columns = _Columns((np.float64, np.float64, np.float64, np.uint32, np.int32))

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
        self._rects: list[np.ndarray] = []
        self._columns = _Columns((np.uint32, np.int32))

    def extend(self, rect: np.ndarray, color: Column, node: Column) -> None:
        """Hatched rectangles, (n, 4)."""
        if len(rect):
            self._rects.append(rect)
            self._columns.append(len(rect), color, node)

    def freeze(self) -> Hatches:
        """The columns."""
        return Hatches(_joined(self._rects), *self._columns.join())
