"""Readers: which places of a program read the value that a statement gives to a name."""

from __future__ import annotations

import ast

from gradstudio.studio.edits.names import Names, Place
from gradstudio.studio.edits.program import Program

_MAYBE = ast.If | ast.Try | ast.Match


def readers(program: Program, names: Names, name: ast.Name) -> list[ast.Name]:
    """The places that read what is given to a name here, up to where it gets something else."""
    place = names.place(name)
    if place is None:
        return []
    statement = program.statement(name)
    places = names.places(place.home, place.name)
    others = [p for p in places if p.binds and not p.reads and program.statement(p.node) is not statement]
    found = []
    for other in places:
        node = other.node
        if not other.reads or not isinstance(node, ast.Name):
            continue
        if program.statement(node) is statement and not _is_in_body(program, node, statement):
            continue
        if names.is_at_once(other) and not _reads(program, statement, name, node, others):
            continue
        if names.is_at_once(other) or not others:
            found.append(node)
    return found


def _reads(program: Program, statement: ast.stmt, name: ast.Name, node: ast.Name, others: list[Place]) -> bool:
    """Whether a place surely may see what the name gets in a statement."""
    end = program.end(name) if isinstance(statement, ast.For | ast.With) else program.end(statement)
    at = program.start(node)
    if at < end:
        return not others  # it can only be the pass before
    for other in others:
        made = program.statement(other.node)
        if end <= program.start(made) and program.end(made) <= at and _is_sure(program, made, node):
            return False
    is_older = any(
        program.start(other.node) < program.start(statement) and not _is_number(program.statement(other.node))
        for other in others
    )
    return not (is_older and _is_conditional(program, statement, node))


def _is_number(statement: ast.stmt) -> bool:
    """Whether a statement gives a name a plain number, to begin with."""
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)


def _is_sure(program: Program, made: ast.stmt, node: ast.AST) -> bool:
    """Whether a statement is done whenever a place after it is reached."""
    above = set(program.ancestors(node))
    for block in program.ancestors(made):
        if block in above:
            return True
        if isinstance(block, ast.If | ast.Try | ast.Match | ast.For | ast.While):
            return False
    return True


def _is_conditional(program: Program, statement: ast.stmt, node: ast.AST) -> bool:
    """Whether a statement is done only in some cases, and a place is reached in others too."""
    above = set(program.ancestors(node))
    for block in program.ancestors(statement):
        if block in above:
            return False
        if isinstance(block, _MAYBE):
            return True
    return False


def _is_in_body(program: Program, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether a place stands in the block of a statement, not in the statement itself."""
    return any(a is not statement and isinstance(a, ast.stmt) for a in _up_to(program, node, statement))


def _up_to(program: Program, node: ast.AST, statement: ast.stmt) -> list[ast.AST]:
    found = []
    for above in program.ancestors(node):
        if above is statement:
            break
        found.append(above)
    return found
