"""Adding: a line that applies an op to values of the picture, or to nothing yet."""

from __future__ import annotations

import ast
import keyword

from gradstudio.engine.primitive import NAMES, TABLE, Primitive, Spelling
from gradstudio.engine.trace import Kind
from gradstudio.engine.written import OPEN
from gradstudio.language.op_facts import first_slot
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.input_place import importing
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.places import IMPORT, free_spot, is_leaf, leaf_place
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.reach import Spot, Value, check_visible, value_of, why_hidden, why_not_alone
from gradstudio.studio.edits.spelling import applied, least_inputs, most_inputs, result_names
from gradstudio.studio.edits.subject import Subject, empty_subject
from gradstudio.studio.edits.wiring import wirable

LONGEST = 88
"""Characters of a line that an op is put into."""


def add(subject: Subject, op: str, sources: tuple[int, ...], name: str = "") -> Edit:
    """A line that applies an op to nodes, in order; inputs that are missing are written as open.

    Raises Refused where it cannot read all of them.
    """
    body = subject.program.tree.body
    if body and all(isinstance(s, ast.Import | ast.ImportFrom | ast.Expr) for s in body) and not subject.graph.ids:
        subject = empty_subject(importing(subject.program).text)
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
    if len(arguments) == 1:
        arguments = [OPEN] * first_slot(row.name) + arguments  # the logits of (labels, logits)
    arguments += [OPEN] * (least_inputs(row) - len(arguments))
    known = [argument != OPEN for argument in arguments]
    line = f"{variable} = {applied(program, row.name, arguments, known)}"
    at = write_line(draft, spot, line)
    return draft.edit(f"Add {row.name}", variable, at)


def add_between(subject: Subject, op: str, source: int, node: int, slot: int) -> Edit:
    """Put an op on the way of a value into an input.

    What is written as a part of the expression there is wrapped on the spot; a variable gets a line with the op.
    """
    program, row, target, port = subject.program, row_of(op), subject.made(node), wirable(subject, node, slot)
    if port.expr is None or most_inputs(row) == 0:
        raise Refused(port.why or f"{row.name} takes no input.")
    draft = Draft(program)
    rest = [OPEN] * (least_inputs(row) - 1)
    known = [True] + [False] * len(rest)
    made = subject.made(source)
    name = f"Add {row.name}"
    if not isinstance(port.expr, ast.Name):
        source_text = program.source(port.expr)
        new = applied(program, row.name, [source_text, *rest], known)
        length = len(program.lines[port.expr.lineno - 1]) + len(new) - len(source_text)
        if length <= LONGEST or "\n" in new or why_not_alone(program, port.expr):
            draft.replace(port.expr, new)
            return draft.edit(name, target.name, program.start(target.statement))
        variable = draft.fresh(*result_names(row.name, [made.op]))
        draft.before(target.statement, [f"{variable} = {new}"])
        draft.replace(port.expr, variable)
        return draft.edit(name, variable, program.start(target.statement))
    variable = draft.fresh(*result_names(row.name, [made.op]))
    line = f"{variable} = {applied(program, row.name, [port.expr.id, *rest], known)}"
    is_near = bool(made.name) and any(made.statement is s for s in program.body(target.statement))
    is_near = is_near and (made.statement.end_lineno or 0) < target.statement.lineno
    is_near = is_near and isinstance(made.statement, ast.Assign | ast.AnnAssign | ast.AugAssign)
    spot = Spot(made.statement, True)
    if is_near:
        value = Value(made, made.name, made.statement, False)
        is_near = not why_hidden(program, value, Spot(target.statement, False))
    if not is_near or made.statement is target.statement:
        why = why_not_alone(program, port.expr)
        if why:
            draft.replace(port.expr, applied(program, row.name, [port.expr.id, *rest], known))
            return draft.edit(name, target.name, program.start(target.statement))
        spot = Spot(target.statement, False)
    at = write_line(draft, spot, line)
    draft.replace(port.expr, variable)
    return draft.edit(name, variable, at)


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
        blanks = 2 if isinstance(spot.statement, ast.FunctionDef) else 0
        if isinstance(spot.statement, ast.Import | ast.ImportFrom) or _ends_leaves(program, spot.statement):
            blanks = 1
        draft.after(spot.statement, [*[""] * blanks, line])
        return program.line_end(spot.statement.end_lineno or 0)
    draft.before(spot.statement, [line])
    return program.start(spot.statement)


def _ends_leaves(program: Program, statement: ast.stmt) -> bool:
    """Whether a statement is the last of the leaves that a program begins with, and of the program."""
    body = program.tree.body
    return bool(program.library) and statement is body[-1] and is_leaf(program, statement)


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
    """After the latest of what is read. Leaves stand together, so what reads only them goes to the end of the code, or
    of the tape, which would not see it else."""
    program = subject.program
    r = subject.trace.records
    free = free_spot(program, subject.trace, subject.graph.sweep)
    if not values:
        return free
    latest = max([v.spot for v in values], key=lambda s: (_depth(program, s.function(program)), s.offset(program)))
    are_leaves = all(r.kind[m.record] != Kind.OP and program.function(m.statement) is None for m in made)
    is_later = free.offset(program) > latest.offset(program)
    return free if are_leaves and is_later and not any(why_hidden(program, v, free) for v in values) else latest


def _depth(program: Program, function: ast.AST | None) -> int:
    depth = 0
    while function is not None:
        depth, function = depth + 1, program.function(function)
    return depth
