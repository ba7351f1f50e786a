"""Draft: changes of a text in the making, which may lie within one another, until they are an Edit."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from gradstudio.engine.primitive import NAMES
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.moving import grouped
from gradstudio.studio.edits.program import Program, in_place_of, program_of


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
        self.put(replaced(self.program, old, new))

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
        taken, is_bare = frozenset(self._names), not self.program.library
        bases = tuple(f"{base}_x" if is_bare and base in NAMES else base for base in bases)
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
            missing = _not_imported(self.program, program)
            if missing is not None:
                splices.append(missing)
                text = spliced(self.program.text, splices)
                program = program_of(text)
        except ValueError as error:
            raise Refused("This edit cannot be written here; make it in the text.") from error
        place = at + sum(len(s.new) - (s.end - s.start) for s in splices if s.end <= at and s.start < at)
        near = text.count("\n", 0, min(max(place, 0), len(text))) + 1
        return Edit(name, text, _line(program, variable, near) if variable else near, variable)

    def _resolved(self) -> list[Splice]:
        """All changes, none within another; of several insertions in one place, those that others read come first."""
        splices = [((2, 0), s) for s in _outermost(self._splices)]
        for moved in sorted(self._moved, key=lambda m: m.end - m.start):
            inner = [s for _, s in splices if moved.start <= s.start and s.end <= moved.end]
            is_gone = any(s.start <= moved.start and moved.end <= s.end for _, s in splices if s.start < s.end)
            shifted = [Splice(s.start - moved.start, s.end - moved.start, s.new) for s in inner]
            text = spliced(self.program.text[moved.start : moved.end], shifted)
            splices = [(order, s) for order, s in splices if s not in inner]
            if not is_gone:  # else something stands in the place of what it was a part of
                splices.append(((2, 0), Splice(moved.start, moved.end, moved.left)))
            order = (0, moved.end) if moved.left else (1, moved.start)
            splices.append((order, Splice(moved.at, moved.at, f"{moved.before}{text}{moved.after}")))
        return [s for _, s in sorted(splices, key=lambda entry: entry[0])]


def replaced(program: Program, old: ast.expr, new: str) -> Splice:
    """An expression in the place of another: in brackets where it needs them, without those that the old one needed."""
    try:
        is_whole = isinstance(ast.parse(new, mode="eval").body, ast.Name | ast.Constant | ast.Call)
    except SyntaxError:
        is_whole = False
    if is_whole:
        return Splice(*grouped(program, old), new)
    return Splice(program.start(old), program.end(old), in_place_of(program, old, new))


def _not_imported(before: Program, after: Program) -> Splice | None:
    """What puts ops that are new in a text into its `from gradstudio import ...`; None where nothing is missing."""
    found = [n for n in before.tree.body if isinstance(n, ast.ImportFrom) and n.module == "gradstudio"]
    if before.library or not found:
        return None
    called = [n.func.id for n in after.nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    new = [name for name in dict.fromkeys(called) if name in NAMES and name not in before.names]
    if not new:
        return None
    at = before.end(found[-1].names[-1])
    return Splice(at, at, "".join(f", {name}" for name in new))


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
        for node in program.nodes
        if isinstance(node, ast.Name) and node.id == variable and not isinstance(node.ctx, ast.Load)
    ]
    return min(lines, key=lambda line: abs(line - near), default=near)
