"""Compare: both texts in view, differences reached by keys, the answer that of the button, hidden characters seen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.compare import Comparison, Side
from gradstudio.app.theme import colors
from gradstudio.picture.visible import visible, visible_ranges

_DISK = "\n".join(f"x{k} = {k}" for k in range(200))
_MINE = _DISK.replace("x3 = 3\n", "x3 = 30\n").replace("x150 = 150\n", "").replace("x151", "y151")


def _shown(qtbot: QtBot, left: str, right: str) -> Comparison:
    made = Comparison(
        colors("light"), "a.grad was changed", Side("On disk", left), Side("Yours", right), (("Keep mine", "mine"),)
    )
    qtbot.addWidget(made)
    made.show()
    return made


def test_keys_go_from_difference_to_difference(application: QApplication, qtbot: QtBot) -> None:
    dialog = _shown(qtbot, _DISK, _MINE)
    rows = dialog.rows
    assert [r.before_line for r in rows.rows[rows.places[0][0] : rows.places[0][1] + 1]] == [4], "the first one at once"
    QTest.keyClick(rows, Qt.Key.Key_F8)
    first, last = rows.places[rows.at]
    assert [rows.rows[k].before_line for k in range(first, last + 1)] == [151, 152]
    top = rows.verticalScrollBar().value()
    assert top <= first <= last < top + rows.viewport().height() // 20, "it is in view"
    QTest.keyClick(rows, Qt.Key.Key_F8)
    assert rows.at == 0, "the ends meet"
    QTest.keyClick(rows, Qt.Key.Key_P)
    assert rows.at == 1
    assert rows.accessibleDescription().startswith("Line 151 only on the left")


def test_the_answer_is_that_of_the_button_and_escape_answers_nothing(application: QApplication, qtbot: QtBot) -> None:
    dialog = _shown(qtbot, _DISK, _MINE)
    QTest.keyClick(dialog.rows, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter throws nothing away"
    dialog.choose("Keep mine")
    assert dialog.answer == "mine"
    dialog = _shown(qtbot, _DISK, _MINE)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.answer == ""
    assert not dialog.isVisible()


def test_texts_of_any_kind_are_painted(application: QApplication, qtbot: QtBot) -> None:
    odd = "<img src=file:///etc/passwd>\u202e\x1b[31m\ta" + "\u0301" * 10_000 + "\n" + "x" * 100_000 + "\n\U0001f600"
    dialog = _shown(qtbot, odd, odd.replace("x", "y", 5))
    assert not dialog.grab().isNull()
    dialog.rows.horizontalScrollBar().setValue(50_000)
    assert not dialog.grab().isNull()
    assert _shown(qtbot, "", "").rows.places == ()


def test_hidden_characters_are_spelled_and_ranges_follow() -> None:
    assert visible("a\u202eb\x1b\t\u200b") == "a\\u202eb\\u001b→   \\u200b"
    assert visible("\U000e0041\u3164é🙂") == "\\U000e0041\\u3164é🙂"
    assert visible_ranges("a\u202eb", ((1, 2), (2, 3))) == ((1, 7), (7, 8))
