"""Somebody who types into a session of her own, whose program is then ended without closing anything."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from gradstudio.studio.events import Event
from gradstudio.studio.session import Session
from gradstudio.studio.settings import Settings
from gradstudio.studio.steps import Cursor


class Quiet:
    """Stands for Runs: runs nothing; what is posted waits until somebody looks."""

    def __init__(self) -> None:
        self.drawn: Event[[object]] = Event()
        self.finished: Event[[object]] = Event()
        self.outcome = self.view = None
        self.submitted: list[str] = []
        self.posted: list[Callable[[], None]] = []

    def post(self, what: Callable[[], None]) -> None:
        self.posted.append(what)

    def submit(self, text: str, *_: object, **__: object) -> None:
        self.submitted.append(text)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


class Person:
    """Types into a session of her own."""

    def __init__(self, folder: Path) -> None:
        self.runs = Quiet()
        self.session = Session(Settings(), self.runs, folder / "settings.json")  # type: ignore[arg-type]
        self.said: list[str] = []
        self.session.keeper.said.connect(self.said.append)
        self.at = 0

    @property
    def text(self) -> str:
        return self.session.document.text

    def type(self, keys: str) -> None:
        for key in keys:
            before = Cursor(self.at, self.at)
            text = self.text[: self.at] + key + self.text[self.at :]
            self.at += 1
            self.session.edit(text, cursor=(before, Cursor(self.at, self.at)))

    def hear(self) -> None:
        """Let everything be written, and what it led to be heard."""
        self.session.keeper.flush()
        self.session.keeper._scribe.wait()
        posted, self.runs.posted = self.runs.posted, []
        for what in posted:
            what()

    def hear_until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not is_so():
            assert time.monotonic() < end
            self.hear()

    def vanish(self) -> None:
        """The program is ended: nothing is closed, and the system gives the locks up."""
        self.hear()
        scribe = self.session.keeper._scribe
        hold = scribe._journal._hold if scribe._journal is not None else None
        scribe.close()
        if hold is not None:
            os.close(hold._handle)
