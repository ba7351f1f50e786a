"""Open inputs in words: one warning for each `...` in a program that a value belongs in."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gradstudio.engine.opening import Open, Waiting, Waits
from gradstudio.engine.primitive import TABLE
from gradstudio.engine.problem import Problem
from gradstudio.engine.recorder import Recorder
from gradstudio.engine.tensor import Tensor
from gradstudio.engine.trace import NO_SPAN, Span
from gradstudio.engine.written import ordinal
from gradstudio.language.candidates import Given, Known, wanted

_MOST = 20
"""Open inputs that get a warning each."""
_NAMES = 3


class _Place:
    """A place in the text that is open, with all blanks that stood there: one for each pass of a loop."""

    def __init__(self, blank: Open) -> None:
        self.blanks = {blank}
        self.name = blank.name
        self.users: list[tuple[Waits, int | str]] = []  # ops it is an input of, and where
        self.waiting: list[int] = []  # records that wait for it, also by way of others


def open_problems(recorder: Recorder, blanks: Iterable[Open], ended: Waiting | None, span: Span) -> list[Problem]:
    """A warning for each open place. blanks: all that were met; ended: what ended the run; span: where it did."""
    places: dict[object, _Place] = {}
    of: dict[Open, _Place] = {}

    def met(blank: Open, otherwise: object) -> _Place:
        key = blank.span if blank.span != NO_SPAN else otherwise
        place = of[blank] = places.setdefault(key, _Place(blank))
        place.blanks.add(blank)
        place.name = place.name or blank.name
        return place

    for blank in blanks:
        met(blank, id(blank))
    for op in recorder.waiting:
        for slot, blank in op.blanks.items():
            place = of.get(blank) or met(blank, (recorder.span(op.record), slot))
            place.users.append((op, slot))
    for op in recorder.waiting:
        for place in {id(of[b]): of[b] for b in op.waits_for if b in of}.values():
            place.waiting.append(op.record)
    found = []
    for place in list(places.values())[:_MOST]:
        end = ""
        if ended is not None and not place.blanks.isdisjoint(ended.what.waits_for):
            end = f"; the run ended in line {span[0]}, which needs its value" if span[0] else "; the run ended there"
        found.append(_problem(recorder, place, end))
    return sorted(found, key=lambda problem: problem.span)


def _problem(recorder: Recorder, place: _Place, end: str) -> Problem:
    blank = next((b for b in place.blanks if b.span != NO_SPAN), None)
    if not place.users:
        span = recorder.characters(blank.span) if blank is not None else NO_SPAN
        what = f"`{place.name}` is open (...)" if place.name else "A value is open (...)"
        return Problem("warn", "open", f"{what}{end}", span, "write a value in its place")
    op, slot = place.users[0]
    shown = place.users[-1][0].record  # of the passes of a loop a window shows the last one
    span = blank.span if blank is not None else recorder.span(op.record)
    name = _op_name(recorder, op.record)
    if place.name:
        what = f"`{place.name}`"
    elif isinstance(slot, str):
        what = f"{slot} of {name}"
    else:
        alone = len(recorder.tensors[op.record].inputs) == 1
        what = f"The input of {name}" if alone else f"{ordinal(slot).capitalize()} input of {name}"
    users = {user.record for user, _ in place.users}
    titles = [recorder.name(r) or (_op_name(recorder, r) if r in users else "") for r in place.waiting]
    late = [title for title in dict.fromkeys(titles) if title]
    ran = [name for name in _ran(recorder) if name not in late]
    done = f"; {_listed(ran)} {_were(ran)}" if ran else ""
    message = f"{what} is open, so {_listed(late)} {_were(late)} not run{done}{end}"
    return Problem("warn", "open", message, recorder.characters(span), _hint(recorder, op, slot, place.name), shown)


def _hint(recorder: Recorder, op: Waits, slot: int | str, name: str) -> str:
    value = "a value"
    if isinstance(slot, str):
        return f"write {value} in its place"
    t = recorder.tensors[op.record]
    assert t.op is not None
    is_listed = t.op.name in TABLE
    fits = wanted(t.op.name, [_given(x) for x in t.first], slot, t.params) if is_listed else None
    if fits is not None:
        value = "a value of shape [" + ",".join(map(str, fits.shape)) + "]" if fits.shape else "a number"
    if name:
        return f"write {value} in its place, or wire one to it"
    return f"wire {value} to it, or write it in the text"


def _given(x: object) -> Given | None:
    """An input of a waiting op, as far as it is known."""
    if x is Ellipsis or x is None:
        return None
    value = x.value if isinstance(x, Tensor) else x
    if value is None:
        return None
    if isinstance(value, int | float | complex) and not isinstance(x, Tensor):
        return value
    dtype = getattr(value, "dtype", None)
    return Known(tuple(np.shape(value)), str(dtype) if dtype is not None else "float64")  # type: ignore[arg-type]


def _op_name(recorder: Recorder, record: int) -> str:
    op = recorder.tensors[record].op
    return op.name if op is not None else ""


def _ran(recorder: Recorder) -> list[str]:
    """Names of what was computed, variables apart."""
    late = {op.record for op in recorder.waiting}
    names: dict[str, None] = {}
    for record in recorder.named():
        if record not in late:
            names.setdefault(recorder.name(record))
    return list(names)


def _listed(names: list[str]) -> str:
    """ "X, z and y", "X, z, y and 4 more"."""
    shown, more = names[:_NAMES], len(names) - _NAMES
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _were(names: list[str]) -> str:
    return "was" if len(names) == 1 else "were"
