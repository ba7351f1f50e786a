"""Pointing: the value that an expression or a name in the text had, in the passes that are shown."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gradstudio.engine.trace import Span, Trace
from gradstudio.language.bindings import BINDING, Bindings, Scope, Site, Symbol, bindings_of
from gradstudio.language.check import span_of
from gradstudio.language.parsing import LIVE_TOKENS, parsed
from gradstudio.language.tree import walk
from gradstudio.studio.outcome import View
from gradstudio.studio.passes import shown_scopes


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a place in the text means: its source, where that stands, and the record of its value."""

    source: str
    span: Span
    record: int


def pointed_at(view: View, line: int, column: int) -> Pointed | None:
    """The smallest expression around a place that was recorded, or the name there; None where nothing was."""
    is_shown = _shown_records(view)
    inner = _innermost(view, is_shown, line, column)
    bindings = bindings_of(view.text)
    symbol = bindings.symbol_at(line, column) if bindings is not None else None
    site = _site(symbol, line, column)
    if bindings is None or symbol is None or site is None or symbol.scope is None:
        return _whole(view, inner)
    kinds = {s.kind for _, s in symbol.sites if s.kind in BINDING}
    if kinds <= {"import", "function"}:
        return _whole(view, inner) if "import" in kinds else None
    if site.kind in BINDING or site.kind == "augmented":
        record = _made_here(view, is_shown, symbol, site)
    else:
        record = _input(view.trace, view.text, inner, site)
        if record < 0:
            record = _last_before(view, is_shown, bindings, symbol, site.span, inner)
    return Pointed(symbol.name, site.span, record) if record >= 0 else None


def pass_words(trace: Trace, record: int) -> str:
    """ "37 of 60" for a record made in a loop, from the inside out; "" for any other."""
    scopes, found = trace.scopes, []
    scope = int(trace.records.scope[record])
    while scope > 0:
        if scopes[scope].kind == "pass":
            of = sum(s.parent == scopes[scope].parent and s.kind == "pass" for s in scopes)
            found.append(f"{scopes[scope].index + 1} of {of}")
        scope = scopes[scope].parent
    return ", in ".join(found)


@lru_cache(1)
def _shown_records(view: View) -> np.ndarray:
    """Which records lie in the passes shown, backward ops left out (bool)."""
    records = view.trace.records
    is_shown: np.ndarray = shown_scopes(view.trace, view.passages)[records.scope] & (records.sweep < 0)
    return is_shown


def _innermost(view: View, is_shown: np.ndarray, line: int, column: int) -> int:
    """The record of the smallest span around a place; of several the one that the gutter shows, else the last. -1 for
    none, and where one expression made values for several names."""
    records = view.trace.records
    spans = records.span
    begins = (spans[:, 0] < line) | ((spans[:, 0] == line) & (spans[:, 1] <= column))
    ends = (spans[:, 2] > line) | ((spans[:, 2] == line) & (spans[:, 3] >= column))
    found = np.flatnonzero(is_shown & begins & ends & (spans[:, 0] > 0))
    if not len(found):
        return -1
    lines = spans[found, 2] - spans[found, 0]
    size = lines.astype(np.int64) * 1_000_000 + spans[found, 3] - np.where(lines == 0, spans[found, 1], 0)
    smallest = found[size == size.min()]
    if len(np.unique(records.name[smallest])) > 1:
        return -1
    note = view.notes.get(int(spans[smallest[-1], 0]))
    return note.record if note is not None and note.record in smallest else int(smallest[-1])


def _whole(view: View, record: int) -> Pointed | None:
    """An expression that was recorded itself."""
    if record < 0:
        return None
    span = _span(view.trace, record)
    lines = view.text.split("\n")[span[0] - 1 : span[2]]
    if not lines:
        return None
    if len(lines) == 1:
        source = lines[0][span[1] : span[3]]
    else:
        lines[-1] = lines[-1][: span[3]]
        lines[0] = lines[0][span[1] :]
        source = " ".join(part.strip() for part in lines)
    return Pointed(source, span, record)


def _span(trace: Trace, record: int) -> Span:
    row = trace.records.span[record]
    return (int(row[0]), int(row[1]), int(row[2]), int(row[3]))


def _site(symbol: Symbol | None, line: int, column: int) -> Site | None:
    if symbol is None:
        return None
    return next((s for _, s in symbol.sites if s.span[0] == line and s.span[1] <= column <= s.span[3]), None)


