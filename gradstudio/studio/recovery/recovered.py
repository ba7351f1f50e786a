"""Recovered: what a journal leads to, read back after the program ended without closing it."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

from gradstudio.engine.regular_file import NotRead, read_regular
from gradstudio.studio import line_ends
from gradstudio.studio.document import Basis, Document, DocumentError
from gradstudio.studio.history import History, Move
from gradstudio.studio.history_files import is_sound
from gradstudio.studio.reading import tidy
from gradstudio.studio.recovery.records import Base, Edited, Moved, Saved, records
from gradstudio.studio.steps import Cursor

LARGEST = 512 << 20
"""Bytes of a journal that is read."""


class Unreadable(Exception):
    """Nothing can be had from a journal."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The text that a journal leads to, with all that belongs to it."""

    basis: Basis
    text: str
    history: History
    cursor: Cursor | None
    time: float  # of the last change
    is_saved: bool  # whether the file held this text when the program ended
    is_damaged: bool  # whether the end of the journal was lost

    @property
    def name(self) -> str:
        """What the window called it."""
        return self.basis.path.name if self.basis.path is not None else self.basis.title or "untitled.grad"

    @property
    def folder(self) -> Path | None:
        """Where its file lies."""
        return self.basis.path.parent if self.basis.path is not None else None

    def on_disk(self) -> str | None:
        """The text that its file holds now; None where there is none that can be read."""
        if self.basis.path is None:
            return None
        try:
            return Document.open(self.basis.path).text
        except DocumentError:
            return None

    @property
    def is_wanted(self) -> bool:
        """Whether there is something in it that would be lost."""
        path = self.basis.path
        if self.is_saved or (self.text == self.basis.text and (path is None or path.exists())):
            return False
        return self.text != self.on_disk() and bool(self.text.strip() or self.basis.text.strip())

    def document(self) -> Document:
        """As it was: at its path and not saved."""
        return Document.recovered(self.basis, self.text)

    def copy(self) -> Document:
        """As another text beside the file, without a place of its own yet."""
        o = self.basis
        stem, ending = os.path.splitext(self.name)  # noqa: PTH122 (a name, not a path)
        folder = self.folder or o.data_folder
        basis = Basis(None, f"{stem} (recovered){ending}", folder, "", [""], [""], o.has_bom, b"")
        return Document.recovered(basis, self.text)


def read_journal(path: Path) -> Recovered:
    """What a journal leads to, up to where it is damaged. Raises Unreadable, NewerJournal and OSError."""
    try:
        data = read_regular(path, LARGEST)[0]
    except NotRead:
        raise Unreadable from None
    found, is_whole = records(data)
    if not found or not isinstance(base := found[0], Base):
        raise Unreadable
    basis, history = _basis(base), _history(base)
    text, cursor, at = basis.text if base.text is None else base.text, base.cursor, base.time
    is_saved = False
    for record in found[1:]:
        is_saved = isinstance(record, Saved)
        try:
            match record:
                case Edited(note):
                    text, cursor = _with(cursor, *history.repeat(text, note))
                    at = note.time
                case Saved(kept_as):
                    basis = replace(basis, path=_path(kept_as))
                case Moved(by, moment):
                    text, cursor = _with(cursor, *history.repeat(text, Move(by)))
                    at = moment
        except ValueError:
            is_whole = False
            break
    if cursor is not None:
        cursor = Cursor(*(min(max(place, 0), len(text)) for place in (cursor.anchor, cursor.position)))
    return Recovered(basis, text, history, cursor, _moment(at), is_saved, not is_whole)


def _moment(said: float) -> float:
    """A time that has been: whatever stands in a journal, it can be sorted and written as a date."""
    return min(max(said, 0.0), time.time()) if math.isfinite(said) else 0.0


def _path(said: str | None) -> Path | None:
    """A path that a file can have; None for none."""
    try:
        return Path(said) if said and b"\0" not in os.fsencode(said) else None
    except ValueError:  # half of a pair of characters
        return None


def _with(before: Cursor | None, text: str, cursor: Cursor | None) -> tuple[str, Cursor | None]:
    return text, cursor or before


def _basis(base: Base) -> Basis:
    lines, ends = line_ends.split(base.raw)
    try:
        digest = bytes.fromhex(base.digest)
    except ValueError:
        raise Unreadable from None
    return Basis(
        _path(base.path),
        tidy(base.title),
        _path(base.data_folder),
        "\n".join(lines),
        lines,
        ends,
        base.has_bom,
        digest,
    )


def _history(base: Base) -> History:
    """The steps until the journal began; the checksum says that they lead to its text."""
    if not 0 <= base.at <= len(base.steps) or not all(map(is_sound, base.steps)):
        return History.of((), 0, False)
    return History.of(base.steps, base.at, base.is_whole)
