"""Starting the window."""

from __future__ import annotations

import logging
import logging.handlers
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gradstudio.engine.memory import keep_freed_memory
from gradstudio.studio.examples import FIRST, examples
from gradstudio.studio.memory import share_one_heap
from gradstudio.studio.session import Session, start_session
from gradstudio.studio.settings import load_settings

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

_KEPT = 32 << 20
"""Bytes that stay with the window when they are freed: the arrays of one frame of a large picture."""

log = logging.getLogger("gradstudio")


def main(path: Path | None = None) -> int:
    """Show the window on a file, the last one, or the first example; returns the exit status when it is closed."""
    write_log()
    share_one_heap()
    mailbox = Mailbox()
    session = start_session(load_settings(), mailbox.post)  # the worker starts first: it takes longest
    application = make_application()
    window = make_window(session, mailbox)
    sys.excepthook = Mishap(window)
    window.show()
    QTimer.singleShot(0, lambda: open_first(window, path))
    application.aboutToQuit.connect(leave_clipboard)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return int(application.exec())


class Mailbox:
    """Keeps what the studio posts before there is a window, and hands it on from then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], None]] = []
        self._post: Callable[[Callable[[], None]], None] | None = None

    def post(self, what: Callable[[], None]) -> None:
        """From any thread."""
        with self._lock:
            if self._post is None:
                self._waiting.append(what)
            else:
                self._post(what)

    def attach(self, post: Callable[[Callable[[], None]], None]) -> None:
        """The window is there."""
        with self._lock:
            self._post = post
            for what in self._waiting:
                post(what)
            self._waiting.clear()


def make_window(session: Session, mailbox: Mailbox) -> MainWindow:
    """The window of a session; its modules load while the worker starts beside it."""
    from gradstudio.app.bridge import Bridge
    from gradstudio.app.main_window import MainWindow

    bridge = Bridge()
    mailbox.attach(bridge.post)
    return MainWindow(session, bridge)


def make_application() -> QApplication:
    """The one QApplication, with the bundled fonts."""
    share_one_heap()
    keep_freed_memory(_KEPT)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["gradstudio"])
    application.setApplicationName("gradstudio")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("gradstudio")
    application.setStyle("Fusion")
    from gradstudio.app.fonts import load_fonts
    from gradstudio.app.icons import icon

    load_fonts()
    application.setWindowIcon(icon("gradstudio", "#000000", 64))
    return application


def leave_clipboard() -> None:
    """What a mouse selected lies on the clipboard as an object of ours, which must not outlive Python."""
    board = QApplication.clipboard()
    if board.supportsSelection() and board.ownsSelection():
        board.setText(board.text(board.Mode.Selection), board.Mode.Selection)


def open_first(window: MainWindow, path: Path | None) -> None:
    """The file that was asked for, else the last one; the example if there is none, or if it cannot be opened."""
    window.recovery.look()
    recent = [Path(name) for name in window.settings.recent[:1]]
    wanted = path or next((last for last in recent if last.is_file()), None)
    if wanted is not None and window.files.show(wanted):
        return
    message = window.notice.text if wanted is not None else ""
    first = next(example for example in examples() if example.path.stem == FIRST)
    window.files.open_example(first.path)
    if message:
        window.notice.say(message)


class Mishap:
    """sys.excepthook: an error of the program itself goes to the log; the person reads one line."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("an error of the program itself", exc_info=(kind, error, trace))
        if issubclass(kind, KeyboardInterrupt):
            return
        try:
            self._window.status.show_parts(
                "error",
                [f"Something went wrong inside GradStudio ({kind.__name__}); details are in {log_path()}"],
                "error",
            )
        except RuntimeError:
            return  # the window is already gone


def log_path() -> Path:
    """Where the log lies."""
    folder = os.environ.get("GRADSTUDIO_CONFIG")
    root = Path(folder) if folder else Path(platformdirs.user_log_dir("gradstudio", appauthor=False))
    return root / "gradstudio.log"


def write_log() -> None:
    """Keep the last megabyte of what went wrong; without a place to write, go on without."""
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(log_path(), maxBytes=1 << 20, backupCount=1, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.propagate = False
