"""Stretch: consecutive statements of one block as the lines they stand on, which may get another indent."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradstudio.studio.edits.edit import Refused, Splice, spliced
from gradstudio.studio.edits.program import Program


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Whole lines of a program, from the first of its statements to the end of the last."""

    statements: tuple[ast.stmt, ...]
    start: int
    end: int  # the last line feed included, if there is one
    indent: str

    @property
    def line(self) -> int:
        """The line it begins with."""
        return first_line(self.statements[0])

    @property
    def last_line(self) -> int:
        """The line it ends with."""
        return self.statements[-1].end_lineno or self.statements[-1].lineno


def first_line(statement: ast.stmt) -> int:
    """Where a statement begins: a function begins with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def stretch(program: Program, statements: Sequence[ast.stmt]) -> Stretch:
    """The statements as one stretch. Raises Refused where they are none, or where their lines hold anything else."""
    if not statements:
        raise Refused("Nothing is selected that stands in lines of its own.")
    ordered = sorted(set(statements), key=lambda s: (s.lineno, s.col_offset))
    first, last = ordered[0], ordered[-1]
    body = program.body(first)
    for other in ordered:
        if not any(s is other for s in body):
            raise Refused(
                f"Line {other.lineno} stands in another block than line {first.lineno}; "
                "choose lines of one block, or the whole loop."
            )
    begin, stop = (next(k for k, s in enumerate(body) if s is one) for one in (first, last))
    if stop - begin + 1 != len(ordered):
        between = next(s for s in body[begin : stop + 1] if not any(s is o for o in ordered))
        raise Refused(
            f"Line {between.lineno} stands between the lines that are selected; select it too, or move it away."
        )
    if isinstance(first, ast.If) and program.source(first).startswith("elif"):
        raise Refused(f"Line {first.lineno} is a branch of the `if` above it; select the whole `if`.")
    _check_alone(program, first, last)
    start, end = program.line_start(first_line(first)), program.line_end(last.end_lineno or last.lineno)
    return Stretch(tuple(ordered), start, end, program.indent(first))


def _check_alone(program: Program, first: ast.stmt, last: ast.stmt) -> None:
    line = first_line(first)
    column = program.start(first) - program.line_start(first.lineno) if first.lineno == line else 0
    rest = program.text[program.end(last) : program.line_end(last.end_lineno or last.lineno)].strip()
    if program.lines[line - 1][:column].strip():
        raise Refused(f"Line {line} begins with something else; put each statement on a line of its own first.")
    if rest and not rest.startswith("#"):
        raise Refused(f"Line {last.end_lineno} goes on after it; put each statement on a line of its own first.")


def unit(program: Program) -> str:
    """One step of indent as the text writes it; four spaces where it has none."""
    for node in program.nodes:
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and isinstance(body, list) and body[0].lineno > node.lineno:
            outer, inner = program.indent(node), program.indent(body[0])
            if inner.startswith(outer) and len(inner) > len(outer):
                return inner[len(outer) :]
    return "    "


def moved(program: Program, start: int, end: int, old: str, new: str, changes: Iterable[Splice] = ()) -> str:
    """Whole lines of the text with another indent, and with changes made in them.

    Blank lines stay as they are, and so do lines that do not begin with the old indent. Raises Refused where a string
    goes over several lines: it would become another one.
    """
    if old != new:
        for first, last in _long_strings(program):
            if start <= program.line_start(first) < end and program.line_start(last) < end:
                raise Refused(
                    f"The text in quotes in line {first} goes over several lines and would change with their indent; "
                    "give it a name outside first."
                )
    splices = list(changes)
    at = start
    while at < end:
        stop = program.text.find("\n", at, end)
        stop = end if stop < 0 else stop + 1
        line = program.text[at:stop]
        if line.strip() and line.startswith(old) and old != new:
            splices.append(Splice(at, at + len(old), new))
        at = stop
    inside = [Splice(s.start - start, s.end - start, s.new) for s in splices if start <= s.start and s.end <= end]
    return spliced(program.text[start:end], inside)


def _long_strings(program: Program) -> list[tuple[int, int]]:
    """First and last line of every string that goes over several."""
    found, opened = [], []
    begins, ends = getattr(tokenize, "FSTRING_START", -1), getattr(tokenize, "FSTRING_END", -1)
    for token in tokenize.generate_tokens(io.StringIO(program.text).readline):
        if token.type == begins:
            opened.append(token.start[0])
        first = opened.pop() if token.type == ends and opened else token.start[0]
        if token.type in (tokenize.STRING, ends) and token.end[0] > first:
            found.append((first, token.end[0]))
    return found
