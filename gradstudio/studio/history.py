"""History: the steps of one text that can be undone and made again, each with a name, wherever it was made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gradstudio.picture.fonts import plain
from gradstudio.studio.events import Event
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


@dataclass(frozen=True, slots=True)
class Note:
    """How a text was changed, and all that a history takes to record the same again."""

    changes: tuple[Change, ...]  # from the text before to the text after, whatever it was joined with
    name: str  # "" for what was typed
    before: Cursor | None
    after: Cursor | None
    line: int | None
    time: float
    is_joined: bool  # whether it went on with the last step


@dataclass(frozen=True, slots=True)
class Move:
    """So many steps were undone (below 0) or made again."""

    by: int


class History:
    """What was done to a text, in order. It holds no text: whoever asks for one brings the present one.

    Steps up to `at` are done, those after it were undone. Typing goes on with the last step while it is the same word,
    in the same place, without a pause; edits with the same `merge` go on with it until `settle`.

    Event: noted(Note | Move) after each change; `repeat` of what was noted makes the same history again.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.noted: Event[[Note | Move]] = Event()
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
        is_joined = last is not None and bool(way) and way == self._open
        if is_joined and last is not None and not merge:
            is_joined = self._goes_on(last, changes[0], cursors, now)
        begin, end = cursors if cursors is not None else (None, None)
        note = Note(changes, name, begin, end, line, now, is_joined)
        if self._take(note, before, after):
            self._open = way
        self.noted.emit(note)

    def repeat(self, text: str, note: Note | Move) -> tuple[str, Cursor | None]:
        """Do again what was noted; gives the text afterwards and where the cursor was, if that is known.

        Raises ValueError where the text is not the one that it was noted in.
        """
        self._open = ""
        if isinstance(note, Note):
            after = applied(text, note.changes)
            if not note.changes or (note.is_joined and not self._steps):
                raise ValueError("a note does not fit the history")
            self._forget_undone()
            self._take(note, text, after)
            return after, note.after
        if not 0 <= self.at + note.by <= len(self._steps):
            raise ValueError("a move does not fit the history")
        state = self.go_to(text, self.at + note.by)
        return (state.text, state.cursor) if state is not None else (text, None)

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
        move = Move(at - self.at)
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
            self.noted.emit(move)
            return None
        assert cursor is not None
        self.noted.emit(move)
        return State(text, Cursor(min(cursor.anchor, len(text)), min(cursor.position, len(text))))

    # inside

    def _take(self, note: Note, before: str, after: str) -> bool:
        """Make a step of what was noted; False where it and the step that it goes on with come to nothing."""
        changes, begin = note.changes, note.before
        if note.is_joined:
            last = self._steps[-1]
            changes, begin = _together(last, changes, before, after), last.before
            self._drop(last)
        if changes:
            line = after.count("\n", 0, changes[0].start) + 1 if note.line is None else note.line
            step = Step(plain(note.name, LONGEST) or of_changes(changes), changes, begin, note.after, line, note.time)
            self._steps.append(step)
            self._size += step.size
        self.at = len(self._steps)
        self._forget_oldest()
        return bool(changes)

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
