"""Passing: which variables go into some lines, and which come out of them, when they become a function."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.effects import Effects
from gradstudio.studio.edits.liveness import bound_before, needed, read_after
from gradstudio.studio.edits.names import Names, Place
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.stretch import Stretch

_VALUES = (ast.Assign, ast.AnnAssign, ast.AugAssign)


class Passing:
    """What goes into the lines and out of them. Raises Refused where that hangs on the way through them."""

    def __init__(self, program: Program, names: Names, lines: Stretch) -> None:
        home = program.function(lines.statements[0]) or program.tree
        assert isinstance(home, ast.Module | ast.FunctionDef)
        self._program, self._names, self._lines, self._home = program, names, lines, home
        self._inside = {node for statement in lines.statements for node in ast.walk(statement)}
        self.bound = self._bound()
        given = frozenset(self.bound)
        self._read = needed(names, home, lines.statements, frozenset())
        loose = needed(names, home, lines.statements, given) - self._read  # kept where a branch or loop is not run
        branched = needed(names, home, lines.statements, given, is_run=True) - self._read
        before = bound_before(names, home, home.body, lines.statements[0])
        after = read_after(names, home, home.body, lines.statements[-1])
        self._kept = loose & before
        lost = (branched & after) - before
        if lost:
            name = min(lost)
            raise Refused(
                f"`{name}` may or may not get a value in the lines from line {lines.line} on; give it one before them."
            )
        self.results = self._results(after, branched - before)
        effects = Effects(program, names)
        if self.bound and not self.results and not any(effects.changes(s) for s in lines.statements):
            raise Refused(
                f"What line {lines.line} computes is there on some ways only, so a function cannot give it back; give "
                f"`{self.bound[-1]}` a value before it."
            )
        self.parameters = self._parameters()

    def _bound(self) -> list[str]:
        """The variables that the lines bind, in the order in which they do last."""
        last: dict[str, int] = {}
        for place in self._names.within(self._lines.statements):
            if place.binds and place.home is self._home:
                last[place.name] = self._program.start(place.node)
        return sorted(last, key=lambda name: last[name])

    def _results(self, after: frozenset[str], open_names: frozenset[str]) -> list[str]:
        """What is read afterwards, and at the top of a program what is a result of it, or would show an old value."""
        is_top = isinstance(self._home, ast.Module)
        shown = [name for name in self.bound if name not in open_names and self._is_end(name)]
        changed = [name for name in self.bound if name not in open_names and self._is_known(name)]
        found = [name for name in self.bound if name in after or (is_top and name in (*shown, *changed))]
        return found or (shown if is_top else shown[-1:])

    def _is_end(self, name: str) -> bool:
        """Whether the lines compute a variable and do not read it themselves."""
        places = [p for p in self._names.places(self._home, name) if p.node in self._inside]
        is_value = any(p.binds and isinstance(self._program.statement(p.node), _VALUES) for p in places)
        return is_value and not name.startswith("_") and not any(p.reads and not p.binds for p in places)

    def _is_known(self, name: str) -> bool:
        """Whether a variable may have a value before the lines run: bound above them, or in a loop around them."""
        lines, program = self._lines, self._program
        loops = {above for above in program.ancestors(lines.statements[0]) if isinstance(above, ast.For | ast.While)}
        for place in self._names.places(self._home, name):
            at = program.start(place.node)
            is_again = at >= lines.end and bool(loops & set(program.ancestors(place.node)))
            if place.binds and (at < lines.start or is_again):
                return True
        return False

    def _parameters(self) -> list[str]:
        names, home = self._names, self._home
        known = {name for name in self._read if self._is_known(name)}
        kept = [name for name in self.bound if name in self._kept and name in self.results]
        found = outside(names, self._lines.statements, lambda p: p.home is not home or p.name in known)
        return [*found, *(name for name in kept if name not in found)]


def outside(names: Names, nodes: Sequence[ast.AST], is_given: Callable[[Place], bool] = lambda _: True) -> list[str]:
    """Variables that are read and come from outside, in the order in which they are read."""
    inside = {node for top in nodes for node in ast.walk(top)}
    found: dict[str, None] = {}
    for place in names.within(nodes):
        is_outside = place.reads and place.home not in inside and names.is_variable(place.home, place.name)
        if is_outside and is_given(place):
            found[place.name] = None
    return list(found)
