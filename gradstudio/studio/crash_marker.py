"""Crash marker: which text was running, noted where the next start finds it if the whole program was ended over it.

One file a process, held open and locked as long as the process lives, so that a note of a live window is not taken for
that of a dead one. A note is one short write without flushing: it costs microseconds, and a page of the operating
system survives the end of a process (though not that of the machine).
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

from gradstudio.studio.file_lock import lock

_WIDTH = 72
_IDLE = b"idle".ljust(_WIDTH) + b"\n"
_NOTE = re.compile(rb"running ([0-9a-f]{64})\n")
_KEPT = 20  # notes of ended processes; older ones go
_LOOKED_AT = 200


class CrashMarker:
    """This process's note, and what ended processes left. Without a place to write there is none, and no error."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._handle = -1
        self._path: Path | None = None

    def stopped(self) -> frozenset[str]:
        """Digests of texts that ran when their process was ended. They stay noted until `forget`."""
        found: dict[Path, str] = {}
        for path in self._notes():
            digest = _left_in(path)
            if digest is None:
                continue
            if digest and len(found) < _KEPT:
                found[path] = digest
            else:
                with contextlib.suppress(OSError):
                    path.unlink()
        return frozenset(found.values())

    def forget(self, digest: str) -> None:
        """A text ran to an end: what was noted of it is over."""
        for path in self._notes():
            if _left_in(path) == digest:
                with contextlib.suppress(OSError):
                    path.unlink()

    def begin(self, digest: str) -> None:
        """A text begins to run."""
        if digest:
            self._write(b"running " + digest.encode("ascii") + b"\n", is_first=True)

    def end(self) -> None:
        """Nothing runs any more."""
        self._write(_IDLE)

    def close(self) -> None:
        """The process ends in the usual way: leave nothing behind."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            if self._path is not None:
                with contextlib.suppress(OSError):
                    self._path.unlink(missing_ok=True)
        self._handle, self._path = -1, None

    def _notes(self) -> list[Path]:
        """Files of this and other processes, the newest first."""
        if self._folder is None:
            return []
        try:
            return sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[:_LOOKED_AT]
        except OSError:
            return []

    def _write(self, note: bytes, is_first: bool = False) -> None:
        if self._handle < 0 and is_first and self._path is None:
            self._open()
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.lseek(self._handle, 0, os.SEEK_SET)
                os.write(self._handle, note)

    def _open(self) -> None:
        """Make the file; it gets its name only when it is locked."""
        if self._folder is None:
            return
        self._path = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}"
        fresh = self._path.with_suffix(".new")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        except OSError:
            return
        try:
            if lock(handle):
                fresh.rename(self._path)
                self._handle = handle
                return
        except OSError:
            pass
        os.close(handle)


def _left_in(path: Path) -> str | None:
    """The digest in the note of an ended process, "" for a note that says nothing; None while its process lives."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        return None
    try:
        if not lock(handle):
            return None
        os.lseek(handle, 0, os.SEEK_SET)
        found = _NOTE.fullmatch(os.read(handle, _WIDTH + 1))
        return found[1].decode("ascii") if found else ""
    except OSError:
        return None
    finally:
        os.close(handle)
