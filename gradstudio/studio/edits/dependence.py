"""Dependence: which statements compute with a value, as far as the text can tell."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.names import Names, Place
from gradstudio.studio.edits.program import Program

_Variable = tuple[ast.AST, str]  # what it belongs to, and its name


class Dependence:
    """What hangs on some variables, followed from statement to statement."""

    def __init__(self, program: Program, names: Names, variables: Iterable[_Variable]) -> None:
        self._names = names
        self._found = set(variables)
        self._functions = [n for n in program.nodes if isinstance(n, ast.FunctionDef)]
        self._read_functions()

    def start(self, home: ast.AST, name: str) -> None:
        """One more variable to follow."""
        self._found.add((home, name))
        self._read_functions()

    def _read_functions(self) -> None:
        """A function hangs on what it reads by itself, wherever it is written."""
        while any([self.add(function) for function in self._functions if not self._is_in(function)]):
            continue

    def _is_in(self, function: ast.FunctionDef) -> bool:
        place = self._names.place(function)
        return place is not None and (place.home, place.name) in self._found

    def add(self, statement: ast.stmt) -> bool:
        """Whether a statement reads one of the variables; what it binds is one of them from then on."""
        places = list(self._names.within([statement]))
        while True:  # until loops have nothing new to hand on
            before = len(self._found)
            reads = [p for p in places if p.reads and (p.home, p.name) in self._found]
            if not reads:
                return False
            if isinstance(statement, ast.FunctionDef):
                self._bind([p for p in places if p.node is statement])
            else:
                for inner in ast.walk(statement):
                    if isinstance(inner, ast.stmt) and not _holds_statements(inner):
                        self._simple(inner)
                    elif isinstance(inner, ast.For | ast.While | ast.With | ast.If | ast.FunctionDef):
                        self._head(inner)
            if len(self._found) == before:
                return True

    def holds(self, home: ast.AST, name: str) -> bool:
        """Whether a variable hangs on them."""
        return (home, name) in self._found

    def _simple(self, statement: ast.stmt) -> None:
        self._hand_on([statement], [statement])

    def _head(self, statement: ast.stmt) -> None:
        match statement:
            case ast.For():
                self._hand_on([statement.iter], [statement.target])
            case ast.With():
                for item in statement.items:
                    self._hand_on([item.context_expr], [item.optional_vars] if item.optional_vars else [])
            case ast.FunctionDef():
                self._hand_on([statement], [])

    def _hand_on(self, reading: Sequence[ast.AST], binding: Sequence[ast.AST]) -> None:
        if any(p.reads and (p.home, p.name) in self._found for p in self._names.within(reading)):
            self._bind([p for p in self._names.within(binding) if p.binds])

    def _bind(self, places: Iterable[Place]) -> None:
        self._found.update((p.home, p.name) for p in places)


def _holds_statements(statement: ast.stmt) -> bool:
    return any(isinstance(getattr(statement, name, None), list) for name in ("body", "cases"))


def check_lasting(program: Program, names: Names, home: ast.AST, name: str, since: ast.stmt, until: int) -> None:
    """Raise Refused where a variable gets another value after a statement and before a place of the text."""
    start = program.end(since)
    inside = set(ast.walk(since)) if not _holds_statements(since) else set()
    for place in names.places(home, name):
        if place.binds and place.node not in inside and start <= program.start(place.node) < until:
            line = getattr(place.node, "lineno", 0)
            raise Refused(
                f"`{name}` gets another value in line {line}; rename one of them first, so that both have a name."
            )
