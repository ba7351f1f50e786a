"""The child in role "full": runs one trusted program with all of the person's rights, as plain Python would.

Its standard streams are a pipe that a thread reads, so what the program, C code and other programs it starts print all
reaches the console, in order and cut at the same limit as in safe mode.
"""

from __future__ import annotations

import codecs
import io
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gradstudio.worker.child import Channel, Printer, Runner
from gradstudio.worker.messages import Run
from gradstudio.worker.whereabouts import Whereabouts

_DRAIN = 2.0  # seconds to wait for the rest of what was printed
_LOOK = 0.5  # seconds between looks whether the window is still there


class FullRunner(Runner):
    """Runs a program for the person, beside its file."""

    def __init__(self, channel: Channel, whereabouts: Whereabouts, file: Path | None) -> None:
        super().__init__(channel, whereabouts)
        self._file = file
        self._streams = _Streams()

    def _repeated(self, request: Run) -> bool:
        return False

    def _perform(self, request: Run, printer: Printer) -> Any:
        from gradstudio.language.full import run_full

        self._streams.read_by = printer
        try:
            return run_full(request.text, self._file, request.limits.ops, request.limits.memory)
        finally:
            self._streams.drain()

    def _keep(self, request: Run, done: Any, trace: Any, printer: Printer) -> None:
        """Nothing: a full program is run whole every time."""


class _Streams:
    """Standard output and error as one pipe, read by whoever is to hear it."""

    def __init__(self) -> None:
        self.read_by: Callable[[str], None] = lambda text: None
        self._read, self._write = os.pipe()
        os.dup2(self._write, 1)
        os.dup2(self._write, 2)
        sys.stdout = sys.__stdout__ = _text_to(1)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _text_to(2)  # type: ignore[misc]
        self._mark = b""
        self._is_drained = threading.Event()
        threading.Thread(target=self._listen, daemon=True, name="streams").start()

    def drain(self) -> None:
        """Wait until all that was printed has been read."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                continue  # the program closed or replaced it
        self._is_drained.clear()
        self._mark = secrets.token_bytes(32)
        os.write(self._write, self._mark)
        self._is_drained.wait(_DRAIN)

    def _listen(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        held = b""
        while data := os.read(self._read, 1 << 16):
            held += data
            mark = self._mark
            if mark and mark in held:
                before, _, held = held.partition(mark)
                self.read_by(decoder.decode(before))
                self._mark = b""
                self._is_drained.set()
            keep = len(mark) - 1 if self._mark else 0
            cut = max(0, len(held) - keep)
            if cut:
                self.read_by(decoder.decode(held[:cut]))
                held = held[cut:]


def _text_to(handle: int) -> io.TextIOWrapper:
    """A stream as Python makes it at its start, but for a pipe."""
    raw = os.fdopen(handle, "wb", closefd=False)
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", line_buffering=True)


def begin(channel: Channel, whereabouts: Whereabouts, window: int, folder: str, file: str) -> FullRunner:
    """Go where the program is to run; "" for a text without a folder or file. window: the process to end with."""
    whereabouts.begin()
    runner = FullRunner(channel, whereabouts, Path(file) if file else None)
    if folder:
        os.chdir(folder)
    if sys.platform != "win32":
        threading.Thread(target=_follow, args=(window,), daemon=True, name="window").start()
    return runner


def _follow(window: int) -> None:
    """End this process and all that it started once the window has gone."""
    while os.getppid() == window:
        time.sleep(_LOOK)
    os.killpg(0, signal.SIGKILL)
