"""What a node is called: title, header label and symbol."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from gradstudio.engine.primitive import TABLE
from gradstudio.engine.trace import Kind, Trace
from gradstudio.engine.written import OPEN

LONGEST = 24
"""Characters of a title before it is cut with an ellipsis."""

_WITH_CONSTANT = {
    "add": ("plus {}", "plus {}"),
    "subtract": ("minus {}", "{} minus"),
    "multiply": ("times {}", "times {}"),
    "divide": ("divided by {}", "{} divided by"),
    "power": ("power {}", "{} to the power"),
    "maximum": ("max with {}", "max with {}"),
    "minimum": ("min with {}", "min with {}"),
}
"""Header of an op with one constant: as its second input, as its first."""

_PREFIX = re.compile(r"\b(?:gs|tf|np|math)\.(?=[A-Za-z])")
"""Module names that a title leaves out: "tanh(z)" instead of "gs.tanh(z)"."""

_OP, _GRADIENT = int(Kind.OP), int(Kind.GRADIENT)  # comparing with a member of an enum is slow
_LEAF = {Kind.PARAMETER: "parameter", Kind.INPUT: "input", Kind.DATA: "data", Kind.GRADIENT: "gradient"}


class Words:
    """Titles and labels of many records: what looks alike is worded once."""

    def __init__(self, trace: Trace, text: str) -> None:
        self._trace = trace
        self._lines = text.split("\n")

    def titles(self, shown: np.ndarray) -> tuple[str, ...]:
        """The title of each record."""
        r = self._trace.records
        lost = (r.sweep[shown] >= 0) * 1
        alike = np.column_stack([r.name[shown], r.op[shown], r.kind[shown], lost, r.span[shown]])
        return self._worded(shown, alike, lambda record: title(self._trace, record, self._lines))

    def labels(self, shown: np.ndarray) -> tuple[str, ...]:
        """The header of each record."""
        r = self._trace.records
        constants = np.full((len(shown), 2), -2)
        pair = np.flatnonzero(r.input_start[shown + 1] - r.input_start[shown] == 2)
        at = r.input_start[shown[pair]]
        for slot in (0, 1) if len(pair) else ():
            constants[pair, slot] = np.where(r.input_record[at + slot] < 0, r.input_text[at + slot], -3)
        seed = (r.sweep[shown] >= 0) * 1
        alike = np.column_stack([r.op[shown], r.kind[shown], r.params[shown], seed, constants])
        return self._worded(shown, alike, lambda record: label(self._trace, record))

    @staticmethod
    def _worded(shown: np.ndarray, alike: np.ndarray, word: Callable[[int], str]) -> tuple[str, ...]:
        known: dict[tuple[int, ...], str] = {}
        out = []
        for record, key in zip(shown.tolist(), map(tuple, alike.tolist()), strict=True):
            found = known.get(key)
            if found is None:
                found = known[key] = word(record)
            out.append(found)
        return tuple(out)


def label(trace: Trace, record: int) -> str:
    """Header text: "matmul", "sum axis 1", "times 0.02", "parameter"."""
    r = trace.records
    kind = Kind(int(r.kind[record]))
    if kind != Kind.OP:
        return "seed" if r.sweep[record] >= 0 else _LEAF[kind]
    name: str = r.ops[int(r.op[record])]
    start, end = int(r.input_start[record]), int(r.input_start[record + 1])
    if name in _WITH_CONSTANT and end - start == 2:
        for slot in (1, 0):
            if r.input_record[start + slot] < 0:
                if r.input_text[start + slot] < 0:
                    return name
                text: str = r.strings[int(r.input_text[start + slot])]
                if text == OPEN:
                    return name
                return _WITH_CONSTANT[name][0 if slot == 1 else 1].format(text)
    if r.params[record] < 0:
        return name
    params: str = r.strings[int(r.params[record])]
    if name == "getitem":
        return f"item [{params}]"
    return f"{name} {params.replace('=', ' ')}"


def symbol(op: str) -> str:
    """A short sign of an op for small nodes; "" for a leaf."""
    row = TABLE.get(op)
    return row.symbol if row is not None and row.symbol else op


def title(trace: Trace, record: int, lines: list[str]) -> str:
    """The user's name, else the source text, else the op."""
    r = trace.records
    name, kind, is_inner = int(r.name[record]), int(r.kind[record]), int(r.sweep[record]) >= 0
    if name >= 0:
        return shorten(r.strings[name])
    if not is_inner and kind != _GRADIENT:
        text = source(lines, tuple(r.span[record].tolist()))
        if text:
            return shorten(text)
    if kind == _OP:
        return shorten(r.ops[int(r.op[record])])
    return "cotangent" if is_inner else _LEAF[Kind(kind)]


def source(lines: list[str], span: tuple[int, ...]) -> str:
    """The text of a span, on one line."""
    line, column, end, end_column = span
    if not 0 < line <= len(lines) or not line <= end <= len(lines):
        return ""
    if line == end:
        found = lines[line - 1][column:end_column]
    else:
        found = " ".join([lines[line - 1][column:], *lines[line : end - 1], lines[end - 1][:end_column]])
    text = " ".join(found.split())
    return _PREFIX.sub("", text)


def shorten(text: str) -> str:
    """At most LONGEST characters."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
