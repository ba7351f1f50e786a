"""Adding: a line that applies an op to values of the picture, or to nothing yet."""

from __future__ import annotations

import ast
import keyword

from gradstudio.engine.primitive import NAMES, TABLE, Primitive, Spelling
from gradstudio.engine.trace import Kind
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.places import free_spot, leaf_place
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.reach import Spot, Value, check_visible, value_of
from gradstudio.studio.edits.spelling import OPEN, applied, least_inputs, most_inputs, result_names
from gradstudio.studio.edits.subject import Subject

IMPORT = "import gradstudio as gs"


def add(subject: Subject, op: str, sources: tuple[int, ...], name: str = "") -> Edit:
    """A line that applies an op to nodes, in order; inputs that are missing are written as open.

    Raises Refused where it cannot read all of them.
    """
    program, row = subject.program, row_of(op)
    most = most_inputs(row)
    if most is not None and len(sources) > most:
        raise Refused(f"{row.name} takes {most} input{'s' * (most > 1)}, not {len(sources)}.")
    draft = Draft(program)
    made = [subject.made(node) for node in sources]
    functions = [program.function(m.statement) for m in made]
    innermost = max(functions, key=lambda f: _depth(program, f), default=None)
    values = _values(subject, draft, made, innermost)
    spot = _spot(subject, values, made)
    for value in values:
        check_visible(program, value, spot)
    variable = chosen_name(program, draft, name, result_names(row.name, [m.op for m in made]))
    arguments = [value.name for value in values]
    arguments += [OPEN] * (least_inputs(row) - len(arguments))
    known = [k < len(values) for k in range(len(arguments))]
    line = f"{variable} = {applied(program, row.name, arguments, known)}"
    at = write_line(draft, spot, line)
    return draft.edit(f"Add {row.name}", variable, at)


def row_of(op: str) -> Primitive:
    """The row of an op by any of its names. Raises Refused for what is no op."""
    found = NAMES.get(op)
    row = found.row if isinstance(found, Spelling) else found
    if row is None or row.name not in TABLE:
        raise Refused(f"There is no op called {op}.")
    return row


def write_line(draft: Draft, spot: Spot, line: str) -> int:
    """Write a new line at a spot, and give the place where it is put."""
    program = draft.program
    if spot.statement is None:
        place = leaf_place(program)
        lead = [] if program.has_import or not program.library else [IMPORT, ""]
        draft.put(place.put([*lead, line]))
        return place.at
    if spot.is_after:
        draft.after(spot.statement, [line])
        return program.line_end(spot.statement.end_lineno or 0)
    draft.before(spot.statement, [line])
    return program.start(spot.statement)


def chosen_name(program: Program, draft: Draft, wanted: str, bases: tuple[str, ...]) -> str:
    """The name of a new variable: the one that a person chose, else a fresh one. Raises Refused for no name."""
    if not wanted:
        return draft.fresh(*bases)
    check_name(program, wanted)
    return wanted


def check_name(program: Program, name: str) -> None:
    """Raise Refused for what cannot be the name of a new variable."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise Refused(f"`{name}` is not a name: letters, digits and _ make one, beginning with a letter.")
    if name.startswith("_"):
        raise Refused(f"`{name}` begins with _; choose a name that begins with a letter.")
    if name in program.names:
        raise Refused(f"The text has a `{name}` already; choose another name.")
    if name in program.modules or (not program.library and name in NAMES):
        raise Refused(f"`{name}` means something to the text already; choose another name.")


def _values(subject: Subject, draft: Draft, made: list[Made], at: ast.AST | None) -> list[Value]:
    """The values under their names; a node that is given twice is named once."""
    known: dict[tuple[int, int], Value] = {}
    found = []
    for m in made:
        key = (m.expr.lineno, m.expr.col_offset) if not m.name else (-1, m.record)
        if key not in known:
            known[key] = value_of(subject.program, subject.trace, draft, m, at)  # type: ignore[arg-type]
        found.append(known[key])
    return found


def _spot(subject: Subject, values: list[Value], made: list[Made]) -> Spot:
    """After the latest of what is read; leaves alone are read at the end of the tape, which would not see it else."""
    program = subject.program
    r = subject.trace.records
    free = free_spot(program, subject.trace, subject.graph.sweep)
    are_leaves = all(r.kind[m.record] != Kind.OP and program.function(m.statement) is None for m in made)
    if not values:
        return free
    spots = [value.spot for value in values]
    latest = max(spots, key=lambda s: (_depth(program, s.function(program)), s.offset(program)))
    is_in_tape = free.statement is not None and isinstance(program.parent(free.statement), ast.With)
    if are_leaves and is_in_tape and free.offset(program) > latest.offset(program):
        return free
    return latest


def _depth(program: Program, function: ast.AST | None) -> int:
    depth = 0
    while function is not None:
        depth, function = depth + 1, program.function(function)
    return depth
