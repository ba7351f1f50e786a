"""What a child says of a text, brought within that text: places outside it are none, and long words are cut."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np

from gradstudio.engine.problem import Problem
from gradstudio.engine.trace import NO_SPAN, Scope, Span, Sweep, Trace
from gradstudio.worker.messages import Finished, Renewed

_MESSAGE, _WORD = 2_000, 1_000  # characters
_SEVERITIES = ("error", "warn", "info")


def bounded(message: Finished, text: str) -> Finished:
    """The end of a run of this text, safe to show beside it."""
    place = _Places(text)
    records = 0 if message.trace is None else len(message.trace.records.op)
    return msgspec.structs.replace(
        message,
        trace=None if message.trace is None else _trace(message.trace, place),
        problems=tuple(_problem(p, place, records) for p in message.problems),
        seconds=_seconds(message.seconds),
    )


def renewal(message: Renewed, text: str) -> Renewed:
    """The same for a run that was repeated."""
    return msgspec.structs.replace(message, span=_Places(text).columns(message.span), seconds=_seconds(message.seconds))


def _seconds(said: float) -> float:
    return said if 0 <= said < 1e9 else 0.0


class _Places:
    """Which places a text has."""

    def __init__(self, text: str) -> None:
        self._widths = np.array([0, *map(len, text.split("\n"))], np.int64)

    def line(self, line: int) -> int:
        return line if 0 < line < len(self._widths) else 0

    def span(self, span: Span) -> Span:
        """A line that is there is kept, whatever the columns say: they are brought within it."""
        line, column, end, end_column = span
        if not 0 < line < len(self._widths):
            return NO_SPAN
        end = end if line <= end < len(self._widths) else line
        column = min(max(column, 0), int(self._widths[line]))
        return line, column, end, min(max(end_column, column if end == line else 0), int(self._widths[end]))

    def columns(self, spans: np.ndarray) -> np.ndarray:
        """The same for rows of spans, int32 (n, 4)."""
        line, column, end, end_column = spans.T.astype(np.int64)
        count = len(self._widths)
        inside = (line > 0) & (line <= end) & (end < count)
        first, last = self._widths[np.where(inside, line, 0)], self._widths[np.where(inside, end, 0)]
        inside &= (column >= 0) & (column <= first) & (end_column >= 0) & (end_column <= last)
        inside &= (line < end) | (column <= end_column)
        return spans if bool(inside.all()) else np.where(inside[:, None], spans, np.int32(0))


def _problem(p: Problem, place: _Places, records: int) -> Problem:
    return Problem(
        p.severity if p.severity in _SEVERITIES else "error",
        _cut(p.kind, 40),
        _cut(" ".join(p.message.splitlines()), _MESSAGE),
        place.span(p.span),
        _cut(" ".join(p.hint.splitlines()), _MESSAGE),
        p.record if -1 <= p.record < records else -1,
    )


def _trace(trace: Trace, place: _Places) -> Trace:
    records = trace.records
    return replace(
        trace,
        records=replace(
            records, strings=_all_cut(records.strings), ops=_all_cut(records.ops), span=place.columns(records.span)
        ),
        scopes=tuple(_scope(s, place) for s in trace.scopes),
        sweeps=tuple(_sweep(s, place) for s in trace.sweeps),
    )


def _scope(s: Scope, place: _Places) -> Scope:
    line = place.line(s.line)
    return s if line == s.line and len(s.name) <= _WORD else replace(s, name=_cut(s.name), line=line)


def _sweep(s: Sweep, place: _Places) -> Sweep:
    span, targets, sources = place.span(s.span), _all_cut(s.target_names), _all_cut(s.source_names)
    if (span, targets, sources) == (s.span, s.target_names, s.source_names):
        return s
    return replace(s, span=span, target_names=targets, source_names=sources)


def _all_cut(words: tuple[str, ...]) -> tuple[str, ...]:
    return words if max(map(len, words), default=0) <= _WORD else tuple(map(_cut, words))


def _cut(word: str, most: int = _WORD) -> str:
    return word if len(word) <= most else word[:most] + "…"
