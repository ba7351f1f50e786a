"""Renaming: another name for a variable, everywhere; a first name for what has none."""

from __future__ import annotations

import ast

from gradstudio.language.names import renamed
from gradstudio.studio.edits.adding import check_name
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Edit, Refused
from gradstudio.studio.edits.made import Made
from gradstudio.studio.edits.program import program_of
from gradstudio.studio.edits.reach import handed_on, why_not_alone
from gradstudio.studio.edits.subject import Subject


def rename(subject: Subject, node: int, name: str) -> Edit:
    """Give a node's variable another name; a part of an expression gets a line of its own.

    Raises Refused, with the reason, for a name that cannot be.
    """
    program, target = subject.program, subject.made(node)
    name = name.strip()
    bound = _bound(subject, target)
    if bound is None:
        return _named(subject, target, name)
    line, column = program.span(bound)[:2]
    try:
        text = renamed(program.text, line, column, name)
        program_of(text)
    except ValueError as error:
        words = str(error)
        raise Refused(f"{words[0].upper()}{words[1:]}{'' if words.endswith('.') else '.'}") from None
    return Edit(f"Rename {bound.id} to {name}", text, line, name)


def name_of(subject: Subject, node: int) -> str:
    """What a node's variable is called; "" for a part of an expression."""
    bound = _bound(subject, subject.made(node))
    return bound.id if bound is not None else ""


def _bound(subject: Subject, target: Made) -> ast.Name | None:
    """Where the text gives a node its name."""
    program, name, statement = subject.program, target.name, target.statement
    if not name:
        handed = handed_on(program, subject.trace, target, None)
        if handed is None:
            return None
        name, statement = handed[0], handed[2]
    return next(
        (
            n
            for n in ast.walk(statement)
            if isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
        ),
        None,
    )


def _named(subject: Subject, target: Made, name: str) -> Edit:
    """A line of its own for a part of an expression."""
    program = subject.program
    check_name(program, name)
    why = why_not_alone(program, target.expr)
    if why or not isinstance(target.expr, ast.expr):
        raise Refused(why or "This has no name of its own.")
    draft = Draft(program)
    draft.hoist(target.expr, name, target.statement)
    return draft.edit(f"Name {name}", name, program.start(target.statement))
