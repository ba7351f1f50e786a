"""Where infinity or NaN first appears: going forward, and in each sweep's cotangents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstudio.diagnosis.wording import count, name, on_line, op, span
from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import Kind, Summaries, Sweep, Trace

SAFE_INPUT = "make the input safe before the op, for example gs.where(condition, x, 1.0), not the result after it"


@dataclass(frozen=True, slots=True)
class _Input:
    """What matters of one input of an op."""

    negative: int
    zero: int
    infinite: int
    nan: int
    maximum: float
    minimum: float


def nonfinite(trace: Trace, text: str) -> tuple[Problem, ...]:
    """The first infinity and the first NaN of the run, and of each sweep; at most one of each kind and place."""
    found = [*_forward(trace, text)]
    seen: set[tuple[str, tuple[int, int, int, int]]] = set()
    for number, sweep in enumerate(trace.sweeps):
        for problem in _backward(trace, text, number, sweep):
            if (problem.kind, problem.span) not in seen:
                seen.add((problem.kind, problem.span))
                found.append(problem)
    return tuple(found)


def _forward(trace: Trace, text: str) -> list[Problem]:
    records, values = trace.records, trace.records.values
    is_forward = (records.sweep < 0) & (records.kind != Kind.GRADIENT)
    found = []
    for word, column in (("infinity", values.infinite), ("NaN", values.nan)):
        rows = np.flatnonzero(is_forward & (column > 0))
        if len(rows):
            record = int(rows[0])
            found.append(_birth(trace, text, record, word, int(column[record])))
    return sorted(found, key=lambda problem: problem.record)


def _birth(trace: Trace, text: str, record: int, word: str, many: int) -> Problem:
    place, size = span(trace, record), int(trace.records.values.size[record])
    what = name(trace, text, record)
    share = "" if size == 1 else f" in {many:,} of {count(size, 'element')}"
    if not op(trace, record):
        message = f"{what} holds {word}{share} from the start; everything computed from it can become {word}"
        return Problem("warn", word.lower(), message, place, "replace or leave out these elements first", record)
    cause, hint = _cause(trace, record)
    message = f"{what} is the first value to become {word}{share}: {op(trace, record)}{cause}"
    return Problem("warn", word.lower(), message, place, hint, record)


def _inputs(trace: Trace, record: int) -> list[_Input]:
    records = trace.records
    found = []
    for slot in range(int(records.input_start[record]), int(records.input_start[record + 1])):
        source = int(records.input_record[slot])
        if source >= 0:
            v = records.values
            found.append(
                _Input(
                    int(v.negative[source]),
                    int(v.zero[source]),
                    int(v.infinite[source]),
                    int(v.nan[source]),
                    float(v.maximum[source]),
                    float(v.minimum[source]),
                )
            )
        else:
            found.append(_constant(records.strings[records.input_text[slot]] if records.input_text[slot] >= 0 else ""))
    return found


def _constant(text: str) -> _Input:
    try:
        number = float(text)
    except ValueError:
        number = 1.0
    is_finite = bool(np.isfinite(number))
    return _Input(
        int(number < 0 and is_finite), int(number == 0), int(np.isinf(number)), int(np.isnan(number)), number, number
    )


def _cause(trace: Trace, record: int) -> tuple[str, str]:
    """(why, what to do) for the op in which a non-finite value was born."""
    what, inputs = op(trace, record), _inputs(trace, record)
    first = inputs[0] if inputs else _constant("1")
    last = inputs[-1] if inputs else first
    if what in ("log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal"):
        if first.negative and what != "reciprocal":
            return f" of {count(first.negative, 'negative element')} (the smallest is {first.minimum:.4g})", SAFE_INPUT
        if first.zero:
            return f" of {count(first.zero, 'element')} that {_is(first.zero)} exactly 0", SAFE_INPUT
    if what in ("divide", "true_divide", "floor_divide", "mod", "remainder") and last.zero:
        return f" by {count(last.zero, 'element')} that {_is(last.zero)} exactly 0", SAFE_INPUT
    if what == "power" and first.negative:
        return " of a negative number with a fractional exponent", "use gs.abs(x) ** p or a whole exponent"
    if what == "power" and first.zero and last.negative:
        return " of 0 with a negative exponent", SAFE_INPUT
    if what in ("exp", "expm1", "sinh", "cosh", "exp2", "power", "square") and np.isfinite(first.maximum):
        return (
            f" overflows: its input reaches {first.maximum:.4g}",
            "subtract the maximum first, or use a stable form (softplus, log_softmax, logsumexp)",
        )
    if any(x.infinite for x in inputs):
        return (
            " of infinite inputs (infinity minus infinity, or 0 times infinity)",
            "remove the infinity where it is born",
        )
    return (
        f"{on_line(span(trace, record))}, from finite inputs",
        "look at the op's inputs for values it is not defined for",
    )


def _is(n: int) -> str:
    return "is" if n == 1 else "are"


def _backward(trace: Trace, text: str, number: int, sweep: Sweep) -> list[Problem]:
    cotangents: Summaries = sweep.cotangents
    found = []
    for word, column in (("infinity", cotangents.infinite), ("NaN", cotangents.nan)):
        rows = np.flatnonzero(column)
        if not len(rows):
            continue
        row = int(rows[-1])  # the walk goes from the last record to the first
        record = int(sweep.record[row])
        maker = _maker(sweep, record)
        many, size = int(column[row]), int(cotangents.size[row])
        share = "" if size == 1 else f" in {many:,} of {count(size, 'element')}"
        goal = ", ".join(n or "the result" for n in sweep.target_names) or "the result"
        if maker < 0:
            message = f"the gradient of {goal} starts as {word} at {name(trace, text, record)}{share}"
            found.append(
                Problem("warn", word.lower(), message, span(trace, record), "look at output_gradients", record)
            )
            continue
        place = span(trace, maker)
        message = (
            f"the gradient of {goal} first becomes {word} at {name(trace, text, record)}{share}, "
            f"in the backward rule of {op(trace, maker)}{on_line(place)}{_why_backward(trace, maker, word)}"
        )
        found.append(Problem("warn", word.lower(), message, place, SAFE_INPUT, maker))
    return found


def _maker(sweep: Sweep, record: int) -> int:
    """The record whose rule sent a non-finite product into `record`; -1 if it was there from the start."""
    start = {int(r): i for i, r in enumerate(sweep.record)}
    cotangents = sweep.cotangents
    consumers = [
        int(consumer) for consumer, rms in zip(sweep.edge_record, sweep.edge_rms, strict=True) if not np.isfinite(rms)
    ]
    for consumer in consumers:
        row = start.get(consumer)
        if row is not None and not cotangents.nan[row] and not cotangents.infinite[row] and consumer > record:
            return consumer
    later = [consumer for consumer in consumers if consumer > record]
    return min(later) if later else -1


def _why_backward(trace: Trace, maker: int, word: str) -> str:
    inputs = _inputs(trace, maker)
    values = trace.records.values
    if word == "NaN" and (any(x.infinite for x in inputs) or values.infinite[maker]):
        return ": 0 times infinity, because a value there is infinite"
    if any(x.zero for x in inputs):
        return f": an input is exactly 0, where {op(trace, maker)} has no finite slope"
    return ""
