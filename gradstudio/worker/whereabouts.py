"""Which line of a program runs: noted now and then in a file that the window reads when it has to end the run."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import re
import sys
import threading
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from gradstudio.language.guards import busiest
from gradstudio.language.program import FILENAME

_NOTE = 0.2  # seconds between notes
_SILENCE = 1.5  # after this long without one, a single call must be holding the interpreter
_WIDTH = 120  # characters of a note
_READ = 64 << 10  # bytes of the file that the window looks at
_LINE = re.compile(rf'File "{FILENAME}", line (\d{{1,7}})(?:; line (\d{{1,7}}) ran (\d{{1,15}}) times)?')


class Place(NamedTuple):
    """Where a program was lately."""

    line: int = 0  # that was running, 0 if unknown
    loop: int = 0  # line of the loop that had run most passes, 0 for none
    times: int = 0  # how many


class Whereabouts:
    """The worker's side. A thread writes the running line. Where one long call keeps that thread from running, the
    interpreter's own watchdog, which needs no lock, writes the stack instead; the frames stand still then, so it reads
    them safely.

    file: the Notes' own, inherited. begin() starts the thread, which belongs after the rights are dropped.
    """

    def __init__(self, file: FileIO) -> None:
        self.line = 0  # that the run under way, or the last one, was at when it was noted
        self._file = file
        self._runner = 0  # the thread that runs the program
        self._is_running = threading.Event()
        self._is_over = threading.Event()

    def begin(self) -> None:
        """Start watching."""
        threading.Thread(target=self._watch, daemon=True, name="whereabouts").start()

    def start(self) -> None:
        """A run begins on this thread."""
        self._runner = threading.get_ident()
        self.line = 0
        self._file.truncate(0)
        self._write("")
        self._is_over.clear()
        faulthandler.dump_traceback_later(_SILENCE, file=self._file)
        self._is_running.set()

    def stop(self) -> None:
        """The run is over."""
        self._is_running.clear()
        self._is_over.set()
        faulthandler.cancel_dump_traceback_later()

    def _watch(self) -> None:
        while True:
            self._is_running.wait()
            if self._is_over.wait(_NOTE):
                continue
            frame = sys._current_frames().get(self._runner)
            while frame is not None and frame.f_code.co_filename != FILENAME:
                frame = frame.f_back
            if frame is not None:
                loop, times = busiest()
                self.line = frame.f_lineno
                self._write(f'File "{FILENAME}", line {frame.f_lineno}; line {loop} ran {times} times')
            del frame
            if self._is_running.is_set():
                faulthandler.dump_traceback_later(_SILENCE, file=self._file)

    def _write(self, note: str) -> None:
        """Put a note at the start of the file, over what stood there, in one write: a reader never finds it half gone.

        The watchdog writes where the file stands, which is its start again, so a newer stack also covers the note.
        """
        self._file.seek(0)
        self._file.write(note.ljust(_WIDTH).encode() + b"\n")
        self._file.seek(0)


class Notes:
    """The window's side: the file itself, opened before the child is there, so that nothing put in its place is read.

    child: the file number that the child inherits, to be closed once it has.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "where"
        self.child = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        self._file = path.open("rb", buffering=0)  # a place in it of its own: the child's is not moved
        with contextlib.suppress(OSError):
            path.unlink()  # where the system lets an open file go, nothing is left to be found

    def place(self) -> Place:
        """Where the program was lately."""
        try:
            self._file.seek(0)
            notes = self._file.read(_READ) or b""
        except (OSError, ValueError):
            return Place()
        found = _LINE.search(notes.decode(errors="replace").rpartition("Timeout")[2])
        return Place(*(int(group or 0) for group in found.groups())) if found else Place()

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(OSError):
            self._file.close()
