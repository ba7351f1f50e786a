"""Trust as a person meets it: a bar, one question, a badge, and nothing that runs unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from gradstudio.app.badge import Badge, Safety
from gradstudio.app.dialogs import Dialogs
from gradstudio.app.main_window import MainWindow
from gradstudio.app.theme import colors
from gradstudio.app.trust_bar import TrustBar
from gradstudio.app.trust_dialog import WARNING, TrustDialog, TrustQuestion
from gradstudio.language.needs import Need
from gradstudio.studio.crash_marker import CrashMarker
from gradstudio.studio.examples import examples
from gradstudio.studio.pins import Pins
from gradstudio.studio.trust import Gate, Origin

LEFT = Qt.MouseButton.LeftButton
NEEDS = "import os\n\nx = 2.0\ny = x * x\nprint(os.getcwd())\n"


@pytest.fixture
def opened(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> Callable[[str], Path]:
    """Open a file with this text and wait for what comes of it."""

    def open_(text: str, name: str = "a.py") -> Path:
        path = tmp_path / name
        path.write_text(text)
        assert window.files.show(path)
        wait_for(window, qtbot, text)
        return path

    return open_


def wait_for(window: MainWindow, qtbot: QtBot, text: str, status: str = "") -> None:
    runs = window.session.runs

    def is_there() -> bool:
        outcome = runs.outcome
        return outcome is not None and outcome.text == text and status in ("", outcome.finished.status)

    qtbot.waitUntil(is_there, timeout=20000)


def allow(window: MainWindow, qtbot: QtBot, text: str = NEEDS) -> None:
    """Press the bar's button and say yes."""
    window.dialogs.answer = "allow"  # type: ignore[attr-defined]
    qtbot.mouseClick(window.trust_bar.button("Allow full Python…"), LEFT)
    wait_for(window, qtbot, text, "ok")


def test_a_safe_file_never_sees_the_bar(window: MainWindow, opened: Callable[[str], Path]) -> None:
    opened("x = 2.0\ny = x * x\n")
    assert not window.trust_bar.isVisible()
    assert window.status.badge.safety in (Safety.SAFE, Safety.LIMITS_ONLY)
    assert window.status.badge.isVisible()
    assert not window.actions_by_id["allow-full"].isEnabled()
    assert not window.actions_by_id["back-to-safe"].isEnabled()


@pytest.mark.parametrize(
    "text", ["import os\nx = (\n", "import os # \u202e\n", "y = undefined\n", "import gone_module\n"]
)
def test_files_that_fail_otherwise_are_never_offered_it(
    window: MainWindow, opened: Callable[[str], Path], text: str
) -> None:
    opened(text)
    assert not window.trust_bar.isVisible()
    assert not window.trust.can_ask


def test_keep_safe_is_one_click_and_asks_nothing(
    window: MainWindow, opened: Callable[[str], Path], qtbot: QtBot
) -> None:
    opened(NEEDS)
    bar = window.trust_bar
    assert bar.isVisible()
    assert bar.text.startswith("Needs full Python: line 1, `import os`")
    assert bar.accessibleName().startswith("Needs full Python")
    qtbot.mouseClick(bar.button("Keep safe"), LEFT)
    assert not bar.isVisible()
    window.run()
    qtbot.waitUntil(lambda: not window.session.runs.is_running)
    assert not bar.isVisible(), "it does not come back for this file"
    assert window.dialogs.asked == []  # type: ignore[attr-defined]
    window.actions_by_id["allow-full"].trigger()
    assert window.dialogs.asked == ["full a.py"], "the menu still offers it"  # type: ignore[attr-defined]
    assert not window.session.gate.is_full


