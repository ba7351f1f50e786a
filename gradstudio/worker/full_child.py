"""The child in role "full": runs one trusted program with all of the person's rights, as plain Python would.

Its standard streams are a pipe that a thread reads, so what the program, C code and other programs it starts print all
reaches the console, in order and cut at the same limit as in safe mode.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import secrets
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from gradstudio.language.limits import LimitReached
from gradstudio.worker.channel import Channel, Printer
from gradstudio.worker.child import Runner
from gradstudio.worker.messages import Ready, Run
from gradstudio.worker.whereabouts import Whereabouts

_SOON = 0.1  # seconds that printed text is collected for
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
        from gradstudio.language.full import full_syntax, run_full
        from gradstudio.language.program import Run as Done

        if request.check_only:
            problems = full_syntax(request.text)[1]
            return Done("error" if problems else "ok", list(problems))
        self._streams.begin(printer)
        try:
            return run_full(request.text, self._file, request.limits.ops, request.limits.memory)
        finally:
            self._streams.end()

    def _keep(self, request: Run, done: Any, trace: Any, printer: Printer) -> None:
        """Nothing: a full program is run whole every time."""


class _Streams:
    """Standard output and error as one pipe, read by a thread for the printer of the run under way."""

    def __init__(self) -> None:
        self._printer: Printer | None = None
        self._lock = threading.Lock()  # of the printer
        self._read, self._write = os.pipe()
        os.dup2(self._write, 1)
        os.dup2(self._write, 2)
        sys.stdout = sys.__stdout__ = _text_to(1)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _text_to(2)  # type: ignore[misc]
        self._mark = b""
        self._is_drained, self._is_fresh = threading.Event(), threading.Event()
        for work in (self._listen, self._tell):
            threading.Thread(target=work, daemon=True, name="streams").start()

    def begin(self, printer: Printer) -> None:
        """What is printed from now on is this printer's."""
        with self._lock:
            self._printer = printer

    def end(self) -> None:
        """Wait until all that was printed has been read; what comes later is nobody's."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):  # the program closed or replaced it
                stream.flush()
        self._is_drained.clear()
        self._mark = secrets.token_bytes(32)
        os.write(self._write, self._mark)
        self._is_drained.wait(_DRAIN)
        with self._lock:
            self._printer = None

    def _listen(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        held = b""
        while data := os.read(self._read, 1 << 16):
            held += data
            mark = self._mark
            if mark and mark in held:
                before, _, held = held.partition(mark)
                self._print(decoder.decode(before))
                self._mark = b""
                self._is_drained.set()
            cut = max(0, len(held) - (len(mark) - 1 if self._mark else 0))
            self._print(decoder.decode(held[:cut]))
            held = held[cut:]

    def _print(self, text: str) -> None:
        with self._lock:
            if text and self._printer is not None:
                try:
                    self._printer(text)
                except LimitReached:  # nothing more is shown; a person has allowed the program, so it may go on
                    self._printer.flush()
                    self._printer = None
                self._is_fresh.set()

    def _tell(self) -> None:
        """A program that prints a line and then computes for a minute: the line is shown soon."""
        while self._is_fresh.wait():
            self._is_fresh.clear()
            time.sleep(_SOON)
            with self._lock:
                if self._printer is not None:
                    self._printer.flush()


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
    channel.send(Ready(()))
    return runner


def _follow(window: int) -> None:
    """End this process and all that it started once the window has gone."""
    while os.getppid() == window:
        time.sleep(_LOOK)
    os.killpg(0, signal.SIGKILL)
