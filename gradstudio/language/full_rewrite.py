"""The syntax tree of a full Python program with names, loops and calls told to the recorder, and nothing taken away.

What only keeps a program safe (guards of attributes, products, formatting and imports, stripped annotations) is left
out, and what full Python has besides is left as it is: class bodies, generators and coroutines open no scopes, because
they would end in another order than they began, or leave names in a class.
"""

from __future__ import annotations

import ast

from gradstudio.language.rewrite import Rewriter
from gradstudio.language.tree import placed

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def rewrite_full(tree: ast.Module, text: str, formula: bool, kept: frozenset[str]) -> ast.Module:
    """The program to run. formula: plain numbers assigned at the top become inputs, unless they are `kept`."""
    return _FullRewriter(text.split("\n"), formula, kept, set()).visit(tree)  # type: ignore[no-any-return]


class _FullRewriter(Rewriter):
    _is_plain = False  # inside a body whose loops open no scopes

    def _unchain(self, items: ast.expr) -> None:
        """Nothing is counted here."""

    def _inside(self, node: ast.AST, is_plain: bool) -> ast.AST:
        """Visit everything in a node that has a body of its own."""
        before, self._is_plain = self._is_plain, is_plain
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        self._is_plain = before
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        if _yields(node):
            return self._inside(node, is_plain=True)  # type: ignore[return-value]
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        node.args = self.visit(node.args)
        told = ast.Global | ast.Nonlocal
        head = 1 if ast.get_docstring(node, clean=False) is not None else 0
        first = [*node.body[:head], *(n for n in node.body[head:] if isinstance(n, told))]
        rest = [n for n in node.body[head:] if not isinstance(n, told)]
        before, self._is_plain = self._is_plain, False
        self._depth += 1
        inner = self._block(rest) or [placed(ast.Pass(), node)]
        self._depth -= 1
        self._is_plain = before
        node.body = [*first, *self._scoped(node, "call", node.name, lambda token: inner)]
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._inside(node, is_plain=True)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node, is_plain=True)

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        return [self.generic_visit(node)] if self._is_plain else super().visit_For(node)  # type: ignore[list-item]

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        return [self.generic_visit(node)] if self._is_plain else super().visit_While(node)  # type: ignore[list-item]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | list[ast.stmt]:
        if node.value is None or not isinstance(node.target, ast.Name) or not node.simple:
            return self.generic_visit(node)  # type: ignore[return-value]
        name, value = node.target.id, self.visit(node.value)
        if self._formula and not self._depth and name not in self._kept:
            node.value = self._call(node.value, "input", self._constant(node, name), value)
            return node
        node.value = value
        return [node, self._named(value, name)]

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        names = self._naming(node, node.target) if isinstance(node.target, ast.Name) else []
        node.target = self.visit(node.target)
        node.value = self.visit(node.value)
        return [node, *names]

    def _as_it_is(self, node: ast.AST) -> ast.AST:
        return self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        names = [alias.asname or alias.name for alias in node.names if alias.name == "math"]
        return [node, *(self._maths(node, name, None) for name in names if self._formula)]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        if not self._formula or node.module != "math" or node.level:
            return [node]
        found = [alias for alias in node.names if alias.name != "*"]
        return [node, *(self._maths(node, alias.asname or alias.name, alias.name) for alias in found)]

    def _maths(self, at: ast.stmt, name: str, member: str | None) -> ast.stmt:
        """In a formula math is recorded, as in a safe file: name = _gs_math, or a member of it."""
        value: ast.expr = self._guard(at, "math")
        if member is not None:
            value = placed(ast.Attribute(value, member, ast.Load()), at)
        return placed(ast.Assign([placed(ast.Name(name, ast.Store()), at)], value), at)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return node

    visit_Attribute = _as_it_is  # type: ignore[assignment]
    visit_BinOp = _as_it_is  # type: ignore[assignment]
    visit_Call = _as_it_is  # type: ignore[assignment]
    visit_Compare = _as_it_is  # type: ignore[assignment]
    visit_FormattedValue = _as_it_is  # type: ignore[assignment]
    visit_Subscript = _as_it_is  # type: ignore[assignment]
    visit_comprehension = _as_it_is  # type: ignore[assignment]


def _yields(node: _Function) -> bool:
    """Whether a function is a generator: it yields itself, not only a function inside it."""
    waiting: list[ast.AST] = [*node.body]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(inner)
    return False
