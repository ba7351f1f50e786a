"""Journal: one file that follows one document, so that its text is there again whatever ends the program."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradstudio.studio.document import Basis
from gradstudio.studio.history import Move, Note
from gradstudio.studio.private_files import write_private
from gradstudio.studio.reasons import placed
from gradstudio.studio.recovery.presence import Hold, is_same
from gradstudio.studio.recovery.records import FORM, Base, Edited, Moved, Record, Saved, line
from gradstudio.studio.steps import Cursor, Step

WRITE_EVERY, WRITE_AFTER = 0.2, 50
"""Seconds between two writes, and the number of edits that are not kept waiting so long."""

SYNC_EVERY = 2.0
"""Seconds between two times that the disk is told to keep what was written."""

RETRY_EVERY = 3.0
"""Seconds after which what could not be written is tried again."""

BYTES, RECORDS = 8 << 20, 10_000
"""What may follow the first record before the journal is begun anew."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document at one moment; `steps` and `at` are those of its history."""

    basis: Basis
    text: str
    steps: tuple[Step, ...]
    at: int
    is_whole: bool
    cursor: Cursor | None
    time: float

    def base(self) -> Base:
        """As the first record of a journal."""
        o = self.basis
        return Base(
            form=FORM,
            path=str(o.path) if o.path is not None else None,
            title=o.title,
            data_folder=str(o.data_folder) if o.data_folder is not None else None,
            raw=o.raw,
            has_bom=o.has_bom,
            digest=o.digest.hex(),
            text=None if self.text == o.text else self.text,
            steps=list(self.steps),
            at=self.at,
            is_whole=self.is_whole,
            cursor=self.cursor,
            time=self.time,
        )