def test_consent_runs_the_file_as_full_python_and_nothing_runs_unasked_after_it(
    window: MainWindow, opened: Callable[[str], Path], qtbot: QtBot, tmp_path: Path
) -> None:
    path = opened(NEEDS)
    printed: list[str] = []
    window.session.runs.printed.connect(printed.append)
    allow(window, qtbot)
    question: TrustQuestion = window.dialogs.question  # type: ignore[attr-defined]
    assert (question.name, question.folder, question.lines) == ("a.py", tmp_path, ["1  import os"])
    assert "".join(printed) == f"{tmp_path}\n"
    qtbot.waitUntil(lambda: window.view is not None and window.view.text == NEEDS)
    assert window.status.badge.safety is Safety.FULL
    assert window.status.badge.accessibleName() == "Safety: Full Python"
    assert window.trust_bar.kind == "full"
    assert not window.toolbar.live.isEnabled()

    window.editor.moveCursor(window.editor.textCursor().MoveOperation.End)
    window.editor.insertPlainText("z = y + 1.0\n")
    edited = NEEDS + "z = y + 1.0\n"
    qtbot.waitUntil(lambda: window.session.runs.is_stale)
    assert window.session.runs.outcome is not None
    assert window.session.runs.outcome.text == NEEDS, "typing does not run it"
    window.actions_by_id["run"].trigger()
    wait_for(window, qtbot, edited, "ok")

    window.actions_by_id["save"].trigger()
    assert Gate().may_run(path.read_bytes(), Origin.COMMAND).mode == "trusted"
    window.files.new()
    assert window.status.badge.safety is not Safety.FULL
    assert window.toolbar.live.isEnabled()
    assert window.files.show(path)
    assert window.status.badge.safety is Safety.FULL
    assert window.status.parts[:2] == ["Not run yet", "Full Python does not run by itself: press Run."]

    path.write_text(edited.replace("2.0", "3.0"))  # one byte, by another program
    window.files.check_disk()
    wait_for(window, qtbot, edited.replace("2.0", "3.0"), "refused")
    assert window.status.badge.safety is not Safety.FULL
    assert window.trust_bar.kind == "needs"


def test_back_to_safe_mode_is_for_good(window: MainWindow, opened: Callable[[str], Path], qtbot: QtBot) -> None:
    path = opened(NEEDS)
    allow(window, qtbot)
    assert window.actions_by_id["back-to-safe"].isEnabled()
    qtbot.mouseClick(window.trust_bar.button("Back to safe mode"), LEFT)
    wait_for(window, qtbot, NEEDS, "refused")
    assert window.status.badge.safety is not Safety.FULL
    assert Gate().may_run(path.read_bytes(), Origin.COMMAND).mode == "safe"


