"""What a window leaves that is ended without closing: a journal that nobody holds."""

from __future__ import annotations

import os
from pathlib import Path

from gradstudio.studio.document import Document
from gradstudio.studio.history import History
from gradstudio.studio.recovery.journal import Journal, Snapshot
from gradstudio.studio.state_folder import state_folder
from gradstudio.studio.steps import Cursor

FOLDER = "recovery"


def leave(name: str, document: Document, text: str, at: float = 1_700_000_000.0) -> Path:
    """The journal of a document whose text was changed into another one, in one step that is called "Typed"."""
    history = History()
    history.record(document.text, text, "Typed")
    cursor = Cursor(len(text), len(text))
    journal = Journal(state_folder() / FOLDER, name, print, print)
    snapshot = Snapshot(document.basis, text, history.steps, history.at, True, cursor, at)
    journal.begin(snapshot, True)
    assert journal._hold is not None
    os.close(journal._hold._handle)
    return journal.path
