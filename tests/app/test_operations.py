"""The panel of operations: categories, lists in place, stars, what is at hand, and what is dragged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scenes import PlainSession

from gradstudio.app.palette import operations as module
from gradstudio.app.palette.dragging import MIME, dragged_op, op_data
from gradstudio.app.palette.operations import Operations
from gradstudio.engine.primitive import TABLE
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.palette.catalogue import CATEGORIES, in_category


@pytest.fixture
def panel(application: QApplication, session: PlainSession, qtbot: QtBot) -> Iterator[Operations]:
    made = Operations(session, load_theme("light"))
    made.resize(420, 460)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def picked(panel: Operations) -> list[str]:
    taken: list[str] = []
    panel.picked.connect(taken.append)
    return taken


def names(panel: Operations) -> list[str]:
    return [row.text for row in panel.list.rows.rows]


def tile(panel: Operations, title: str) -> module.CategoryTile:
    return next(each for each in panel.tiles if each.category.title == title)


def test_the_tiles_count_all_operations_of_the_table(panel: Operations) -> None:
    assert [each.category.title for each in panel.tiles] == [*(each.title for each in CATEGORIES), "Values"]
    assert sum(each.count for each in panel.tiles[:-1]) == len(TABLE)
    assert panel.subtitle == f"{len(TABLE)}, drag one onto the network"


def test_a_click_on_a_category_lists_its_operations_in_place(panel: Operations, qtbot: QtBot) -> None:
    qtbot.mouseClick(tile(panel, "Loss"), Qt.MouseButton.LeftButton)
    assert names(panel) == [each.title for each in in_category("loss")]
    assert panel.window().focusWidget() is panel.field
    qtbot.keyClicks(panel.field, "entropy")
    assert [name for name in names(panel) if "entropy" in name] == names(panel)[:5]
    assert names(panel)[5:] == ["kl_divergence"], "the relative entropy"
    qtbot.keyClick(panel.field, Qt.Key.Key_Escape)
    assert panel.field.text() == ""
    qtbot.keyClick(panel.field, Qt.Key.Key_Escape)
    assert tile(panel, "Loss").isVisible()
    assert panel.window().focusWidget() is tile(panel, "Loss"), "where one came from"


def test_enter_and_a_double_click_take_a_single_click_only_marks(
    panel: Operations, picked: list[str], qtbot: QtBot
) -> None:
    panel.show_category("reduction")
    qtbot.keyClicks(panel.field, "sum")
    qtbot.keyClick(panel.field, Qt.Key.Key_Down)
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert picked == [names(panel)[1]]
    place = panel.list.visualRect(panel.list.rows.index(2)).center() - QPoint(80, 0)
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(picked) == 1
    assert panel.list.current is not None
    assert panel.list.current.text == names(panel)[2]
    qtbot.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picked[1:] == [names(panel)[2]]


def test_typing_in_front_of_the_categories_searches_all_of_them(panel: Operations, qtbot: QtBot) -> None:
    tile(panel, "Network").setFocus()
    qtbot.keyClicks(tile(panel, "Network"), "x")
    assert panel.field.text() == "x"
    qtbot.keyClicks(panel.field, "log")
    assert names(panel)[0] == "xlogy"
    panel.field.setText("no such thing")
    assert names(panel) == ["No operation fits. Esc goes back."]
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)


def test_stars_make_favourites_by_mouse_and_by_key(panel: Operations, qtbot: QtBot, session: PlainSession) -> None:
    panel.show_category("network")
    panel.field.setText("relu")
    star = panel.list._star_rect(0).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=star)
    assert session.settings.favourite_ops == ["relu"]
    qtbot.keyClick(panel.field, Qt.Key.Key_Down)
    qtbot.keyClick(panel.field, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert session.settings.favourite_ops == ["relu", names(panel)[1]]
    assert [chip.entry.id for chip in panel.favourites.chips] == session.settings.favourite_ops
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=star)
    assert session.settings.favourite_ops == [names(panel)[1]]


def test_what_was_used_is_at_hand_newest_first(
    panel: Operations, picked: list[str], qtbot: QtBot, session: PlainSession
) -> None:
    assert not panel._titles[0].isVisible(), "nothing was used yet"
    panel.show_category("arithmetic")
    panel._take("add")
    panel._take("multiply")
    panel.show_home()
    assert panel._titles[0].isVisible()
    assert [chip.entry.id for chip in panel.recent.chips] == ["multiply", "add"]
    qtbot.mouseClick(panel.recent.chips[1], Qt.MouseButton.LeftButton)
    assert picked == ["add", "multiply", "add"]
    session.settings.use_op("exp")
    panel.refresh()
    assert [chip.entry.id for chip in panel.recent.chips] == ["exp", "add", "multiply"]


def test_an_operation_of_another_version_is_not_shown(panel: Operations, session: PlainSession) -> None:
    session.settings.recent_ops = ["warp_drive", "sum"]
    panel.refresh()
    assert [chip.entry.id for chip in panel.recent.chips] == ["sum"]


def test_a_drag_carries_the_operation(
    panel: Operations, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, session: PlainSession
) -> None:
    dragged: list[str] = []
    monkeypatch.setattr(module, "drag_op", lambda source, id, colors, theme: dragged.append(id) or True)
    panel.show_category("loss")
    viewport = panel.list.viewport()
    start = panel.list.visualRect(panel.list.rows.index(1)).center()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(viewport, start + QPoint(4, 0))
    assert dragged == [], "a hand may shake"
    qtbot.mouseMove(viewport, start + QPoint(30, 5))
    assert dragged == [in_category("loss")[1].id]
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    assert session.settings.recent_ops == dragged


def test_a_chip_is_dragged_as_well_and_is_not_taken_then(
    panel: Operations, picked: list[str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, session: PlainSession
) -> None:
    dragged: list[str] = []
    monkeypatch.setattr(module, "drag_op", lambda source, id, colors, theme: dragged.append(id) and False)
    session.settings.use_op("mse")
    panel.refresh()
    chip = panel.recent.chips[0]
    qtbot.mousePress(chip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.mouseMove(chip, QPoint(40, 20))
    qtbot.mouseRelease(chip, Qt.MouseButton.LeftButton, pos=QPoint(40, 20))
    assert dragged == ["mse"]
    assert picked == []


def test_a_drop_is_read_only_if_it_is_an_operation() -> None:
    assert dragged_op(op_data("sigmoid")) == "sigmoid"
    assert dragged_op(op_data("leaf:number")) == "leaf:number"
    assert dragged_op(op_data("warp_drive")) is None
    foreign, broken = QMimeData(), QMimeData()
    foreign.setText("sigmoid")
    broken.setData(MIME, b"\xff\xfe\x00")
    assert dragged_op(foreign) is None
    assert dragged_op(broken) is None


def test_it_takes_the_room_it_gets_and_both_themes(panel: Operations) -> None:
    panel.resize(420, 640)
    assert panel._help.isVisible()
    panel.resize(300, 240)
    assert not panel._help.isVisible()
    assert not panel.card.isVisible()
    light = panel.grab().toImage()
    panel.set_theme(load_theme("dark"))
    dark = panel.grab().toImage()
    assert dark.pixelColor(2, 100).lightness() < 80 < light.pixelColor(2, 100).lightness()
