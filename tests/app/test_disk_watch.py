"""What others do to the open file, and disks that do not answer: nothing silent, nothing lost, nothing waits."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gradstudio.app import saves
from gradstudio.app.compare import Side
from gradstudio.app.dialogs import Dialogs
from gradstudio.app.main_window import MainWindow
from gradstudio.studio import saving


@pytest.fixture
def path(window: MainWindow, tmp_path: Path) -> Path:
    """A file that is open."""
    made = tmp_path / "work" / "a.grad"
    made.parent.mkdir()
    made.write_bytes(b"x = 1.0\ny = x * x\n")
    assert window.files.show(made)
    return made


def _answers(window: MainWindow, answer: str) -> list[tuple[Side, Side]]:
    """The comparison is answered so; what it was shown."""
    asked: list[tuple[Side, Side]] = []

    def compare(_parent: QWidget, _colors: object, _title: str, left: Side, right: Side, _buttons: object) -> str:
        asked.append((left, right))
        return answer

    window.dialogs.compare = compare  # type: ignore[method-assign]
    return asked


def test_a_file_replaced_by_another_program_is_noticed_without_being_asked_for(
    window: MainWindow, path: Path, qtbot: QtBot
) -> None:
    for number in (2, 3):  # replaced twice: the second time it is another file to the system
        other = path.with_name("other")
        other.write_text(f"x = {number}.0\ny = x * x\n")
        other.replace(path)
        wanted = f"x = {number}.0\ny = x * x\n"
        qtbot.waitUntil(lambda wanted=wanted: window.editor.text() == wanted, timeout=10000)
    assert not window.session.document.is_modified


def test_reloading_keeps_cursor_and_scroll_and_is_one_step_however_often(window: MainWindow, path: Path) -> None:
    lines = [f"x{k} = {k}.0\n" for k in range(200)]
    path.write_text("".join(lines))
    window.files.check_disk()
    window.session.settle()
    cursor = window.editor.textCursor()
    cursor.setPosition(window.editor.document().findBlockByNumber(150).position() + 3)
    window.editor.setTextCursor(cursor)
    window.editor.ensureCursorVisible()
    top = window.editor.verticalScrollBar().value()
    window.files.disk._last_reload = 0.0
    before = len(window.session.history.steps)
    lines[0], lines[199] = "x0 = 7.0\n", "x199 = 7.0\n"
    path.write_text("".join(lines))
    window.files.check_disk()
    assert (window.editor.textCursor().blockNumber(), window.editor.textCursor().positionInBlock()) == (150, 3)
    assert window.editor.verticalScrollBar().value() == top
    assert len(window.session.history.steps) == before + 1
    window.editor.undo()
    assert "x0 = 0.0" in window.editor.text()
    assert window.session.document.is_modified
    window.session.redo()
    window.files.disk._last_reload = 0.0
    before = window.session.history.at
    intervals = []
    for number in range(8):
        path.write_text(f"x = {number}.5\n")
        window.files.check_disk()
        intervals.append(window.files.disk._later.interval())
        for _ in range(100):
            window.files.disk.look_soon()
    assert window.editor.text() == "x = 7.5\n"
    assert len(window.session.history.steps) == before + 1, "reloads that follow each other fast are one step"
    assert intervals == [250, 500, 1000, 2000, 4000, 5000, 5000, 5000]


def test_both_changed_is_asked_about_and_compared(window: MainWindow, path: Path) -> None:
    window.editor.insertPlainText("# mine\n")
    path.write_bytes(b"x = 2.0\r\ny = x * x\r\n")
    window.files.check_disk()
    assert window.notice.text == "a.grad was changed on disk by another program, and here too."
    asked = _answers(window, "")
    window.notice.choose("Compare")
    assert asked[0] == (Side("On disk", "x = 2.0\ny = x * x\n"), Side("Yours", "# mine\nx = 1.0\ny = x * x\n"))
    assert window.notice.isVisible(), "nothing was decided"
    _answers(window, "mine")
    window.notice.choose("Compare")
    assert window.session.document.is_modified
    window.files.check_disk()
    assert not window.notice.isVisible(), "it was decided"
    window.editor.undo()
    assert window.session.document.is_modified, "the file does not hold this text"
    path.write_bytes(b"x = 3.0\n")
    window.files.check_disk()
    assert window.notice.isVisible(), "another change is asked about anew"
    _answers(window, "disk")
    window.notice.choose("Compare")
    assert window.editor.text() == "x = 3.0\n"
    assert not window.session.document.is_modified
    window.editor.undo()
    assert window.editor.text() == "x = 1.0\ny = x * x\n", "and the person's text is one step away"
    path.write_bytes(b"x = 4.0\n")
    window.actions_by_id["save"].trigger()
    assert path.read_bytes() == b"x = 4.0\n", "saving onto a changed file asks first, too"
    asked = _answers(window, "mine")
    window.notice.choose("Compare")
    assert asked[0][0].text == "x = 4.0\n"
    assert path.read_bytes() == b"x = 1.0\ny = x * x\n"
    assert not window.session.document.is_modified


def test_a_file_that_goes_away_or_cannot_be_read_changes_no_text(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    path.rename(path.with_name("moved.grad"))
    qtbot.waitUntil(lambda: "deleted or moved away" in window.notice.text, timeout=10000)
    assert window.session.document.is_modified, "closing would lose it"
    assert "deleted on disk" in window.windowTitle()
    path.with_name("moved.grad").rename(path)
    window.files.check_disk()
    assert not window.notice.isVisible()
    assert not window.session.document.is_modified
    shutil.rmtree(path.parent)
    window.files.check_disk()
    assert "the folder" in window.notice.text
    window.notice.choose("Save")
    assert "does not exist any more" in window.notice.text
    path.parent.mkdir()
    window.actions_by_id["save"].trigger()
    assert path.read_bytes() == b"x = 1.0\ny = x * x\n"
    assert "deleted" not in window.windowTitle()
    os.utime(path, (1, 1))
    window.files.check_disk()
    assert not window.notice.isVisible()
    path.write_bytes(b"\x00\xff")
    window.files.check_disk()
    assert "cannot be read again" in window.notice.text
    window.notice.hide()
    window.files.check_disk()
    assert not window.notice.isVisible()
    assert window.editor.text() == "x = 1.0\ny = x * x\n"
    path.unlink()
    os.mkfifo(path)
    window.files.check_disk()
    assert "pipe" in window.notice.text
    assert window.editor.text() == "x = 1.0\ny = x * x\n"


class Disk:
    """A disk that writes nothing until it is let."""

    def __init__(self) -> None:
        self.answer = threading.Event()
        self.is_dead = True  # whether what is written from now on waits
        self._fill = saving._fill

    def fill(self, handle: int, data: bytes) -> None:
        if self.is_dead:
            self.answer.wait(30)
        self._fill(handle, data)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    made = Disk()
    monkeypatch.setattr(saving, "_fill", made.fill)
    monkeypatch.setattr(saves, "AT_ONCE", 0)
    yield made
    made.answer.set()


def test_a_slow_disk_holds_nobody_up(window: MainWindow, path: Path, disk: Disk, qtbot: QtBot) -> None:
    window.editor.insertPlainText("# one\n")
    window.actions_by_id["save"].trigger()
    assert window.status.parts[0] == "Saving a.grad…"
    window.editor.insertPlainText("# two\n")
    window.files.saves._on_slow()
    assert "the disk does not answer" in window.notice.text
    assert path.read_bytes() == b"x = 1.0\ny = x * x\n"
    disk.answer.set()
    qtbot.waitUntil(lambda: not window.files.saves.is_busy, timeout=10000)
    assert path.read_bytes() == b"# one\nx = 1.0\ny = x * x\n"
    assert window.session.document.is_modified, "what was typed meanwhile is not saved"
    assert not window.notice.isVisible()
    disk.answer.clear()
    window.actions_by_id["save"].trigger()
    window.editor.insertPlainText("# three\n")
    window.actions_by_id["save"].trigger()
    disk.answer.set()
    wanted = b"# one\n# two\n# three\nx = 1.0\ny = x * x\n"
    qtbot.waitUntil(lambda: path.read_bytes() == wanted, timeout=10000)
    qtbot.waitUntil(lambda: not window.session.document.is_modified, timeout=10000)


def test_leaving_waits_for_a_slow_disk_and_goes_on_by_itself(
    window: MainWindow, path: Path, disk: Disk, qtbot: QtBot
) -> None:
    window.editor.insertPlainText("# one\n")
    window.actions_by_id["save"].trigger()
    window.actions_by_id["new"].trigger()
    assert window.notice.text == "Waiting until a.grad is saved…"
    assert window.editor.text() == "# one\nx = 1.0\ny = x * x\n"
    assert not window.close()
    disk.answer.set()
    qtbot.waitUntil(lambda: window.editor.text() == "", timeout=10000)
    assert path.read_bytes() == b"# one\nx = 1.0\ny = x * x\n"


def test_a_dead_disk_keeps_nobody_and_the_text_can_go_elsewhere(
    window: MainWindow, path: Path, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.editor.insertPlainText("# one\n")
    window.actions_by_id["save"].trigger()
    disk.is_dead = False  # the other disk is well
    window.dialogs.path = tmp_path / "b.grad"  # type: ignore[attr-defined]
    window.files.saves._on_slow()
    monkeypatch.setattr(saves, "AT_ONCE", 10)
    window.notice.choose("Save as…")
    assert (tmp_path / "b.grad").read_bytes() == b"# one\nx = 1.0\ny = x * x\n"
    assert window.session.document.name == "b.grad"
    disk.answer.set()
    assert not window.files.saves.is_busy


def test_data_that_change_run_the_picture_again(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    data = path.with_name("points.csv")
    data.write_text("1\n2\n4\n")
    path.write_text('import gradstudio as gs\nx = gs.load("points.csv")\ny = gs.sum(x * x)\n')
    window.files.check_disk()
    qtbot.waitUntil(lambda: 3 in window.editor.marks and window.editor.marks[3].value == "21.00", timeout=15000)
    qtbot.waitUntil(lambda: window.files._data._stamps is not None, timeout=10000)
    data.write_text("1\n2\n5\n")
    qtbot.waitUntil(lambda: window.editor.marks[3].value == "30.00", timeout=15000)
    other = path.with_name("other.csv")
    other.write_text("1\n2\n6\n")
    other.replace(data)
    qtbot.waitUntil(lambda: window.editor.marks[3].value == "41.00", timeout=15000)


def test_a_name_that_only_got_its_ending_here_is_asked_about(
    window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    dialogs = Dialogs()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path.with_suffix("")), ""))
    monkeypatch.setattr(dialogs, "may_replace", lambda _parent, other: bool(asked.append(other)))
    assert dialogs.save_path(window, path) is None
    assert asked == [path]
