"""Files in the window: nothing is lost without asking, and every failure is one line with a way out."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from gradstudio.app.main_window import MainWindow
from gradstudio.studio.settings import load_settings


def _open(window: MainWindow, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert window.files.show(path)


def test_open_edit_save_changes_only_the_edit(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    _open(window, path, b"\xef\xbb\xbf# /// script\r\n# later = 1\r\n# ///\r\nx = 1.0\ny = x\xc2\xa0* 2\r\n")
    window.editor.moveCursor(window.editor.textCursor().MoveOperation.End)
    window.editor.insertPlainText("z = y\n")
    assert "•" in window.code_header.title
    window.actions_by_id["save"].trigger()
    assert path.read_bytes() == (
        b"\xef\xbb\xbf# /// script\r\n# later = 1\r\n# ///\r\nx = 1.0\ny = x\xc2\xa0* 2\r\nz = y\r\n"
    )
    assert "•" not in window.code_header.title
    assert window.status.parts[0] == "Saved a.grad"


def test_undo_survives_saving(window: MainWindow, tmp_path: Path) -> None:
    _open(window, tmp_path / "a.grad", b"x = 1.0\n")
    window.editor.insertPlainText("# ")
    window.actions_by_id["save"].trigger()
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == "x = 1.0\n"
    assert window.session.document.is_modified


@pytest.mark.parametrize(("answer", "kept"), [("cancel", True), ("discard", False)])
def test_unsaved_text_is_asked_about(window: MainWindow, tmp_path: Path, answer: str, kept: bool) -> None:
    window.editor.insertPlainText("x = 1.0\n")
    window.dialogs.answer = answer  # type: ignore[attr-defined]
    window.actions_by_id["new"].trigger()
    assert window.dialogs.asked == ["unsaved untitled.grad"]  # type: ignore[attr-defined]
    assert (window.editor.text() == "x = 1.0\n") is kept


def test_saving_on_the_way_out_asks_for_a_place(window: MainWindow, tmp_path: Path) -> None:
    window.editor.insertPlainText("x = 1.0\n")
    window.dialogs.answer = "save"  # type: ignore[attr-defined]
    window.dialogs.path = tmp_path / "kept.grad"  # type: ignore[attr-defined]
    window.actions_by_id["new"].trigger()
    assert (tmp_path / "kept.grad").read_text() == "x = 1.0\n"
    assert window.editor.text() == ""


def test_quitting_with_unsaved_text_can_be_cancelled(window: MainWindow) -> None:
    window.editor.insertPlainText("x = 1.0\n")
    window.dialogs.answer = "cancel"  # type: ignore[attr-defined]
    assert not window.close()
    assert window.isVisible()


def test_a_failed_save_keeps_the_text_and_offers_another_place(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.grad"
    _open(window, path, b"x = 1.0\n")
    window.editor.insertPlainText("# new\n")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        window.actions_by_id["save"].trigger()
    assert window.notice.isVisible()
    assert "the disk is full" in window.notice.text
    assert path.read_bytes() == b"x = 1.0\n"
    assert window.session.document.is_modified
    window.dialogs.path = tmp_path / "b.grad"  # type: ignore[attr-defined]
    window.notice.choose("Save as…")
    assert (tmp_path / "b.grad").read_text() == "# new\nx = 1.0\n"
    assert not window.notice.isVisible()
    assert not window.session.document.is_modified


def test_a_file_changed_by_others_is_asked_about_before_saving(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    _open(window, path, b"x = 1.0\n")
    window.editor.insertPlainText("# mine\n")
    path.write_bytes(b"x = 99.0\n")
    window.actions_by_id["save"].trigger()
    assert path.read_bytes() == b"x = 99.0\n"
    assert "changed on disk by another program" in window.notice.text
    window.notice.choose("Overwrite it")
    assert path.read_bytes() == b"# mine\nx = 1.0\n"


def test_an_unmodified_text_follows_its_file(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.grad"
    _open(window, path, b"x = 1.0\ny = x * x\n")
    path.write_bytes(b"x = 2.0\ny = x * x\n")
    window.files.check_disk()
    assert window.editor.text() == "x = 2.0\ny = x * x\n"
    assert not window.session.document.is_modified
    qtbot.waitUntil(lambda: window.view is not None and window.view.text == "x = 2.0\ny = x * x\n", timeout=15000)


def test_a_modified_text_and_a_changed_file_are_both_kept(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.grad"
    _open(window, path, b"x = 1.0\n")
    window.editor.insertPlainText("# mine\n")
    path.write_bytes(b"x = 2.0\n")
    window.files.check_disk()
    assert "changed on disk by another program, and here too" in window.notice.text
    window.notice.choose("Keep mine")
    window.actions_by_id["save"].trigger()
    assert path.read_bytes() == b"# mine\nx = 1.0\n"


def test_a_file_that_cannot_be_opened_leaves_the_present_one(window: MainWindow, tmp_path: Path) -> None:
    _open(window, tmp_path / "a.grad", b"x = 1.0\n")
    (tmp_path / "b.grad").write_bytes(b"\xff\xfa")
    assert not window.files.show(tmp_path / "b.grad")
    assert "not UTF-8 text" in window.notice.text
    assert window.editor.text() == "x = 1.0\n"
    assert window.session.document.name == "a.grad"


def test_recent_files_are_in_the_menu_and_remembered(window: MainWindow, tmp_path: Path) -> None:
    _open(window, tmp_path / "a.grad", b"x = 1.0\n")
    _open(window, tmp_path / "b&c.grad", b"x = 2.0\n")
    names = [action.text() for action in window.actions_by_id["recent"].menu().actions()]
    assert names == [str(tmp_path / "b&&c.grad"), str(tmp_path / "a.grad")]
    assert load_settings().recent[0] == str(tmp_path / "b&c.grad")
    window.actions_by_id["recent"].menu().actions()[1].trigger()
    assert window.session.document.name == "a.grad"


def test_a_dropped_file_is_opened_after_asking(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "dropped.grad"
    path.write_text("x = 7.0\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    assert not window.editor.canInsertFromMimeData(data)

    def drop() -> None:
        actions, mouse, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        window.dropEvent(QDropEvent(QPointF(9, 9), actions, data, mouse, keys))

    window.editor.insertPlainText("mine")
    drop()
    assert window.editor.text() == "mine"
    window.dialogs.answer = "discard"  # type: ignore[attr-defined]
    drop()
    assert window.editor.text() == "x = 7.0\n"


def test_data_beside_the_file_are_read(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "points.csv").write_text("1\n2\n4\n")
    _open(window, tmp_path / "a.grad", b'import gradstudio as gs\nx = gs.load("points.csv")\ny = gs.sum(x * x)\n')
    qtbot.waitUntil(lambda: window.view is not None, timeout=15000)
    assert window.editor.marks[3].value == "21.00"


def test_saving_an_example_offers_to_take_its_data_along(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    from gradstudio.studio.examples import examples

    window.files.open_example(examples()[0].path)
    qtbot.waitUntil(lambda: window.view is not None, timeout=15000)
    window.dialogs.path = tmp_path / "mine.grad"  # type: ignore[attr-defined]
    window.actions_by_id["save"].trigger()
    assert window.notice.text == "mine.grad reads points.npz, which is not in this folder yet."
    assert not (tmp_path / "points.npz").exists(), "nothing is written unasked"
    window.notice.choose("Copy it here")
    assert (tmp_path / "points.npz").read_bytes() == (examples()[0].path.parent / "points.npz").read_bytes()
    runs = window.session.runs
    qtbot.waitUntil(lambda: runs.outcome is not None and runs.outcome.finished.status == "ok", timeout=15000)
    assert window.session.document.path == tmp_path / "mine.grad"


def test_missing_data_are_named_with_their_line(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    _open(window, tmp_path / "a.grad", b'import gradstudio as gs\n\nx = gs.load("gone.npz")\n')
    qtbot.waitUntil(lambda: window.session.runs.outcome is not None, timeout=15000)
    assert "line 3: gone.npz: there is no such file" in window.status.parts[1]


@pytest.mark.parametrize(
    ("action", "name", "start"), [("export-graph", "g.svg", b"<"), ("export-report", "r.html", b"<!")]
)
def test_the_picture_and_the_report_are_exported(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, action: str, name: str, start: bytes
) -> None:
    _open(window, tmp_path / "a.grad", b"x = 3.0\ny = x * x\n")
    qtbot.waitUntil(lambda: window.view is not None, timeout=15000)
    window.dialogs.path = tmp_path / name  # type: ignore[attr-defined]
    window.actions_by_id[action].trigger()
    qtbot.waitUntil(lambda: window.status.parts[0] == f"Exported {name}", timeout=15000)
    assert (tmp_path / name).read_bytes().lstrip().startswith(start)


def test_an_export_to_nowhere_is_one_line(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    _open(window, tmp_path / "a.grad", b"x = 3.0\ny = x * x\n")
    qtbot.waitUntil(lambda: window.view is not None, timeout=15000)
    window.dialogs.path = tmp_path / "gone" / "g.svg"  # type: ignore[attr-defined]
    window.actions_by_id["export-graph"].trigger()
    qtbot.waitUntil(window.notice.isVisible, timeout=15000)
    assert "g.svg was not exported" in window.notice.text


def test_the_window_comes_back_as_it_was_left(window: MainWindow) -> None:
    window.set_layer(1)
    window.actions_by_id["bigger"].trigger()
    window.close()
    settings = load_settings()
    assert (settings.layer, settings.text_size) == (1, 13)
    assert settings.geometry
    assert settings.state
