"""What was not saved is offered at the next start, calmly, and nothing is lost whatever is answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from left_behind import leave
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gradstudio.app.main_window import MainWindow
from gradstudio.app.text_choice import TextChoice, when
from gradstudio.studio.document import Document
from gradstudio.studio.recovery.offers import find
from gradstudio.studio.state_folder import state_folder

DISK = "x = 1.0\ny = x * 2.0\n"
MINE = "x = 1.5\ny = x * 2.0\nz = y\n"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.grad"
    path.write_bytes(DISK.replace("\n", "\r\n").encode())
    return path


@pytest.fixture
def start(window: MainWindow, qtbot: QtBot) -> Callable[[], None]:
    """What the window does when it starts."""

    def started() -> None:
        window.recovery.look()
        qtbot.waitUntil(lambda: not window.recovery.bar.isHidden(), timeout=10000)

    return started


def answer(window: MainWindow, act: Callable[[TextChoice], object]) -> None:
    """Open the dialog behind the bar, and do something in it."""

    def shown(dialog: TextChoice) -> None:
        dialog.show()
        act(dialog)
        dialog.close()

    window.dialogs.choose_text = shown  # type: ignore[method-assign]
    window.recovery.show()


def journals() -> list[Path]:
    return sorted((state_folder() / "recovery").glob("*.jsonl"))


def test_mine_is_kept_and_the_file_waits_for_a_save(window: MainWindow, start: Callable[[], None], model: Path) -> None:
    path = leave("one", Document.open(model), MINE)
    start()
    assert window.recovery.bar.text.startswith("model.grad was not saved when GradStudio ended 14 Nov 2023, ")
    seen: list[object] = []

    def keep(dialog: TextChoice) -> None:
        seen.append(dialog.list.item(0).data(256))
        seen.append([(row.kind, row.before, row.after) for row in dialog.rows.rows if row.kind != "equal"])
        assert dialog.words == ["File on disk", "Keep both", "Keep mine"]
        dialog.choose("Keep mine")

    answer(window, keep)
    assert seen[0][0] == str(model.parent)
    assert seen[0][1].endswith("2 lines differ")
    assert seen[1] == [("changed", "x = 1.0", "x = 1.5"), ("added", "", "z = y")]
    assert window.editor.text() == MINE
    assert window.editor.textCursor().position() == len(MINE)
    assert "•" in window.code_header.title
    assert window.recovery.bar.isHidden()
    assert b"1.5" not in model.read_bytes()
    assert journals() == [path], "it goes on in the same journal"
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == DISK
    window.actions_by_id["redo"].trigger()
    window.session.save()
    assert model.read_bytes() == MINE.replace("\n", "\r\n").encode()
    window.session.new()
    window.session.keeper._scribe.wait()
    assert journals() == []


def test_both_are_kept(window: MainWindow, start: Callable[[], None], model: Path) -> None:
    leave("one", Document.open(model), MINE)
    start()
    answer(window, lambda dialog: dialog.choose("Keep both"))
    assert window.editor.text() == MINE
    assert window.session.document.name == "model (recovered).grad"
    assert window.session.document.path is None
    assert window.session.document.folder == model.parent, "its data are found"
    assert len(journals()) == 1


def test_the_file_on_disk_is_kept_and_mine_for_a_while(
    window: MainWindow, start: Callable[[], None], model: Path
) -> None:
    leave("one", Document.open(model), MINE)
    leave("two", Document(), "a = 1\n")
    start()
    assert window.recovery.bar.text.startswith("2 texts were not saved when GradStudio ended")

    def keep(dialog: TextChoice) -> None:
        dialog.list.setCurrentRow(next(k for k in range(2) if dialog.list.item(k).text() == "model.grad"))
        dialog.choose("File on disk")
        assert dialog.isVisible(), "there is another one"
        assert dialog.words == ["Throw away", "Keep mine"]

    answer(window, keep)
    assert len(journals()) == 1
    assert window.recovery.bar.isVisible()
    assert window.files.show(model)
    [version] = window.session.backups.versions(model)
    assert (version.text(), version.is_saved) == (MINE, False)


def test_later_asks_again(window: MainWindow, start: Callable[[], None], model: Path) -> None:
    leave("one", Document.open(model), MINE)
    start()
    assert window.actions_by_id["recovered"].isEnabled()
    answer(window, lambda dialog: dialog.reject())
    assert window.recovery.bar.isVisible(), "nothing was chosen"
    answer(window, lambda dialog: dialog.choose("Later"))
    assert window.recovery.bar.isHidden()
    assert not window.actions_by_id["recovered"].isEnabled()
    [offer] = find(state_folder() / "recovery").offers
    assert offer.recovered.text == MINE
    offer.withdraw()


def test_what_is_in_the_window_is_asked_about_first(window: MainWindow, start: Callable[[], None], model: Path) -> None:
    model.unlink()
    leave("one", Document.recovered(Document("x = 1\n", model).basis, ""), MINE)
    window.editor.insertPlainText("mine too\n")
    start()
    said: list[list[str]] = []

    def keep(dialog: TextChoice) -> None:
        said.append(dialog.list.item(0).data(256))
        dialog.choose("Keep mine")

    answer(window, keep)
    assert "the file is gone" in said[0]
    assert window.editor.text() == "mine too\n"
    assert window.recovery.offers, "it is still to be had"
    window.dialogs.answer = "discard"  # type: ignore[attr-defined]
    answer(window, keep)
    assert window.editor.text() == MINE
    assert [version.text() for version in window.session.backups.versions(None)] == ["mine too\n"]


def test_what_cannot_be_read_is_said_and_hides_no_question(
    window: MainWindow, qtbot: QtBot, application: QApplication
) -> None:
    folder = state_folder() / "recovery"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "odd.jsonl").write_text("nothing of ours\n")
    window.recovery.bar.say("Which one?", (("This", lambda: None),))
    window.recovery.say("Something else.")
    assert (window.recovery.bar.text, window.notice.text) == ("Which one?", "Something else.")
    window.recovery.look()
    qtbot.waitUntil(lambda: "it was put aside as" in window.recovery.bar.text, timeout=10000)
    assert window.recovery.bar.text.endswith(f"it was put aside as {folder / 'odd.unreadable'}.")
    window.set_theme("dark")
    assert not window.grab().isNull()


def test_an_older_version_comes_back_as_one_step(window: MainWindow, model: Path) -> None:
    assert window.files.show(model)
    window.actions_by_id["older-versions"].trigger()
    assert "no older versions of model.grad yet" in window.status.parts[0]
    window.editor.replace_all(MINE)
    window.session.save()
    window.editor.replace_all(MINE + "w = z\n")
    window.session.save()
    titles: list[str] = []

    def shown(dialog: TextChoice) -> None:
        titles.extend(dialog.list.item(k).text() for k in range(dialog.list.count()))
        dialog.show()
        dialog.choose("Return to this version")

    window.dialogs.choose_text = shown  # type: ignore[method-assign]
    window.actions_by_id["older-versions"].trigger()
    assert len(titles) == 1, "one a session"
    assert titles[0].startswith("Today ")
    assert window.editor.text() == DISK
    assert window.session.history.undo_name.startswith("Return to version of ")
    assert "w = z" in model.read_text(), "the file waits for a save"
    window.actions_by_id["undo"].trigger()
    assert window.editor.text() == MINE + "w = z\n"


def test_a_window_that_has_the_file_too_is_named(window: MainWindow, model: Path, qtbot: QtBot) -> None:
    from gradstudio.studio.recovery.presence import Hold

    hold = Hold.take(state_folder() / "recovery" / "other.lock", model)
    assert hold is not None
    assert window.files.show(model)
    qtbot.waitUntil(
        lambda: "is also open in another GradStudio window (pid " in window.recovery.bar.text, timeout=10000
    )
    assert window.recovery.bar.isVisible()
    window.session.new()
    assert window.recovery.bar.isHidden(), "it is said of that file"
    hold.release()


def test_moments_are_said_as_people_do() -> None:
    now = 1_700_050_000.0
    assert when(now - 60, now).startswith("today ")
    assert when(now - 86_400, now).startswith("yesterday ")
    assert "2023" in when(now - 5 * 86_400, now)
