"""Text from a stranger is shown as text: nothing of it is taken for markup, a key or a file to load, or hides."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, QUrl
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gradstudio.app.dialogs import Dialogs
from gradstudio.app.filter_help import filter_help
from gradstudio.app.main_window import MainWindow
from gradstudio.app.plain import menu_text, tip, title_text
from gradstudio.picture.fonts import plain

EVIL = "<img src=file:///etc/passwd><b>&amp;&x</b>\U0001f600"
HIDDEN = "\u202e\u200b\x1b[31m\r\n\t\x00"
PROGRAM = f'''import gradstudio as gs

zähler = gs.Variable(1.0)
names = {{"{EVIL}": zähler}}
long = "{"m" + chr(0x301) * 9000}" + "x" * 900_000
loss = names["{EVIL}"] * len("<b>&") + len(long) * 0.0
print("{EVIL}\\x1b[31mred\\x1b[0m\\r\\u202e\\u200b")
print(long)
'''


def _is_markup(text: str) -> bool:
    """Whether a widget that guesses would take this for rich text other than our own frame around plain text."""
    own = text.startswith("<p style='white-space:pre-wrap'>") and text.count("<") == 2
    return QtGui.Qt.mightBeRichText(text) and not own and filter_help() not in text


def _texts(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    parent = parent or QModelIndex()
    found = []
    for row in range(min(model.rowCount(parent), 30)):
        for column in range(12):
            index = model.index(row, column, parent)
            if index.isValid():
                found.append(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))
        if model.index(row, 0, parent).isValid():
            found += _texts(model, model.index(row, 0, parent))
    return found


def _loads_nothing(monkeypatch: pytest.MonkeyPatch) -> list[QUrl]:
    loaded: list[QUrl] = []
    monkeypatch.setattr(QTextDocument, "loadResource", lambda _self, _kind, url: loaded.append(url))
    return loaded


def test_nothing_in_the_window_takes_a_strangers_text_for_more_than_text(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = _loads_nothing(monkeypatch)
    folder = tmp_path / "<b>&x\u202e[*]"
    folder.mkdir()
    path = folder / "<img src=x>&[*]\u202e\x1b\n.grad"
    path.write_text(PROGRAM)
    assert window.files.show(path)
    qtbot.waitUntil(lambda: window.view is not None, timeout=15000)
    assert window.view is not None
    window.session.show_record(len(window.view.trace.records.op) - 1)
    window.session.runs.failed.emit(f"{EVIL}{HIDDEN}" + "x" * 1_000_000)
    window.editor.set_problems([((1, 0, 1, 1), "error", f"{EVIL}{HIDDEN}" + "x" * 1_000_000)])
    window.notice.say(f"{EVIL}{HIDDEN}" + "x" * 1_000_000)
    window.say(f"{EVIL}{HIDDEN}" + "x" * 1_000_000)
    QTest.keyClicks(window.toolbar.finder, "len")
    for panel in window.panels:
        window.show_tab(panel.id)
        assert not window.grab().isNull()

    for label in window.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText, label.text()
        assert len(label.text()) < 12_000
    for widget in window.findChildren(QWidget):
        assert not _is_markup(widget.toolTip()), widget.toolTip()
        assert len(widget.accessibleName()) < 1000
        assert len(widget.accessibleDescription()) < 12_000
    for action in window.findChildren(QAction):
        assert not _is_markup(action.toolTip()), action.toolTip()
    for view in window.findChildren(QAbstractItemView):
        if view.model() is not None:
            assert not [text for text in _texts(view.model()) if _is_markup(text)]
    shown = (window.windowTitle(), window.code_header.title, window.notice.text, *window.status.parts)
    shown += tuple(button.text() for button in window.findChildren(QAbstractButton))
    shown += tuple(action.text() for action in window.actions_by_id["recent"].menu().actions())
    for text in shown:
        assert not any(c in text for c in "\u202e\u200b\x1b\r\n\t\0"), text
        assert len(text) < 1000
    assert title_text(path.name) in window.windowTitle()
    assert window.actions_by_id["recent"].menu().actions()[0].text() == menu_text(str(path))
    assert not loaded


def test_the_question_about_unsaved_text_names_the_file_as_text(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QMessageBox] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box) or 0)
    Dialogs().unsaved(window, f"{EVIL}{HIDDEN}.grad")
    box = asked[0]
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert box.text() == f"Save the changes to {plain(f'{EVIL}{HIDDEN}.grad', 200)}?"
    assert not Dialogs().may_replace(window, Path(f"{HIDDEN[:2]}<b>.grad"))
    assert asked[1].textFormat() == Qt.TextFormat.PlainText
    assert asked[1].text() == "\\u202e\\u200b<b>.grad exists already. Replace it?"


def test_texts_that_qt_guesses_about() -> None:
    assert tip("a & b") == "a & b"
    assert tip("a < b") == "<p style='white-space:pre-wrap'>a &lt; b</p>"
    assert tip("&lt;b>") == "<p style='white-space:pre-wrap'>&amp;lt;b&gt;</p>", "Qt takes &lt; for markup"
    assert tip("a\u202e\nb") == "a\\u202e\nb"
    assert menu_text("A & B\tCtrl+Q\x00") == "A && B\\u0009Ctrl+Q\\u0000"
    assert plain("e" + "\u0301" * 70) == "e" + "\u0301" * 4 + "\\u0301" * 12 + "\\u…"
    assert len(plain(EVIL * 100_000)) == 80
