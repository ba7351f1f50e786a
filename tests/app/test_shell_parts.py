"""Parts of the shell on their own: chooser, find bar, headers, mailbox, start-up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView
from pytestqt.qtbot import QtBot

from gradstudio.app.controls import Segments, Switch
from gradstudio.app.fonts import code, mono, words
from gradstudio.app.headers import Header
from gradstudio.app.icons import pixmap
from gradstudio.app.main import Mailbox, open_first
from gradstudio.app.main_window import MainWindow
from gradstudio.app.plain import label, tip
from gradstudio.app.status_line import StatusLine
from gradstudio.app.sweep_chooser import SweepChooser
from gradstudio.app.theme import colors
from gradstudio.resources import resource
from gradstudio.studio.sweeps import SweepLabel

Typed = Callable[[str], None]


def _labels(count: int) -> tuple[SweepLabel, ...]:
    return tuple(SweepLabel("loss", "w, b", 15, k + 1, count, False) for k in range(count))


def test_the_chooser_steps_and_stops_at_its_ends(application: QApplication, qtbot: QtBot) -> None:
    chooser = SweepChooser(colors("light"))
    qtbot.addWidget(chooser)
    chooser.show()
    chosen: list[int] = []
    chooser.chosen.connect(chosen.append)
    chooser.set_sweeps(_labels(3), 1)
    qtbot.mouseClick(chooser, Qt.MouseButton.LeftButton, pos=QPoint(312, 14))
    qtbot.mouseClick(chooser, Qt.MouseButton.LeftButton, pos=QPoint(296, 14))
    chooser.set_sweeps(_labels(3), 2)
    qtbot.mouseClick(chooser, Qt.MouseButton.LeftButton, pos=QPoint(312, 14))
    qtbot.keyClick(chooser, Qt.Key.Key_Left)
    assert chosen == [2, 0, 1]
    assert chooser.toolTip() == "loss → w, b line 15 pass 3 of 3"


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)
def test_the_chooser_opens_a_list_of_all_sweeps(application: QApplication, qtbot: QtBot) -> None:
    chooser = SweepChooser(colors("dark"))
    qtbot.addWidget(chooser)
    chooser.show()
    chooser.open_list()
    assert chooser.findChild(QListView) is None, "there is nothing to choose"
    chooser.set_sweeps(_labels(40), 11)
    chooser.open_list()
    view = chooser.findChild(QListView)
    assert view is not None
    assert view.currentIndex().row() == 11
    assert view.model().index(3, 0).data() == "loss → w, b   line 15   pass 4 of 40"
    with qtbot.waitSignal(chooser.chosen) as signal:
        view.clicked.emit(view.model().index(3, 0))
    assert signal.args == [3]


def test_the_chooser_says_when_there_is_no_sweep(application: QApplication, qtbot: QtBot) -> None:
    chooser = SweepChooser(colors("light"))
    qtbot.addWidget(chooser)
    chooser.set_sweeps((), -1)
    chooser.step(1)
    assert chooser.toolTip() == ""
    assert not chooser.grab().isNull()


def test_segments_and_switch_work_with_the_keyboard(application: QApplication, qtbot: QtBot) -> None:
    segments = Segments(colors("light"), (("Values", "1"), ("Gradients", "2")))
    switch = Switch(colors("light"), "Live", "Run while typing")
    qtbot.addWidget(segments)
    qtbot.addWidget(switch)
    with qtbot.waitSignal(segments.chosen) as signal:
        qtbot.keyClick(segments, Qt.Key.Key_Right)
    assert signal.args == [1]
    with qtbot.assertNotEmitted(segments.chosen):
        qtbot.keyClick(segments, Qt.Key.Key_Right)
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()


def test_finding_goes_round_and_says_when_there_is_nothing(window: MainWindow, type_text: Typed, qtbot: QtBot) -> None:
    type_text("x = 1.0\ny = x + x\n")
    window.actions_by_id["find"].trigger()
    assert window.find_bar.isVisible()
    qtbot.keyClicks(window.find_bar.line, "x")
    places = [window.editor.textCursor().selectionStart()]
    for _ in range(3):
        qtbot.keyClick(window.find_bar.line, Qt.Key.Key_Return)
        places.append(window.editor.textCursor().selectionStart())
    assert sorted(set(places)) == [0, 12, 16]
    assert places[0] == places[3]
    window.actions_by_id["find-previous"].trigger()
    assert window.editor.textCursor().selectionStart() == places[2]
    qtbot.keyClick(window.find_bar.line, Qt.Key.Key_Escape)
    assert not window.find_bar.isVisible()


def test_zoom_keys_zoom_and_text_keys_change_the_text(window: MainWindow, type_text: Typed) -> None:
    type_text("x = 1.0\ny = x + x\n")
    window.editor.setFocus()
    before = window.canvas.zoom
    QTest.keyClick(window.editor, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.zoom > before
    QTest.keyClick(window.editor, Qt.Key.Key_Equal, Qt.KeyboardModifier.AltModifier)
    assert window.settings.text_size == 13
    assert window.canvas_header.notes[0][0] == f"{window.canvas.zoom * 100:.0f} %"


def test_the_last_file_is_opened_again(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 1.0\n")
    window.settings.remember(path)
    open_first(window, None)
    assert window.session.document.path == path


def test_what_is_posted_before_the_window_arrives_in_order() -> None:
    mailbox = Mailbox()
    heard: list[int] = []
    mailbox.post(lambda: heard.append(1))
    mailbox.post(lambda: heard.append(2))
    mailbox.attach(lambda what: what())
    mailbox.post(lambda: heard.append(3))
    assert heard == [1, 2, 3]


def test_texts_that_look_like_markup_are_shown_as_they_are(application: QApplication) -> None:
    assert tip("a < b") == "<p style='white-space:pre-wrap'>a &lt; b</p>"
    assert tip("plain") == "plain"
    assert len(tip("x" * 10_000)) < 700
    shown = label("<b>x</b>")
    assert shown.textFormat() == Qt.TextFormat.PlainText
    assert shown.text() == "<b>x</b>"


def test_long_titles_end_in_an_ellipsis_with_the_whole_text_as_tooltip(application: QApplication, qtbot: QtBot) -> None:
    header = Header(colors("light"), "n" * 300)
    status = StatusLine(colors("dark"))
    for widget in (header, status):
        qtbot.addWidget(widget)
        widget.resize(300, widget.height())
    status.show_parts("error", ["1 error", "line 3: " + "why " * 100], "error")
    header.grab()
    status.grab()
    assert header.toolTip() == "n" * 300
    assert "why why" in status.toolTip()


def test_the_bundled_fonts_are_used_with_their_features(application: QApplication) -> None:
    from PySide6.QtGui import QFontInfo, QFontMetricsF

    assert QFontInfo(words(12)).family() == "Inter"
    assert QFontInfo(mono(12)).family() == "JetBrains Mono"
    assert QFontMetricsF(code(12)).height() == 20
    digits = {QFontMetricsF(words(12)).horizontalAdvance(d) for d in "0123456789"}
    assert len(digits) == 1


@pytest.mark.parametrize("name", sorted(path.stem for path in resource("icons").glob("*.svg")))
def test_every_icon_draws_in_the_colour_asked_for(application: QApplication, name: str) -> None:
    image = pixmap(name, "#D55E00", 32).toImage()
    found = {
        image.pixelColor(x, y).name() for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255
    }
    assert found, "the icon is empty"
    assert any(c.startswith("#d") for c in found), found


def test_starting_the_window_loads_nothing_heavy() -> None:
    program = (
        "import sys, gradstudio.app.main_window\n"
        "print([m for m in ('pyqtgraph', 'networkx', 'scipy', 'jinja2', 'fontTools.subset') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
