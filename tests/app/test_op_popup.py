"""The palette at the cursor: typing, walking, taking, leaving, and where it stands."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gradstudio.app.palette.popup import OpPopup
from gradstudio.app.theme import colors
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.palette.catalogue import CATEGORIES
from gradstudio.studio.palette.source import Source
from gradstudio.studio.settings import Settings


class Told:
    """What the popup signalled."""

    def __init__(self, popup: OpPopup) -> None:
        self.picked: list[str] = []
        self.left = 0
        popup.picked.connect(self.picked.append)
        popup.left.connect(self._on_left)

    def _on_left(self) -> None:
        self.left += 1


@pytest.fixture
def window(application: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    """A window with a canvas of a kind and another field."""
    window = QWidget()
    window.resize(800, 640)
    box = QVBoxLayout(window)
    canvas, other = QWidget(), QLineEdit()
    canvas.setObjectName("canvas")
    canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.addWidget(canvas, 1)
    box.addWidget(other)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def popup(window: QWidget) -> Iterator[OpPopup]:
    canvas = window.findChild(QWidget, "canvas")
    made = OpPopup(colors("light"), load_theme("light"), Settings(), canvas)
    yield made
    made.leave()


def texts(popup: OpPopup) -> list[str]:
    return [row.text for row in popup.list.rows.rows]


def test_it_opens_at_the_cursor_with_everything_in_sections(popup: OpPopup) -> None:
    popup.settings.use_op("matmul")
    popup.settings.star_op("exp")
    popup.open(QPoint(100, 50))
    assert popup.isVisible()
    assert popup.window().focusWidget() is popup.field
    sections = [row.text for row in popup.list.rows.rows if row.is_section]
    assert sections == ["Recent", "Favourites", "Values", *(each.title for each in CATEGORIES)]
    assert texts(popup)[:4] == ["Recent", "matmul", "Favourites", "exp"]
    assert popup.list.current is not None
    assert popup.list.current.id == "matmul", "a section is never chosen"


def test_typing_finds_and_enter_takes(popup: OpPopup, qtbot: QtBot) -> None:
    told = Told(popup)
    popup.open(QPoint(100, 50))
    qtbot.keyClicks(popup.field, "sig")
    assert texts(popup)[0] == "sigmoid"
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert (told.picked, told.left) == (["sigmoid"], 0)
    assert not popup.isVisible()
    assert popup.settings.recent_ops == ["sigmoid"]
    assert popup.window().focusWidget() is popup._home, "the canvas has the keys again"


def test_shift_asks_for_the_wire_to_stay_in_the_hand(popup: OpPopup, qtbot: QtBot) -> None:
    told = Told(popup)
    for modifier, keeps in ((Qt.KeyboardModifier.ShiftModifier, True), (Qt.KeyboardModifier.NoModifier, False)):
        popup.open(QPoint(100, 50), "takes z")
        qtbot.keyClicks(popup.field, "exp")
        qtbot.keyClick(popup.field, Qt.Key.Key_Return, modifier)
        assert popup.keeps_wire is keeps
    assert told.picked == ["exp", "exp"]


def test_arrows_and_pages_walk_and_the_ends_meet(popup: OpPopup, qtbot: QtBot) -> None:
    popup.open(QPoint(100, 50))
    qtbot.keyClicks(popup.field, "max_p")
    names = texts(popup)
    assert len(names) >= 4
    qtbot.keyClick(popup.field, Qt.Key.Key_Down)
    assert popup.list.current is not None
    assert popup.list.current.text == names[1]
    qtbot.keyClick(popup.field, Qt.Key.Key_Up)
    qtbot.keyClick(popup.field, Qt.Key.Key_Up)
    assert popup.list.current.text == names[-1]
    popup.field.clear()
    for key, place in ((Qt.Key.Key_PageDown, 1), (Qt.Key.Key_PageUp, -1)):
        before = popup.list.currentIndex().row()
        qtbot.keyClick(popup.field, key)
        assert (popup.list.currentIndex().row() - before) * place > 1


def test_tab_completes_the_name_and_keeps_the_focus(popup: OpPopup, qtbot: QtBot) -> None:
    popup.open(QPoint(100, 50))
    qtbot.keyClicks(popup.field, "logis")
    qtbot.keyClick(popup.field, Qt.Key.Key_Tab)
    assert popup.field.text() == "sigmoid"
    assert popup.window().focusWidget() is popup.field
    assert popup.list.current is not None
    assert popup.list.current.id == "sigmoid"


def test_escape_and_a_click_elsewhere_leave(popup: OpPopup, window: QWidget, qtbot: QtBot) -> None:
    told = Told(popup)
    popup.open(QPoint(100, 50))
    qtbot.keyClick(popup.field, Qt.Key.Key_Escape)
    assert (told.left, popup.isVisible()) == (1, False)
    popup.open(QPoint(300, 50))
    canvas = window.findChild(QWidget, "canvas")
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert (told.left, popup.isVisible()) == (2, False)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert (told.left, told.picked) == (2, [])


def test_a_click_on_a_row_takes_it_and_one_inside_changes_nothing(popup: OpPopup, qtbot: QtBot) -> None:
    told = Told(popup)
    popup.open(QPoint(100, 50))
    qtbot.keyClicks(popup.field, "tan")
    qtbot.mouseClick(popup.card, Qt.MouseButton.LeftButton)
    assert popup.isVisible()
    place = popup.list.visualRect(popup.list.rows.index(1)).center()
    second = texts(popup)[1]
    qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.picked == [second]


def test_with_a_wire_in_the_hand_what_takes_no_input_is_not_offered(popup: OpPopup, qtbot: QtBot) -> None:
    asked: list[str] = []

    def fits(id: str) -> str:
        asked.append(id)
        return {"sigmoid": "[200]", "sign": "slope 0"}.get(id, "")

    popup.open(QPoint(100, 50), "takes z [200]", fits)
    assert popup.field.hint == "takes z [200]"
    assert "Values" not in texts(popup)[:-9]
    assert not any(row.id.startswith("leaf:") and row.id != "leaf:gradient" for row in popup.list.rows.rows)
    qtbot.keyClicks(popup.field, "sig")
    popup.grab()
    assert 0 < len(set(asked)) < 40, "only what comes into view is asked about"
    assert len(asked) == len(set(asked)), "and only once"
    index = popup.list.rows.index(0)
    assert index.data() == "sigmoid, [200]"
    popup.leave()
    popup.open(QPoint(100, 50))
    assert "Values" in texts(popup)
    assert popup.list.rows.right(popup.list.rows.rows[-1]) == "", "what fitted before is forgotten"


def test_nothing_found_is_said_and_enter_does_nothing(popup: OpPopup, qtbot: QtBot) -> None:
    told = Told(popup)
    popup.open(QPoint(100, 50))
    qtbot.keyClicks(popup.field, "zzzzz")
    assert texts(popup) == ["No operation fits. Try another word for it."]
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    qtbot.keyClick(popup.field, Qt.Key.Key_Tab)
    qtbot.keyClick(popup.field, Qt.Key.Key_Down)
    assert told.picked == []
    assert popup.isVisible()


@pytest.mark.parametrize("at", [QPoint(0, 0), QPoint(9999, 9999), QPoint(-50, 400), QPoint(700, 20)])
@pytest.mark.parametrize("size", [(800, 640), (300, 220), (960, 420)])
def test_all_of_it_stays_inside_the_window(popup: OpPopup, window: QWidget, at: QPoint, size: tuple[int, int]) -> None:
    window.setMinimumSize(0, 0)
    window.resize(*size)
    QApplication.processEvents()
    popup.open(at)
    assert window.rect().contains(popup.geometry())
    for part in (popup.field, popup.list, *([popup.card] if popup.card.isVisible() else [])):
        assert popup.rect().contains(part.geometry())
    assert popup.list.height() > 40


def test_it_stays_inside_a_window_that_becomes_smaller(popup: OpPopup, window: QWidget) -> None:
    popup.open(QPoint(700, 400))
    window.resize(420, 500)
    QApplication.processEvents()
    assert popup.isVisible()
    assert window.rect().contains(popup.geometry())


def test_the_card_follows_what_is_marked_and_comes_without_anybody_waiting(popup: OpPopup, qtbot: QtBot) -> None:
    popup.open(QPoint(100, 50))
    qtbot.keyClicks(popup.field, "softplus")
    qtbot.waitUntil(lambda: popup.card.card is not None, timeout=20000)
    assert popup.card.card is not None
    assert popup.card.card.entry.id == "softplus"
    assert "log(1 + exp(x))" in popup.card.accessibleDescription()
    assert r"\ln(1 + e^{x})" in popup.card.accessibleDescription()
    popup.field.setText("zzzzz")
    assert popup.card.card is None
    assert popup.card.accessibleDescription() == ""


def test_the_card_speaks_of_the_value_in_the_hand_and_forgets_it_later(popup: OpPopup, qtbot: QtBot) -> None:
    popup.open(QPoint(100, 50), "takes z [200]", source=Source("z", -3.0, 8.0, (1, 5, 2)))
    popup.field.setText("softplus")
    qtbot.waitUntil(lambda: popup.card.card is not None, timeout=20000)
    assert popup.card.card is not None
    assert popup.card.card.formulas[0].latex == r"y = \ln(1 + e^{z})"
    assert popup.card.card.curve is not None
    assert popup.card.card.curve.x[-1] == 8.0
    popup.grab()
    popup.leave()
    popup.open(QPoint(100, 50))
    popup.field.setText("softplus")
    qtbot.waitUntil(lambda: popup.card.card is not None, timeout=20000)
    assert popup.card.card.formulas[0].latex == r"y = \ln(1 + e^{x})"


def test_a_popup_that_is_gone_leaves_nothing_behind(window: QWidget, qtbot: QtBot) -> None:
    made = OpPopup(colors("light"), load_theme("light"), Settings(), window)
    gone = weakref.ref(made.card)
    made.open(QPoint(50, 50))
    made.leave()
    made.setParent(None)
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    del made
    gc.collect()
    assert gone() is None, "the maker of cards holds no widget"


def test_menu_keys_are_typed_into_the_field_while_it_is_open(popup: OpPopup, qtbot: QtBot) -> None:
    popup.open(QPoint(100, 50))
    qtbot.keyClicks(popup.field, "12fh")
    assert popup.field.text() == "12fh"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_letters_that_were_typed_are_lit_and_both_themes_are_painted(popup: OpPopup, name: str) -> None:
    popup.set_colors(colors(name), load_theme(name))
    popup.open(QPoint(100, 50))
    popup.field.setText("sig")
    image = popup.grab().toImage()
    accent = colors(name).accent.lower()
    row = popup.list.visualRect(popup.list.rows.index(1))
    origin = popup.list.pos()
    place = QRect(row.left() + origin.x(), row.top() + origin.y(), row.width(), row.height())
    found = {
        image.pixelColor(x, y).name()
        for x in range(place.left() + 30, place.left() + 60)
        for y in range(place.top() + 4, place.bottom() - 4)
    }
    assert accent in found
