"""Walking syntax trees, quicker than Python's own way: every run and every edit walks the whole program."""

from __future__ import annotations

import ast
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

SILENT = frozenset([ast.Load, ast.Store, ast.Del])
"""What says nothing of a program."""


def walk(tree: ast.AST) -> list[ast.AST]:
    """A node and everything in it, outer nodes before inner ones; without what is silent."""
    found = [tree]
    for node in found:  # it grows meanwhile
        for value in node.__dict__.values():
            if type(value) is list:
                found += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and type(value) not in SILENT:
                found.append(value)
    return found


def placed(new: Node, at: ast.AST) -> Node:
    """A new node at the place of another one, which has one."""
    new.lineno = at.lineno  # type: ignore[attr-defined]
    new.col_offset = at.col_offset  # type: ignore[attr-defined]
    new.end_lineno = at.end_lineno  # type: ignore[attr-defined]
    new.end_col_offset = at.end_col_offset  # type: ignore[attr-defined]
    return new


def bound_names(tree: ast.Module) -> set[str]:
    """Names that the program itself gives to something."""
    found = set()
    for node in walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
    return found
