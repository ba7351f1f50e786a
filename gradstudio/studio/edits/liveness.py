"""Liveness: which variables are read after some statements, and which they need from before."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from gradstudio.studio.edits.names import Names

Live = frozenset[str]
_NONE: Live = frozenset()


def read_after(names: Names, home: ast.AST, body: Sequence[ast.stmt], last: ast.stmt) -> Live:
    """Variables of a home (its whole body is given) whose value after a statement is read later on.

    What a function reads when it is called counts as read from anywhere.
    """
    walk = _Walk(names, home, last)
    walk.block(body, walk.always)
    return walk.found


def needed(names: Names, home: ast.AST, statements: Sequence[ast.stmt], given: Live, is_run: bool = False) -> Live:
    """Variables of a home that statements read, or hand on as `given`, without having bound them on every way.

    is_run: every loop is run once at least.
    """
    walk = _Walk(names, home, None)
    walk.always, walk.is_run = _NONE, is_run
    return walk.block(statements, given)


def bound_before(names: Names, home: ast.AST, body: Sequence[ast.stmt], first: ast.stmt) -> Live:
    """Variables of a home (its whole body is given) that surely have a value where a statement begins."""
    walk = _Forward(names, home, first)
    own = (p.name for p in names.within([home]) if p.home is home and isinstance(p.node, ast.arg))
    walk.block(body, frozenset(own))
    return walk.found


class _Walk:
    """Backward through the statements of one home: from what is read after each to what is read before it."""

    def __init__(self, names: Names, home: ast.AST, last: ast.stmt | None) -> None:
        self._names = names
        self._home = home
        self._last = last
        self.found: Live = _NONE
        nodes = home.body if isinstance(home, ast.Module | ast.FunctionDef) else []
        self.always: Live = frozenset(
            p.name for p in names.within(nodes) if p.home is home and p.reads and not names.is_at_once(p)
        )
        self._leaving: list[tuple[Live, Live]] = []  # what is live after break and after continue
        self._raising: Live = _NONE
        self.is_run = False

    def block(self, body: Sequence[ast.stmt], out: Live) -> Live:
        for statement in reversed(body):
            out |= self._raising
            if statement is self._last:
                self.found |= out
            out = self._before(statement, out) | self.always
        return out

    def _reads(self, *nodes: ast.AST | None) -> Live:
        given = [node for node in nodes if node is not None]
        return frozenset(
            p.name
            for p in self._names.within(given)
            if p.home is self._home and p.reads and (self._names.is_at_once(p) or not self.always)
        )

    def _binds(self, *nodes: ast.AST | None) -> Live:
        """What is surely bound: a walrus may stand where it is not reached."""
        given = [node for node in nodes if node is not None]
        return frozenset(p.name for p in self._names.within(given) if p.home is self._home and p.binds)

    def _before(self, statement: ast.stmt, out: Live) -> Live:
        match statement:
            case ast.If():
                return self._reads(statement.test) | self.block(statement.body, out) | self.block(statement.orelse, out)
            case ast.For():
                return self._reads(statement.iter) | self._turns(statement, _NONE, self._binds(statement.target), out)
            case ast.While():
                return self._turns(statement, self._reads(statement.test), _NONE, out)
            case ast.With():
                inner = self.block(statement.body, out)
                kept = inner - self._binds(*(item.optional_vars for item in statement.items))
                return kept | self._reads(*(item.context_expr for item in statement.items))
            case ast.Try():
                return self._try(statement, out)
            case ast.Match():
                cases = [
                    (self.block(case.body, out) | self._reads(case.guard)) - self._binds(case.pattern)
                    for case in statement.cases
                ]
                last = statement.cases[-1]
                is_full = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
                return self._reads(statement.subject) | (_NONE if is_full else out).union(*cases)
            case ast.Break() | ast.Continue():
                return self._leaving[-1][isinstance(statement, ast.Continue)] if self._leaving else _NONE
            case ast.Return() | ast.Raise():
                return self._reads(statement) | self._raising
            case ast.FunctionDef():
                names = frozenset([statement.name])
                return (out - names) | self._reads(statement)
            case ast.Assign():
                return (out - self._binds(*statement.targets)) | self._reads(statement)
            case ast.AnnAssign() | ast.AugAssign():
                return (out - self._binds(statement.target)) | self._reads(statement)
            case ast.Import() | ast.ImportFrom():
                return out - self._binds(statement)
        return out | self._reads(statement)

    def _turns(self, loop: ast.For | ast.While, test: Live, target: Live, out: Live) -> Live:
        head = test | self.block(loop.orelse, out)
        while True:
            self._leaving.append((out, head))
            inner = self.block(loop.body, head) - target
            self._leaving.pop()
            if head | inner == head:
                return test | inner if self.is_run else head
            head |= inner

    def _try(self, statement: ast.Try, out: Live) -> Live:
        out = self.block(statement.finalbody, out)
        caught = self.block(statement.finalbody, _NONE)  # what nobody catches leaves these statements for good
        caught = caught.union(*(self.block(h.body, out) - frozenset([h.name or ""]) for h in statement.handlers))
        before, self._raising = self._raising, self._raising | caught
        inner = self.block(statement.body, self.block(statement.orelse, out))
        self._raising = before
        return inner | caught


class _Forward:
    """Forward through the statements of one home: what is bound on every way to a statement."""

    def __init__(self, names: Names, home: ast.AST, first: ast.stmt) -> None:
        self._names = names
        self._home = home
        self._first = first
        self.found: Live = _NONE

    def block(self, body: Sequence[ast.stmt], bound: Live) -> Live | None:
        """What is bound behind some statements; None where they are left for good."""
        for statement in body:
            if statement is self._first:
                self.found = bound
            after = self._behind(statement, bound)
            if after is None:
                return None
            bound = after
        return bound

    def _behind(self, statement: ast.stmt, bound: Live) -> Live | None:
        match statement:
            case ast.If():
                ways = [self.block(statement.body, bound), self.block(statement.orelse, bound)]
                ends = [way for way in ways if way is not None]
                return frozenset.intersection(*ends) if ends else None
            case ast.For():
                self.block(statement.body, bound | self._binds(statement.target))
                self.block(statement.orelse, bound)
                return bound
            case ast.While():
                self.block(statement.body, bound)
                self.block(statement.orelse, bound)
                return bound
            case ast.With():
                given = [item.optional_vars for item in statement.items if item.optional_vars is not None]
                return self.block(statement.body, bound | self._binds(*given))
            case ast.Try():
                self.block(statement.orelse, self.block(statement.body, bound) or bound)
                for handler in statement.handlers:
                    self.block(handler.body, bound)
                return self.block(statement.finalbody, bound)
            case ast.Match():
                for case in statement.cases:
                    self.block(case.body, bound)
                return bound
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                return None
            case ast.Delete():
                return bound - self._binds(statement)
            case ast.Assign():
                return bound | self._binds(*statement.targets)
            case ast.AnnAssign() | ast.AugAssign():
                return bound | self._binds(statement.target)
            case ast.Import() | ast.ImportFrom():
                return bound | self._binds(statement)
            case ast.FunctionDef():
                return bound | {statement.name}
        return bound

    def _binds(self, *nodes: ast.AST) -> Live:
        return frozenset(p.name for p in self._names.within(nodes) if p.home is self._home and p.binds)
