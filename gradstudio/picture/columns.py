"""Builders: primitives appended one by one, frozen into the columns of a display list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstudio.picture.anatomy import FONTS
from gradstudio.picture.model import Align, Boxes, Font, Hatches, Icons, Shape, Strips, Texts

_FONT_INDEX = {font: i for i, font in enumerate(FONTS)}
Rect = tuple[float, float, float, float]


class BoxList:
    """Boxes in paint order."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, float, float, float, int, float, int, int, float, int, int]] = []

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
        self._rows.append((*rect, shape, radius, fill, stroke, width, dash, node))

    def extend(self, rect: np.ndarray, node: np.ndarray, *columns: np.ndarray) -> None:
        """Many boxes, (n, 4) and (n,); columns: shape, radius, fill, stroke, width and dash of each, (n,)."""
        self._rows += zip(*rect.T.tolist(), *(c.tolist() for c in columns), node.tolist(), strict=True)

    def freeze(self) -> Boxes:
        """The columns."""
        c = list(zip(*self._rows, strict=True)) if self._rows else [()] * 11
        return Boxes(
            rect=np.array(c[:4], np.float64).T.reshape(-1, 4),
            shape=np.array(c[4], np.uint8),
            radius=np.array(c[5], np.float32),
            fill=np.array(c[6], np.uint32),
            stroke=np.array(c[7], np.uint32),
            stroke_width=np.array(c[8], np.float32),
            dash=np.array(c[9], np.uint8),
            node=np.array(c[10], np.int32),
        )


class TextList:
    """Texts in paint order."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, float, str, int, int, int, float, int, str]] = []

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
        if text:
            self._rows.append((x, y, text, _FONT_INDEX[font], color, align, room, node, short or text))

    def freeze(self) -> Texts:
        """The columns."""
        c = list(zip(*self._rows, strict=True)) if self._rows else [()] * 9
        return Texts(
            position=np.array(c[:2], np.float64).T.reshape(-1, 2),
            text=tuple(c[2]),
            font=np.array(c[3], np.uint8),
            color=np.array(c[4], np.uint32),
            align=np.array(c[5], np.uint8),
            room=np.array(c[6], np.float32),
            node=np.array(c[7], np.int32),
            short=tuple(c[8]),
        )


class StripList:
    """Strips of coloured cells."""

    def __init__(self) -> None:
        self._rects: list[Rect] = []
        self._vertical: list[bool] = []
        self._sizes: list[np.ndarray] = []
        self._colors: list[np.ndarray] = []
        self._border: list[int] = []
        self._node: list[int] = []

    def add(
        self, rect: Rect, sizes: Sequence[float] | np.ndarray, colors: Sequence[int] | np.ndarray, node: int,
        vertical: bool = False, border: int = 0,
    ) -> None:  # fmt: skip
        """One strip; sizes are the shares of its cells."""
        self._rects.append(rect)
        self._vertical.append(vertical)
        self._sizes.append(np.asarray(sizes, np.float32))
        self._colors.append(np.asarray(colors, np.uint32))
        self._border.append(border)
        self._node.append(node)

    def freeze(self) -> Strips:
        """The columns."""
        start = np.zeros(len(self._rects) + 1, np.int64)
        np.cumsum([len(s) for s in self._sizes], out=start[1:] if self._sizes else None)
        return Strips(
            rect=np.array(self._rects, np.float64).reshape(-1, 4),
            vertical=np.array(self._vertical, bool),
            start=start,
            size=np.concatenate(self._sizes) if self._sizes else np.zeros(0, np.float32),
            color=np.concatenate(self._colors) if self._colors else np.zeros(0, np.uint32),
            border=np.array(self._border, np.uint32),
            node=np.array(self._node, np.int32),
        )


class IconList:
    """Icons in paint order."""

    def __init__(self) -> None:
        self._name: list[str] = []
        self._rect: list[Rect] = []
        self._color: list[int] = []
        self._node: list[int] = []

    def add(self, name: str, x: float, y: float, size: float, color: int, node: int = -1) -> None:
        """One icon by its centre; size in screen pixels."""
        self._name.append(name)
        self._rect.append((x, y, size, size))
        self._color.append(color)
        self._node.append(node)

    def freeze(self) -> Icons:
        """The columns."""
        return Icons(
            tuple(self._name),
            np.array(self._rect, np.float64).reshape(-1, 4),
            np.array(self._color, np.uint32),
            np.array(self._node, np.int32),
        )


class HatchList:
    """Hatched rectangles."""

    def __init__(self) -> None:
        self._rect: list[Rect] = []
        self._color: list[int] = []
        self._node: list[int] = []

    def add(self, rect: Rect, color: int, node: int) -> None:
        """One hatched rectangle."""
        self._rect.append(rect)
        self._color.append(color)
        self._node.append(node)

    def freeze(self) -> Hatches:
        """The columns."""
        return Hatches(
            np.array(self._rect, np.float64).reshape(-1, 4),
            np.array(self._color, np.uint32),
            np.array(self._node, np.int32),
        )
