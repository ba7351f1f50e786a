"""Needs: for which lines a text that safe mode refuses would need full Python, if that would help it at all."""

from __future__ import annotations

import ast
import importlib.util
from dataclasses import dataclass
from functools import lru_cache

from gradstudio.language.check import check
from gradstudio.language.grammar import MODULES
from gradstudio.language.parsing import LIVE_TOKENS, parsed
from gradstudio.language.tree import walk


@dataclass(frozen=True, slots=True)
class Need:
    """A line that safe mode refuses and full Python would run."""

    line: int
    text: str  # the line as it stands in the text
    why: str  # what safe mode says of it


def needs(text: str) -> tuple[Need, ...]:
    """The lines for which a text needs full Python, in order, 20 at most; () for any text that it would not help.

    It helps no text that is safe, does not parse, is too large, hides characters, or imports what is not installed.
    """
    tree, problems = check(text, LIVE_TOKENS)  # the window asks, too
    if tree is not None or any(p.kind != "refused" or p.span[0] < 1 for p in problems):
        return ()
    try:
        nodes = walk(parsed(text, LIVE_TOKENS))
    except SyntaxError:
        return ()
    if not all(_is_there(node) and not _is_ours(node) for node in nodes):
        return ()
    lines = text.split("\n")
    found: dict[int, Need] = {}
    for problem in problems:
        line = problem.span[0]
        found.setdefault(line, Need(line, lines[line - 1], problem.message))
    return tuple(found.values())


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


def _is_ours(node: ast.AST) -> bool:
    """Whether a node reads or binds a name that the rewriter keeps for itself."""
    return any(str(getattr(node, field, "")).startswith("_gs") for field in ("id", "attr", "arg", "name", "asname"))
