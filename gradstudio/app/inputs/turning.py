"""Turning: what a hand does to a number goes into the text, sixty times in a second at most, and not faster than runs
come back."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.outcome import Outcome
from gradstudio.studio.session import Session

EVERY = 1 / 60
PATIENCE = 1.0
"""Seconds that the next number waits for the run of the one before; a longer run is given up for it."""

_SAME_STEP = 1.0
"""Seconds between two keys that belong to one step of undo."""


Give = Callable[[], Edit | None]
"""Makes the edit for a number when its time has come; None where it changes nothing."""


class Turning(QObject):
    """Lets one number after the other go out."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._give: Give | None = None
        self._word = ""
        self._gesture = 0
        self._is_key = False
        self._ended = 0.0  # when the last key was let go
        self._sent_at = 0.0
        self._waits_for = ""  # the text whose run is not back yet
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._send)
        session.runs.finished.connect(self._on_finished)

    def close(self) -> None:
        """Hear nothing any more."""
        self._timer.stop()
        self._session.runs.finished.disconnect(self._on_finished)

    def begin(self, word: str, is_key: bool) -> None:
        """A hand takes a number; word tells numbers apart. Keys that follow each other soon are one step."""
        if not is_key or word != self._word or time.monotonic() - self._ended > _SAME_STEP:
            self._gesture += 1
        self._word, self._is_key = word, is_key

    def turn(self, give: Give) -> None:
        """The newest number; what was not sent yet gives way to it."""
        self._give = give
        self._plan()

    def end(self) -> None:
        """The hand lets go: the last number goes at once."""
        self._ended = time.monotonic() if self._is_key else 0.0
        self._send()

    def _plan(self) -> None:
        if self._give is None or self._timer.isActive():
            return
        now = time.monotonic()
        due = self._sent_at + EVERY
        if self._waits_for and self._session.settings.live:
            due = self._sent_at + PATIENCE
        if due <= now:
            self._send()
        else:
            self._timer.start(max(round((due - now) * 1000), 1))

    def _send(self) -> None:
        self._timer.stop()
        give, self._give = self._give, None
        if give is None:
            return
        edit = give()
        if edit is None or edit.text == self._session.document.text:
            return
        self._sent_at = time.monotonic()
        self._waits_for = edit.text
        self._session.apply(edit, f"{self._word}:{self._gesture}")

    def _on_finished(self, outcome: Outcome) -> None:
        if outcome.text == self._waits_for or not self._session.runs.is_running:
            self._waits_for = ""
            self._timer.stop()
            self._plan()
