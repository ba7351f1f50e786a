"""Needs: for which lines a text that safe mode refuses would need full Python, if that would help it at all.

To say so is an invitation. So it is said of what an author wants, and never of a text with tricks in it.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from gradstudio.language.check import refusals
from gradstudio.language.grammar import MODULES, WITHHELD
from gradstudio.language.parsing import LIVE_TOKENS, parsed
from gradstudio.language.tree import walk

_MOST = 20


@dataclass(frozen=True, slots=True)
class Need:
    """A line that safe mode refuses and full Python would run."""

    line: int
    text: str  # the line as it stands in the text
    why: str  # what safe mode says of it


def needs(text: str) -> tuple[Need, ...]:
    """The lines for which a text needs full Python, in order; () for any text that it would not help.

    It helps no text that is safe, does not parse, is too large, imports what is not installed, or has anything in it
    that only somebody would write who wants to get past the checks.
    """
    try:
        tree = parsed(text, LIVE_TOKENS)  # the window asks, too
    except SyntaxError:
        return ()
    lines = text.split("\n")
    refused = refusals(tree, lines)
    if not refused:
        return ()
    nodes = walk(tree)
    ordinary = _Ordinary(nodes)
    if not all(ordinary.has(node) for node, _ in refused) or not all(map(_is_there, nodes)):
        return ()
    found: dict[int, Need] = {}
    for _, problem in refused:
        line = problem.span[0]
        found.setdefault(line, Need(line, lines[line - 1], problem.message))
    return tuple(found.values())[:_MOST]


_WANTED = (
    ast.Import, ast.ImportFrom, ast.alias, ast.ClassDef, ast.Yield, ast.YieldFrom, ast.AsyncFunctionDef, ast.AsyncFor,
    ast.AsyncWith, ast.Await, ast.TryStar,
)  # fmt: skip


class _Ordinary:
    """What people write who know Python: other modules, classes, generators, decorators, Python's own functions."""

    def __init__(self, nodes: Sequence[ast.AST]) -> None:
        self._decorators: set[int] = set()
        self._in_classes: set[int] = set()
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._decorators.update(map(id, node.decorator_list))
            if isinstance(node, ast.ClassDef) and id(node) not in self._in_classes:
                self._in_classes.update(map(id, walk(node)))

    def has(self, node: ast.AST) -> bool:
        """Whether a node that safe mode refuses is nothing but that."""
        if isinstance(node, ast.alias):
            return _is_plain(node.name) and _is_plain(node.asname or "")
        if isinstance(node, ast.Import | ast.ImportFrom):
            return all(map(self.has, node.names)) and _is_plain(getattr(node, "module", None) or "")
        if isinstance(node, _WANTED) or id(node) in self._decorators:
            return True
        if isinstance(node, ast.Name):
            return node.id in WITHHELD
        return id(node) in self._in_classes and _is_of_a_class(node)


def _is_of_a_class(node: ast.AST) -> bool:
    """Whether this is what only stands in classes: a method of Python's, an attribute of `self`, super().__init__."""
    if isinstance(node, ast.FunctionDef):
        return node.name.isascii()
    if not isinstance(node, ast.Attribute) or not node.attr.isascii():
        return False
    if isinstance(node.value, ast.Name) and node.value.id == "self":
        return not node.attr.startswith("__")
    owner = node.value.func if isinstance(node.value, ast.Call) else None
    return isinstance(owner, ast.Name) and owner.id == "super" and node.attr == "__init__"


def _is_plain(name: str) -> bool:
    """Whether no part of a dotted name is private."""
    return name == "__future__" or (name.isascii() and not any(part.startswith("_") for part in name.split(".")))


def _is_there(node: ast.AST) -> bool:
    """Whether what a node imports, if it does, is installed here."""
    if isinstance(node, ast.Import):
        return all(_is_installed(alias.name.partition(".")[0]) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return not node.level and _is_installed((node.module or "").partition(".")[0])
    return True


@lru_cache(256)
def _is_installed(name: str) -> bool:
    """Whether there is a module of this name. Only looks for it; nothing is run."""
    if name in MODULES:
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
