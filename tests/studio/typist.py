"""A person who types, over a history and a clock of their own."""

from __future__ import annotations

from gradstudio.studio.history import History
from gradstudio.studio.steps import Cursor


class Desk:
    """A text, a cursor and a clock, and a person who types."""

    def __init__(self, text: str = "", at: int | None = None) -> None:
        self.now = 1000.0
        self.history = History(lambda: self.now)
        self.text = text
        self.cursor = Cursor(at, at) if at is not None else Cursor(len(text), len(text))

    def _replace(self, start: int, end: int, new: str, name: str = "") -> None:
        before, cursor = self.text, self.cursor
        self.text = before[:start] + new + before[end:]
        self.cursor = Cursor(start + len(new), start + len(new))
        self.history.record(before, self.text, name, cursors=(cursor, self.cursor))

    def type(self, text: str) -> None:
        for key in text:
            ends = sorted((self.cursor.anchor, self.cursor.position))
            self._replace(ends[0], ends[1], key)

    def backspace(self, times: int = 1) -> None:
        for _ in range(times):
            self._replace(self.cursor.position - 1, self.cursor.position, "")

    def delete(self, times: int = 1) -> None:
        for _ in range(times):
            self._replace(self.cursor.position, self.cursor.position + 1, "")

    def paste(self, text: str) -> None:
        self._replace(self.cursor.position, self.cursor.position, text, "Paste")

    def move(self, anchor: int, position: int | None = None) -> None:
        self.cursor = Cursor(anchor, anchor if position is None else position)
        self.history.pause()

    def apply(self, text: str, name: str, merge: str = "") -> None:
        before, self.text = self.text, text
        self.history.record(before, text, name, merge)

    def names(self) -> list[str]:
        return [step.name for step in self.history.steps]

    def back(self) -> str:
        state = self.history.undo(self.text)
        assert state is not None
        self.text, self.cursor = state.text, state.cursor
        return self.text

    def on(self) -> str:
        state = self.history.redo(self.text)
        assert state is not None
        self.text, self.cursor = state.text, state.cursor
        return self.text