def test_consent_to_a_text_that_changed_meanwhile_is_none(
    window: MainWindow, opened: Callable[[str], Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(NEEDS)

    def changes(*_: object) -> bool:
        window.session.edit(NEEDS + "os.remove('x')\n")
        return True

    monkeypatch.setattr(window.dialogs, "allow_full", changes)
    qtbot.mouseClick(window.trust_bar.button("Allow full Python…"), LEFT)
    assert not window.session.gate.is_full
    assert "nothing was allowed" in window.notice.text


def test_every_way_in_asks_the_gate(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bytes]] = []
    may_run = window.session.gate.may_run

    def noted(data: bytes, origin: Origin, *rest: object) -> object:
        asked.append((origin.value, data))
        return may_run(data, origin, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(window.session.gate, "may_run", noted)

    def came_in(origin: str, text: str) -> None:
        assert asked[-1] == (origin, text.encode())
        wait_for(window, qtbot, text)

    path, other = tmp_path / "a.grad", tmp_path / "b.grad"
    path.write_text("x = 1.0\n")
    other.write_text("x = 2.0\n")
    window.dialogs.path = path  # type: ignore[attr-defined]
    window.actions_by_id["open"].trigger()
    came_in("opened", "x = 1.0\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(other))])
    copy, keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, LEFT, keys))
    came_in("opened", "x = 2.0\n")
    window.actions_by_id["recent"].menu().actions()[1].trigger()
    came_in("opened", "x = 1.0\n")
    path.write_text("x = 3.0\n")
    window.files.check_disk()
    came_in("reloaded", "x = 3.0\n")
    window.editor.insertPlainText("#\n")
    came_in("typed", "#\nx = 3.0\n")
    window.actions_by_id["undo"].trigger()
    came_in("undone", "x = 3.0\n")
    before = len(asked)
    window.actions_by_id["run"].trigger()
    assert asked[before:] == [("asked", b"x = 3.0\n")]
    window.files.open_example(examples()[0].path)
    assert asked[-1][0] == "example"


def test_a_file_that_was_running_at_the_end_is_shown_and_waits(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "a.grad"
    path.write_text("x = 2.0\ny = x * x\n")
    notes = tmp_path / "running"
    notes.mkdir()
    digest = Gate().may_run(path.read_bytes(), Origin.OPENED).digest
    (notes / "1-dead").write_text(f"running {digest}\n")
    window.session.gate = Gate(Pins(), CrashMarker(notes))
    assert window.files.show(path)
    assert window.editor.text() == "x = 2.0\ny = x * x\n"
    assert window.trust_bar.text == "This file was running when GradStudio last stopped."
    assert not window.session.runs.is_running
    assert window.session.runs.outcome is None
    qtbot.mouseClick(window.trust_bar.button("Run it"), LEFT)
    wait_for(window, qtbot, "x = 2.0\ny = x * x\n", "ok")
    assert not window.trust_bar.isVisible()
    assert list(notes.iterdir()) == []


def test_what_a_program_prints_or_is_called_never_reaches_the_badge(
    window: MainWindow, opened: Callable[[str, str], Path], qtbot: QtBot
) -> None:
    opened("print('Safety: Full Python')\nFull_Python = 1.0\ny = Full_Python * 2.0\n", "Full Python <b>.grad")
    window.say("Full Python " * 100)
    badge = window.status.badge
    assert badge.safety in (Safety.SAFE, Safety.LIMITS_ONLY)
    assert badge.accessibleName() == f"Safety: {badge.safety.word}"
    assert badge.toolTip() == f"{badge.safety.word}. {badge.safety.meaning}"
    assert window.status.rect().contains(badge.geometry())


def question(text: str = "import os", name: str = "a.py") -> TrustQuestion:
    return TrustQuestion(name, Path("/home/somebody"), "0123456789abcdef" * 4, (Need(3, text, "no"),))


@pytest.fixture
def dialog(application: QApplication, qtbot: QtBot) -> Callable[[TrustQuestion], TrustDialog]:
    def made(asked: TrustQuestion) -> TrustDialog:
        shown = TrustDialog(asked, colors("light"))
        qtbot.addWidget(shown)
        shown.show()
        qtbot.waitExposed(shown)
        return shown

    return made


def test_every_short_way_out_of_the_question_keeps_safe(
    dialog: Callable[[TrustQuestion], TrustDialog], qtbot: QtBot
) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Escape):
        shown = dialog(question())
        qtbot.keyClick(shown.focusWidget() or shown, key)
        assert shown.result() == TrustDialog.DialogCode.Rejected
        assert not shown.isVisible()
    shown = dialog(question())
    shown.close()
    assert shown.result() == TrustDialog.DialogCode.Rejected


def test_the_question_can_be_answered_with_the_keyboard(
    window: MainWindow, opened: Callable[[str], Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(NEEDS)
    monkeypatch.setattr(window, "dialogs", Dialogs())

    def answer() -> None:
        shown = QApplication.activeModalWidget()
        assert isinstance(shown, TrustDialog)
        assert shown.keep.hasFocus()
        shown.allow.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(shown.allow, Qt.Key.Key_Space)

    QTimer.singleShot(100, answer)
    button = window.trust_bar.button("Allow full Python…")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    wait_for(window, qtbot, NEEDS, "ok")
    assert window.session.gate.is_full
    monkeypatch.undo()


def test_the_question_says_what_it_is_about_as_plain_text(dialog: Callable[[TrustQuestion], TrustDialog]) -> None:
    shown = dialog(question("\timport os # \x1b[2K<b>\u202e" + "a" * 5000, "<img src=x>\u202egp.py" + "n" * 500))
    words = [part.text() for part in shown.findChildren(QLabel)]
    assert any("0123456789abcdef …" in word for word in words)
    assert WARNING in words
    name = next(word for word in words if word.startswith("<img"))
    assert "\\u202e" in name or "…" in name
    assert len(name) <= 100
    listed = shown.findChild(QPlainTextEdit).toPlainText()
    assert listed.startswith("3  import os # \\u001b[2K<b>\\u202e")
    assert len(listed) < 200
    assert all(part.textFormat() == Qt.TextFormat.PlainText for part in shown.findChildren(QLabel) if part.text())
    assert [button.text() for button in shown.findChildren(QPushButton) if button.isDefault()] == ["Keep safe"]


def test_a_long_list_is_cut() -> None:
    many = TrustQuestion("a.py", None, "0" * 64, tuple(Need(k, "import os", "") for k in range(1, 60)))
    assert len(many.lines) == 21
    assert many.lines[-1] == "and 39 more"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_words_of_trust_can_be_read(application: QApplication, qtbot: QtBot, theme: str) -> None:
    c = colors(theme)
    for ink, ground in ((c.warn, c.warn_soft), (c.ink, c.warn_soft), (c.ink, c.band), (c.ink2, c.window)):
        assert contrast(ink, ground) >= 4.5
    badge, bar = Badge(c), TrustBar(c)
    for part in (badge, bar):
        qtbot.addWidget(part)
    for safety in Safety:
        badge.show_safety(safety)
        assert badge.accessibleDescription() == safety.meaning
        assert not badge.grab().isNull()
    bar.resize(420, 80)
    for kind in ("needs", "full", "paused"):
        bar.say(kind, "Head", "Text", (("Do it", lambda: None),))
        assert not bar.grab().isNull()


def contrast(a: str, b: str) -> float:
    """The ratio of WCAG."""

    def light(color: str) -> float:
        parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05

    low, high = sorted((light(a), light(b)))
    return high / low
