"""Literals: the written numbers of a text that a person may turn, and the edit that writes another one in its place.

Places are characters of the text. Whatever stands around a number stays as it is, to the byte.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from gradstudio.engine.trace import Span
from gradstudio.language.inputs import at_top, leaves, number_of, numbers
from gradstudio.language.tree import walk
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.number_text import array_text, is_whole, number_text
from gradstudio.studio.edits.program import Program, program_of

MOST_ELEMENTS = 10_000
"""Elements of an array that is written into a text; more belong into a file."""

_WRITTEN = re.compile(r"-?[ \t]*(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Literal:
    """A written number."""

    line: int  # from 1
    start: int  # its minus included
    end: int
    name: str  # of the variable that it is the value of; "" for a number inside an expression
    value: float
    text: str
    kind: str  # "leaf": a tensor of its own; "number": a plain number with a name; "inside": part of an expression
    maker: Span  # what makes the leaf, columns in characters

    @property
    def is_whole(self) -> bool:
        """Whether it is an integer, and stays one."""
        return is_whole(self.text)


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    """A written array: nested lists of numbers of one length each."""

    line: int
    start: int
    end: int
    name: str
    shape: tuple[int, ...]
    numbers: tuple[Literal, ...]  # in C order
    kind: str
    maker: Span

    @property
    def values(self) -> np.ndarray:
        """Its numbers, float64."""
        return np.array([n.value for n in self.numbers], float).reshape(self.shape)

    @property
    def is_whole(self) -> bool:
        """Whether all its numbers are integers."""
        return all(n.is_whole for n in self.numbers)


Written = Literal | ArrayLiteral
Key = tuple[str, int]
"""A name and which of that name, or "" and which of the numbers without one: it stays while lines move."""


def keys(found: tuple[Written, ...]) -> list[Key]:
    """What tells the entries of literals() apart."""
    counts: dict[str, int] = {}
    out = []
    for written in found:
        number = counts[written.name] = counts.get(written.name, -1) + 1
        out.append((written.name, number))
    return out


@lru_cache(2)
def literals(text: str) -> tuple[Written, ...] | None:
    """Everything a person may turn, in the order in which it stands; None for a text that does not parse."""
    try:
        return tuple(_Finder(program_of(text)).found())
    except Refused:
        return None


class _Finder:
    """Looks through one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._tree = program.tree
        self._names = dict(_named(program.nodes))

    def found(self) -> list[Written]:
        made: dict[int, Written] = {}
        known: set[int] = set()
        for maker, value in leaves(self._tree):
            known |= {id(maker), id(value)}
            self._add(made, self._written(maker, value, "leaf"))
        for statement in at_top(self._tree.body):
            given = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
            if given is not None and id(given) not in known:
                self._add(made, self._written(given, given, "number"))
        ends = sorted((w.start, w.end) for w in made.values())
        for node in _inside(self._program.nodes):
            if not _is_within(self._program.start(node), ends):
                self._add(made, self._literal(node, "", self._program.span(node), "inside"))
        return [made[start] for start in sorted(made)]

    def _add(self, made: dict[int, Written], written: Written | None) -> None:
        if written is not None:
            made.setdefault(written.start, written)

    def _written(self, maker: ast.expr, value: ast.expr, kind: str) -> Written | None:
        program, name, span = self._program, self._names.get(id(maker), ""), self._program.span(maker)
        if number_of(value) is not None:
            return self._literal(value, name, span, kind)
        shape = _shape(value)
        if shape is None or 0 in shape:
            return None
        found = [self._literal(node, name, span, kind) for node in numbers(value)]
        parts = tuple(n for n in found if n is not None)
        if len(parts) != len(found):
            return None
        return ArrayLiteral(value.lineno, program.start(value), program.end(value), name, shape, parts, kind, span)

    def _literal(self, value: ast.expr, name: str, maker: Span, kind: str) -> Literal | None:
        program, number = self._program, number_of(value)
        line, column, end_line, end_column = program.span(value)
        start, end = program.offset(line, column), program.offset(end_line, end_column)
        text = program.text[start:end]
        if number is None or not _WRITTEN.fullmatch(text):
            return None
        return Literal(line, start, end, name, number, text, kind, maker)


