"""Which line of a program runs: noted now and then in a file that the window reads when it has to end the run."""

from __future__ import annotations

import contextlib
import faulthandler
import re
import sys
import threading
from io import FileIO
from pathlib import Path

from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.language.program import FILENAME

NAME = "where"
"""Name of the file, in the worker's private folder."""

_NOTE = 0.2  # seconds between notes
_SILENCE = 1.5  # after this long without one, a single call must be holding the interpreter
_WIDTH = 80  # characters of a note
_LINE = re.compile(rf'File "{FILENAME}", line (\d+)')


class Whereabouts:
    """A thread writes the running line. Where one long call keeps that thread from running, the interpreter's own
    watchdog, which needs no lock, writes the stack instead; the frames stand still then, so it reads them safely.

    The file is opened before the rights are dropped.
    """

    def __init__(self) -> None:
        self._file: FileIO | None = None
        self._runner = 0  # the thread that runs the program
        self._is_running = threading.Event()
        self._is_over = threading.Event()
        with contextlib.suppress(OSError):
            self._file = Path(NAME).open("wb+", buffering=0)  # noqa: SIM115  (it stays open as long as the process)
            threading.Thread(target=self._watch, daemon=True, name="whereabouts").start()

    def start(self) -> None:
        """A run begins on this thread."""
        if self._file is not None:
            self._runner = threading.get_ident()
            self._file.truncate(0)
            self._write("")
            self._is_over.clear()
            faulthandler.dump_traceback_later(_SILENCE, file=self._file)
            self._is_running.set()

    def stop(self) -> None:
        """The run is over."""
        if self._file is not None:
            self._is_running.clear()
            self._is_over.set()
            faulthandler.cancel_dump_traceback_later()

    def _watch(self) -> None:
        while True:
            self._is_running.wait()
            if self._is_over.wait(_NOTE) or self._file is None:
                continue
            frame = sys._current_frames().get(self._runner)
            while frame is not None and frame.f_code.co_filename != FILENAME:
                frame = frame.f_back
            if frame is not None:
                self._write(f'File "{FILENAME}", line {frame.f_lineno}')
            del frame
            if self._is_running.is_set():
                faulthandler.dump_traceback_later(_SILENCE, file=self._file)

    def _write(self, note: str) -> None:
        """Put a note at the start of the file, over what stood there, in one write: a reader never finds it half gone.

        The watchdog writes where the file stands, which is its start again, so a newer stack also covers the note.
        """
        assert self._file is not None
        self._file.seek(0)
        self._file.write(note.ljust(_WIDTH).encode() + b"\n")
        self._file.seek(0)


def noted_line(folder: Path) -> int:
    """The line that the worker with this private folder was running lately, 0 if unknown."""
    try:
        notes = (folder / NAME).read_text(errors="replace")[-20_000:]
    except OSError:
        return 0
    found = _LINE.findall(notes.rpartition("Timeout")[2])
    return int(found[0]) if found else 0


def whole_line(text: str, line: int) -> Span:
    """The place of a whole line of a program, without its indentation."""
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return NO_SPAN
    content = lines[line - 1]
    return line, len(content) - len(content.lstrip()), line, len(content.rstrip())
