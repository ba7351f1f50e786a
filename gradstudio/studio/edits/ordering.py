"""Ordering: moving a statement, and what depends on it, behind another one, where that changes nothing else."""

from __future__ import annotations

import ast

from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.places import is_leaf
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.reach import Spot, Value, check_visible, is_plain_op


def move_behind(program: Program, draft: Draft, statement: ast.stmt, value: Value) -> None:
    """Move a statement, and what between reads it, behind the statement that makes a value.

    Raises Refused where the two do not stand in one block, or where the order means something.
    """
    name = value.name
    body = program.body(statement)
    goal = next((s for s in body if value.since in set(ast.walk(s))), None)
    if goal is None or value.is_new:
        raise Refused(f"`{name}` is made later, in line {value.since.lineno}; move its line up first.")
    check_visible(program, value, Spot(goal, True))
    while is_leaf(program, goal) and goal is not body[-1] and is_leaf(program, _next(body, goal)):
        goal = _next(body, goal)  # leaves stand together
    first, last = (next(k for k, s in enumerate(body) if s is which) for which in (statement, goal))
    moved = [statement]
    for other in body[first + 1 : last + 1]:
        if any(_binds(m) & _reads(other) for m in moved):
            if other is goal:
                raise Refused(f"This would make a loop: `{name}` depends on line {statement.lineno}.")
            moved.append(other)
    for m in moved:
        for other in body[body.index(m) + 1 : last + 1]:
            if other not in moved:
                _check_apart(program, m, other)
    for m in moved:
        draft.move(m, goal)


def _next(body: list[ast.stmt], statement: ast.stmt) -> ast.stmt:
    return body[next(k for k, s in enumerate(body) if s is statement) + 1]


def _check_apart(program: Program, moved: ast.stmt, other: ast.stmt) -> None:
    """Raise Refused where two statements cannot change places."""
    both = (_binds(moved) & (_binds(other) | _reads(other))) | (_reads(moved) & _binds(other))
    if both:
        name = min(both)
        raise Refused(
            f"Line {moved.lineno} cannot go behind line {other.lineno}, which changes or reads `{name}`; "
            "rename one of them first."
        )
    for statement in (moved, other):
        if not all(is_plain_op(program, n) for n in ast.walk(statement) if isinstance(n, ast.Call)):
            raise Refused(
                f"Line {moved.lineno} cannot go behind line {other.lineno}: line {statement.lineno} calls something "
                "whose order may matter. Move the line in the text."
            )


def _binds(statement: ast.AST) -> set[str]:
    """Names that a statement gives something to."""
    found = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    return found | {n.name for n in ast.walk(statement) if isinstance(n, ast.FunctionDef)}


def _reads(statement: ast.AST) -> set[str]:
    """Names that a statement reads."""
    found = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return found | {
        n.target.id for n in ast.walk(statement) if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
    }
