"""History files: the history of a saved text, kept in the user's state folder until the file is opened again."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from gradstudio.language.limits import FILE_BYTES
from gradstudio.picture.fonts import plain
from gradstudio.studio.history import History
from gradstudio.studio.private_files import write_private
from gradstudio.studio.state_folder import state_folder
from gradstudio.studio.step_names import LONGEST
from gradstudio.studio.steps import Step, applied, reverted

FILE_LIMIT = 4 << 20
"""Bytes of one history; older steps are left out."""

FILES = 200
"""How many histories are kept; those that were written longest ago go."""

_WORK = 200 << 20  # characters that may be gone through to see whether a history fits its text
_FORM = 1  # of these files; another one is not read
_LATEST = 1e11  # a time beyond which no step was made

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct):
    """What stands in a file. `done` and `undone` begin with the step next to the text."""

    form: int
    text: str  # hash of the saved text
    is_whole: bool
    done: list[Step]
    undone: list[Step]


class HistoryFiles:
    """Writes on a thread of its own, one after the other. Where that goes wrong there is no history, and no error."""

    def __init__(self) -> None:
        self._writer: ThreadPoolExecutor | None = None

    def keep(self, path: Path, text: str, history: History) -> None:
        """Write the history of a text that was just saved; returns at once."""
        if self._writer is None:
            self._writer = ThreadPoolExecutor(1, "history")
        target, steps = history_path(path), history.steps
        self._writer.submit(_write, target, text, steps[: history.at][::-1], steps[history.at :], history.is_whole)

    def close(self) -> None:
        """Wait until all is written."""
        if self._writer is not None:
            self._writer.shutdown()
            self._writer = None


def history_path(path: Path) -> Path:
    """Where the history of a file lies."""
    name = hashlib.sha256(os.path.abspath(path).encode("utf-8", "surrogateescape")).hexdigest()  # noqa: PTH100
    return state_folder() / "history" / f"{name}.json"


def read_history(path: Path, text: str) -> History | None:
    """The history that led to this text of a file; None for none, for that of another text, and for anything odd."""
    try:
        with history_path(path).open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
        if len(data) > FILE_LIMIT:
            return None
        kept = msgspec.json.decode(data, type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        return None
    if kept.form != _FORM or kept.text != _hash(text):
        return None
    if not all(map(is_sound, (*kept.done, *kept.undone))):
        return None
    return _fitting(text, kept)


def _fitting(text: str, kept: _Kept) -> History | None:
    """The history, if its steps lead from the text back and on; so many of them as can be tried in a short time."""
    work = 0
    counts = []
    for steps, make in ((kept.done, reverted), (kept.undone, applied)):
        at, count = text, 0
        for step in steps:
            if work > _WORK:
                break
            try:
                at = make(at, step.changes)
            except ValueError:
                return None
            if len(at) > FILE_BYTES:
                return None
            work += len(at)
            count += 1
        counts.append(count)
    done, undone = counts
    steps_in_order = (*kept.done[:done][::-1], *kept.undone[:undone])
    return History.of(steps_in_order, done, kept.is_whole and done == len(kept.done))


def is_sound(step: Step) -> bool:
    """Whether a step is of the form that the history makes."""
    if not step.name or plain(step.name, LONGEST) != step.name or not step.changes:
        return False
    if not (math.isfinite(step.time) and 0 <= step.time < _LATEST) or not 0 <= step.line <= FILE_BYTES:
        return False
    cursors = [c for c in (step.before, step.after) if c is not None]
    if any(not 0 <= place <= FILE_BYTES for c in cursors for place in (c.anchor, c.position)):
        return False
    end = -1
    for change in step.changes:
        if change.start <= end or change.old == change.new or not all(map(_is_text, (change.old, change.new))):
            return False
        end = change.start + len(change.old)
    return True


def _is_text(text: str) -> bool:
    return not any(c in text for c in "\0\r\u2029\ufdd0\ufdd1")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _write(target: Path, text: str, done: tuple[Step, ...], undone: tuple[Step, ...], is_whole: bool) -> None:
    try:
        write_private(target, _encoded(text, done, undone, is_whole))
        _forget_old(target.parent)
    except Exception:
        log.warning("a history was not kept", exc_info=True)


def _encoded(text: str, done: tuple[Step, ...], undone: tuple[Step, ...], is_whole: bool) -> bytes:
    """The file, with so many steps as it has room for, those next to the text first."""
    room = FILE_LIMIT - 1000
    kept: list[list[Any]] = []
    for steps in (done, undone):
        kept.append([])
        for step in steps:
            raw = msgspec.json.encode(step)
            room -= len(raw) + 1
            if room < 0:
                break
            kept[-1].append(msgspec.Raw(raw))
    table = {"form": _FORM, "text": _hash(text), "is_whole": is_whole and len(kept[0]) == len(done)}
    return msgspec.json.encode({**table, "done": kept[0], "undone": kept[1]})


def _forget_old(folder: Path) -> None:
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[FILES:]:
        with contextlib.suppress(OSError):
            file.unlink()
