"""Data watch: where another program changes a data file that the text names, the picture runs again."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gradstudio.app.path_watch import PathWatch
from gradstudio.studio.data_files import Stamps, files_named, stamps
from gradstudio.studio.outcome import Outcome

if TYPE_CHECKING:
    from gradstudio.app.main_window import MainWindow

PAUSE_MS = 500
"""From the first sign of a change to the look at it, and so at least between two runs that follow from it."""


class DataWatch(QObject):
    """Follows the files that the last text that ran has named, there or not. They are looked at on a thread."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._paths: tuple[Path, ...] = ()
        self._stamps: Stamps | None = None  # None until they were looked at
        self._watch = PathWatch(self)
        self._watch.changed.connect(self._on_sign)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE_MS)
        self._later.timeout.connect(self._look)
        self._session.runs.finished.connect(self._on_finished)
        self._session.document_changed.connect(self._forget)

    def close(self) -> None:
        """Follow nothing any more."""
        self._session.runs.finished.disconnect(self._on_finished)
        self._session.document_changed.disconnect(self._forget)
        self._later.stop()
        self._follow(())

    def _on_finished(self, outcome: Outcome) -> None:
        self._follow(files_named(outcome.text, self._session.document.folder))

    def _forget(self) -> None:
        self._follow(())

    def _follow(self, paths: tuple[Path, ...]) -> None:
        if paths != self._paths:
            self._paths, self._stamps = paths, None
            self._watch_all()
            if paths:
                self._look()

    def _watch_all(self) -> None:
        """The files and their folders."""
        self._watch.follow(str(place) for path in self._paths for place in (path, path.parent))

    def _on_sign(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _look(self) -> None:
        paths, post = self._paths, self._window.bridge.post

        def work() -> None:
            found = stamps(paths)
            post(lambda: self._on_look(paths, found))

        threading.Thread(target=work, name="look at data", daemon=True).start()

    def _on_look(self, paths: tuple[Path, ...], found: Stamps) -> None:
        if paths != self._paths:
            return
        before, self._stamps = self._stamps, found
        self._watch_all()
        if before is not None and before != found:
            self._session.run_soon(at_once=True)
