"""The legend: the range it shows, locking it, and choosing what colours nodes and what stands for arrays."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from scenes import PRODUCT, PlainSession, scene

from gradstudio.app.panels.legend import Legend
from gradstudio.app.panels.legend_parts import _by_weight
from gradstudio.picture.color import Scale, signed
from gradstudio.picture.tokens import load_theme

SMALL = PRODUCT.replace("3.0", "0.1")
"""dz/dx = 0.004."""
ARRAYS = """\
import gradstudio as gs
x = gs.Variable([1.0, 2.0])
with gs.GradientTape() as tape:
    y = gs.sum(x * x)
tape.gradient(y, x)
"""


@pytest.fixture
def legend(application: QApplication, session: PlainSession, qtbot: QtBot) -> Legend:
    made = Legend(session, load_theme("light"))
    qtbot.addWidget(made)
    made.resize(900, 32)
    made.show()
    return made


def _pixels(legend: Legend) -> np.ndarray:
    image = legend.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return data[:, : image.width()].copy()


def _click(menu: QMenu, title: str) -> None:
    next(action for action in menu.actions() if action.text() == title).trigger()


def test_it_shows_the_range_of_the_sweep(legend: Legend, session: PlainSession) -> None:
    assert legend.scale.top == 1.0
    session.show(scene(PRODUCT))
    assert legend.scale.top == 1000.0
    assert legend.accessibleDescription() == "signed scale from −1e3 to +1e3, range: this run, arrays: rms"
    pixels = _pixels(legend)
    for end in (-1000.0, 1000.0):
        blue = int(signed(load_theme("light"), legend.scale, np.array([end]))[0]) & 255
        assert np.count_nonzero(np.abs((pixels[10].astype(np.int64) & 255) - blue) < 12) > 0


@pytest.mark.parametrize("width", [240, 400, 520, 600, 700, 1200])
def test_a_narrow_one_keeps_the_signed_scale_whole_and_nothing_touches(
    legend: Legend, session: PlainSession, width: int
) -> None:
    session.show(scene(PRODUCT))
    legend.resize(width, 32)
    pixels, theme = _pixels(legend)[:, :width], load_theme("light")
    for end in (-1000.0, 1000.0):
        blue = int(signed(theme, legend.scale, np.array([end]))[0]) & 255
        assert (np.abs((pixels[10].astype(np.int64) & 255) - blue) < 12).any()
    assert np.all(pixels[1:, -4:] == theme.surface["panel"])
    parts = [legend._colors, legend._arrays, legend._lock]
    shown = [part.geometry() for part in parts if part.isVisible()]
    for bar in legend._bars:
        assert bar.right - bar.left >= 60
        assert all(bar.right + 8 < part.left() or part.right() + 8 < bar.left for part in shown)
    assert len(legend._bars) == len(shown) - 1


def test_where_room_is_short_the_scale_of_arrays_stays_if_there_are_arrays(
    legend: Legend, session: PlainSession
) -> None:
    legend.resize(525, 32)
    session.show(scene(PRODUCT))
    assert not legend._arrays.isVisible()
    assert legend._lock.text() == "range: this run"
    session.show(scene(ARRAYS))
    assert legend._arrays.isVisible()
    assert legend._lock.text() == ""
    parts = [legend._colors, legend._arrays, legend._lock]
    shown = [part.geometry() for part in parts]
    assert not any(a.intersects(b) for i, a in enumerate(shown) for b in shown[:i])
    legend.resize(240, 32)
    assert not legend._arrays.isVisible()


def test_ends_and_middle_of_a_scale_are_labelled_first() -> None:
    assert _by_weight(7) == [0, 6, 3, 1, 5, 2, 4]
    assert _by_weight(4) == [0, 3, 2, 1]
    assert _by_weight(3) == [0, 2, 1]
    assert _by_weight(1) == [0]


def test_a_locked_range_survives_other_runs_until_it_is_unlocked(
    legend: Legend, session: PlainSession, qtbot: QtBot
) -> None:
    told: list[Scale | None] = []
    legend.scale_changed.connect(told.append)
    session.show(scene(PRODUCT))
    qtbot.mouseClick(legend._lock, Qt.MouseButton.LeftButton)
    assert legend.is_locked
    session.show(scene(SMALL))
    session.runs.drawn.emit(None)
    assert legend.scale == Scale(1000.0)
    assert "range: locked" in legend.accessibleDescription()
    session.show(scene(SMALL))
    qtbot.keyClick(legend._lock, Qt.Key.Key_Space)
    assert not legend.is_locked
    assert legend.scale.top == 1.0
    assert told == [Scale(1000.0), None]


def test_what_stands_for_arrays_is_chosen_from_a_menu(legend: Legend) -> None:
    told: list[str] = []
    legend.array_wanted.connect(told.append)
    assert [action.isChecked() for action in legend.menu_of_arrays().actions()] == [True, False, False]
    _click(legend.menu_of_arrays(), "max: largest magnitude")
    assert [action.isChecked() for action in legend.menu_of_arrays().actions()] == [False, True, False]
    _click(legend.menu_of_arrays(), "max: largest magnitude")
    assert told == ["max"]
    assert legend._arrays.text() == "Arrays, largest |∂|"


def test_nodes_are_coloured_by_a_measure_or_the_gradient(legend: Legend) -> None:
    told: list[str] = []
    legend.measure_wanted.connect(told.append)
    legend.set_measures((("seconds", "Time"), ("bytes", "Memory & more")))
    menu = legend.menu_of_measures()
    assert [action.text() for action in menu.actions()] == ["Gradient", "Time", "Memory && more"]
    _click(menu, "Memory && more")
    assert legend._colors.text() == "Memory & more"
    _click(legend.menu_of_measures(), "Gradient")
    assert told == ["bytes", ""]


def test_the_scale_of_a_measure_comes_first_and_the_signed_one_stays(legend: Legend, session: PlainSession) -> None:
    session.show(scene(PRODUCT))
    legend.set_measures((("uses", "uses"),))
    legend.set_measure("uses")
    legend.resize(1100, 32)
    titles = [bar.scale.title for bar in legend._bars]
    assert titles[0] == "Uses"
    assert titles[1] == "Gradient"
    assert len(titles) == 3
    legend.resize(400, 32)
    assert [bar.scale.title for bar in legend._bars] == titles[:2]
    assert all(bar.right - bar.left > 40 for bar in legend._bars)
    assert legend.accessibleDescription().startswith("coloured by uses, signed scale from −1e3")
    session.runs.drawn.emit(None)
    assert legend._bars


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)
def test_the_menus_open_by_mouse_and_key(legend: Legend, qtbot: QtBot, application: QApplication) -> None:
    for button in (legend._colors, legend._arrays):
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
        opened = application.activePopupWidget()
        assert isinstance(opened, QMenu)
        opened.close()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        opened = application.activePopupWidget()
        assert isinstance(opened, QMenu)
        opened.close()
