"""Looping: consecutive lines wrapped in `for step in range(count):`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.program import Program
from gradstudio.studio.edits.stretch import moved, stretch, unit
from gradstudio.studio.edits.written_out import is_input, is_written_out, without_leading_values

MOST = 1_000_000
"""Passes of a loop; a run would not come to an end of more."""


def loop(program: Program, statements: Sequence[ast.stmt], count: int) -> Edit:
    """Run statements `count` times. Leaves before them (`h = 0.0`) stay outside. Raises Refused."""
    if not 1 <= count <= MOST:
        raise Refused(f"A loop needs between 1 and {MOST:,} passes, not {count:,}.")
    lines = stretch(program, without_leading_values(statements))
    if all(is_written_out(statement) for statement in lines.statements):
        raise Refused(f"Line {lines.line} only writes a value down; there is nothing to repeat.")
    for statement in lines.statements:
        _check(program, statement)
    name = program.fresh("step")
    step = unit(program)
    inner = moved(program, lines.start, lines.end, lines.indent, lines.indent + step)
    new = f"{lines.indent}for {name} in range({count}):\n{inner}"
    return Edit("Wrap in a loop", spliced(program.text, [Splice(lines.start, lines.end, new)]), lines.line, name)


def _check(program: Program, statement: ast.stmt) -> None:
    line = statement.lineno
    for node in _own(statement):
        if isinstance(node, ast.Return):
            raise Refused(f"Line {node.lineno} returns, so the loop would end in its first pass; leave it out.")
    for node in _jumps(statement):
        word = "break" if isinstance(node, ast.Break) else "continue"
        raise Refused(f"Line {node.lineno} has a `{word}` of the loop outside, which would get lost; leave it out.")
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal):
        raise Refused(f"Line {line} is needed once (`{program.source(statement)[:40]}`); leave it out.")
    if is_input(program, statement):
        raise Refused(f"Line {line} makes an input, which would be none inside a loop; move it above the others first.")


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement and what is in it, functions apart."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node
            waiting += ast.iter_child_nodes(node)


def _jumps(statement: ast.stmt) -> Iterator[ast.Break | ast.Continue]:
    """Every break and continue that leaves a statement."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Break | ast.Continue):
            yield node
        elif isinstance(node, ast.For | ast.While):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.expr):
            waiting += ast.iter_child_nodes(node)
