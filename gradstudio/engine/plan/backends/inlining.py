"""Which scalar steps become part of the expression that uses them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from gradstudio.engine.plan.program import Form, Program, Step, Value, reads
from gradstudio.engine.plan.ufuncs import EXPRESSIONS

_DEEPEST = 5
_EXACT = 1 << 53
"""Whole numbers below it are floats without loss."""


def scalars(program: Program) -> bytearray:
    """For each value whether Python's arithmetic on floats and bools gives it."""
    kinds = ["float" if value.form is Form.FLOAT else _kind(value) for value in program.values]
    kinds.append("")  # of NONE
    found = bytearray(len(program.values))
    for item in program.body:
        if type(item) is not Step or item.params or kinds[item.out] not in _RESULTS:
            continue
        name = item.row.name
        if item.row.scalar is None and name not in EXPRESSIONS:
            continue
        given = [kinds[n] for n in item.inputs]
        if "bool" in given:
            if name.startswith("logical_"):
                given = ["float" if kind == "bool" else "" for kind in given]
            elif name == "where" and given[0] == "bool":
                given[0] = "float"
        elif name.startswith("logical_"):
            continue
        if "float" in given and "" not in given and "bool" not in given:
            found[item.out] = True
    return found


_RESULTS = ("float", "bool")


def is_bool(value: Value) -> bool:
    """Whether a value is one truth, which a plan may hold as a Python bool."""
    return value.form is Form.SCALAR and value.dtype.kind == "b"


def _kind(value: Value) -> str:
    """What Python's arithmetic may take a value for: "float", "number" (of the program), "bool", or "" for nothing."""
    if value.form is Form.FLOAT:
        return "float"
    if value.form is Form.NUMBER:
        held = getattr(value.origin, "value", None)
        return "number" if type(held) is float or (type(held) is int and abs(held) < _EXACT) else ""
    return "bool" if is_bool(value) else ""


def hosts(program: Program, scalar: Sequence[int], ends: Sequence[int]) -> list[int]:
    """For each item of the body the position of the item in whose expression it stands; mostly its own.

    scalar: what scalars() gives; ends: where functions end, which an expression does not leave.
    """
    body = program.body
    uses = [0] * (len(program.values) + 1)  # the last one of NONE
    user = [-1] * len(uses)
    for position, item in enumerate(body):
        for n in reads(item):
            uses[n] += 1
            user[n] = position
    for n in program.outputs:
        uses[n] = 2
    found = list(range(len(body)))
    depth = bytearray(len(body))
    borders = list(ends)
    for position in range(len(body) - 1, -1, -1):
        if len(borders) > 1 and position < borders[-2]:
            borders.pop()
        end = borders[-1]
        item = body[position]
        if type(item) is not Step or uses[item.out] != 1 or not scalar[item.out]:
            continue
        at = user[item.out]
        other = body[at]
        if at >= end:
            continue
        if depth[at] < _DEEPEST and type(other) is Step and scalar[other.out] and _takes_once(other, item.out):
            found[position] = found[at]
            depth[position] = depth[at] + 1
    return found


def _takes_once(step: Step, number: int) -> bool:
    """Whether an expression evaluates an input exactly once, whatever the values are."""
    written = WRITTEN.get(step.row.name)
    return written is None or step.inputs.index(number) in written.once


@dataclass(frozen=True, slots=True)
class Written:
    """How an expression is written: Python's words, how strongly they bind, and what they ask of their operands."""

    template: str
    strength: int
    needs: tuple[int, ...]  # how strongly the text of each operand has to bind, else it stands in parentheses
    once: frozenset[int]  # operands that are evaluated exactly once, whatever the values are


ATOM = 5
"""The strength of names, numbers and calls."""
_OPERATORS: dict[type, int] = {ast.Add: 2, ast.Sub: 2, ast.Mult: 3, ast.Div: 3, ast.USub: 4}


def _written(name: str, template: str) -> Written:
    tree = ast.parse(template.format("_0", "_1", "_2"), mode="eval").body
    strength = _OPERATORS.get(type(getattr(tree, "op", None)), 0)
    needs = [ATOM] * 3
    # Operators of one strength go from left to right: only the first operand may be one of them.
    beside = {"left": strength, "right": strength + 1, "operand": strength} if strength else {}
    for side, need in beside.items():
        operand = getattr(tree, side, None)
        if isinstance(operand, ast.Name):
            needs[int(operand.id[1:])] = need
    once = [slot for slot in range(3) if template.count(f"{{{slot}}}") == 1 and (name != "where" or slot == 0)]
    return Written(template, strength, tuple(needs), frozenset(once))


WRITTEN = {name: _written(name, template) for name, template in EXPRESSIONS.items()}
"""Name of a row -> how its expression is written."""
