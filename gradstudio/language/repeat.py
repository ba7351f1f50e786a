"""The last run, ready to be repeated for a text that differs from its text in one input only."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradstudio.engine.recorder import Recorder
from gradstudio.engine.replay import NotReplayableError, Replay
from gradstudio.engine.trace import Flow, Kind, Span, Summaries, Trace
from gradstudio.engine.witness import Witness
from gradstudio.language import limits
from gradstudio.language.inputs import Change, Input, change, inputs_of


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a run on another input leaves: the columns in which its trace differs from that of the run before."""

    span: np.ndarray
    values: Summaries
    flows: tuple[Flow, ...]


class Repeat:
    """Repeats one finished run. text: what ran; trace: what was made of its recorder.

    Nothing is prepared before the first text that might be the same program.
    """

    def __init__(self, text: str, recorder: Recorder, witness: Witness, trace: Trace) -> None:
        self._text = text
        self._recorder = recorder
        self._witness = witness
        self._trace = trace
        self._span = trace.records.span
        self._replay: Replay | None = None
        self._inputs: list[Input] = []
        self._leaves: dict[int, list[int]] = {}  # where an input was in the first text -> its records
        self._is_over = False

    def again(self, text: str) -> Renewal | None:
        """The run of a text; None if it has to be run in earnest. After that nothing can be repeated any more."""
        try:
            found = None if self._is_over else self._found(text)
        except MemoryError:
            found = None  # the run in earnest says so, if it does not fit either
        if found is None:
            self._is_over = True
            self._replay = None
        return found

    def _found(self, text: str) -> Renewal | None:
        if text == self._text:
            return self._renewal() if self._prepared() else None
        what = change(self._text, text)
        if what is None or not self._prepared():
            return None
        number = bisect_left(self._inputs, what.start, key=lambda i: i.start)
        if number == len(self._inputs) or self._inputs[number].start != what.start:
            return None
        given = self._inputs[number]
        longer = len(what.new) - (what.end - what.start)
        if given.end != what.end or self._is_seen(given, longer) or _line_length(text, what) > limits.LINE_CHARACTERS:
            return None
        assert self._replay is not None
        value = float(what.new)
        tensors = self._recorder.tensors
        if not self._replay.run({r: _with(tensors[r].value, given, value) for r in self._leaves[id(given)]}):
            return None
        self._moved(number, value, longer)
        self._text = text
        return self._renewal()

    def _renewal(self) -> Renewal:
        return Renewal(self._span, self._recorder.values(), self._recorder.flows())

    def _prepared(self) -> bool:
        if self._replay is not None:
            return True
        made: dict[Span, list[int]] = {}
        assigned = {id(t) for t, _, _ in self._recorder.assignments}  # later values of variables
        for record, (t, span) in enumerate(zip(self._recorder.tensors, self._recorder.spans, strict=True)):
            if t.op is None and id(t) not in assigned and self._trace.records.kind[record] != Kind.GRADIENT:
                made.setdefault(span, []).append(record)
        for given in inputs_of(self._text):
            records = made.get(given.made_at, [])
            if records and all(_holds(self._recorder.tensors[r].value, given) for r in records):
                self._inputs.append(given)
                self._leaves[id(given)] = records
        try:
            self._replay = Replay(self._recorder, self._witness) if self._inputs else None
        except NotReplayableError:
            self._replay = None
        return self._replay is not None

    def _is_seen(self, given: Input, longer: int) -> bool:
        """Whether the picture writes this number out: in the title of a node without a name, or of a loop."""
        r = self._trace.records
        line, column, end, end_column = self._span.T
        stop = given.column + given.end - given.start
        begins = (line < given.line) | ((line == given.line) & (column <= given.column))
        ends = (end > given.line) | ((end == given.line) & (end_column >= stop))
        if bool((begins & ends & (r.name < 0) & (line > 0)).any()):
            return True
        if any(scope.kind == "loop" and scope.line == given.line for scope in self._trace.scopes):
            return True
        return longer != 0 and any(given.line in (s.span[0], s.span[2]) for s in self._trace.sweeps)

    def _moved(self, number: int, value: float, longer: int) -> None:
        """Write down an input's new value, and where everything behind it stands now."""
        given = self._inputs[number]
        records = self._leaves.pop(id(given))
        now = self._inputs[number] = replace(given, value=value, end=given.end + longer)
        self._leaves[id(now)] = records
        if not longer:
            return
        stop = given.column + given.end - given.start
        for i in range(number + 1, len(self._inputs)):
            later = self._inputs[i]
            records = self._leaves.pop(id(later))
            column = later.column + (longer if later.line == given.line else 0)
            later = replace(later, start=later.start + longer, end=later.end + longer, column=column)
            self._inputs[i], self._leaves[id(later)] = later, records
        self._span = self._span.copy()
        for line, column in ((0, 1), (2, 3)):
            self._span[(self._span[:, line] == given.line) & (self._span[:, column] >= stop), column] += longer


def _holds(value: Any, given: Input) -> bool:
    """Whether a leaf's value is made of the numbers that are written there."""
    if type(value) is float:
        return given.elements == 1 and value == given.value
    array = np.asarray(value)
    return array.size == given.elements and bool(array.reshape(-1)[given.element] == array.dtype.type(given.value))


def _with(value: Any, given: Input, number: float) -> Any:
    """A leaf's value with one of its numbers replaced."""
    if type(value) is float:
        return number
    if not isinstance(value, np.ndarray):
        return type(value)(number)
    array = value.copy()
    array.reshape(-1)[given.element] = number
    array.flags.writeable = value.flags.writeable
    return array


def _line_length(text: str, what: Change) -> int:
    begin = text.rfind("\n", 0, what.start) + 1
    end = text.find("\n", what.start)
    return (len(text) if end < 0 else end) - begin
