"""How a good person writes an op in a program, and what they call its result."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from typing import Any

from gradstudio.engine.ops.calling import STARRED
from gradstudio.engine.primitive import TABLE, Primitive
from gradstudio.engine.written import OPEN
from gradstudio.studio.edits.edit import Refused
from gradstudio.studio.edits.program import Program, in_place_of

INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "floor_divide": "//", "mod": "%", "power": "**",
    "matmul": "@", "greater": ">", "less": "<", "greater_equal": ">=", "less_equal": "<=", "equal": "==",
    "not_equal": "!=",
}  # fmt: skip
"""Ops of two inputs that Python has a sign for between them."""

PREFIX = {"negative": "-"}
"""Ops of one input that Python has a sign for in front of it."""

_STARTING = {"reshape": "-1", "broadcast_to": "(1,)", "expand_dims": "0"}
"""Parameters that must be named, where a sample's would not fit other inputs."""

_LINEAR = ("z", "h", "u", "v")
_NAMES = {
    "sum": ("total",),
    "mean": ("average",),
    "sigmoid": ("p", "a"),
    "softmax": ("p", "a"),
    "tanh": ("a", "h"),
    "concatenate": ("joined",),
    "stack": ("stacked",),
    "reshape": ("reshaped",),
    "transpose": ("transposed",),
    "getitem": ("item",),
    "abs": ("magnitude",),
    "max": ("largest",),
    "min": ("smallest",),
    "round": ("rounded",),
}


def applied(program: Program, op: str, arguments: list[str], known: list[bool]) -> str:
    """An op applied to arguments as they are written. known: which of them surely are values of the network."""
    row = TABLE[op]
    if op in INFIX and len(arguments) == 2 and any(known):
        return infix(INFIX[op], *arguments)
    if op in PREFIX and known and known[0]:
        return f"{PREFIX[op]}{bracketed(arguments[0], ast.UnaryOp(ast.USub(), ast.Constant(0)), False)}"
    return called(program, row, arguments)


def infix(sign: str, left: str, right: str) -> str:
    """Two expressions with a sign between them."""
    above = ast.parse(f"a {sign} b", mode="eval").body
    return f"{bracketed(left, above, False)} {sign} {bracketed(right, above, True)}"


def bracketed(text: str, above: ast.expr, is_right: bool) -> str:
    """An expression in brackets where an operator around it would tear it apart."""
    program = Program(ast.unparse(above))
    inner = program.tree.body[0].value  # type: ignore[attr-defined]
    match inner:
        case ast.BinOp():
            old = inner.right if is_right else inner.left
        case ast.Compare():
            old = inner.comparators[0] if is_right else inner.left
        case _:
            old = inner.operand
    return in_place_of(program, old, text)


def called(program: Program, row: Primitive, arguments: list[str]) -> str:
    """The same as a call."""
    params = _parameters(row)
    name = program.called(row.name)
    if row.variadic:
        arguments = arguments + [OPEN] * (2 - len(arguments))
        first = next(iter(row.params), "")
        if first in params and isinstance(_sample_of(row, first), str):  # einsum("ij,jk->ik", a, b)
            return f"{name}({', '.join([params.pop(first), *arguments])})"
        listed = ", ".join(arguments)
        given = [listed if row.calling is STARRED else f"[{listed}]"]
    else:
        given = arguments
    return f"{name}({', '.join([*given, *(f'{key}={value}' for key, value in params.items())])})"


def least_inputs(row: Primitive) -> int:
    """How many inputs a call of an op is written with at least."""
    return 2 if row.variadic else len(row.inputs) - optional_inputs(row)


def optional_inputs(row: Primitive) -> int:
    """How many of the last inputs a call can do without, each by itself."""
    return 0 if row.name == "where" else row.optional  # where(condition, x, y) has both or none


def most_inputs(row: Primitive) -> int | None:
    """How many it has at most; None for any number."""
    return None if row.variadic else len(row.inputs)


def _parameters(row: Primitive) -> dict[str, str]:
    """The parameters that a call must name, as a sample has them."""
    found: dict[str, str] = {}
    for name, default in row.params.items():
        if default is inspect.Parameter.empty:
            value = repr(_sample_of(row, name))
            if row.name in _STARTING and not found:
                value = _STARTING[row.name]
            try:
                ast.literal_eval(value)
            except (ValueError, SyntaxError):
                raise Refused(f"{row.name} needs {name}=; write it in the text: {row.signature}") from None
            found[name] = value
    return found


def _sample_of(row: Primitive, param: str) -> Any:
    return next((sample.params[param] for sample in row.samples if param in sample.params), None)


def result_names(op: str, sources: list[str]) -> tuple[str, ...]:
    """What the result of an op may be called, best first. sources: the ops that made its inputs."""
    row = TABLE.get(op)
    if row is None:
        return ("value",)
    if row.family == "loss":
        return ("loss",)
    if op == "mean" and any(s in TABLE and TABLE[s].family == "loss" for s in sources):
        return ("loss", "average")
    if op in _NAMES:
        return _NAMES[op]
    if op in INFIX and row.family != "control":
        return _LINEAR
    if row.family == "network" and row.arity == 1:
        return ("a", "h", "p")
    if row.family == "control" and op in INFIX:
        return ("mask",)
    short = re.sub(r"\d+", "", op.removeprefix("reduce_").split("_")[0])[:8]
    return (short,) if not hasattr(builtins, short) else (f"{short}_x",)