def _named(trace: Trace, name: str) -> np.ndarray:
    """Records that were assigned to a name (bool)."""
    records = trace.records
    number = next((k for k, text in enumerate(records.strings) if text == name), -2)
    named: np.ndarray = records.name == number
    return named


def _made_here(view: View, is_shown: np.ndarray, symbol: Symbol, site: Site) -> int:
    """The record that a statement gave to a name; the one that the gutter shows, where that is one of them."""
    first, last = _statement(view.text, site.span[0])
    note = view.notes.get(first) or view.notes.get(site.span[0])
    trace = view.trace
    named = is_shown & _named(trace, symbol.name)
    if note is not None and named[note.record]:
        return note.record
    lines = trace.records.span[:, 0]
    found = np.flatnonzero(named & (lines >= first) & (lines <= last))
    return int(found[-1]) if len(found) else -1


def _last_before(view: View, is_shown: np.ndarray, bindings: Bindings, symbol: Symbol, span: Span, inner: int) -> int:
    """The last record of a name before a place where it is used: in the run, where the place was recorded, else in the
    text."""
    spans = view.trace.records.span
    found = np.flatnonzero(_named(view.trace, symbol.name) & (spans[:, 0] > 0))
    same = {line: _function_at(bindings, line) is _function_of(symbol) for line in np.unique(spans[found, 0]).tolist()}
    found = found[[same[line] for line in spans[found, 0].tolist()]] if len(found) else found
    if inner >= 0:
        before = found[found < inner]
        return int(before[-1]) if len(before) else -1
    found = found[is_shown[found]]
    before = found[spans[found, 0] < span[0]]
    chosen = before if len(before) else found
    return int(chosen[-1]) if len(chosen) else -1


def _function_of(symbol: Symbol) -> Scope | None:
    scope = symbol.scope
    return scope if scope is not None and scope.kind == "function" else None


def _function_at(bindings: Bindings, line: int) -> Scope | None:
    scope = bindings.scope_at(line)
    return scope if scope.kind == "function" else None


def _input(trace: Trace, text: str, record: int, site: Site) -> int:
    """The input of a recorded op that a name is written for, by its name or its place among the operands."""
    if record < 0:
        return -1
    records = trace.records
    start, end = int(records.input_start[record]), int(records.input_start[record + 1])
    inputs = records.input_record[start:end].tolist()
    named = [k for k in inputs if k >= 0 and records.name[k] >= 0 and records.strings[records.name[k]] == site.name]
    if named:
        return int(named[0])
    operands = _operands(text).get(_span(trace, record), ())
    slot = next((k for k, span in enumerate(operands) if span == site.span), -1)
    return int(inputs[slot]) if 0 <= slot < len(inputs) and len(operands) <= len(inputs) else -1


def _nodes(text: str) -> list[ast.AST]:
    """All of a program; nothing where it cannot be read in a moment."""
    try:
        return walk(parsed(text, LIVE_TOKENS))
    except SyntaxError:
        return []


@lru_cache(2)
def _operands(text: str) -> dict[Span, tuple[Span, ...]]:
    """Span of each operation in a text -> spans of its operands in the order of its inputs."""
    lines = text.split("\n")
    found: dict[Span, tuple[Span, ...]] = {}
    for node in _nodes(text):
        if isinstance(node, ast.BinOp):
            parts: list[ast.expr] = [node.left, node.right]
        elif isinstance(node, ast.UnaryOp):
            parts = [node.operand]
        elif isinstance(node, ast.Call):
            parts = list(node.args)
        elif isinstance(node, ast.Subscript):
            parts = [node.value]
        else:
            continue
        found[span_of(node, lines)] = tuple(span_of(part, lines) for part in parts)
    return found


@lru_cache(2)
def _statements(text: str) -> tuple[tuple[int, int], ...]:
    """First and last line of each statement without a block."""
    return tuple(
        (node.lineno, node.end_lineno or node.lineno)
        for node in _nodes(text)
        if isinstance(node, ast.stmt) and not hasattr(node, "body")
    )


def _statement(text: str, line: int) -> tuple[int, int]:
    """Lines of the statement that a line belongs to."""
    return next(((first, last) for first, last in _statements(text) if first <= line <= last), (line, line))
