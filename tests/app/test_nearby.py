"""A large graph is painted from pictures of the surroundings of the view, and nobody can tell."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scenes import chain, scene

from gradstudio.app.canvas import nearby
from gradstudio.app.canvas.canvas import Canvas
from gradstudio.picture.model import Level, Look
from gradstudio.picture.tokens import load_theme


def _frames(application: QApplication, qtbot: QtBot) -> list[np.ndarray]:
    """What a canvas shows of a chain at its start, further down, and further away."""
    canvas = Canvas(theme=load_theme("light"))
    qtbot.addWidget(canvas)
    canvas.resize(700, 560)
    shown = scene(chain(120))
    canvas.set_scene(shown.trace, shown.graph, shown.layout)
    frames = []
    for factor, down in ((1.0, 0.0), (1.0, -700.0), (1.0, -1500.0), (0.7, 0.0), (0.6, -500.0)):
        canvas._zoom_by(factor, 350.0, 280.0)
        canvas.pan(0.0, down)
        image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        data = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
        frames.append(data[:, : image.width()].copy())
    return frames


def test_frames_are_the_same_as_from_the_whole_picture(
    application: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _frames(application, qtbot)
    monkeypatch.setattr(nearby, "_LARGE", 0)
    near = _frames(application, qtbot)
    for a, b in zip(whole, near, strict=True):
        assert np.array_equal(a, b)
    assert not np.array_equal(whole[0], whole[1])


def test_a_picture_of_the_surroundings_holds_few_nodes_and_serves_while_the_view_stays_near(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearby, "_LARGE", 0)
    s = scene(chain(300))
    kept = nearby.Nearby()

    def painter(top: float) -> nearby.PicturePainter:
        area = QRectF(0.0, top, 700.0, 500.0)
        return kept.painter(s.graph, s.layout, s.trace, load_theme("light"), Level.FULL, Look(), area)

    first = painter(0.0)
    shown = set(first.picture.boxes.node.tolist()) - {-1}
    assert 0 < len(shown) < 40
    assert painter(100.0) is first
    assert painter(2000.0) is not first
