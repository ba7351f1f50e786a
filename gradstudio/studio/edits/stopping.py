"""Stopping: an expression wrapped in stop_gradient, or taken out of it."""

from __future__ import annotations

import ast

from gradstudio.engine.primitive import Spelling
from gradstudio.studio.edits.edit import Edit, Refused, Splice, spliced
from gradstudio.studio.edits.made import Made, callee
from gradstudio.studio.edits.moving import grouped, is_in_text, put
from gradstudio.studio.edits.program import Program

_STOP = "stop_gradient"


def stop_gradient(program: Program, made: Made) -> Edit:
    """Let no gradient through an expression, or let it through again where it is stopped. Raises Refused."""
    expr = made.expr
    line = expr.lineno
    if isinstance(expr, ast.AugAssign):
        sign = program.text[program.end(expr.target) : program.start(expr.value)].strip()
        name = program.source(expr.target)
        raise Refused(
            f"Line {line} changes `{name}` itself; write it as `{name} = {name} {sign[:-1]} ...` first, "
            "then it can be stopped."
        )
    if is_in_text(program, expr):
        raise Refused(f"Line {line} computes this inside a text in quotes; give it a line of its own first.")
    if not made.op:
        raise Refused(
            f"Line {line} makes a leaf, which passes no gradient on; stop it at an op that reads it, or leave it out "
            "of the sources."
        )
    title = made.name or f"line {line}"
    for call in (expr, program.parent(expr)):
        if isinstance(call, ast.Call) and _is_stop(program, call):
            return _let_through(program, made, call, title)
    start, end = grouped(program, expr)
    if start != program.start(expr) and "#" in program.text[start : program.start(expr)]:
        start, end = program.start(expr), program.end(expr)
    inner = program.source(expr)
    wrapped = f"{program.called(_STOP)}({f'({inner})' if isinstance(expr, ast.NamedExpr) else inner})"
    return Edit(f"Stop the gradient at {title}", spliced(program.text, [Splice(start, end, wrapped)]), line, made.name)


def _is_stop(program: Program, call: ast.Call) -> bool:
    found, _ = callee(program, call)
    row = found.row if isinstance(found, Spelling) else found
    return row is not None and row.name == _STOP


def _let_through(program: Program, made: Made, call: ast.Call, title: str) -> Edit:
    _, is_method = callee(program, call)
    given = [*call.args, *(k.value for k in call.keywords)]
    inner = call.func.value if is_method and isinstance(call.func, ast.Attribute) else given[0] if given else None
    if inner is None:
        raise Refused(f"Line {call.lineno} calls stop_gradient with nothing in it.")
    lost = (
        program.text[program.start(call) : program.start(inner)] + program.text[program.end(inner) : program.end(call)]
    )
    if "#" in lost:
        raise Refused(f"Line {call.lineno} has a comment inside the call, which would be lost; move it out first.")
    text = spliced(program.text, [Splice(program.start(call), program.end(call), put(program, call, inner))])
    return Edit(f"Let the gradient through at {title}", text, call.lineno, made.name)