class Journal:
    """The journal of one document. Everything happens on one thread; what is due when is in `due`.

    Nothing is written for a text that nobody changed. Where writing fails, `say` is called once with one line, and
    `wanted` every few seconds until a `begin` succeeds; it is called too when the journal has grown long. What is
    noted in between need not be written: the snapshot that is wanted holds it.
    """

    def __init__(
        self, folder: Path, name: str, say: Callable[[str], None], wanted: Callable[[], None], hold: Hold | None = None
    ) -> None:
        self.path = folder / f"{name}.jsonl"
        self.lock_path = folder / f"{name}.lock"
        self._say, self._wanted = say, wanted
        self._hold = hold
        self._file: Path | None = None
        self._base: Snapshot | None = None  # is to be written, with the next change if not at once
        self._is_changed = False  # it holds what the file does not
        self._notes: list[Record] = []
        self._handle = -1
        self._check = self._size = self._count = 0
        self._written = self._synced = 0.0  # when
        self._is_dirty = self._is_asked = self._is_troubled = False
        self._retry: float | None = None  # when to ask for a snapshot, because writing failed

    # what is kept; none of this raises

    def begin(self, snapshot: Snapshot, is_changed: bool) -> None:
        """Go on from here; is_changed: there is something to lose already, and not only from the next change on."""
        self._file = snapshot.basis.path
        self._base, self._is_changed, self._notes = snapshot, is_changed, []
        self._is_asked, self._retry = False, None
        self._attempt(self._write)

    def note(self, what: Note | Move, at: float) -> None:
        """The text was changed."""
        if self._retry is None:
            self._notes.append(Edited(what) if isinstance(what, Note) else Moved(what.by, at))
        if len(self._notes) >= WRITE_AFTER:
            self._attempt(self._write)

    def saved(self, path: Path, at: float) -> None:
        """The file holds the text now; `begin` comes next."""
        if self._retry is not None:
            self._attempt(lambda: self.path.unlink(missing_ok=True))  # it is behind the file
        elif self._handle >= 0:
            self._notes.append(Saved(str(path), at))
            self._attempt(self._write)

    def flush(self) -> None:
        """Write what was noted, and have the disk keep it."""
        self._attempt(self._write)
        self._attempt(self._sync)

    def hold(self) -> None:
        """Tell other windows which file is open here, and that this journal is being written. Raises OSError."""
        if self._hold is not None and not self._hold.is_there:
            self._hold.release(is_kept=True)
            self._hold = None
        if self._hold is None:
            self._hold = Hold.take(self.lock_path, self._file)
        else:
            self._hold.say(self._file)

    def end(self, is_kept: bool) -> None:
        """The document is closed: the journal is taken away, or kept for the next start."""
        if is_kept:
            self.flush()
        self._shut()
        if not is_kept:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    # when

    @property
    def due(self) -> float | None:
        """When `tick` has something to do; None for never."""
        if self._retry is not None:
            return self._retry
        times = []
        if self._notes:
            times.append(self._written + WRITE_EVERY)
        if self._is_dirty:
            times.append(self._synced + SYNC_EVERY)
        return min(times, default=None)

    def tick(self, now: float) -> None:
        """Do what is due."""
        if self._retry is not None:
            if now >= self._retry:
                self._retry = now + RETRY_EVERY
                self._wanted()
            return
        if self._notes and now >= self._written + WRITE_EVERY:
            self._attempt(self._write)
        if self._is_dirty and now >= self._synced + SYNC_EVERY:
            self._attempt(self._sync)

    # inside; what raises does so with OSError

    def _attempt(self, act: Callable[[], object]) -> None:
        """Do something that may fail. What was noted is given up then: it is in the snapshot that is asked for."""
        try:
            act()
        except Exception as error:
            if not isinstance(error, OSError):
                log.exception("a journal was not written")
            self._base, self._notes = None, []
            self._retry = time.monotonic() + RETRY_EVERY
            if not self._is_troubled:
                self._is_troubled = True
                self._say(_words(error, self.path.parent))

    def _write(self) -> None:
        if self._base is not None:
            if self._notes or self._is_changed:
                self._write_anew(self._base)
        elif self._notes:
            notes, self._notes = self._notes, []
            self._append(notes)
            if (self._size > BYTES or self._count > RECORDS) and not self._is_asked:
                self._is_asked = True
                self._wanted()

    def _write_anew(self, snapshot: Snapshot) -> None:
        """Replace the file by one that begins with a snapshot."""
        self.hold()
        first, check = line(snapshot.base(), 0)
        rows, check = _lines(self._notes, check)
        self._shut()  # Windows replaces no file that is open
        write_private(self.path, first + rows, is_durable=True)
        self._handle = os.open(
            self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        )
        self._check, self._size, self._count = check, len(rows), len(self._notes)
        self._base, self._notes = None, []
        self._written = self._synced = time.monotonic()
        self._is_dirty = self._is_troubled = False

    def _append(self, notes: Sequence[Record]) -> None:
        rows, self._check = _lines(notes, self._check)
        left = memoryview(rows)
        while left:
            left = left[os.write(self._handle, left) :]
        self._size += len(rows)
        self._count += len(notes)
        self._written = time.monotonic()
        self._is_dirty = True

    def _sync(self) -> None:
        if self._is_dirty and self._handle >= 0:
            os.fsync(self._handle)
            self._is_dirty = False
            self._synced = time.monotonic()
            if not is_same(self._handle, self.path):  # somebody took the folder away
                self._wanted()

    def _shut(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            self._is_dirty = False


def _lines(notes: Sequence[Record], check: int) -> tuple[bytes, int]:
    rows = []
    for note in notes:
        row, check = line(note, check)
        rows.append(row)
    return b"".join(rows), check


def _words(error: Exception, folder: Path) -> str:
    """Why, in one line for a person."""
    match error.errno if isinstance(error, OSError) else None:
        case errno.ENOSPC | errno.EDQUOT:
            why = "the disk is full"
        case errno.EROFS | errno.EACCES | errno.EPERM:
            why = "nothing can be written there"
        case _:
            why = (getattr(error, "strerror", None) or type(error).__name__).lower()
    return (
        f"What you type is not kept against a crash at the moment: {why} ({placed(folder)}). "
        "Save often; this is tried again by itself."
    )
