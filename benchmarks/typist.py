"""Somebody who types and saves without end, and notes elsewhere what the text is going to be; for `kills.py`.

Each note is one line: the clock, and the hash of the text (or of the file's bytes) that comes next. It is written
before the session hears of it, so a text that a journal holds is always noted.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

from gradstudio.studio.edits.edit import Edit
from gradstudio.studio.events import Event
from gradstudio.studio.session import Session
from gradstudio.studio.settings import Settings
from gradstudio.studio.steps import Cursor

TEXT = "".join(f"a{k} = sin({k}.0) * {k}.5  # line {k}\n" for k in range(120))
KEYS = "abcxyz01 =+*().\n"


class NoRuns:
    """Stands for Runs: runs nothing."""

    def __init__(self) -> None:
        self.drawn: Event[[object]] = Event()
        self.finished: Event[[object]] = Event()
        self.outcome = self.view = None

    def post(self, what: Callable[[], None]) -> None:
        what()

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


class Log:
    """What the text is going to be, and when."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, kind: str, data: bytes) -> None:
        line = f"{time.monotonic():.6f} {kind} {hashlib.sha256(data).hexdigest()}\n"
        os.write(self._handle, line.encode())


def session_of(folder: Path) -> Session:
    """A session without a window, whose state lies in a folder."""
    os.environ["GRADSTUDIO_STATE"] = str(folder / "state")
    return Session(Settings(), NoRuns(), folder / "settings.json")  # type: ignore[arg-type]


def edit_for_ever(folder: Path, seed: int) -> None:
    """Type 10 to 20 changes a second: keys, deletions, pastes, sliders, undo and redo, into a file or into none."""
    chance = random.Random(seed)
    session, log = session_of(folder), Log(folder / "log")
    if chance.random() < 0.7:
        session.open(folder / "a.grad")
    at = 0
    while True:
        text = session.document.text
        what = chance.random()
        at = min(at, len(text))
        if what < 0.7:
            new = chance.choice(KEYS)
            at = _put(session, log, text, at, at, new)
        elif what < 0.8 and at:
            at = _put(session, log, text, at - 1, at, "")
        elif what < 0.84:
            at = chance.randrange(len(text) + 1)
            session.pause()
        elif what < 0.88:
            at = _put(session, log, text, at, min(at + 30, len(text)), "w = 1.0\nv = w * w\n")
        elif what < 0.93:
            for k in range(3):
                after = session.document.text + f"# {k}"
                log.note("text", after.encode())
                session.apply(Edit("Turn", after), "turn")
            session.settle()
        else:
            history = session.history
            to = history.at + chance.choice((-2, -1, -1, 1))
            if 0 <= to <= len(history.steps):
                _note_step(session, log, to)
                session.go_to_step(to)
        time.sleep(chance.uniform(0.05, 0.1))


def save_for_ever(folder: Path, seed: int) -> None:
    """Change a line and save, again and again."""
    chance = random.Random(seed)
    session, log = session_of(folder), Log(folder / "log")
    session.open(folder / "a.grad")
    number = 0
    while True:
        number += 1
        text = f"n = {number}\n" + TEXT * chance.choice((1, 1, 20))
        log.note("text", text.encode())
        session.edit(text)
        log.note("file", text.encode())
        session.save()


def _put(session: Session, log: Log, text: str, start: int, end: int, new: str) -> int:
    after = text[:start] + new + text[end:]
    log.note("text", after.encode())
    to = start + len(new)
    session.edit(after, cursor=(Cursor(start, end), Cursor(to, to)))
    return to


def _note_step(session: Session, log: Log, to: int) -> None:
    """What going to a step is going to lead to."""
    from gradstudio.studio.history import History

    history = History.of(session.history.steps, session.history.at, True)
    state = history.go_to(session.document.text, to)
    if state is not None:
        log.note("text", state.text.encode())
