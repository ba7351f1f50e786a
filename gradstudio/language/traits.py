"""What a program is like, read off all nodes of its tree: whether it makes a tape, imports, asks for gradients."""

from __future__ import annotations

import ast
from collections.abc import Iterable

_ASKING = frozenset("gradient jacobian batch_jacobian jvp vjp grad value_and_grad jacfwd jacrev hessian hvp".split())
_CHANGING = frozenset("append extend insert pop remove reverse sort clear fill shuffle".split())


def has_tape(nodes: Iterable[ast.AST]) -> bool:
    """Whether a program (all its nodes) makes a tape itself; one that does not is a formula."""
    return any(
        (isinstance(node, ast.Name) and node.id == "GradientTape")
        or (isinstance(node, ast.Attribute) and node.attr == "GradientTape")
        or (isinstance(node, ast.alias) and node.name == "GradientTape")
        for node in nodes
    )


def imports_library(nodes: Iterable[ast.AST]) -> bool:
    """Whether the program imports gradstudio, and so would also run under plain Python."""
    return any(
        (isinstance(node, ast.Import) and any(alias.name == "gradstudio" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "gradstudio")
        for node in nodes
    )


def asks_for_gradient(nodes: Iterable[ast.AST]) -> bool:
    """Whether the program calls gradient() or a relative of it anywhere."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _ASKING)
        or (isinstance(node, ast.Name) and node.id in _ASKING)
        for node in nodes
    )


def imports_anything(nodes: Iterable[ast.AST]) -> bool:
    """Whether the program imports a module at all."""
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes)


def changed_in_place(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Variables whose items the program sets or whose kind it asks for: they stay lists, arrays and numbers."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            owner: ast.expr = node.value
        elif isinstance(node, ast.Attribute) and node.attr in _CHANGING:
            owner = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            owner = node.args[0] if node.args else node.func
        else:
            continue
        while isinstance(owner, ast.Subscript):
            owner = owner.value
        if isinstance(owner, ast.Name):
            found.add(owner.id)
    return frozenset(found)
