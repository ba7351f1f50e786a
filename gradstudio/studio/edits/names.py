"""Names: which variable each name of a program means, and where each variable is bound and read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gradstudio.studio.edits.program import Program

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One place of a variable."""

    name: str
    node: ast.AST  # the Name; or what binds without one: a function, an argument, an import, a pattern
    home: ast.AST  # what the variable belongs to: the module, a function, a comprehension
    within: ast.AST  # in which of them this place stands
    reads: bool
    binds: bool


class Names:
    """The variables of a program."""

    def __init__(self, program: Program) -> None:
        self._above: dict[ast.AST, ast.AST | None] = {}
        self._bound: dict[ast.AST, set[str]] = {}
        self._elsewhere: dict[tuple[ast.AST, str], bool] = {}  # names declared global (True) or nonlocal (False)
        self._seen: list[tuple[str, ast.AST, ast.AST, bool, bool]] = []
        self._range: dict[ast.AST, tuple[int, int]] = {}  # which of them stand in a node
        self._module = program.tree
        self._open(program.tree, None)
        for statement in program.tree.body:
            self._visit(statement, program.tree)
        self._range[program.tree] = (0, len(self._seen))
        self._places: dict[tuple[ast.AST, str], list[Place]] = {}
        self._of: dict[ast.AST, Place] = {}
        self._all: list[Place] = []
        for name, node, within, reads, binds in self._seen:
            place = Place(name, node, self._home(name, within), within, reads, binds)
            self._all.append(place)
            self._places.setdefault((place.home, name), []).append(place)
            self._of.setdefault(node, place)

    # questions

    def places(self, home: ast.AST, name: str) -> list[Place]:
        """Every place of a variable, in the order in which they stand."""
        return self._places.get((home, name), [])

    def place(self, node: ast.AST) -> Place | None:
        """What a name in the text is a place of."""
        return self._of.get(node)

    def home_of(self, name: str, node: ast.AST, program: Program) -> ast.AST:
        """Which variable a name would mean where a node stands."""
        chain = (node, *program.ancestors(node))
        return self._home(name, next(above for above in chain if above in self._bound))

    def within(self, nodes: Iterable[ast.AST]) -> Iterator[Place]:
        """All places in some nodes, inner functions included, in the order in which they stand."""
        found: list[Place] = []
        for node in nodes:
            start, end = self._range.get(node, (0, 0))
            found += self._all[start:end]
        yield from sorted(found, key=lambda p: (getattr(p.node, "lineno", 0), getattr(p.node, "col_offset", 0)))

    def is_variable(self, home: ast.AST, name: str) -> bool:
        """Whether a name is a variable of the program: not an import, a function at the top, or something Python or the
        library has."""
        bindings = [p.node for p in self.places(home, name) if p.binds]
        if not bindings:
            return False
        if home is not self._module:
            return True
        return not all(isinstance(node, ast.alias | ast.FunctionDef) for node in bindings)

    def is_at_once(self, place: Place) -> bool:
        """Whether a place is reached when its statement is: not later, in a function's call."""
        within = place.within
        while within is not place.home and isinstance(within, _COMPREHENSIONS):
            within = self._above[within] or place.home
        return within is place.home

    # the walk

    def _open(self, scope: ast.AST, above: ast.AST | None) -> None:
        self._above[scope], self._bound[scope] = above, set()

    def _bind(self, name: str, node: ast.AST, scope: ast.AST, reads: bool = False) -> None:
        self._bound[scope].add(name)
        self._range[node] = (len(self._seen), len(self._seen) + 1)
        self._seen.append((name, node, scope, reads, True))

    def _home(self, name: str, within: ast.AST) -> ast.AST:
        scope: ast.AST | None = within
        while scope is not None:
            declared = self._elsewhere.get((scope, name))
            if declared is True:
                return self._module
            if declared is None and name in self._bound[scope]:
                return scope
            scope = self._above[scope]
        return self._module

    def _visit(self, node: ast.AST, scope: ast.AST) -> None:
        start = len(self._seen)
        self._look(node, scope)
        self._range[node] = (start, len(self._seen))

    def _look(self, node: ast.AST, scope: ast.AST) -> None:
        match node:
            case ast.Name():
                if isinstance(node.ctx, ast.Load):
                    self._seen.append((node.id, node, scope, True, False))
                else:
                    self._bind(node.id, node, scope, isinstance(node.ctx, ast.Del))
            case ast.AugAssign(target=ast.Name(id=name)):
                self._visit(node.value, scope)
                self._bind(name, node.target, scope, True)
            case ast.Assign() | ast.AnnAssign() | ast.For():
                value = node.iter if isinstance(node, ast.For) else node.value
                rest = [child for child in ast.iter_child_nodes(node) if child is not value]
                for child in ([value] if value is not None else []) + rest:
                    self._visit(child, scope)
            case ast.NamedExpr():
                self._visit(node.value, scope)
                outer = scope
                while isinstance(outer, _COMPREHENSIONS):
                    outer = self._above[outer] or self._module
                self._bind(node.target.id, node.target, outer)
            case ast.FunctionDef() | ast.Lambda():
                self._function(node, scope)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._open(node, scope)
                for number, part in enumerate(node.generators):
                    self._visit(part.iter, node if number else scope)
                    self._visit(part.target, node)
                    for test in part.ifs:
                        self._visit(test, node)
                made = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
                for expr in made:
                    self._visit(expr, node)
            case ast.Global() | ast.Nonlocal():
                for name in node.names:
                    self._elsewhere[scope, name] = isinstance(node, ast.Global)
            case ast.alias():
                self._bind(node.asname or node.name, node, scope)
            case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
                if node.name:
                    self._bind(node.name, node, scope)
                self._children(node, scope)
            case _:
                self._children(node, scope)

    def _children(self, node: ast.AST, scope: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._visit(child, scope)

    def _function(self, node: ast.FunctionDef | ast.Lambda, scope: ast.AST) -> None:
        args = node.args
        outside: list[ast.expr | None] = [*args.defaults, *args.kw_defaults]
        if isinstance(node, ast.FunctionDef):
            outside += [*node.decorator_list, node.returns]
        own = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
        outside += [arg.annotation for arg in own if arg is not None]
        for expr in outside:
            if expr is not None:
                self._visit(expr, scope)
        if isinstance(node, ast.FunctionDef):
            self._bind(node.name, node, scope)
        self._open(node, scope)
        for arg in own:
            if arg is not None:
                self._bind(arg.arg, arg, node)
        for inner in node.body if isinstance(node.body, list) else [node.body]:
            self._visit(inner, node)


@lru_cache(2)
def names_of(program: Program) -> Names:
    """The variables of a program; kept, because several questions are asked of each."""
    return Names(program)