def _named(nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
    """id(value) -> name, of what is assigned to one plain name."""
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if len(targets) == 1 and isinstance(targets[0], ast.Name):
                yield id(node.value), targets[0].id


def _inside(nodes: list[ast.AST]) -> Iterator[ast.expr]:
    """Floats that stand in a sum, product, power or call, but not in an index or a text; a minus before one belongs to
    it. nodes: outer ones first."""
    passed: set[int] = set()  # what stands in an index or a text, and numbers that were given with their minus
    for node in nodes:
        kind = type(node)
        if kind is ast.Subscript:
            passed.update(map(id, walk(node.slice)))  # type: ignore[attr-defined]
        elif kind is ast.JoinedStr:
            passed.update(map(id, walk(node)))
    for node in nodes:
        if id(node) in passed:
            continue
        here: list[ast.expr] = []
        if isinstance(node, ast.BinOp):
            here = [node.left, node.right]
        elif isinstance(node, ast.Call):
            here = [*node.args, *(k.value for k in node.keywords)]
        elif isinstance(node, ast.UnaryOp):
            here = [node.operand]
        for part in here:
            if type(number_of(part)) is float:
                passed.add(id(part))
                yield part


def _is_within(at: int, ends: list[tuple[int, int]]) -> bool:
    """Whether a place lies in one of the stretches, sorted and apart."""
    row = bisect_right(ends, (at, len(ends) and ends[-1][1] + 1)) - 1
    return row >= 0 and at < ends[row][1]


def _shape(node: ast.expr) -> tuple[int, ...] | None:
    """The shape of nested lists; None where rows differ or something else stands there."""
    if number_of(node) is not None:
        return ()
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    shapes = {_shape(item) for item in node.elts}
    if not shapes:
        return (0,)
    inner = shapes.pop()
    return None if shapes or inner is None else (len(node.elts), *inner)


# writing


def with_number(text: str, literal: Literal, value: float, like: str = "") -> Edit:
    """Another number in the place of one, in its style; like: the style, where another one stood there first.

    Raises Refused where the number does not stand there any more, or the new one is not finite.
    """
    splice = _splice(text, literal, value, like)
    name = f"Set {literal.name or literal.text} to {splice.new}"
    return Edit(name, spliced(text, [splice]), literal.line, literal.name)


def with_values(text: str, array: ArrayLiteral, values: np.ndarray) -> Edit:
    """Other numbers in the place of an array: only those that differ, unless it gets another shape.

    Raises Refused for more elements than a text should hold, and where comments would be lost.
    """
    title = array.name or "the array"
    values = np.asarray(values, float)
    if values.shape == array.shape:
        given = values.reshape(-1).tolist()
        changed = [(n, v) for n, v in zip(array.numbers, given, strict=True) if n.value != v]
        keeps = [number for number, _ in changed]
        like = "1.0" if array.is_whole and not _are_whole(values) else ""
        return Edit(
            f"Change {title}",
            spliced(text, [_splice(text, n, v, like) for n, v in changed]),
            keeps[0].line if keeps else array.line,
            array.name,
        )
    if values.size > MOST_ELEMENTS:
        raise Refused(too_many(values.size))
    if values.size == 0:
        raise Refused("An array in the text needs a row and a column at least.")
    old = text[array.start : array.end]
    if "#" in old:
        raise Refused(
            f"{title} has comments between its numbers, which another shape would lose. Move the comments out first."
        )
    _same(text, array)
    new = array_text(values, array.is_whole and _are_whole(values), _hanging(text, array.start))
    return Edit(f"Reshape {title}", spliced(text, [Splice(array.start, array.end, new)]), array.line, array.name)


def too_many(count: int) -> str:
    """Why so many elements are not written into a text, and what to do."""
    return (
        f"{count:,} numbers are too many for a text, which holds arrays of {MOST_ELEMENTS:,}. "
        "Save them as .npy or .csv and drop the file on the window."
    )


def shifted(found: tuple[Written, ...], literal: Literal, value: float, new: str) -> tuple[Written, ...]:
    """What literals() finds once `new` stands in the place of a number; only `maker` stays as it was.

    A number that is dragged changes a text sixty times in a second: too often to parse it each time.
    """
    longer = len(new) - (literal.end - literal.start)

    def moved(one: Literal) -> Literal:
        if one.start == literal.start:
            return replace(one, end=one.end + longer, value=value, text=new)
        if one.start < literal.start:
            return one
        return replace(one, start=one.start + longer, end=one.end + longer)

    out: list[Written] = []
    for one in found:
        if isinstance(one, Literal):
            out.append(moved(one))
        elif one.end <= literal.start:
            out.append(one)
        else:
            start = one.start + (longer if one.start > literal.start else 0)
            parts = tuple(moved(n) for n in one.numbers)
            out.append(replace(one, start=start, end=one.end + longer, numbers=parts))
    return tuple(out)


def _splice(text: str, literal: Literal, value: float, like: str) -> Splice:
    _same(text, literal)
    try:
        new = number_text(value, like or literal.text)
    except ValueError as error:
        raise Refused(f"{literal.name or literal.text} stays as it is: {error}") from None
    rest = text[literal.end :].lstrip(" \t")
    if new.startswith("-") and rest.startswith("**"):
        new = f"({new})"  # -0.5 ** 2 is -(0.5 ** 2)
    return Splice(literal.start, literal.end, new)


def _same(text: str, written: Written) -> None:
    """Raises Refused unless what was found is still there."""
    now = text[written.start : written.end]
    if isinstance(written, Literal):
        is_there = now == written.text
    else:
        is_there = now[:1] in "[(" and all(text[n.start : n.end] == n.text for n in written.numbers)
    if not is_there:
        raise Refused(f"{written.name or 'The number'} in line {written.line} has changed meanwhile. Try again.")


def _are_whole(values: np.ndarray) -> bool:
    return bool(np.all(values == np.round(values)))


def _hanging(text: str, start: int) -> str:
    """The white space that the line of a place begins with."""
    line = text[text.rfind("\n", 0, start) + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]
