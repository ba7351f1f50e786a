"""The kept frame: what is painted when the view moves, and that it is always the whole truth."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from gradstudio.app.canvas.buffer import MARGIN, Buffer
from gradstudio.app.canvas.view import View

pytestmark = pytest.mark.usefixtures("application")
SIZE = QSize(300, 200)


class Paper:
    """A ground whose colour tells the place: each square of 16 pixels has its own."""

    def __init__(self) -> None:
        self.painted: list[QRect] = []

    def draw(self, p: QPainter, part: QRect, area: QRectF) -> None:
        """Paint a part; its place in the layout is where its pixels are."""
        self.painted.append(QRect(part))
        left, top = round(area.x()), round(area.y())
        for y in range(top // 16 * 16, top + part.height(), 16):
            for x in range(left // 16 * 16, left + part.width(), 16):
                tint = QColor((x // 16 * 37) % 256, (y // 16 * 53) % 256, ((x + y) // 16 * 11) % 256)
                p.fillRect(part.x() + x - left, part.y() + y - top, 16, 16, tint)


def _pixels(buffer: Buffer) -> np.ndarray:
    shown = QPixmap(SIZE)
    p = QPainter(shown)
    buffer.paint(p)
    p.end()
    image = shown.toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def _frame(buffer: Buffer, paper: Paper, x: float, y: float, key: object = 0) -> np.ndarray:
    buffer.update(key, View(x, y), SIZE, 1.0, paper.draw)
    return _pixels(buffer)


def test_a_walk_of_the_view_always_shows_what_painting_it_anew_shows() -> None:
    buffer, paper = Buffer(), Paper()
    r = np.random.default_rng(1)
    x = y = 0
    for _ in range(60):
        x, y = x + int(r.integers(-90, 91)), y + int(r.integers(-60, 61))
        assert np.array_equal(_frame(buffer, paper, x, y), _frame(Buffer(), Paper(), x, y)), (x, y)
        assert buffer.kept() is not None
    assert sum(part.width() * part.height() for part in paper.painted) < 30 * SIZE.width() * SIZE.height()


def test_most_steps_of_a_pan_paint_nothing() -> None:
    buffer, paper = Buffer(), Paper()
    counts = []
    for step in range(40):
        before = len(paper.painted)
        _frame(buffer, paper, 9 * step, 5 * step)
        counts.append(len(paper.painted) - before)
    assert sum(count > 0 for count in counts) <= 5
    assert paper.painted[0] == QRect(0, 0, SIZE.width(), SIZE.height())
    assert all(min(part.width(), part.height()) <= MARGIN + 9 for part in paper.painted[1:])


def test_another_zoom_key_or_a_leap_paints_the_view_alone() -> None:
    buffer, paper = Buffer(), Paper()
    _frame(buffer, paper, 0, 0)
    _frame(buffer, paper, 5000, 0)
    _frame(buffer, paper, 5000, 0, key=1)
    buffer.update(1, View(2500.0, 0.0, 2.0), SIZE, 1.0, lambda p, part, area: paper.painted.append(part))
    assert paper.painted == [QRect(0, 0, SIZE.width(), SIZE.height())] * 4
    buffer.clear()
    assert buffer.kept() is None


def test_where_pixels_are_not_whole_the_view_is_painted_anew() -> None:
    buffer, paper = Buffer(), Paper()
    for x in (0, 1, 2, 4):
        buffer.update(0, View(x, 0), SIZE, 1.5, paper.draw)
    # From 0 to 1 and from 1 to 2 it is one and a half device pixels; from 2 to 4 three.
    assert [part.width() for part in paper.painted[:3]] == [SIZE.width()] * 3
    assert all(part.width() < SIZE.width() for part in paper.painted[3:])


def test_the_kept_frame_is_the_view_without_its_margin() -> None:
    buffer, paper = Buffer(), Paper()
    _frame(buffer, paper, 0, 0)
    _frame(buffer, paper, 40, 0)
    kept = buffer.kept()
    assert kept is not None
    frame, view = kept
    assert frame.size() == SIZE
    assert (view.x, view.y) == (40, 0)
