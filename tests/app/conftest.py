"""Real windows without a display, over one worker that all tests of a run share."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hands import PROGRAM, Hands
from outlined import LOOPS
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from scenes import PlainSession, whole

from gradstudio.app import saves
from gradstudio.app.bridge import Bridge
from gradstudio.app.canvas.canvas import Canvas
from gradstudio.app.dialogs import Dialogs
from gradstudio.app.main import make_application
from gradstudio.app.main_window import MainWindow
from gradstudio.app.panels.inspector import Inspector
from gradstudio.app.panels.outline import Outline
from gradstudio.app.theme import Colors
from gradstudio.app.trust_dialog import TrustQuestion
from gradstudio.language.data import read_data
from gradstudio.picture.tokens import load_theme
from gradstudio.studio.runs import Runs
from gradstudio.studio.session import Session
from gradstudio.studio.settings import Settings
from gradstudio.worker.client import Client
from gradstudio.worker.messages import Reply


class SharedClient:
    """One warm worker for all windows of the test run; each window is told only of its own runs."""

    def __init__(self) -> None:
        self._listener: Callable[[Reply], None] | None = None
        self._client = Client(self._on_message)

    def connect(self, listener: Callable[[Reply], None]) -> SharedClient:
        """Take the place of the client of a session."""
        self._listener = listener
        return self

    def _on_message(self, message: Reply) -> None:
        listener = self._listener
        if listener is not None:
            listener(message)

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    def close(self) -> None:
        """A window goes: what still comes is for nobody."""
        self._listener = None
        self._client.stop()

    def end(self) -> None:
        self._client.close()


class Answers(Dialogs):
    """Dialogs that answer at once, and remember what they were asked."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.answer = "cancel"
        self.asked: list[str] = []
        self.lines: list[str] = []
        self.groups: list[tuple[str, list[tuple[str, str]]]] = []

    def open_path(self, parent: QWidget, folder: Path) -> Path | None:
        self.asked.append("open")
        return self.path

    def data_path(self, parent: QWidget, folder: Path, filters: str) -> Path | None:
        self.asked.append("data")
        return self.path

    def save_path(self, parent: QWidget, proposal: Path) -> Path | None:
        self.asked.append(f"save {proposal.name}")
        return self.path

    def export_path(self, parent: QWidget, title: str, proposal: Path, filters: str) -> Path | None:
        self.asked.append(f"{title} {proposal.name} {filters}")
        return self.path

    def unsaved(self, parent: QWidget, name: str) -> str:
        self.asked.append(f"unsaved {name}")
        return self.answer

    def allow_full(self, parent: QWidget, question: TrustQuestion, colors: Colors) -> bool:
        self.asked.append(f"full {question.name}")
        self.question = question
        return self.answer == "allow"

    def about(self, parent: QWidget, lines: list[str]) -> None:
        self.lines = lines

    def shortcuts(self, parent: QWidget, groups: list[tuple[str, list[tuple[str, str]]]]) -> None:
        self.groups = groups


@pytest.fixture(scope="session")
def shared_client() -> Iterator[SharedClient]:
    client = SharedClient()
    yield client
    client.end()


@pytest.fixture
def application(qapp: QApplication) -> QApplication:
    """The application as the program makes it: Fusion, bundled fonts."""
    return make_application()


@pytest.fixture
def canvas(application: QApplication, qtbot: QtBot) -> Canvas:
    """A canvas by itself, on which nothing glides."""
    made = Canvas(theme=load_theme("light"))
    made.animation_ms = 0
    qtbot.addWidget(made)
    made.resize(700, 560)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def window(
    application: QApplication, shared_client: SharedClient, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """A window on an empty text, which waits for the disk however slow the machine is."""
    monkeypatch.setattr(saves, "AT_ONCE", 30.0)
    before = set(QApplication.topLevelWidgets())
    bridge = Bridge()
    session = Session(Settings(), Runs(shared_client.connect, bridge.post, read_data))  # type: ignore[arg-type]
    made = MainWindow(session, bridge, Answers())
    made.canvas.animation_ms = 0
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.dialogs.answer = "discard"  # type: ignore[attr-defined]
    made.close()
    made.deleteLater()
    del made
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()
    gc.collect()
    left = [w for w in QApplication.topLevelWidgets() if w not in before and isinstance(w, MainWindow)]
    assert not left, "a closed window is still alive"


@pytest.fixture
def type_text(window: MainWindow, qtbot: QtBot) -> Callable[[str], None]:
    """Replace the code and wait until it has run."""

    def typed(text: str) -> None:
        window.editor.selectAll()
        window.editor.insertPlainText(text)
        runs = window.session.runs
        qtbot.waitUntil(lambda: runs.outcome is not None and runs.outcome.text == text, timeout=15000)
        assert runs.outcome is not None
        trace = runs.outcome.finished.trace
        if runs.outcome.finished.status == "ok" and trace is not None and len(trace.records.op):
            qtbot.waitUntil(lambda: runs.view is not None and runs.view.text == text, timeout=15000)

    return typed


@pytest.fixture
def hands(
    request: pytest.FixtureRequest, window: MainWindow, qtbot: QtBot, type_text: Callable[[str], None]
) -> Iterator[Hands]:
    """Somebody who builds on the program of the test's file, or on the usual one."""
    made = Hands(window, qtbot, type_text, getattr(request.module, "PROGRAM", PROGRAM))
    yield made
    made.rest()


@pytest.fixture
def outline(application: QApplication) -> Iterator[Outline]:
    made = Outline(PlainSession(), load_theme("light"))
    made.resize(1000, 500)
    made.show()
    made.set_view(*whole(LOOPS))
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # restyling what is left takes long


@pytest.fixture
def session() -> PlainSession:
    return PlainSession()


@pytest.fixture
def inspector(application: QApplication, session: PlainSession, qtbot: QtBot) -> Inspector:
    made = Inspector(session, load_theme("light"))
    qtbot.addWidget(made)
    made.resize(320, 600)
    made.show()
    return made
