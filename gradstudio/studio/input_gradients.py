"""The gradient of each input: how the target of the sweep shown changes with the number that is written in the text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.engine.trace import Kind, Sweep, Trace
from gradstudio.studio.edits.literals import Key, Written, keys, literals
from gradstudio.studio.outcome import View

_LEAVES = (Kind.PARAMETER, Kind.INPUT, Kind.DATA)


@dataclass(frozen=True, slots=True)
class InputGradient:
    """row: of the sweep's cotangents, -1 where there is none; why: what is to be said of it then."""

    key: Key
    row: int
    why: str = ""


class InputGradients:
    """Finds them for one view after the other; where only values are new, nothing is looked for again."""

    def __init__(self) -> None:
        self._of: tuple[np.ndarray, int] | None = None  # what tells programs apart, and the sweep
        self._found: tuple[InputGradient, ...] = ()

    def of(self, view: View) -> tuple[InputGradient, ...]:
        """One for each entry of literals(view.text)."""
        op = view.trace.records.op
        if self._of is None or self._of[0] is not op or self._of[1] != view.sweep:
            self._of = (op, view.sweep)
            self._found = _found(view.trace, view.sweep, literals(view.text) or ())
        return self._found


def _found(trace: Trace, number: int, written: tuple[Written, ...]) -> tuple[InputGradient, ...]:
    names = keys(written)
    if not 0 <= number < len(trace.sweeps):
        return tuple(InputGradient(key, -1, "nothing is differentiated yet") for key in names)
    sweep = trace.sweeps[number]
    rows = _rows(trace, sweep)
    unconnected = {n for n, is_on in zip(sweep.source_names, sweep.connected, strict=True) if not is_on}
    found = []
    for key, one in zip(names, written, strict=True):
        row = rows.get(tuple(one.maker), -1) if one.kind == "leaf" else -1
        found.append(InputGradient(key, row, "" if row >= 0 else _why(one, unconnected)))
    return tuple(found)


def _why(written: Written, unconnected: set[str]) -> str:
    """Why an input has no gradient."""
    if written.kind == "inside":
        return "a number inside an expression: make it an input to see its gradient"
    if written.kind == "number":
        return "a plain number, which no tape follows"
    if written.name in unconnected:
        return "None: no recorded path leads from here to the target"
    return "not a source of the sweep shown"


def _rows(trace: Trace, sweep: Sweep) -> dict[tuple[int, ...], int]:
    """Where a leaf was made -> its row in the sweep; of a variable's values the last one."""
    r = trace.records
    at = np.flatnonzero(np.isin(r.kind[sweep.record], _LEAVES))
    spans = r.span[sweep.record[at]].tolist()
    return {tuple(span): row for span, row in zip(spans, at.tolist(), strict=True)}
