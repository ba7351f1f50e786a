"""Keeper: follows what is done to one session's document, and has it written down."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradstudio.picture.fonts import plain
from gradstudio.studio.events import Event
from gradstudio.studio.history import Move, Note
from gradstudio.studio.recovery.journal import Snapshot
from gradstudio.studio.recovery.presence import Hold, Holder
from gradstudio.studio.recovery.scribe import Scribe
from gradstudio.studio.state_folder import state_folder
from gradstudio.studio.steps import Cursor

if TYPE_CHECKING:
    from gradstudio.studio.session import Session

FOLDER = "recovery"


@dataclass(frozen=True, slots=True)
class Claim:
    """A journal of an earlier time that is to be gone on with; its lock is held already."""

    name: str
    hold: Hold


class Keeper:
    """One journal for each document that the session shows. A journal is taken away when its document is closed with
    nothing unsaved in it, or when the person throws that away; else it stays for the next start.

    Event: said(line), when nothing can be written, and when another window has the same file open.
    """

    def __init__(self, session: Session) -> None:
        self.said: Event[[str]] = Event()
        self.folder = state_folder() / FOLDER
        self._session = session
        self._document, self._history = session.document, session.history
        self._path: Path | None = None
        self._cursor: Cursor | None = None
        self._is_discarded = False
        self._claim: Claim | None = None
        self._scribe = Scribe(self.folder, session.runs.post, self.said.emit, self._go_on, self._on_met)
        self._begin()
        session.document_changed.connect(self._on_document_changed)

    def take_over(self, claim: Claim, cursor: Cursor | None) -> None:
        """The next document that the session shows goes on with the journal of an earlier time."""
        self._claim, self._cursor = claim, cursor

    def discard(self) -> None:
        """The person throws away what is not saved, once the document is closed."""
        self._is_discarded = True

    def saved(self) -> None:
        """The file was saved or read again. It holds the text now, unless that was changed in the meantime."""
        path, before = self._document.path, self._path
        self._path = path
        self._scribe.saved(self._snapshot(), self._document.is_modified, path != before)

    def flush(self) -> None:
        """Something may go wrong now: have the disk keep what was typed."""
        self._scribe.flush()

    def close(self) -> None:
        """The session is over."""
        self._end()
        self._scribe.close()

    # inside

    def _begin(self) -> None:
        self._document, self._history = self._session.document, self._session.history
        self._path = self._document.path
        self._is_discarded = False
        self._history.noted.connect(self._on_noted)
        self._document.changed.connect(self._on_changed)
        claim, self._claim = self._claim, None
        if claim is None:
            self._cursor = None
        name, hold = (claim.name, claim.hold) if claim is not None else (str(uuid.uuid4()), None)
        self._scribe.begin(name, self._snapshot(), claim is not None or self._document.is_modified, hold)

    def _end(self) -> None:
        self._history.noted.disconnect(self._on_noted)
        self._document.changed.disconnect(self._on_changed)
        is_lost = self._document.is_modified
        if is_lost and self._is_discarded and self._document.text.strip():
            self._session.backups.keep_discarded(self._path, self._document.text)
        self._scribe.end(is_lost and not self._is_discarded)

    def _on_document_changed(self) -> None:
        self._end()
        self._begin()

    def _on_noted(self, what: Note | Move) -> None:
        self._is_discarded = False
        if isinstance(what, Note):
            self._cursor = what.after or self._cursor
        self._scribe.note(what)

    def _on_changed(self) -> None:
        """The file is gone, or is to be another one: nowhere else is the text that it held."""
        if self._document.is_modified and self._document.text == self._document.basis.text:
            self._go_on()

    def _go_on(self) -> None:
        """The scribe needs to know all of it again."""
        self._scribe.go_on(self._snapshot(), self._document.is_modified)

    def _snapshot(self) -> Snapshot:
        document, history = self._document, self._history
        return Snapshot(
            document.basis, document.text, history.steps, history.at, history.is_whole, self._cursor, time.time()
        )

    def _on_met(self, holder: Holder) -> None:
        self.said.emit(
            f"{plain(self._document.name, 100)} is also open in another GradStudio window (pid {holder.pid}). "
            "Both can save; whoever saves second is asked first."
        )
