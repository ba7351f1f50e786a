"""How a diagnosis calls things: a record as the picture does, places and counts in words."""

from __future__ import annotations

from gradstudio.engine.trace import Kind, Span, Trace
from gradstudio.graph.wording import title


def name(trace: Trace, text: str, record: int) -> str:
    """What the picture calls a record: its variable, else its piece of the program, else its op."""
    return title(trace, record, text.split("\n")) if 0 <= record < len(trace.records.op) else "the source"


def op(trace: Trace, record: int) -> str:
    """The op's name; "" for leaves."""
    return trace.records.ops[trace.records.op[record]] if trace.records.kind[record] == Kind.OP else ""


def span(trace: Trace, record: int) -> Span:
    """Where a record was made, (0, 0, 0, 0) if unknown."""
    line, column, end, end_column = (int(n) for n in trace.records.span[record])
    return line, column, end, end_column


def on_line(place: Span) -> str:
    """ " on line 7", or nothing where the line is unknown."""
    return f" on line {place[0]}" if place[0] else ""


def count(n: int, noun: str) -> str:
    """ "1 element", "3 elements"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
