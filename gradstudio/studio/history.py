"""History: the steps of one text that can be undone and made again, each with a name, wherever it was made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gradstudio.picture.fonts import plain
from gradstudio.studio.step_names import LONGEST, of_changes
from gradstudio.studio.steps import Change, Cursor, Step, applied, difference, inverse, joined, reverted

BYTES = 8 << 20
"""How much a history holds; the oldest steps go."""

PAUSE = 1.5
"""Seconds without a key after which typing is a new step."""

_TYPE, _BACKSPACE, _DELETE = "type", "backspace", "delete"


@dataclass(frozen=True, slots=True)
class State:
    """A text that the history leads to, and where its cursor was; or, without one, what changed last on the way."""

    text: str
    cursor: Cursor


class History:
    """What was done to a text, in order. It holds no text: whoever asks for one brings the present one.

    Steps up to `at` are done, those after it were undone. Typing goes on with the last step while it is the same word,
    in the same place, without a pause; edits with the same `merge` go on with it until `settle`.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._steps: list[Step] = []
        self._size = 0
        self._open = ""  # what the last step goes on with: a way of typing, or "=" and the `merge` of an edit
        self.at = 0
        self.is_whole = True  # whether undoing everything leads to the text it began with

    @classmethod
    def of(cls, steps: Iterable[Step], at: int, is_whole: bool) -> History:
        """A history that is taken up again."""
        made = cls()
        made._steps = list(steps)
        made._size = sum(step.size for step in made._steps)
        made.at, made.is_whole = at, is_whole
        return made

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, the undone ones last."""
        return tuple(self._steps)

    @property
    def undo_name(self) -> str:
        """The step that `undo` takes back; "" for none."""
        return self._steps[self.at - 1].name if self.at else ""

    @property
    def redo_name(self) -> str:
        """The step that `redo` makes again; "" for none."""
        return self._steps[self.at].name if self.at < len(self._steps) else ""

    def record(
        self,
        before: str,
        after: str,
        name: str = "",
        merge: str = "",
        cursors: tuple[Cursor, Cursor] | None = None,
        line: int | None = None,
    ) -> None:
        """The text has changed. Without a name it was typed, and the name says what; cursors: before and after.

        line: where it shows, where that is not the first place that changed; 0 for nowhere.
        """
        changes = difference(before, after, cursors[1].position if cursors is not None else -1)
        if not changes:
            return
        self._forget_undone()
        way = f"={merge}" if merge else "" if name else _way(changes, cursors)
        last = self._steps[-1] if self._steps else None
        now = self._clock()
        begin = cursors[0] if cursors is not None else None
        if last is not None and way and way == self._open and (merge or self._goes_on(last, changes[0], cursors, now)):
            changes = _together(last, changes, before, after)
            begin = last.before
            self._drop(last)
        if changes:
            if line is None:
                line = after.count("\n", 0, changes[0].start) + 1
            end = cursors[1] if cursors is not None else None
            step = Step(plain(name, LONGEST) or of_changes(changes), changes, begin, end, line, now)
            self._steps.append(step)
            self._size += step.size
            self._open = way
        self.at = len(self._steps)
        self._forget_oldest()

    def pause(self) -> None:
        """The cursor was moved: what is typed next is a step of its own."""
        if not self._open.startswith("="):
            self._open = ""

    def settle(self) -> None:
        """A gesture is over: the next edit is a step of its own, whatever it would go on with."""
        self._open = ""

    def undo(self, text: str) -> State | None:
        """The text before the last step; None without one."""
        return self.go_to(text, self.at - 1)

    def redo(self, text: str) -> State | None:
        """The text with the next step that was undone; None without one."""
        return self.go_to(text, self.at + 1)

    def go_to(self, text: str, at: int) -> State | None:
        """The text after so many steps; None where there is nothing to do, or where the text is not that of the steps:
        then they are forgotten, because they lead nowhere."""
        if not 0 <= at <= len(self._steps) or at == self.at:
            return None
        self._open = ""
        cursor = None
        try:
            while self.at > at:
                step = self._steps[self.at - 1]
                text = reverted(text, step.changes)
                cursor = step.before or _place(inverse(step.changes))
                self.at -= 1
            while self.at < at:
                step = self._steps[self.at]
                text = applied(text, step.changes)
                cursor = step.after or _place(step.changes)
                self.at += 1
        except ValueError:
            self._steps, self._size, self.at, self.is_whole = [], 0, 0, False
            return None
        assert cursor is not None
        return State(text, Cursor(min(cursor.anchor, len(text)), min(cursor.position, len(text))))

    # inside

    def _goes_on(self, last: Step, change: Change, cursors: tuple[Cursor, Cursor] | None, now: float) -> bool:
        """Whether what is typed or deleted belongs to the same word as the last step."""
        if cursors is None or last.after is None or now - last.time > PAUSE:
            return False
        before = cursors[0]
        if before.anchor != before.position or before.position != last.after.position:
            return False
        if self._open == _TYPE:
            typed = last.changes[0].new[: before.position - last.changes[0].start]
            return change.new[0].isspace() or not typed[-1:].isspace()
        gone = last.changes[0].old
        if self._open == _BACKSPACE:
            return change.old[-1].isspace() or not gone[:1].isspace()
        return change.old[0].isspace() or not gone[-1:].isspace()

    def _drop(self, last: Step) -> None:
        self._steps.pop()
        self._size -= last.size
        self._open = ""

    def _forget_undone(self) -> None:
        if self.at < len(self._steps):
            self._size -= sum(step.size for step in self._steps[self.at :])
            del self._steps[self.at :]
            self._open = ""

    def _forget_oldest(self) -> None:
        """Keep within the size, but never without the last step."""
        gone = 0
        while self._size > BYTES and gone < len(self._steps) - 1:
            self._size -= self._steps[gone].size
            gone += 1
        if gone:
            del self._steps[:gone]
            self.at -= gone
            self.is_whole = False


def _way(changes: tuple[Change, ...], cursors: tuple[Cursor, Cursor] | None) -> str:
    """How a text was typed in, where more of it may follow; "" for what stands alone."""
    change = changes[0]
    if len(changes) > 1 or cursors is None or "\n" in change.old or "\n" in change.new:
        return ""
    before, is_selected = cursors[0].position, cursors[0].anchor != cursors[0].position
    if change.new:
        return _TYPE if not change.old or is_selected else ""
    if is_selected:
        return ""
    if before == change.start + len(change.old):
        return _BACKSPACE
    return _DELETE if before == change.start else ""


def _together(last: Step, changes: tuple[Change, ...], before: str, after: str) -> tuple[Change, ...]:
    """A step and what goes on with it, as one; () where it ends where it began."""
    if len(last.changes) == len(changes) == 1:
        one = joined(last.changes[0], changes[0])
        if one is not None:
            return (one,) if one.old or one.new else ()
    return difference(reverted(before, last.changes), after)


def _place(changes: tuple[Change, ...]) -> Cursor:
    """Behind the first place that is changed."""
    end = changes[0].start + len(changes[0].new)
    return Cursor(end, end)
