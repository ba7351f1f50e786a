"""Draft: changes of a text in the making, which may lie within one another, until they are an Edit."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.program import Program, in_place_of
from gradstudio.studio.edits.subject import program_of


@dataclass(frozen=True, slots=True)
class _Moved:
    """text[start:end], with all changes in it, goes to `at`, between two pieces; `left` stays in its place."""

    start: int
    end: int
    at: int
    before: str
    after: str
    left: str


class Draft:
    """Changes of a program, all in places of the text as it was."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._splices: list[Splice] = []
        self._moved: list[_Moved] = []
        self._names: set[str] = set()

    # changes

    def replace(self, old: ast.expr, new: str) -> None:
        """Write an expression in the place of another, in brackets where it needs them."""
        program = self.program
        self.put(Splice(program.start(old), program.end(old), in_place_of(program, old, new)))

    def put(self, splice: Splice) -> None:
        """Make a change."""
        self._splices.append(splice)

    def before(self, statement: ast.stmt, lines: list[str]) -> None:
        """Write lines before a statement, in its block."""
        self.put(self.program.before(statement, lines))

    def after(self, statement: ast.stmt, lines: list[str]) -> None:
        """Write lines after a statement, in its block."""
        self.put(self.program.after(statement, lines))

    def remove(self, statement: ast.stmt) -> None:
        """Take a statement out with its lines."""
        self.put(Splice(*self.program.lines_of(statement), ""))

    def hoist(self, expr: ast.expr, name: str, statement: ast.stmt) -> None:
        """Give a part of a statement a line of its own before it, and a name."""
        program = self.program
        line = program.before(statement, ["?"])
        indent = line.new[: -len("?\n")]
        start, end = program.start(expr), program.end(expr)
        brackets = ("(", ")") if "\n" in program.text[start:end] else ("", "")
        before = f"{indent}{name} = {brackets[0]}"
        self._moved.append(_Moved(start, end, line.start, before, f"{brackets[1]}\n", name))

    def move(self, statement: ast.stmt, after: ast.stmt) -> None:
        """Move the lines of a statement behind another one of the same block."""
        program = self.program
        start, end = program.lines_of(statement)
        at = program.after(after, ["?"])
        before, behind = ("\n", "") if at.new.startswith("\n") else ("", "")
        if not program.text[start:end].endswith("\n"):
            behind = "\n"
        self._moved.append(_Moved(start, end, at.start, before, behind, ""))

    def fresh(self, *bases: str) -> str:
        """A name that nothing has yet: the first of some that is free, else the first with a number."""
        taken = frozenset(self._names)
        names = [self.program.fresh(base, taken) for base in bases]
        name = next((n for n, base in zip(names, bases, strict=True) if n == base), names[0])
        self._names.add(name)
        return name

    # what becomes of them

    def edit(self, name: str, variable: str = "", at: int = 0) -> Edit:
        """The Edit. variable: what it makes or changes; at: where that stood in the text as it was, or was put.

        Raises Refused where the text would be none that runs.
        """
        splices = self._resolved()
        try:
            text = spliced(self.program.text, splices)
            program = program_of(text)
        except ValueError as error:
            raise Refused("This edit cannot be written here; make it in the text.") from error
        place = at + sum(len(s.new) - (s.end - s.start) for s in splices if s.end <= at and s.start < at)
        near = text.count("\n", 0, min(max(place, 0), len(text))) + 1
        return Edit(name, text, _line(program, variable, near) if variable else near, variable)

    def _resolved(self) -> list[Splice]:
        """All changes, none within another."""
        splices = _outermost(self._splices)
        for moved in sorted(self._moved, key=lambda m: m.end - m.start):
            inner = [s for s in splices if moved.start <= s.start and s.end <= moved.end]
            if any(s.start <= moved.start and moved.end <= s.end for s in splices if s.start < s.end):
                continue  # what it lies in is gone
            shifted = [Splice(s.start - moved.start, s.end - moved.start, s.new) for s in inner]
            text = spliced(self.program.text[moved.start : moved.end], shifted)
            splices = [s for s in splices if s not in inner]
            splices.append(Splice(moved.start, moved.end, moved.left))
            new = Splice(moved.at, moved.at, f"{moved.before}{text}{moved.after}")
            # A line that is taken out of a statement comes before lines that are put before that statement.
            first = next((k for k, s in enumerate(splices) if s.start == s.end == moved.at), len(splices))
            splices.insert(first if moved.left else len(splices), new)
        return splices


def _outermost(splices: list[Splice]) -> list[Splice]:
    """Without those that lie in a longer one: what they change is gone."""
    found: list[Splice] = []
    for splice in dict.fromkeys(splices) if all(s.start < s.end for s in splices) else splices:
        within = [
            s
            for s in splices
            if s is not splice
            and s.start <= splice.start
            and splice.end <= s.end
            and s.end - s.start > splice.end - splice.start
            and not (splice.start == splice.end and splice.start in (s.start, s.end))
        ]
        if not within:
            found.append(splice)
    return found


def _line(program: Program, variable: str, near: int) -> int:
    """The line in which a variable is bound, of several the one nearest to another line."""
    lines = [
        node.lineno
        for node in ast.walk(program.tree)
        if isinstance(node, ast.Name) and node.id == variable and not isinstance(node.ctx, ast.Load)
    ]
    return min(lines, key=lambda line: abs(line - near), default=near)
