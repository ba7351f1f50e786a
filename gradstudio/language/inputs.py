"""The numbers in a text that are inputs: `x = 0.5` in a formula, gs.constant(0.5), gs.Variable([1.0, 2.0]).

Where two texts differ in such numbers only, they are the same program on other values.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradstudio.engine.trace import Span
from gradstudio.language.check import check
from gradstudio.language.traits import changed_in_place, has_tape
from gradstudio.language.tree import walk

LONGEST = 40
"""Characters of a number that may take the place of another."""

_NUMBER = re.compile(r"-?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|-?\d+[eE][+-]?\d+")
_PART = frozenset("0123456789.eE+-")
_MAKERS = frozenset(["constant", "Variable"])
_ASKING = frozenset(["explain", "check_grads"])
"""Functions of the library that look at values without telling."""


@dataclass(frozen=True, slots=True)
class Input:
    """A float in a text that becomes a leaf, or an element of one."""

    line: int
    start: int  # where it stands in the text, its minus included; characters
    end: int
    column: int  # characters
    value: float
    made_at: Span  # what makes the leaf: the span of its record, columns in UTF-8 bytes
    element: int  # which of the leaf's numbers, in C order
    elements: int


@dataclass(frozen=True, slots=True)
class Change:
    """The part in which two texts differ: text[start:end] of the older one is `new` in the newer one."""

    start: int
    end: int
    new: str


def change(old: str, new: str) -> Change | None:
    """How two texts differ, as one float in the place of another; None if that is not all."""
    first = _common(old, new, False)
    limit = min(len(old), len(new)) - first
    last = min(_common(old, new, True), limit)
    end = len(old) - last
    if end - first > LONGEST or len(new) - last - first > LONGEST:
        return None
    # From the characters that differ to the numbers they belong to.
    while first > 0 and old[first - 1] in _PART and end - first <= LONGEST:
        first -= 1
    while end < len(old) and old[end] in _PART and end - first <= LONGEST:
        end += 1
    for start in range(first, end):  # 1.0+2.0 is two numbers: take the one in which they differ
        before, after = old[start:end], new[start : len(new) - (len(old) - end)]
        if _NUMBER.fullmatch(before) and _NUMBER.fullmatch(after) and old[:start] == new[:start]:
            return Change(start, end, after)
    return None


def _common(a: str, b: str, backward: bool) -> int:
    """How many characters two texts have in common at their beginning (or end)."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        same = a[len(a) - middle :] == b[len(b) - middle :] if backward else a[:middle] == b[:middle]
        low, high = (middle, high) if same else (low, middle - 1)
    return low


def inputs_of(text: str) -> list[Input]:
    """The inputs a text writes out, in the order in which they stand; [] where a value can matter unseen."""
    tree, _ = check(text)
    if tree is None or any(_hides(node) for node in walk(tree)):
        return []
    starts = [0]
    lines = text.split("\n")
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found: dict[int, Input] = {}
    for maker, value in leaves(tree):
        written = list(numbers(value))
        span = (maker.lineno, maker.col_offset, maker.end_lineno or 0, maker.end_col_offset or 0)
        for element, node in enumerate(written):
            number = number_of(node)
            if type(number) is not float or node.end_lineno != node.lineno:
                continue
            column = len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
            start = starts[node.lineno - 1] + column
            end = start + (node.end_col_offset or 0) - node.col_offset  # a number is ASCII
            if _NUMBER.fullmatch(text[start:end]):
                found[start] = Input(node.lineno, start, end, column, number, span, element, len(written))
    return [found[start] for start in sorted(found)]


def _hides(node: ast.AST) -> bool:
    """Whether a value can decide here what happens, and nobody is told: an error that is caught, a question."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return isinstance(node, ast.Try) or name in _ASKING


def leaves(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(what makes a leaf, the expression with its numbers)."""
    nodes = walk(tree)
    if not has_tape(nodes):
        kept = changed_in_place(nodes)
        for statement in at_top(tree.body):
            if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
                continue
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id not in kept:
                yield statement.value, statement.value
    modules, makers = _library_names(nodes)
    for node in nodes:
        if isinstance(node, ast.Call) and node.args and not isinstance(node.args[0], ast.Starred):
            function = node.func
            if isinstance(function, ast.Attribute):
                is_maker = (
                    isinstance(function.value, ast.Name) and function.value.id in modules and function.attr in _MAKERS
                )
            else:
                is_maker = isinstance(function, ast.Name) and function.id in makers
            if is_maker:
                yield node, node.args[0]


def at_top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run at the top of a formula, outside loops and functions."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from at_top(node.body)
            yield from at_top(node.orelse)
        elif isinstance(node, ast.With):
            yield from at_top(node.body)


def _library_names(nodes: list[ast.AST]) -> tuple[set[str], set[str]]:
    """Names that surely are the library, and those that surely are its makers of leaves."""
    modules, makers = {"gs", "tf"}, set(_MAKERS)
    imported: set[str] = set()
    bound: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name
                if alias.name == "gradstudio":
                    modules.add(name)
                    imported.add(name)
                else:
                    bound.add(name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if node.module != "gradstudio" or alias.name not in _MAKERS or alias.asname not in (None, alias.name):
                    bound.add(alias.asname or alias.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.MatchAs | ast.MatchStar | ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
    return modules - bound, makers - bound


def numbers(node: ast.expr) -> Iterator[ast.expr]:
    """The written numbers of an expression that is a number or a list of such; one other thing makes it none."""
    if number_of(node) is not None:
        yield node
    elif isinstance(node, ast.List | ast.Tuple):
        parts = [list(numbers(item)) for item in node.elts]
        if all(parts):
            for part in parts:
                yield from part


def number_of(node: ast.expr) -> float | int | None:
    """The value of 0.5, -0.5 or 3; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = number_of(node.operand) if isinstance(node.operand, ast.Constant) else None
        return None if value is None else -value
    if isinstance(node, ast.Constant) and isinstance(node.value, float | int) and not isinstance(node.value, bool):
        return node.value
    return None
