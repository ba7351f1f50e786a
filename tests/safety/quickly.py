"""The command's own way from a file to a verdict, but with one worker for all cases: a case takes milliseconds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gradstudio.cli import program
from gradstudio.cli.terminal import Refusal
from gradstudio.worker.client import Client
from gradstudio.worker.messages import Finished, Printed, Reply


class Once:
    """Stands in for run_once: runs a program in a worker that stays, and waits for its end."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._printed: list[str] = []
        self._finished: list[Finished] = []
        self.client = Client(self._receive)

    def _receive(self, message: Reply) -> None:
        if isinstance(message, Printed):
            self._printed.append(message.text)
        elif isinstance(message, Finished):
            self._finished.append(message)
            self._done.set()

    def __call__(self, text: str, *rest: Any, **more: Any) -> tuple[Finished, str]:
        self._done.clear()
        self._printed.clear()
        self._finished.clear()
        self.client.run(text, *rest, **{"want_values": True, **more} if len(rest) < 3 else more)
        assert self._done.wait(60.0), "the run never ended"
        return self._finished[0], "".join(self._printed)


@dataclass(frozen=True)
class Said:
    """What the command would have given: its verdict, its lines, the values, and whether it opened the file at all."""

    verdict: str
    lines: list[str]
    values: dict[str, Any]
    printed: str = ""
    opened: bool = True


@contextmanager
def one_worker() -> Iterator[Once]:
    """The command's run_once with a worker that stays."""
    with pytest.MonkeyPatch.context() as patched:
        once = Once()
        patched.setattr(program, "run_once", once)
        try:
            yield once
        finally:
            once.client.close()


def said(file: Path, seconds: float = 10.0) -> Said:
    """Run a file as `gradstudio run` does."""
    try:
        ran = program.run(file, seconds)
    except Refusal as refusal:
        return Said("refused", [f"gradstudio: {refusal}"], {}, opened=False)
    lines = [program.described(ran.name, p) for p in ran.finished.problems if p.severity == "error"]
    verdict = "error" if ran.finished.status == "died" else ran.finished.status
    return Said(verdict, lines, ran.finished.values, ran.printed)
