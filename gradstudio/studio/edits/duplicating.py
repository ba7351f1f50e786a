"""Duplicating: copies of lines under new names, which read one another's copies."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.reach import why_not_alone
from gradstudio.studio.edits.spelling import result_names
from gradstudio.studio.edits.subject import Subject


def duplicate(subject: Subject, nodes: Iterable[int]) -> Edit:
    """Copies of the lines of nodes, after them. Raises Refused for lines that cannot stand twice."""
    program = subject.program
    made = [subject.made(node) for node in dict.fromkeys(nodes)]
    if not made:
        raise Refused("Choose a node first.")
    draft = Draft(program)
    statements = sorted({m.statement for m in made if m.name}, key=lambda s: (s.lineno, s.col_offset))
    for statement in statements:
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            raise Refused(f"Line {statement.lineno} changes something in place, so a copy of it would do so twice.")
    parts = _parts(program, made, statements)
    new = _new_names(draft, statements)
    known: dict[str, str] = {}  # names that have a copy already where a line is written
    first = ""
    waiting: list[str] = []
    for number, statement in enumerate(statements):
        copy = _copy(program, statement, known, new)
        known.update({name: new[name] for name in _bound(statement)})
        first = first or next((new[name] for name in _bound(statement) if new[name] != "_"), "")
        waiting.append(copy)
        following = statements[number + 1] if number + 1 < len(statements) else None
        if following is None or not _is_next(program, statement, following):
            draft.after(statement, waiting)
            waiting = []
    for part in parts:
        name = draft.fresh(*result_names(part.op, []))
        first = first or name
        copy = f"{name} = {_renamed(program, part.expr, known, {})}"
        if "\n" in copy:
            copy = f"{name} = ({copy[len(name) + 3 :]})"
        draft.before(part.statement, [copy])
    count = len(statements) + len(parts)
    title = (made[0].name or made[0].op or "a leaf") if count == 1 else f"{count} lines"
    at = program.line_end((statements or [parts[0].statement])[0].end_lineno or 0)
    return draft.edit(f"Duplicate {title}", first, at)


def _parts(program: Program, made: list[Made], statements: list[ast.stmt]) -> list[Made]:
    """Parts of expressions that no chosen line and no chosen part holds."""
    chosen = [m for m in made if not m.name and m.statement not in statements]
    exprs = {m.expr for m in chosen}
    found: list[Made] = []
    for part in chosen:
        if any(above in exprs for above in program.ancestors(part.expr)):
            continue
        why = why_not_alone(program, part.expr)
        if why or not isinstance(part.expr, ast.expr):
            raise Refused(why or f"Line {part.statement.lineno} cannot stand twice.")
        if not any(part.expr is other.expr for other in found):
            found.append(part)
    return found


def _bound(statement: ast.stmt) -> list[str]:
    """The names that a line gives to something."""
    return [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]


def _new_names(draft: Draft, statements: list[ast.stmt]) -> dict[str, str]:
    """A fresh name for each that the lines give to something."""
    found: dict[str, str] = {}
    for statement in statements:
        for name in _bound(statement):
            if name not in found:
                found[name] = "_" if name == "_" else draft.fresh(name.rstrip("0123456789") or name)
        if any(
            isinstance(n, ast.Subscript | ast.Attribute) and isinstance(n.ctx, ast.Store) for n in ast.walk(statement)
        ):
            raise Refused(f"Line {statement.lineno} changes something in place, so a copy of it would do so twice.")
    return found


def _is_next(program: Program, statement: ast.stmt, following: ast.stmt) -> bool:
    """Whether one statement stands right behind another one, in the same block."""
    body = program.body(statement)
    at = next(k for k, s in enumerate(body) if s is statement)
    return at + 1 < len(body) and body[at + 1] is following


def _copy(program: Program, statement: ast.stmt, known: dict[str, str], new: dict[str, str]) -> str:
    if not program.owns_lines(statement):
        raise Refused(f"Line {statement.lineno} holds more than one statement; put each on a line of its own first.")
    return _renamed(program, statement, known, new)


def _renamed(program: Program, node: ast.AST, read: dict[str, str], bound: dict[str, str]) -> str:
    """The text of a node with other names in it, for what it reads and for what it gives to something."""
    start, end = program.start(node), program.end(node)
    if any(isinstance(n, ast.JoinedStr) for n in ast.walk(node)):
        raise Refused(f"Line {getattr(node, 'lineno', 0)} writes a text with values in it; copy it in the text.")
    hidden = {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    splices = []
    for n in ast.walk(node):
        if isinstance(n, ast.Name) and n.id not in hidden:
            name = (read if isinstance(n.ctx, ast.Load) else bound).get(n.id, n.id)
            splices.append(Splice(program.start(n) - start, program.end(n) - start, name))
    return spliced(program.text[start:end], splices)
