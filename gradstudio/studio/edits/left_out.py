"""Inputs that a call leaves out and that can be given: optional ones, and one more in a list."""

from __future__ import annotations

import ast
from dataclasses import replace

from gradstudio.engine.ops.calling import STARRED
from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.studio.edits.draft import Draft
from gradstudio.studio.edits.edit import Refused, Splice
from gradstudio.studio.edits.made import Made, Port, callee
from gradstudio.studio.edits.moving import grouped
from gradstudio.studio.edits.program import Program


def with_left_out(program: Program, target: Made, ports: tuple[Port, ...]) -> tuple[Port, ...]:
    """The inputs of an op, and those that it could be given as well; these are open and have no text."""
    row, expr = TABLE.get(target.op), target.expr
    if row is None or not isinstance(expr, ast.Call) or not _is_named(program, expr, row):
        return ports
    if row.variadic:
        if _elements(row, expr) is None or any(port.expr is None for port in ports):
            return ports
        return (*ports, Port(len(ports), row.inputs[0], -1, True, "", None, ""))
    first = len(row.inputs) - row.optional
    return tuple(
        replace(port, is_open=True, why="") if port.slot >= first and port.expr is None and not port.text else port
        for port in ports
    )


def is_left_out(port: Port) -> bool:
    """Whether an input is none that the text writes."""
    return port.is_open and port.expr is None and not port.why


def write_left_out(draft: Draft, target: Made, port: Port, text: str) -> None:
    """Give a call an input that it has left out."""
    program, call, row = draft.program, target.expr, TABLE[target.op]
    assert isinstance(call, ast.Call)
    elements = _elements(row, call) if row.variadic else None
    if elements is not None:
        if not elements:
            raise Refused("The list is empty; write its first element in the text.")
        at = grouped(program, elements[-1])[1]
        draft.put(Splice(at, at, f", {text}"))
        return
    _, is_method = callee(program, call)
    is_next = not call.keywords and len(call.args) + is_method == port.slot
    argument = text if is_next else f"{port.name}={text}"
    entries: list[ast.AST] = [*call.args, *call.keywords]
    if not entries:
        at = program.end(call) - 1
        draft.put(Splice(at, at, argument))
        return
    last = entries[-1]
    at = grouped(program, last)[1] if isinstance(last, ast.expr) else program.end(last)
    draft.put(Splice(at, at, f", {argument}"))


def _is_named(program: Program, call: ast.Call, row: Primitive) -> bool:
    """Whether a call is one of the op under its own signature, with arguments that are told apart."""
    found, _ = callee(program, call)
    is_plain = not any(isinstance(arg, ast.Starred) for arg in call.args) and all(k.arg for k in call.keywords)
    return found is row and is_plain


def _elements(row: Primitive, call: ast.Call) -> list[ast.expr] | None:
    """The list that an op of many inputs is called with; None where another input would mean more than one more."""
    if len(call.args) == 1 and isinstance(call.args[0], ast.List):
        return call.args[0].elts
    return call.args if row.calling is STARRED else None
