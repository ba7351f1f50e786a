"""Making an input of a number inside an expression: a named line at the beginning of the program takes its place."""

from __future__ import annotations

from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.input_place import free_name, input_line
from gradstudio.studio.edits.literals import Literal, literals
from gradstudio.studio.edits.program import Program, program_of
from gradstudio.studio.input_ranges import Range, default_range, with_range


def make_input(
    text: str, line: int, column: int, name: str, low: float | None = None, high: float | None = None
) -> Edit:
    """`0.02 * gs.sum(w * w)` becomes `rate2 * gs.sum(w * w)` below a line `rate2 = 0.02`; with low and high the
    header keeps its range. line from 1, column in characters: any place in or right behind the number.

    Raises Refused where no number stands that can be one.
    """
    program = program_of(text)
    literal = _at(program, line, column)
    free = free_name(program, name)
    top = next(s for s in program.tree.body if literal.line <= (s.end_lineno or s.lineno))
    splice, number = input_line(program, f"{free} = {literal.text}", top)
    new = spliced(text, [splice, Splice(literal.start, literal.end, free)])
    if low is not None and high is not None:
        usual = default_range(literal.value, literal.is_whole)
        step = min(usual.step, (high - low) / 100) if high > low else usual.step
        new = with_range(new, free, Range(low, high, step)).text
    return Edit(f"Make {literal.text} the input {free}", new, number, free)


def _at(program: Program, line: int, column: int) -> Literal:
    """The number at a place."""
    at = sum(len(one) + 1 for one in program.lines[: line - 1]) + column
    for found in literals(program.text) or ():
        if found.start <= at <= found.end:
            if not isinstance(found, Literal):
                raise Refused(f"{found.name or 'This array'} is an array: change its numbers in the inputs.")
            if found.kind == "inside":
                return found
            if found.name:
                raise Refused(f"{found.text} in line {line} is the value of {found.name}: that is an input already.")
            raise Refused(f"{found.text} in line {line} is an input already.")
    raise Refused(f"No number in an expression stands in line {line}, column {column + 1}. Point at one, e.g. 0.5.")
